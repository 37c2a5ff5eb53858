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
from coordination.administration import words
from coordination.frame import contributions
from coordination.frame.contributions import Link, Task

from . import closing, glimpses, letters, triage
from .models import Case, CheckUp, Closing

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


@contributions.start_tasks
def to_agree(user: Any, now: datetime) -> Iterator[Task]:
    """What somebody else who carries the case proposes to close."""
    mine = Case.objects.visible_to(user, Permission.KEEP_CASE) if _carries(user) else ()
    asked = Closing.objects.filter(case__in=mine, state=Closing.State.ASKED).exclude(asked_by=user)
    for one in asked.select_related("case").order_by("asked_at")[:MOST]:
        yield Task(
            kind="case",
            kind_name=_("Individual cases"),
            title=_("Answer the proposal to close"),
            url=reverse("case_closing", args=[one.case_id, one.pk]),
            context=_("Case %(number)s") % {"number": one.case.number},
            note=_("Waits for you"),
        )


@contributions.start_tasks
def to_look_again(user: Any, now: datetime) -> Iterator[Task]:
    """Closed cases in which it is time to see how it goes."""
    mine = Case.objects.visible_to(user, Permission.KEEP_CASE) if _carries(user) else ()
    due = CheckUp.objects.filter(case__in=mine, done_at=None, due_on__lte=closing.soon(now))
    for one in due.select_related("case").order_by("due_on")[:MOST]:
        yield Task(
            kind="case",
            kind_name=_("Individual cases"),
            title=_("Look again how it goes"),
            url=reverse("case_check_up", args=[one.case_id, one.pk]),
            context=_("Case %(number)s") % {"number": one.case.number},
            due=one.due_on,
        )


@contributions.start_tasks
def to_review(user: Any, now: datetime) -> Iterator[Task]:
    """Openings in an emergency that are over, for those who say whether they were in order."""
    if not _reviews(user):
        return
    for one in glimpses.to_review(user).filter(verdict="", ends_at__lte=now)[:MOST]:
        yield Task(
            kind="glimpse",
            kind_name=_("Openings in an emergency"),
            title=_("Review an opening in an emergency"),
            url=reverse("glimpse_review", args=[one.pk]),
            note=_("Waits for you"),
        )


def _reviews(user: Any) -> bool:
    return settings.CASES_ENABLED and policy.may(user, Permission.REVIEW_GLIMPSES)


def _carries(user: Any) -> bool:
    return settings.CASES_ENABLED and policy.may(user, Permission.CARRY_CASES)


contributions.link(Link("cases", gettext_lazy("Individual cases"), "cases", _carries))
contributions.link(
    Link("glimpses", gettext_lazy("Openings in an emergency"), "glimpse_list", _reviews)
)
words.letters(
    {
        letters.TASK: gettext_lazy("something is to be done in a case"),
        letters.LOOKED: gettext_lazy("a case was opened in an emergency"),
        letters.WAITS: gettext_lazy("somebody asks to open a protected case in an emergency"),
    }
)
