"""When the reports of a year are to be sent in."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from coordination.access import policy
from coordination.access.declaration import Open
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation

from .declared import by_whom

OPENS, LAST = "opens_on", "last_day"
"""The days of a window that reminders are counted from."""


def usual_reminders() -> list[dict[str, Any]]:
    """When those who miss are reminded, unless a window says otherwise: days after the day that is
    named, fewer than none before it, and whether it goes to the managers too."""
    days = [
        (OPENS, 0, False),
        (LAST, -14, False),
        (LAST, -3, False),
        (LAST, 1, False),
        (LAST, 7, True),
    ]
    return [{"from": name, "days": after, "managers": managers} for name, after, managers in days]


class WindowQuerySet(models.QuerySet):
    def visible_to(
        self, user: Any, permission: Permission = Permission.READ_RESOURCES
    ) -> "WindowQuerySet":
        return self if permission in policy.permissions_of(user) else self.none()


class Window(models.Model):
    """The days between which the reports about a year are to be sent in. Both days count."""

    access = Open("two dates a year, told to everyone who reports")

    year = models.PositiveSmallIntegerField(unique=True)
    opens_on = models.DateField()
    last_day = models.DateField()
    reminders_on = models.JSONField(default=usual_reminders)
    """When those who miss are reminded without anybody asking (`usual_reminders` says how)."""
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
    """None: the portal itself, at an occasion of the window."""
    at = models.DateTimeField()
    occasion = models.CharField(max_length=40, blank=True, default="")
    """Which of the window's occasions it was, with its day; nothing for one that somebody sent."""

    class Meta:
        indexes = (models.Index(fields=["window", "organisation", "-at"], name="reminder_newest"),)
        constraints = (
            models.UniqueConstraint(
                fields=["window", "organisation", "occasion"],
                condition=~Q(occasion=""),
                name="one_reminder_an_occasion",
            ),
            models.CheckConstraint(
                condition=(Q(by=None) & ~Q(occasion="")) | Q(by__isnull=False, occasion=""),
                name="reminder_by_somebody_or_occasion",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.window_id}"
