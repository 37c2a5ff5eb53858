"""What cases offer to the shared pages: links and tasks. Titles carry a number, never a name."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import contributions
from coordination.frame.contributions import Link, Task

from . import triage
from .models import Case

MOST = 20
"""So many of a kind stand on the start page; the list has them all."""


@contributions.start_tasks
def to_triage(user: Any, now: datetime) -> Iterator[Task]:
    """What was handed in and waits for this person's decision, the oldest first."""
    if not _carries(user):
        return
    waiting = Case.objects.visible_to(user, Permission.TRIAGE_CASE).order_by("received_at", "pk")
    for one in waiting[:MOST]:
        yield Task(
            kind="case",
            kind_name=_("Individual cases"),
            title=_("Decide what becomes of a case that was handed in"),
            url=reverse("case_triage", args=[one.pk]),
            context=_("Case %(number)s") % {"number": one.number},
            due=triage.target(one),
        )


def _carries(user: Any) -> bool:
    return settings.CASES_ENABLED and policy.may(user, Permission.CARRY_CASES)


contributions.link(Link("cases", gettext_lazy("Individual cases"), "cases", _carries))
