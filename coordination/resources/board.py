"""How far the reports of a year have come, an organisation a row: where each is, never what it says."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.actors.models import Organisation
from coordination.ui.lists import swedish

from . import windows
from .models import Reminder, Report, Version, Window

SENT = (Report.State.SUBMITTED, Report.State.APPROVED)


def rows(window: Window) -> QuerySet[Organisation]:
    """The organisations that report, with `standing` ("" for not begun), `touched_at`, `sent` (the
    key of the latest version that was sent in), `sent_late`, `reminded_at`, `last_day`, `report` (its
    key) and `answered_nothing`. Who had begun before it ended is there too."""
    reports = Report.objects.filter(window=window, organisation=OuterRef("pk"))
    versions = Version.objects.filter(
        report__window=window, report__organisation=OuterRef("pk")
    ).order_by("-number")
    reminders = Reminder.objects.filter(window=window, organisation=OuterRef("pk"))
    began = Report.objects.filter(window=window).values("organisation")
    active = windows.reporting().values("pk")
    return Organisation.objects.filter(Q(pk__in=active) | Q(pk__in=began)).annotate(
        standing=Coalesce(Subquery(reports.values("state")[:1]), Value("")),
        report=Subquery(reports.values("pk")[:1]),
        answered_nothing=Exists(reports.exclude(nothing="")),
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
    unanswered: tuple[str, ...]
    """Those that have not sent anything in yet, by name."""


def count(window: Window, *, now: datetime | None = None) -> Count:
    """The header of the board."""
    named = list(rows(window).order_by(swedish("name")).values_list("name", "standing", "sent"))
    standings = [standing for _name, standing, _sent in named]
    sent = sum(one in SENT for one in standings)
    over = windows.is_late(window, now or timezone.now())
    return Count(
        expected=len(standings),
        sent=sent,
        approved=standings.count(Report.State.APPROVED),
        late=len(standings) - sent if over else 0,
        unanswered=tuple(name for name, _standing, version in named if version is None),
    )


def days_left(window: Window, today: date) -> int:
    """Days until the last day, negative after it."""
    return (window.last_day - today).days


def left_in_words(window: Window, today: date | None = None) -> str:
    """How long there is left, or since when it is late."""
    return left_of(window.last_day, today)


def left_of(last_day: date, today: date | None = None) -> str:
    """The same, of a day."""
    left = (last_day - (today or timezone.localdate())).days
    if left < 0:
        return ngettext("%(days)s day late", "%(days)s days late", -left) % {"days": -left}
    if left == 0:
        return _("Today is the last day")
    return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
