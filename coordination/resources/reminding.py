"""Reminding organisations of reports that are not sent in: never those that are, and not every day.

What the portal sends by itself stands in `occasions.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.actors.models import Organisation
from coordination.audit import log
from coordination.jobs import mail

from . import board, telling
from .models import Reminder, Report, Window

LETTER = "resources.reminder"
GUARD = timedelta(days=3)
"""So long after a reminder the next is sent only when somebody says so."""


@dataclass
class Entry:
    """An organisation that somebody means to remind, whom it reaches, and why not."""

    organisation: Organisation
    people: list[User] = field(default_factory=list)
    last: datetime | None = None
    lately: bool = False
    why_not: str = ""


def to_remind(
    *,
    window: Window,
    organisations: Iterable[int],
    copied: bool = False,
    now: datetime | None = None,
) -> list[Entry]:
    """What reminding these would do, an entry an organisation. A report that waits to be attested
    reaches the managers, any other those who write it, or the managers where there are none; with
    `copied` the managers always. Who has sent it in, or has answered that there is nothing to report,
    is not reminded of writing."""
    now = now or timezone.now()
    found = []
    for row in board.rows(window).filter(pk__in=list(organisations)).order_by("name"):
        entry = Entry(row, last=row.reminded_at)
        entry.lately = row.reminded_at is not None and row.reminded_at > now - GUARD
        waits = row.standing == Report.State.ATTESTING
        if row.standing in board.SENT:
            entry.why_not = _("The report is sent in.")
        elif row.answered_nothing and not waits:
            entry.why_not = _("They have answered that there is nothing to report.")
        else:
            entry.people = _reached(row, waits=waits, copied=copied)
            if not entry.people:
                entry.why_not = _("Nobody holds the role of reporter or manager there.")
        found.append(entry)
    return found


def _reached(row: Any, *, waits: bool, copied: bool) -> list[User]:
    managers = telling.holders("manager", row.pk)
    if waits:
        return managers
    writing = telling.holders("reporter", row.pk)
    if row.report:
        writing += [one for one in telling.invited(row.report) if one not in writing]
    if not writing or copied:
        writing += [one for one in managers if one not in writing]
    return writing


def mail_to(people: Iterable[User], made: Reminder, now: datetime) -> None:
    """The letters of a reminder; in its transaction."""
    for person in people:
        key = f"{LETTER}:{made.pk}:{person.pk}"
        mail.post(to=person.pk, letter=LETTER, ids={"reminder": made.pk}, key=key, now=now)


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
            mail_to(entry.people, made, now)
            facts = {"people": len(entry.people)}
            log.record(by=by, event="resources.reminder.sent", on=made, facts=facts, at=now)
            reminded.append(entry)
    return reminded
