"""Legal bases for handing information over.

The law in this field changed five times in five years. So a basis is data that a lawyer accepts, words
anew or strikes, and what was decided keeps the version that it rested on.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .versions import PUBLIC_LAW, Version, of_version


class Sender(models.TextChoices):
    """Whose secrecy it is that the basis breaks."""

    SOCIAL = "social", pgettext_lazy("sender", "Social services")
    SCHOOL = "school", pgettext_lazy("sender", "School")
    HEALTH = "health", pgettext_lazy("sender", "Health care")
    POLICE = "police", pgettext_lazy("sender", "The police")
    OTHER = "other", pgettext_lazy("sender", "Other municipal activity")


class Receiver(models.TextChoices):
    """Who gets the information."""

    POLICE = "police", pgettext_lazy("receiver", "The police")
    SECURITY_SERVICE = "security_service", pgettext_lazy("receiver", "The Security Service")
    CUSTOMS = "customs", pgettext_lazy("receiver", "The Swedish Customs")
    LAW_ENFORCEMENT = (
        "law_enforcement",
        pgettext_lazy("receiver", "Another law enforcement authority"),
    )
    SOCIAL = "social", pgettext_lazy("receiver", "The social welfare board")
    HEALTH = "health", pgettext_lazy("receiver", "Health care")
    AUTHORITY = "authority", pgettext_lazy("receiver", "Another board or authority")
    NOTIFIER = "notifier", pgettext_lazy("receiver", "Whoever made the notification")
    CIVIL_SOCIETY = "civil_society", pgettext_lazy("receiver", "Civil society or a company")


class Purpose(models.TextChoices):
    """What the information is handed over for."""

    PREVENT_YOUNG = "prevent_young", pgettext_lazy("purpose", "Prevent crime by a young person")
    PREVENT_TERRORISM = "prevent_terrorism", pgettext_lazy("purpose", "Prevent terrorist crime")
    PREVENT = "prevent", pgettext_lazy("purpose", "Prevent other crime")
    REPORT_CRIME = "report_crime", pgettext_lazy("purpose", "Report a suspected crime")
    COOPERATE = "cooperate", pgettext_lazy("purpose", "Cooperate on support")
    PROTECT_CHILD = "protect_child", pgettext_lazy("purpose", "Protect a child")
    OTHER = "other", pgettext_lazy("purpose", "Something else")


class LegalBasis(models.Model):
    """A legal basis, whatever it said and says; its versions say what and when."""

    access = PUBLIC_LAW

    code = models.CharField(max_length=12, unique=True)
    """Stable: what the code and the domain's texts call it."""
    name = models.CharField(max_length=80)
    place = models.PositiveSmallIntegerField()
    """Where it stands among the others."""

    class Meta:
        ordering = ("place", "pk")
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="basis_name"),)

    def __str__(self) -> str:
        return self.name


class BasisVersion(Version):
    """What a legal basis says between two days."""

    access = PUBLIC_LAW

    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, related_name="versions")
    paragraph = models.CharField(max_length=120)
    plain = models.TextField(max_length=300)
    """What it lets somebody do, in plain language."""
    senders = models.JSONField()
    """From which activities, as codes of `Sender`; [] for any."""
    receivers = models.JSONField()
    """To whom, as codes of `Receiver`; [] for any."""
    purposes = models.JSONField(default=list)
    """For what, as codes of `Purpose`; [] for anything."""
    authorities = models.JSONField(default=list)
    """The boards, by name, that may rest on it where they own the information; [] for any."""
    from_age = models.PositiveSmallIntegerField(null=True, blank=True)
    """The person must be at least so many years old."""
    under_age = models.PositiveSmallIntegerField(null=True, blank=True)
    """The person must be younger than this many years."""
    needs_consent = models.BooleanField(default=False)
    needs_suspicion = models.BooleanField(default=False)
    """A crime is suspected to have been committed."""
    needs_balance = models.BooleanField(default=False)
    """Interests are weighed against each other."""
    conditions = models.JSONField(default=list)
    """Sentences that whoever rests on it must confirm, each and every one."""

    class Meta:
        verbose_name = _("legal basis")
        constraints = (
            *of_version("basis", "basis"),
            models.CheckConstraint(condition=~Q(paragraph=""), name="basis_paragraph"),
            models.CheckConstraint(condition=~Q(plain=""), name="basis_plain"),
            models.CheckConstraint(
                condition=Q(from_age=None) | Q(under_age=None) | Q(under_age__gt=F("from_age")),
                name="basis_ages",
            ),
        )

    def __str__(self) -> str:
        return f"{self.basis_id} {self.number}"
