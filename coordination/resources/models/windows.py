"""When the reports of a year are to be sent in."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation

from .declared import by_whom


class WindowQuerySet(models.QuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.READ_RESOURCES
    ) -> "WindowQuerySet":
        return self if permission in policy.permissions_of(user) else self.none()


def reminded_by_default() -> list[int]:
    """Two weeks and three days before the last day, the day after, and a week after."""
    return [-14, -3, 1, 7]


class Window(models.Model):
    """The days between which the reports about a year are to be sent in. Both days count."""

    access = Open("two dates a year, told to everyone who reports")

    year = models.PositiveSmallIntegerField(unique=True)
    opens_on = models.DateField()
    last_day = models.DateField()
    reminds_at_opening = models.BooleanField(default=True)
    """Whether those who report are told when it opens."""
    reminded = models.JSONField(default=reminded_by_default)
    """On which days those who miss are reminded, counted from the last day: before it negative."""
    copied_from = models.SmallIntegerField(default=7)
    """From which of those days on a reminder goes to the managers too."""
    decides = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Whose managers decide on the year's requests for extra resources: the executive office."""
    revision = models.PositiveIntegerField(default=1)
    changed_by = by_whom()
    changed_at = models.DateTimeField()

    objects = WindowQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__gte=F("opens_on")), name="report_window_days"
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2199), name="report_window_year"
            ),
        )

    def __str__(self) -> str:
        return str(self.year)


class Reminder(models.Model):
    """That an organisation was reminded of the report of a year."""

    access = Open("that an organisation was mailed, and when; shown to those who follow reports up")

    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="reminders")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = by_whom(null=True)
    """Nobody when the portal did it by itself."""
    at = models.DateTimeField()
    occasion = models.DateField(null=True, blank=True)
    """The day that the portal reminds of by itself."""

    class Meta:
        indexes = (models.Index(fields=["window", "organisation", "-at"], name="reminder_newest"),)
        constraints = (
            models.UniqueConstraint(
                fields=["window", "organisation", "occasion"], name="reminded_once_an_occasion"
            ),
            models.CheckConstraint(
                condition=Q(by=None, occasion__isnull=False) | Q(by__isnull=False, occasion=None),
                name="reminded_by_somebody_or_the_portal",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.window_id}"
