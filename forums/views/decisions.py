"""The pages of decisions: the list, and one decision with what came of it."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.ui.lists import Column, ListPage, swedish, swedish_key
from coordination.writing import saved_views
from coordination.writing.once import once
from forums import agreed, assigned, matters
from forums import decisions as kept
from forums.forms.decisions import PROGRESS, DecisionFilter, DecisionsOfForum
from forums.models import LOG_STATES, Decision, Forum
from forums.refusals import Refused

from . import status

_TONES = {kept.UNTRACKED: "neutral", kept.DROPPED: "neutral", kept.UNDER_WAY: "info"}
COLUMNS = (
    Column("decision", gettext_lazy("Decision"), order=(swedish("text"),)),
    Column(
        "forum",
        gettext_lazy("Forum"),
        order=(swedish("item__meeting__forum__name"), "-item__meeting__starts_at"),
    ),
    Column(
        "date",
        gettext_lazy("Date"),
        order=("item__meeting__starts_at", "item__position", "number"),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column("progress", gettext_lazy("What came of it")),
)


def decisions(request: HttpRequest) -> HttpResponse:
    """Every decision the person may read, the latest first."""
    page = listed(request)
    context = {
        "list": page,
        "rows": [(one, progress_of(one)) for one in page.rows],
        "views": saved_views.of(request.user, "decisions"),
    }
    return render(request, "forums/decision_list.html", context)


def forum_decisions(request: HttpRequest, forum: int) -> HttpResponse:
    """Every decision of one forum, the latest first (P06)."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    page = listed(request, governed)
    rows = [(one, progress_of(one)) for one in page.rows]
    context = {"forum": governed, "list": page, "rows": rows}
    return render(request, "forums/forum_decisions.html", context)


def listed(request: HttpRequest, forum: Forum | None = None) -> ListPage:
    """The decisions that the address asks for, of those the person may read: all, or one forum's."""
    visible = kept.seen_by(request.user)
    if forum is not None:
        visible = visible.filter(item__meeting__forum=forum)
    forums = visible.order_by().values_list("item__meeting__forum", "item__meeting__forum__name")
    choices = sorted(forums.distinct(), key=lambda one: swedish_key(one[1]))
    return ListPage(
        request,
        kept.with_progress(visible).select_related("item__meeting__forum", "carried_out"),
        columns=[one for one in COLUMNS if forum is None or one.key != "forum"],
        default="-date",
        filters=partial(
            DecisionsOfForum if forum else DecisionFilter, forums=choices, now=timezone.now()
        ),
    )


def progress_of(decision: Any) -> status.Tag:
    """What came of the decision, in words."""
    return status.Tag(PROGRESS[decision.progress], _TONES.get(decision.progress, "plain"))


def decision(request: HttpRequest, decision: int) -> HttpResponse:
    """One decision: where and when it was made, what came of it, and the matter it belongs to."""
    seen = kept.with_progress(kept.seen_by(request.user)).select_related(
        "carried_out", "assigned__assignment", "agreed", "item__meeting__forum"
    )
    found = seen.filter(pk=decision).first()
    if found is None:
        # Noted in a meeting that is still running, and read by somebody who does not keep it.
        raise Http404
    meeting, today = found.item.meeting, timezone.localdate()
    own = matters.actions_of(items=[found.item_id], decisions=[found.pk], user=request.user)
    keeps = policy.may(request.user, Permission.LOG_MEETINGS, found)
    context = {
        "decision": found,
        "carried_out": getattr(found, "carried_out", None),
        "meeting": meeting,
        "forum": meeting.forum,
        "progress": progress_of(found),
        "may_mark": keeps and meeting.state in LOG_STATES,
        "may_follow": keeps and meeting.has_minutes,
        "may_see_forum": policy.may(request.user, Permission.VIEW_FORUM, meeting.forum),
        "actions": [(one, status.of_action(one, today)) for one in own],
        "assignment": assigned.assignment_of(found, request.user),
        "agreement": agreed.agreement_of(found, request.user),
        "may_agree": keeps and meeting.has_minutes and agreed.may_say(request.user),
        "may_assign": keeps and meeting.has_minutes and assigned.may_say(request.user),
        "related": _latest_first(matters.related(found, request.user)),
        "steps": [_step(one, today) for one in matters.story(found, request.user)],
    }
    return render(request, "forums/decision.html", context)


def _latest_first(decisions: Any) -> Any:
    return decisions.select_related("item__meeting__forum").order_by(
        "-item__meeting__starts_at", "-pk"
    )


def _step(step: matters.Step, today: date) -> dict[str, Any]:
    """A step of the story, with the status of each of its actions and what a change says."""
    return {
        "step": step,
        "actions": [(one, status.of_action(one, today)) for one in step.actions],
        "said": status.of_change(step.change) if step.change else "",
    }


def decision_report(request: HttpRequest, decision: int) -> HttpResponse:
    """Says that the decision is to be reported to management, or no longer."""
    governed: Decision = request.governed  # type: ignore[attr-defined]
    report = request.POST.get("report") == "yes"

    def act() -> str:
        kept.set_report(decision=governed, report=report, by=request.user)
        said = _("The decision is to be reported to management.")
        taken_back = _("The decision is no longer to be reported to management.")
        messages.success(request, said if report else taken_back)
        return reverse("decision", args=[governed.pk])

    try:
        return redirect(once(request, act))
    except Refused as refusal:
        messages.info(request, refusal.text)
        return redirect("decision", decision=governed.pk)
