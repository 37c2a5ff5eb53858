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
from coordination.frame import contributions
from coordination.frame.contributions import Link, Task
from coordination.ui import dates

from . import triage
from .models import AdviceRequest, Case, HandInDraft

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


contributions.link(Link("cases", gettext_lazy("Individual cases"), "cases", _carries))
contributions.link(Link("referral", gettext_lazy("Hand in a case"), "hand_in", _hands_in))
contributions.link(Link("referrals", gettext_lazy("My handed-in cases"), "hand_in_mine", _hands_in))
