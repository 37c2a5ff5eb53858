"""The page of one assignment: the words that order it, whose it is, how it stands, what has been done."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.assignments import linked
from coordination.assignments.models import (
    Assignment,
    AssignmentFile,
    AssignmentOwner,
    Mandate,
    StatusUpdate,
)
from coordination.ui.lists import swedish

from . import status


def assignment(request: HttpRequest, assignment: int) -> HttpResponse:
    """One assignment (P26)."""
    governed: Assignment = request.governed  # type: ignore[attr-defined]
    user = request.user
    parts = _parts(governed, user)
    mandates = Mandate.objects.visible_to(user).filter(assignment=governed)
    context = {
        "assignment": governed,
        "status": status.of(governed.status),
        **parts,
        **_files(governed, user, may_update=bool(parts["mine"])),
        "mandates": mandates.select_related("guideline", "passage").order_by(
            "-guideline__in_force_from"
        ),
        "contributors": governed.contributors.order_by(swedish("name")),
        "history": _history(governed, user, several=parts["several"]),
        "sections": linked.sections(governed, user),
        "may_keep": policy.may(user, Permission.KEEP_ASSIGNMENTS) and not governed.ended_on,
    }
    return render(request, "assignments/assignment.html", context)


def _parts(assignment: Assignment, user: Any) -> dict[str, Any]:
    """What each owner says, whose part the person says, and what management is to decide."""
    now = timezone.now()
    standing = AssignmentOwner.objects.visible_to(user).standing().filter(assignment=assignment)
    owners = list(standing.select_related("organisation").order_by(swedish("organisation__name")))
    own = set(
        AssignmentOwner.objects.visible_to(user, Permission.UPDATE_ASSIGNMENTS)
        .filter(assignment=assignment)
        .values_list("pk", flat=True)
    )
    rows = [
        {
            "owner": one,
            "tag": status.of(one.status),
            "silent": "" if assignment.ended_on else status.silence(one, now),
            "may_update": one.pk in own and not assignment.ended_on,
        }
        for one in owners
    ]
    return {
        "rows": rows,
        "several": len(owners) > 1,
        "mine": [row["owner"] for row in rows if row["may_update"]],
        "silent": any(row["silent"] for row in rows),
        "wanting": [one for one in owners if one.decision_wanted and not one.is_closed],
    }


def _files(assignment: Assignment, user: Any, *, may_update: bool) -> dict[str, Any]:
    """The files to download; who may take them away is told which ones somebody took away."""
    found = AssignmentFile.objects.visible_to(user).filter(assignment=assignment)
    files = list(found.select_related("removed_by").order_by("number"))
    return {
        "files": [one for one in files if one.removed_at is None],
        "removed": [one for one in files if one.removed_at is not None] if may_update else [],
        "may_update": may_update,
    }


def _history(assignment: Assignment, user: Any, *, several: bool) -> list[tuple[Any, str]]:
    """What was said, the latest first, each with its heading."""
    said = (
        StatusUpdate.objects.visible_to(user)
        .filter(owner__assignment=assignment)
        .select_related("owner__organisation", "by")
        .order_by("-at", "-pk")
    )
    return [(one, status.title_of_update(one, several)) for one in said]
