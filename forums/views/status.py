"""How the state of a meeting or an action reads on a page, and with which tone."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.ui import dates
from forums import states
from forums.models import Action, ActionChange, Meeting


@dataclass(frozen=True)
class Tag:
    """A status in words, and the tone of its tag."""

    text: Any
    tone: str


CALLED_OFF = Tag(_("Cancelled"), "neutral")
WRITTEN_UP = Tag(_("Being written up"), "info")
TO_WRITE_UP = Tag(_("To be written up"), "warning")
_AHEAD: dict[str, Tag] = {
    Meeting.State.PLANNED: Tag(_("Planned"), "neutral"),
    Meeting.State.CALLED: Tag(_("Invitation sent"), "info"),
    Meeting.State.IN_PROGRESS: Tag(_("In progress"), "info"),
}


def of_meeting(meeting: Meeting, now: datetime) -> Tag:
    """The meeting's status; one whose end has passed without minutes is to be written up."""
    if meeting.state == Meeting.State.CANCELLED:
        return CALLED_OFF
    if meeting.state == Meeting.State.WRITING_UP:
        return WRITTEN_UP
    if meeting.has_minutes:
        return Tag(states.name_of(meeting), "plain" if meeting.is_locked else "warning")
    return TO_WRITE_UP if meeting.is_past(now) else _AHEAD[meeting.state]


def of_action(action: Action, today: date) -> Tag:
    """The action's status; "overdue" is computed, and the only one that is red."""
    if action.is_overdue(today):
        return Tag(dates.late(action.due, on=today), "danger")
    tone = "neutral" if action.is_open else "plain"
    text: str | Promise = action.get_state_display()  # type: ignore[attr-defined]
    return Tag(text, tone)


def of_change(change: ActionChange) -> str:
    """What happened with the action, in words: a move with both dates."""
    if change.kind == ActionChange.Kind.MOVED:
        return gettext("New date: %(new)s instead of %(old)s") % {
            "new": dates.day(change.new_due),
            "old": dates.day(change.old_due) or gettext("no date"),
        }
    return str(change.get_kind_display())  # type: ignore[attr-defined]
