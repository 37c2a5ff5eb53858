"""How the status of an assignment, and its silence, read on a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.assignments import updates
from coordination.assignments.models import CLOSED, Assignment, AssignmentOwner, Status

TONES = {
    Status.NOT_STARTED: "neutral",
    Status.UNDER_WAY: "info",
    Status.PAUSED: "warning",
    Status.DONE: "plain",
    Status.DROPPED: "ended",
}


@dataclass(frozen=True)
class Tag:
    """A status in words, and the tone of its tag."""

    text: Any
    tone: str


def of(status: str) -> Tag:
    return Tag(Status(status).label, TONES[Status(status)])


def silence(owner: AssignmentOwner, now: datetime) -> str:
    """ "Ingen uppdatering på 94 dagar", or nothing while that is not long."""
    last = owner.updated_at or owner.since
    if owner.status in CLOSED or now - last <= updates.STALE:
        return ""
    return silence_of(updates.silent_days(owner, now))


def silence_of(days: int) -> str:
    return ngettext("No update for %(count)s day", "No update for %(count)s days", days) % {
        "count": days
    }


@dataclass
class Line:
    """An assignment as the lists show it: whose it is, for how long nothing was said, what is next."""

    assignment: Assignment
    tag: Tag
    owners: list[AssignmentOwner]
    silent: str
    late: bool
    next_step: str
    next_on: date | None
    next_of: str

    @property
    def owners_label(self) -> str:
        return ", ".join(one.organisation.name for one in self.owners)


def line(assignment: Assignment, now: datetime) -> Line:
    """From an assignment with its standing owners fetched."""
    owners = list(assignment.owners.all())
    open_owners = [one for one in owners if one.status not in CLOSED]
    silent = [one for one in open_owners if silence(one, now)]
    longest = max((updates.silent_days(one, now) for one in silent), default=0)
    coming = next(iter(sorted(filter(lambda one: one.next_step, open_owners), key=_soonest)), None)
    several = len(owners) > 1
    return Line(
        assignment=assignment,
        tag=of(assignment.status),
        owners=owners,
        silent=silence_of(longest) if silent and not assignment.ended_on else "",
        late=bool(
            assignment.due and assignment.due < timezone.localdate(now) and not assignment.is_closed
        ),
        next_step=coming.next_step if coming else "",
        next_on=coming.next_on if coming else None,
        next_of=coming.organisation.name if coming and several else "",
    )


def _soonest(owner: AssignmentOwner) -> tuple[bool, date, int]:
    return owner.next_on is None, owner.next_on or date.max, owner.pk


def groups(lines: Iterable[Line], counts: dict[str, int]) -> list[tuple[Tag, str, list[Line]]]:
    """The lines under the status they have, in the order of statuses, with how many the whole list has
    of it, in words."""
    found: list[tuple[Tag, str, list[Line]]] = []
    held = list(lines)
    for status in Status:
        here = [one for one in held if one.assignment.status == status]
        if here:
            count = counts.get(status, len(here))
            said = ngettext("%(count)s assignment", "%(count)s assignments", count)
            found.append((of(status), said % {"count": count}, here))
    return found


def title_of_update(update: Any, several: bool) -> str:
    """A line of the history."""
    said = Status(update.status).label
    if several:
        return _("%(organisation)s: %(status)s") % {
            "organisation": update.owner.organisation.name,
            "status": said,
        }
    return str(said)
