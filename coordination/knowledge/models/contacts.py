"""Contacts with the helpline and the national level. Nobody who called can be found out from them."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.models import one_of
from coordination.access.vocabulary import Permission
from coordination.actors.models import District

from .declared import by_whom


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user: Any, permission: Permission = Permission.LOG_CONTACTS) -> Self:
        """All of them for whoever follows the whole log, their own for others who keep it."""
        held = policy.permissions_of(user)
        if permission not in held:
            return self.none()
        return self if Permission.READ_CONTACTS in held else self.filter(logged_by=user.pk)


class Contact(models.Model):
    """One contact: what it was and what came of it, with a day and no time of day.

    There is no field for who called, and none for when the row was written: the log of what was done
    says that a contact was logged, and not which.
    """

    access = Open("behind permissions of its own; who does not follow the log sees their own rows")

    class Channel(models.TextChoices):
        HELPLINE = "helpline", _("Helpline")
        CVE = "cve", _("CVE, the national centre")
        COUNTY = "county", _("County administrative board")
        RAN = "ran", _("RAN")

    class Direction(models.TextChoices):
        IN = "in", pgettext_lazy("contact", "In")
        OUT = "out", pgettext_lazy("contact", "Out")

    class Kind(models.TextChoices):
        ADVICE = "advice", pgettext_lazy("contact", "Advice")
        REFERRAL = "referral", pgettext_lazy("contact", "Signposting")
        INFORMATION = "information", pgettext_lazy("contact", "Information")

    on = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel)
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.IN)
    kind = models.CharField(max_length=12, choices=Kind)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=300)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    logged_by = by_whom()

    objects = ContactQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["on"], name="contact_on"),)
        constraints = (
            one_of("channel", ["helpline", "cve", "county", "ran"], "contact_channel"),
            one_of("direction", ["in", "out"], "contact_direction"),
            one_of("kind", ["advice", "referral", "information"], "contact_kind"),
            models.CheckConstraint(condition=~Q(outcome=""), name="contact_outcome"),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__gte=1, minutes__lte=600),
                name="contact_minutes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.on.isoformat()}"


class ContactRetention(models.Model):
    """How long contacts are kept, from a day on, and by what decision."""

    access = Open("how long contacts are kept, from which day; no contact stands in it")

    months = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=200)
    valid_from = models.DateField(unique=True)
    reviewed = models.BooleanField(default=False)
    """Whether somebody has decided it; what the portal is delivered with nobody has."""
    decided_by = by_whom(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=120), name="contact_retention_months"
            ),
            models.CheckConstraint(
                condition=Q(reviewed=False, decided_by=None, decided_at=None)
                | Q(reviewed=True, decided_by__isnull=False, decided_at__isnull=False),
                name="contact_retention_decided",
            ),
        )

    def __str__(self) -> str:
        return f"{self.months} {self.valid_from.isoformat()}"
