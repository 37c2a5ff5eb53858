"""One act on several meetings or actions: each by itself, so that one refusal stops no other.

All is one transaction. What cannot be done to one of them is returned beside it, as the sentence that
the act itself refuses with.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import actions, entries, meetings
from .models import Action, Meeting
from .refusals import Refused

MOST = 50
"""More than a page of a list holds, and few enough for one transaction."""


@dataclass
class Done:
    """What was done, and what was not and why."""

    rows: list[Any] = field(default_factory=list)
    refused: list[tuple[Any, Refused]] = field(default_factory=list)


def call(*, meetings_to_call: Iterable[Meeting], by: Any, now: datetime | None = None) -> Done:
    """Calls each of the meetings that can be called."""
    moment = now or timezone.now()
    return _each(meetings_to_call, lambda one: meetings.call(meeting=one, by=by, now=moment))


def mark_done(
    *, actions_done: Iterable[Action], by: Any, comment: str = "", now: datetime | None = None
) -> Done:
    """Marks each of the actions that is still open as done, with the same comment."""
    moment = now or timezone.now()
    return _each(
        actions_done,
        lambda one: actions.mark_done(action=one, comment=comment, by=by, now=moment),
    )


def move(
    *,
    actions_moved: Iterable[Action],
    due: date | None,
    by: Any,
    reason: str = "",
    now: datetime | None = None,
) -> Done:
    """Gives each of the open actions the same new date.

    A date or a reason that would be refused for some open one is refused for all: raises Missing,
    DueTooEarly and ReasonNeeded, and nothing is moved.
    """
    moment = now or timezone.now()

    def act(one: Action) -> None:
        one.refresh_from_db()
        if not one.is_open:
            raise entries.already_closed(one)
        try:
            actions.move(action=one, due=due, reason=reason, by=by, now=moment)
        except (actions.AlreadyClosed, actions.MovedMeanwhile):
            raise
        except Refused as refusal:
            raise _ForAll(refusal) from refusal

    try:
        return _each(actions_moved, act)
    except _ForAll as wrapped:
        raise wrapped.refusal from None


class _ForAll(Exception):
    """What is wrong with what was written, whichever row it is about."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def _each(rows: Iterable[Any], act: Callable[[Any], Any]) -> Done:
    result = Done()
    with transaction.atomic():
        # Always in the same order, so that two who do this at once do not wait for each other.
        for row in sorted(rows, key=lambda one: one.pk):
            try:
                with transaction.atomic():
                    act(row)
            except Refused as refusal:
                result.refused.append((row, refusal))
            else:
                result.rows.append(row)
    return result
