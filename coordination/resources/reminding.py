"""Reminding organisations of reports that are not sent in: never those that are, and not every day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.actors.models import Organisation
from coordination.audit import log
from coordination.jobs import mail

from . import board, sending
from .models import Reminder, Report, Window
from .models.windows import OPENS

LETTER = "resources.reminder"
GUARD = timedelta(days=3)
"""So long after a reminder the next is sent only when somebody says so."""

SENT_FROM = time(6)
"""An hour before the digests, so that a reminder stands in the digest of its own day."""
CATCH_UP = timedelta(days=3)
"""So long after its day an occasion is made up for when the portal stood still. Later it is left out,
so that nobody is reminded of what was over when the portal came."""


@dataclass(frozen=True)
class Occasion:
    """A day on which those who miss are reminded without anybody asking."""

    code: str
    day: date
    opening: bool
    managers: bool
    """Whether it goes to the managers of the organisation too."""


@dataclass
class Entry:
    """An organisation that somebody means to remind, whom it reaches, and why not."""

    organisation: Organisation
    people: list[User] = field(default_factory=list)
    last: datetime | None = None
    lately: bool = False
    why_not: str = ""


def to_remind(
    *, window: Window, organisations: Iterable[int], now: datetime | None = None
) -> list[Entry]:
    """What reminding these would do, an entry an organisation. A report that waits to be attested
    reaches the managers, any other the reporters, or the managers where there are none."""
    now = now or timezone.now()
    found = []
    for row in board.rows(window).filter(pk__in=list(organisations)).order_by("name"):
        entry = Entry(row, last=row.reminded_at)
        entry.lately = row.reminded_at is not None and row.reminded_at > now - GUARD
        if row.standing in board.SENT:
            entry.why_not = _("The report is sent in.")
        else:
            entry.people = _people(row)
            if not entry.people:
                entry.why_not = _("Nobody holds the role of reporter or manager there.")
        found.append(entry)
    return found


def remind(
    *,
    window: Window,
    organisations: Iterable[int],
    by: Any,
    again: bool = False,
    now: datetime | None = None,
) -> list[Entry]:
    """Mails those who are still to do something. Who was reminded during the last three days is left
    out, unless `again`. Returns what was reminded."""
    now = now or timezone.now()
    reminded = []
    with transaction.atomic():
        for entry in to_remind(window=window, organisations=organisations, now=now):
            if entry.why_not or (entry.lately and not again):
                continue
            made = Reminder.objects.create(
                window=window, organisation=entry.organisation, by=by, at=now
            )
            _tell(made, entry.people, now)
            reminded.append(entry)
    return reminded


def _people(row: Any, *, managers_too: bool = False) -> list[User]:
    """Whose turn it is: managers where the report waits for them, else the reporters."""
    managers = sending.holders("manager", row.pk)
    if row.standing == Report.State.ATTESTING:
        return managers
    reporters = sending.holders("reporter", row.pk)
    if managers_too:
        return list(dict.fromkeys([*reporters, *managers]))
    return reporters or managers


def _tell(made: Reminder, people: list[User], now: datetime) -> None:
    for person in people:
        mail.post(
            to=person.pk,
            letter=LETTER,
            ids={"reminder": made.pk},
            key=f"{LETTER}:{made.pk}:{person.pk}",
            now=now,
        )
    facts = {"people": len(people)}
    log.record(by=made.by, event="resources.reminder.sent", on=made, facts=facts, at=now)


# By the clock -------------------------------------------------------------------------------------


def occasions(window: Window) -> list[Occasion]:
    """The days on which the window reminds, the earliest first."""
    found = []
    for one in window.reminders_on:
        day = getattr(window, one["from"]) + timedelta(days=one["days"])
        code = f"{one['from']}{one['days']:+d}:{day.isoformat()}"
        found.append(Occasion(code, day, one["from"] == OPENS, one["managers"]))
    return sorted(found, key=lambda one: one.day)


def occasion_of(made: Reminder) -> Occasion | None:
    """The occasion that a reminder was sent at; None when somebody sent it, or the days have moved."""
    return next((one for one in occasions(made.window) if one.code == made.occasion), None)


def due(window: Window, today: date) -> Occasion | None:
    """The nearest occasion that has come. Those before it are passed over: one mail, not five. None
    before the window is open, when it has been for too long, and when there is none."""
    if today < window.opens_on:
        return None
    come = [one for one in occasions(window) if one.day <= today]
    return come[-1] if come and today - come[-1].day <= CATCH_UP else None


def post(*, now: datetime | None = None) -> int:
    """Sends the reminders whose day has come; returns of how many reports.

    Each organisation is reminded once at each occasion, however often this runs and wherever it was
    stopped: an organisation's reminder and its mails are one transaction. A last day that is moved
    makes new occasions. Before six in the morning it waits.
    """
    now = now or timezone.now()
    local = timezone.localtime(now)
    if local.time() < SENT_FROM:
        return 0
    reminded = 0
    for window in Window.objects.order_by("year"):
        if occasion := due(window, local.date()):
            for row in board.rows(window).order_by("pk"):
                reminded += _remind_at(occasion, window, row, now)
    return reminded


def _remind_at(occasion: Occasion, window: Window, row: Organisation, now: datetime) -> bool:
    with transaction.atomic():
        people = misses(window, row.pk, managers_too=occasion.managers)
        if not people:
            return False
        made, is_new = Reminder.objects.get_or_create(
            window=window,
            organisation_id=row.pk,
            occasion=occasion.code,
            defaults={"by": None, "at": now},
        )
        if is_new:
            _tell(made, people, now)
    return is_new


def misses(window: Window, organisation: int, *, managers_too: bool = False) -> list[User]:
    """Who has something left to do with that organisation's report, as it stands now: nobody when it
    is sent in, and not who wrote it when it waits for a manager.

    That there is nothing to report is an answer. Whoever gave it is asked no more by the clock,
    unless the reviewer has returned it; the board shows that it is not sent.
    """
    row = board.rows(window).filter(pk=organisation).first()
    if row is None or row.standing in board.SENT:
        return []
    answered = Report.objects.filter(window=window, organisation=organisation).exclude(nothing="")
    if row.standing == Report.State.DRAFT and answered.exists():
        return []
    return _people(row, managers_too=managers_too)
