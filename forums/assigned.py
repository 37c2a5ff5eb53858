"""The assignment of the guideline that a decision is about.

Both ways everyone is given what they may see and nothing else: the assignment to those whose role reads
assignments, a decision to those who read it where it was made.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.assignments.models import Assignment
from coordination.audit import log

from . import decisions, tied
from .models import Decision, DecisionAssignment, DecisionQuerySet


def assign(
    *,
    decision: Decision,
    assignment: Assignment | None,
    by: Any,
    now: datetime | None = None,
) -> None:
    """The decision is about this assignment from now on, and about no other; with None, about none.

    Saying it again changes nothing. The minutes are not changed by it. Raises WrongState while the
    meeting has no minutes.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if not tied.say(
            DecisionAssignment, decision=decision, by=by, now=now, assignment=assignment
        ):
            return
        if assignment is None:
            log.record(by=by, event="forums.decision.unassigned", on=decision, at=now)
        else:
            log.record(
                by=by,
                event="forums.decision.assigned",
                on=decision,
                facts={"assignment": assignment.pk},
                at=now,
            )


def assignment_of(decision: Decision, user: Any) -> Assignment | None:
    """The assignment that the decision is about, of a decision that the person may read, for those who
    read assignments."""
    said = getattr(decision, "assigned", None)
    reads = said is not None and policy.may(user, Permission.VIEW_ASSIGNMENTS)
    return said.assignment if reads else None


def may_say(user: Any) -> bool:
    """Whether the person, where they keep the forum of a decision, says which assignment it is about:
    who reads assignments does."""
    return policy.may(user, Permission.VIEW_ASSIGNMENTS)


def about(assignment: Assignment, user: Any) -> DecisionQuerySet:
    """The decisions about the assignment that the person may read."""
    said = DecisionAssignment.objects.visible_to(user).filter(assignment=assignment)
    return decisions.seen_by(user).filter(assigned__in=said)
