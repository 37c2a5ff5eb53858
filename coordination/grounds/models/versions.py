"""What every version of law has: a number, its days, who entered it, and how it was settled."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from coordination.access.declaration import Open
from coordination.access.models import one_of

PUBLIC_LAW = Open(
    "public law in the municipality's words; shown on pages with policies of their own"
)
REVIEWER = 162
"""A name and a function of 80 characters each."""
WHY = 300


class Status(models.TextChoices):
    """How far a version has come. One that a later version came before is struck without a reason."""

    UNREVIEWED = "unreviewed", pgettext_lazy("version of law", "Not reviewed")
    REVIEWED = "reviewed", pgettext_lazy("version of law", "Reviewed")
    STRUCK = "struck", pgettext_lazy("version of law", "Struck")


def by_whom() -> Any:
    """Who did something; None for what came with the portal."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


class VersionQuerySet(models.QuerySet):
    def in_force(self, on: date) -> Self:
        """Those that are reviewed and hold that day: the only ones that anything may rest on."""
        return self.filter(status=Status.REVIEWED, valid_from__lte=on).filter(
            Q(valid_to=None) | Q(valid_to__gte=on)
        )

    def unreviewed(self) -> Self:
        """Those that wait for somebody to settle them."""
        return self.filter(status=Status.UNREVIEWED)


class Version(models.Model):
    """What something says between two days. Once it is reviewed its words never change."""

    Status = Status

    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.UNREVIEWED)
    reviewed_by = models.CharField(max_length=REVIEWER, blank=True)
    """Name and function, as the municipality writes it: a lawyer need not have an account."""
    reviewed_on = models.DateField(null=True, blank=True)
    struck_because = models.CharField(max_length=WHY, blank=True)
    """Empty where another version came before it could hold."""
    noted_by = by_whom()
    noted_at = models.DateTimeField()
    settled_by = by_whom()
    """Who noted that it was reviewed or struck."""
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_unreviewed(self) -> bool:
        return self.status == Status.UNREVIEWED

    def holds(self, on: date) -> bool:
        """Whether anything may rest on it that day."""
        begun = self.status == Status.REVIEWED and self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


def of_version(owner: str, name: str) -> tuple[models.BaseConstraint, ...]:
    """What the database holds of every version; `owner` is what it is a version of."""
    return (
        one_of("status", ["unreviewed", "reviewed", "struck"], f"{name}_status"),
        models.UniqueConstraint(fields=[owner, "number"], name=f"{name}_version_number"),
        models.UniqueConstraint(
            fields=[owner], condition=Q(status="unreviewed"), name=f"{name}_one_waits"
        ),
        models.CheckConstraint(
            condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name=f"{name}_period"
        ),
        models.CheckConstraint(
            condition=~Q(status="reviewed") | (~Q(reviewed_by="") & Q(reviewed_on__isnull=False)),
            name=f"{name}_reviewed_by_somebody",
        ),
        models.CheckConstraint(
            condition=Q(status="unreviewed", reviewed_by="", reviewed_on=None, settled_at=None)
            & Q(settled_by=None, struck_because="")
            | Q(status="reviewed", struck_because="", settled_at__isnull=False)
            | Q(status="struck", settled_at__isnull=False),
            name=f"{name}_settled",
        ),
    )
