"""What assignments tell of who works where (`coordination.frame.coverage`)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from coordination.frame.coverage import Fact

from .models import CLOSED, Assignment, AssignmentOwner, Mandate


def facts(user: Any, on: date) -> Iterator[Fact]:
    """The assignments that go on, for each owner and for those who contribute. One is at the level that
    the guideline's passage is about; most say none, and none says a district. What an owner has carried
    out, or closed, is not told of."""
    standing = Assignment.objects.visible_to(user).standing().exclude(status__in=CLOSED)
    assignments = {one.pk: one for one in standing.order_by("number")}
    levels = _levels(user)
    owners = AssignmentOwner.objects.visible_to(user).standing()
    owned: dict[int, set[int]] = {}
    for owner in owners.filter(assignment__in=standing.values("pk")).order_by("assignment__number"):
        owned.setdefault(owner.assignment_id, set()).add(owner.organisation_id)
        if not owner.is_closed:
            one = assignments[owner.assignment_id]
            yield _fact(one, {owner.organisation_id}, levels, owner.updated_at)
    helping: dict[int, set[int]] = {}
    through = Assignment.contributors.through.objects.filter(assignment__in=standing.values("pk"))
    for key, organisation in through.values_list("assignment_id", "organisation_id"):
        helping.setdefault(key, set()).add(organisation)
    for key, one in assignments.items():
        if others := helping.get(key, set()) - owned.get(key, set()):
            yield _fact(one, others, levels, one.updated_at)


def words(count: int) -> str:
    """1 assignment."""
    return ngettext("%(count)s assignment", "%(count)s assignments", count) % {"count": count}


def _levels(user: Any) -> dict[int, set[str]]:
    """By assignment, the levels that the guideline in its latest version orders it at."""
    latest = Mandate.objects.visible_to(user).filter(guideline__in_force_to=None)
    found: dict[int, set[str]] = {}
    said = latest.filter(passage__level__isnull=False)
    for key, code in said.values_list("assignment_id", "passage__level__code"):
        found.setdefault(key, set()).add(code)
    return found


def _fact(
    assignment: Assignment,
    organisations: set[int],
    levels: dict[int, set[str]],
    updated_at: datetime | None,
) -> Fact:
    return Fact(
        title=str(assignment),
        url=reverse("assignment", args=[assignment.pk]),
        organisations=frozenset(organisations),
        levels=frozenset(levels.get(assignment.pk, ())),
        last=timezone.localdate(updated_at) if updated_at else None,
    )
