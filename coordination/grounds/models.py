"""Legal bases for handing information over: in versions, each with its days and who has reviewed it.

The law in this field changed five times in five years. So a basis is data that a lawyer accepts, words
anew or strikes, and what was decided keeps the version that it rested on.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.declaration import Open
from coordination.access.models import one_of


class Sender(models.TextChoices):
    """Whose secrecy it is that the basis breaks."""

    SOCIAL = "social", pgettext_lazy("sender", "Social services")
    SCHOOL = "school", pgettext_lazy("sender", "School")
    HEALTH = "health", pgettext_lazy("sender", "Health care")
    OTHER = "other", pgettext_lazy("sender", "Other municipal activity")


class Receiver(models.TextChoices):
    """Who gets the information."""

    POLICE = "police", pgettext_lazy("receiver", "The police")
    SECURITY_SERVICE = "security_service", pgettext_lazy("receiver", "The Security Service")
    SOCIAL = "social", pgettext_lazy("receiver", "The social welfare board")
    AUTHORITY = "authority", pgettext_lazy("receiver", "Another board or authority")
    CIVIL_SOCIETY = "civil_society", pgettext_lazy("receiver", "Civil society or a company")


class LegalBasis(models.Model):
    """A legal basis, whatever it said and says; its versions say what and when."""

    access = Open(
        "public law in the municipality's words; shown on pages with policies of their own"
    )

    code = models.CharField(max_length=12, unique=True)
    """Stable: what the code and the domain's texts call it."""
    name = models.CharField(max_length=80)
    place = models.PositiveSmallIntegerField()
    """Where it stands among the others."""

    class Meta:
        ordering = ("place", "pk")

    def __str__(self) -> str:
        return self.code


class BasisVersionQuerySet(models.QuerySet):
    def in_force(self, on: Any) -> "BasisVersionQuerySet":
        """Those that are reviewed and hold that day: the only ones that are offered to anybody."""
        return self.filter(status=BasisVersion.Status.REVIEWED, valid_from__lte=on).filter(
            Q(valid_to=None) | Q(valid_to__gte=on)
        )


class BasisVersion(models.Model):
    """What a legal basis says between two days. A reviewed one never changes."""

    access = Open(
        "public law in the municipality's words; shown on pages with policies of their own"
    )

    class Status(models.TextChoices):
        UNREVIEWED = "unreviewed", pgettext_lazy("legal basis", "Not reviewed")
        REVIEWED = "reviewed", pgettext_lazy("legal basis", "Reviewed")
        STRUCK = "struck", pgettext_lazy("legal basis", "Struck")

    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    paragraph = models.CharField(max_length=120)
    plain = models.TextField(max_length=300)
    """What it lets somebody do, in plain language."""
    senders = models.JSONField()
    """From which activities, as codes of `Sender`; [] for any."""
    receivers = models.JSONField()
    """To whom, as codes of `Receiver`; [] for any."""
    under_age = models.PositiveSmallIntegerField(null=True, blank=True)
    """The person must be younger than this many years."""
    needs_consent = models.BooleanField(default=False)
    needs_suspicion = models.BooleanField(default=False)
    """A crime is suspected to have been committed."""
    needs_balance = models.BooleanField(default=False)
    """Interests are weighed against each other."""
    conditions = models.JSONField(default=list)
    """Sentences that whoever rests on it must confirm, each and every one."""
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.UNREVIEWED)
    reviewed_by = models.CharField(max_length=120, blank=True)
    """Name and function, as the municipality writes it: a lawyer need not have an account."""
    reviewed_on = models.DateField(null=True, blank=True)
    noted_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who entered it; None for what came with the portal."""
    noted_at = models.DateTimeField()

    objects = BasisVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal basis")
        constraints = (
            one_of("status", ["unreviewed", "reviewed", "struck"], "basis_status"),
            models.UniqueConstraint(fields=["basis", "number"], name="basis_version_number"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="basis_period"
            ),
            models.CheckConstraint(
                condition=~Q(status="reviewed")
                | (~Q(reviewed_by="") & Q(reviewed_on__isnull=False)),
                name="basis_reviewed_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.basis_id} {self.number}"
