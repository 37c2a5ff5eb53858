"""What cases offer to the shared pages: links and tasks. Titles carry a number, never a name."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.administration import words
from coordination.frame import contributions
from coordination.frame.contributions import Link, Task
from coordination.ui import dates

from . import closing, destroying, documenting, glimpses, lateness, letters, triage
from .models import AdviceRequest, Case, CheckUp, Closing, HandInDraft

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
    if not _carries(user):
        return
    mine = Closing.objects.visible_to(user, Permission.KEEP_CASE)
    asked = mine.filter(state=Closing.State.ASKED).exclude(asked_by=user)
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
    if not _carries(user):
        return
    mine = CheckUp.objects.visible_to(user, Permission.KEEP_CASE)
    due = mine.filter(done_at=None, due_on__lte=closing.soon(now))
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


@contributions.start_tasks
def late_in_the_unit(user: Any, now: datetime) -> Iterator[Task]:
    """For who manages a unit: how many cases are late, and nothing of what they are about."""
    if not settings.CASES_ENABLED or lateness.ROLE not in policy.roles_of(user):
        return
    for late in lateness.of(user, timezone.localdate(now)):
        yield Task(
            kind="late",
            kind_name=_("Individual cases"),
            title=_("Ask your coordinators about what is late"),
            url=reverse("tasks"),
            context=f"{late.unit}: {', '.join(_late(late))}",
        )


def _late(late: lateness.Late) -> Iterator[str]:
    if late.triages:
        yield ngettext(
            "%(count)s case waits to be triaged", "%(count)s cases wait to be triaged", late.triages
        ) % {"count": late.triages}
    if late.drifting:
        yield ngettext("%(count)s case drifts", "%(count)s cases drift", late.drifting) % {
            "count": late.drifting
        }


@contributions.start_tasks
def to_approve(user: Any, now: datetime) -> Iterator[Task]:
    """Destructions that wait for the second person, for who may be it."""
    if not (settings.CASES_ENABLED and policy.may(user, Permission.APPROVE_DESTRUCTION)):
        return
    for one in destroying.waiting_for(user):
        yield Task(
            kind="destruction",
            kind_name=_("Destruction"),
            title=_("Decide on a proposed destruction"),
            url=reverse("destruction", args=[one.pk]),
            context=_("Destruction %(number)s") % {"number": one.pk},
            note=_("Proposed %(day)s") % {"day": dates.day(one.proposed_at)},
        )


@contributions.start_tasks
def to_follow_up(user: Any, now: datetime) -> Iterator[Task]:
    """The cases that the person carries whose day of follow-up is near or past, or in which nobody has
    written for long. One question to the database for both."""
    if not _carries(user):
        return
    for one, due in documenting.waits_for(user, timezone.localdate(now), MOST):
        yield Task(
            kind="case",
            kind_name=_("Individual cases"),
            title=_("Follow up the plan") if due else _("Write in the case, or close it"),
            url=reverse("case_follow_up" if due else "case_events", args=[one.pk]),
            context=_("Case %(number)s") % {"number": one.number},
            due=due,
            note="" if due else _("Nothing is written for 60 days"),
        )


@contributions.start_tasks
def to_advise(user: Any, now: datetime) -> Iterator[Task]:
    """That somebody waits for advice from this person's unit: how many, and nothing of what they ask."""
    if not _carries(user):
        return
    waiting = AdviceRequest.objects.visible_to(user).filter(answered_at=None).count()
    if waiting:
        yield Task(
            kind="advice",
            kind_name=_("Requests for advice"),
            title=_("Contact those who ask for advice"),
            url=reverse("advice"),
            context=ngettext("%(count)s waits", "%(count)s wait", waiting) % {"count": waiting},
        )


@contributions.start_tasks
def to_hand_in(user: Any, now: datetime) -> Iterator[Task]:
    """What this person has begun to write and not handed in."""
    if not _hands_in(user):
        return
    begun = HandInDraft.objects.visible_to(user).only("begun_at", "expires_at")
    for one in begun.order_by("expires_at")[:MOST]:
        yield Task(
            kind="draft",
            kind_name=_("Hand in a case"),
            title=_("Finish the draft of a case, or throw it away"),
            url=reverse("hand_in_happened", args=[one.pk]),
            context=_("Draft begun %(date)s at %(time)s")
            % {"date": dates.day(one.begun_at), "time": dates.hour(one.begun_at)},
            due=timezone.localdate(one.expires_at),
        )


def _hands_in(user: Any) -> bool:
    return settings.CASES_ENABLED and policy.may(user, Permission.HAND_IN_CASE)


def _carries(user: Any) -> bool:
    return settings.CASES_ENABLED and policy.may(user, Permission.CARRY_CASES)


def _reads_destructions(user: Any) -> bool:
    return settings.CASES_ENABLED and policy.may(user, Permission.READ_DESTRUCTION)


contributions.link(
    Link("disposal", gettext_lazy("Destruction"), "destructions", _reads_destructions)
)
contributions.link(Link("cases", gettext_lazy("Individual cases"), "cases", _carries))
contributions.link(
    Link("glimpses", gettext_lazy("Openings in an emergency"), "glimpse_list", _reviews)
)
words.letters(
    {
        letters.TASK: gettext_lazy("something is to be done in a case"),
        letters.LOOKED: gettext_lazy("a case was opened in an emergency"),
        letters.LATE: gettext_lazy("something is late in your unit"),
        letters.WAITS: gettext_lazy("somebody asks to open a protected case in an emergency"),
    }
)
contributions.link(Link("referral", gettext_lazy("Hand in a case"), "hand_in", _hands_in))
contributions.link(Link("referrals", gettext_lazy("My handed-in cases"), "hand_in_mine", _hands_in))
