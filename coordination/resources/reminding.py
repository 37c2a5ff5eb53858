"""Reminding organisations of reports that are not sent in: never those that are, and not every day."""

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

from . import board, sending
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
            managers = sending.holders("manager", row.pk)
            waits = row.standing == Report.State.ATTESTING
            entry.people = managers if waits else sending.holders("reporter", row.pk) or managers
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
            for person in entry.people:
                mail.post(
                    to=person.pk,
                    letter=LETTER,
                    ids={"reminder": made.pk},
                    key=f"{LETTER}:{made.pk}:{person.pk}",
                    now=now,
                )
            facts = {"people": len(entry.people)}
            log.record(by=by, event="resources.reminder.sent", on=made, facts=facts, at=now)
            reminded.append(entry)
    return reminded
