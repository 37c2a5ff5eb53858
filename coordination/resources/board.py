"""How far the reports of a year have come, an organisation a row: where each is, never what it says."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import DateField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from coordination.actors.models import Organisation

from . import windows
from .models import Reminder, Report, Version, Window

SENT = (Report.State.SUBMITTED, Report.State.APPROVED)


def rows(window: Window) -> QuerySet[Organisation]:
    """The organisations that report, with `standing` ("" for not begun), `touched_at`, `sent` (the
    key of the latest version that was sent in), `sent_late`, `reminded_at` and `last_day`. Who had begun before it ended is
    there too."""
    reports = Report.objects.filter(window=window, organisation=OuterRef("pk"))
    versions = Version.objects.filter(
        report__window=window, report__organisation=OuterRef("pk")
    ).order_by("-number")
    reminders = Reminder.objects.filter(window=window, organisation=OuterRef("pk"))
    began = Report.objects.filter(window=window).values("organisation")
    active = windows.reporting().values("pk")
    return Organisation.objects.filter(Q(pk__in=active) | Q(pk__in=began)).annotate(
        standing=Coalesce(Subquery(reports.values("state")[:1]), Value("")),
        touched_at=Subquery(reports.values("touched_at")[:1]),
        sent=Subquery(versions.values("pk")[:1]),
        sent_late=Subquery(versions.values("is_late")[:1]),
        reminded_at=Subquery(reminders.order_by("-at").values("at")[:1]),
        last_day=Value(window.last_day, output_field=DateField()),
    )


@dataclass(frozen=True)
class Count:
    """How many reports there are to be, and where they are."""

    expected: int
    sent: int
    approved: int
    late: int


def count(window: Window, *, now: datetime | None = None) -> Count:
    """The header of the board."""
    standings = list(rows(window).values_list("standing", flat=True))
    sent = sum(one in SENT for one in standings)
    over = windows.is_late(window, now or timezone.now())
    return Count(
        expected=len(standings),
        sent=sent,
        approved=standings.count(Report.State.APPROVED),
        late=len(standings) - sent if over else 0,
    )


def days_left(window: Window, today: date) -> int:
    """Days until the last day, negative after it."""
    return (window.last_day - today).days
