"""What administration keeps of its own: requests that wait for a second administrator, closed
accounts, and the role matrices that were made."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.vocabulary import ROLES
from coordination.actors.models import District, Organisation

from .log_models import LogExport, LogSample, SampledEvent

__all__ = [
    "ClosingNotice",
    "Closure",
    "LogExport",
    "LogSample",
    "RoleMatrix",
    "RoleRequest",
    "SampledEvent",
]

ACCOUNTS = Open("bookkeeping of accounts; shown to administrators by pages with their own policy")


def person(related_name: str = "+", null: bool = False) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=null,
        blank=null,
        related_name=related_name,
    )


class RoleRequest(models.Model):
    """A role that one administrator asks for and another one gives (rule V15)."""

    access = ACCOUNTS

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    user = person("role_requests")
    role = models.CharField(max_length=40)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    requested_by = person()
    requested_at = models.DateTimeField()
    decided_by = person(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("state", ["waiting", "approved", "refused", "withdrawn"], "rolerequest_state"),
            models.CheckConstraint(
                condition=Q(organisation=None, district__isnull=False)
                | Q(organisation__isnull=False, district=None),
                name="rolerequest_one_place",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="rolerequest_period",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="rolerequest_decided",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(state="waiting", organisation__isnull=False),
                name="rolerequest_waits_once_there",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "district"],
                condition=Q(state="waiting", district__isnull=False),
                name="rolerequest_waits_once_in_district",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "refused")) | ~Q(decided_by=F("requested_by")),
                name="rolerequest_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("user")),
                name="rolerequest_not_for_oneself",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(decided_by=F("requested_by")),
                name="rolerequest_withdrawn_by_requester",
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"

    @property
    def role_name(self) -> str:
        """What people call the role."""
        return str(ROLES[self.role].name)

    @property
    def place(self) -> Organisation | District | None:
        return self.organisation or self.district


class Closure(models.Model):
    """That an account was closed, why, and whether it was opened again."""

    access = ACCOUNTS

    class Why(models.TextChoices):
        INACTIVE = "inactive", _("Nobody signed in for a long time")
        LEFT = "left", _("The person has left")
        DECIDED = "decided", _("Closed by an administrator")

    user = person("closures")
    why = models.CharField(max_length=10, choices=Why)
    closed_by = person(null=True)
    """Nobody: the portal did it by itself."""
    closed_at = models.DateTimeField()
    reopened_by = person(null=True)
    reopened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("why", ["inactive", "left", "decided"], "closure_why"),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=False) | Q(why="inactive"), name="closure_by_whom"
            ),
            models.CheckConstraint(
                condition=Q(reopened_by=None, reopened_at=None)
                | Q(reopened_by__isnull=False, reopened_at__isnull=False),
                name="closure_reopened",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(reopened_at=None), name="closure_once_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.closed_at:%Y-%m-%d}"


class ClosingNotice(models.Model):
    """That the person was told: unless they sign in, the account is closed on that day."""

    access = ACCOUNTS

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="closing_notice"
    )
    active_at = models.DateTimeField()
    """The last sign of life when the notice was made; a later one makes it void."""
    closes_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.closes_on}"


class RoleMatrix(models.Model):
    """The role matrix as it stood when somebody asked for the document."""

    access = Open("what every role may do and who holds it, made for the data protection officer")

    made_by = person()
    made_at = models.DateTimeField()
    language = models.CharField(max_length=2)
    version = models.CharField(max_length=20)
    """The portal's version."""
    content = models.JSONField()
    file = models.CharField(max_length=60, unique=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    """Empty until the document is made."""

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} {self.pk}"
