"""The states of a meeting: what each is called for each form of minutes, and what may follow.

This is the one table (the code of a state and its names stand in `Meeting.State`): what moves a
meeting goes through `move`, which refuses a step that is not in it.
"""

from typing import Any

from django.utils.translation import pgettext_lazy

from .models import Forum, Meeting

State = Meeting.State

FOLLOWS: dict[str, tuple[str, ...]] = {
    # code: what may follow
    State.PLANNED: (State.CALLED, State.IN_PROGRESS, State.WRITING_UP, State.CANCELLED),
    State.CALLED: (State.IN_PROGRESS, State.WRITING_UP, State.CANCELLED),
    State.IN_PROGRESS: (State.WRITING_UP,),
    State.WRITING_UP: (State.AWAITING,),
    State.AWAITING: (State.LOCKED, State.WRITING_UP),
    State.LOCKED: (),
    State.CANCELLED: (),
}
"""A meeting that was never begun is written up at once when it is recorded afterwards."""

NAMES: dict[str, Any] = dict(State.choices)
NAMES_OF_NOTES: dict[str, Any] = NAMES | {
    State.AWAITING: pgettext_lazy("notes", "Awaiting approval"),
    State.LOCKED: pgettext_lazy("notes", "Approved"),
}
"""Minutes are adjusted by the chair and one more (justeras), notes approved by the chair."""


def name_of(meeting: Meeting) -> Any:
    """What the meeting's state is called, with the words of its forum's form of minutes."""
    notes = meeting.forum.minutes_form == Forum.MinutesForm.NOTES
    return (NAMES_OF_NOTES if notes else NAMES)[meeting.state]


def move(meeting: Meeting, to: str, **changes: Any) -> bool:
    """Moves the meeting to a state that may follow the one it has; False when none such stands there.

    By conditional update: of two who move it at once one succeeds. The caller has the transaction.
    """
    before = [state for state, following in FOLLOWS.items() if to in following]
    moved = Meeting.objects.filter(pk=meeting.pk, state__in=before).update(state=to, **changes)
    meeting.refresh_from_db()
    return bool(moved)
