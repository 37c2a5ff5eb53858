"""What stands of forums on the pages of an assignment and of an agreement: the decisions that are tied to
it, and the actions that carry them out."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.assignments import linked
from coordination.assignments.models import Assignment
from coordination.frame import contributions
from coordination.frame.contributions import Linked
from coordination.ui import dates
from forums import agreed, assigned, decisions, matters
from forums.forms.decisions import PROGRESS
from forums.models import Action


@linked.offer
def linked_to_assignment(assignment: Assignment, user: Any) -> Iterator[linked.Section]:
    """The decisions about the assignment that the person may read, and the actions that carry them
    out. The same headings stand there, with the same words, when there are none and when there are
    some that the person may not see."""
    made = _latest_first(assigned.about(assignment, user))
    yield linked.Section(
        "decisions",
        _("Decisions"),
        _("No decision that you may see is tied to the assignment."),
        [_decision_row(one) for one in made],
    )
    today = timezone.localdate()
    yield linked.Section(
        "actions",
        _("Actions"),
        _("No action that you may see is tied to the assignment."),
        [_action_row(one, today) for one in _actions_of(made, user)],
    )


def _latest_first(made: Any) -> list[Any]:
    return list(
        decisions.with_progress(made)
        .select_related("item__meeting__forum")
        .order_by("-item__meeting__starts_at", "-pk")
    )


def _actions_of(made: list[Any], user: Any) -> Any:
    items, keys = [one.item_id for one in made], [one.pk for one in made]
    return matters.actions_of(items=items, decisions=keys, user=user)


@contributions.section(
    "agreement",
    "decisions",
    gettext_lazy("Decisions"),
    empty=lambda _agreement: _("No decision that you may see is tied to the agreement."),
)
def decisions_of_agreement(user: Any, agreement: Any) -> Iterator[Linked]:
    """The decisions about the agreement that the person may read."""
    for one in map(_decision_row, _latest_first(agreed.about(agreement, user))):
        yield Linked(one.title, one.url, f"{one.context} · {one.state}")


@contributions.section(
    "agreement",
    "actions",
    gettext_lazy("Actions"),
    empty=lambda _agreement: _("No action that you may see is tied to the agreement."),
)
def actions_of_agreement(user: Any, agreement: Any) -> Iterator[Linked]:
    """The actions of those decisions that the person may see."""
    today = timezone.localdate()
    for action in _actions_of(list(agreed.about(agreement, user)), user):
        one = _action_row(action, today)
        yield Linked(one.title, one.url, f"{one.context} · {one.state}")


def _decision_row(decision: Any) -> linked.Row:
    meeting = decision.item.meeting
    return linked.Row(
        title=decision.text,
        url=reverse("decision", args=[decision.pk]),
        context=_("Decision § %(mark)s, %(forum)s %(date)s")
        % {
            "mark": decision.mark,
            "forum": meeting.forum.name,
            "date": dates.day(meeting.starts_at),
        },
        state=str(PROGRESS[decision.progress]),
    )


def _action_row(action: Action, today: date) -> linked.Row:
    late = dates.late(action.due, on=today) if action.is_open else ""
    return linked.Row(
        title=action.text,
        url=reverse("action", args=[action.pk]),
        context=action.owners_label,
        state=late or str(action.get_state_display()),
    )
