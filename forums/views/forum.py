"""The pages of forums: which there are, and what one of them is and does."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.ui.lists import swedish
from coordination.writing.once import once
from forums import agenda, meetings
from forums.models import HELD_STATES, Action, Forum, ForumQuerySet

from . import status

LATEST = 5


def forums(request: HttpRequest) -> HttpResponse:
    """Every forum the person may see."""
    visible = Forum.objects.visible_to(request.user).prefetch_related("levels", "districts")
    context = {
        "forums": visible.order_by(swedish("name")),
        "may_establish": policy.may(request.user, Permission.ESTABLISH_FORUM),
    }
    return render(request, "forums/forum_list.html", context)


def kept_by(user: Any) -> ForumQuerySet:
    """The forums that the person keeps."""
    return Forum.objects.visible_to(user, Permission.LOG_MEETINGS)


def choose(
    request: HttpRequest, *, heading: str, question: str, leads_to: str, back: tuple[str, str]
) -> HttpResponse:
    """Which of the forums that the person keeps something is for; each leads to the address of that
    name. `back` is what the page stands under: what it is called, and the name of its address."""
    forums = list(kept_by(request.user).order_by(swedish("name")))
    context = {
        "heading": heading,
        "question": question,
        "rows": [(one, reverse(leads_to, args=[one.pk])) for one in forums],
        "parent": back[0],
        "parent_url": reverse(back[1]),
    }
    return render(request, "forums/forum_choose.html", context)


def forum(request: HttpRequest, forum: int) -> HttpResponse:
    """A forum: what it is for, who leads it, its meetings and what it waits for."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    now, today = timezone.now(), timezone.localdate()
    ahead = list(governed.meetings.not_held().filter(ends_at__gte=now).soonest_first()[:LATEST])
    # Held ones too whose time has not come: what was just finished must not be gone from here.
    over = Q(ends_at__lt=now) | Q(state__in=HELD_STATES)
    past = governed.meetings.filter(over).newest_first()[:LATEST]
    actions = (
        agenda.open_actions(governed)
        .select_related("meeting")
        .prefetch_related("owners__user", "owners__organisation")
    )
    context = {
        "forum": governed,
        "may_log": policy.may(request.user, Permission.LOG_MEETINGS, governed),
        "may_keep_forum": policy.may(request.user, Permission.KEEP_FORUM, governed),
        "standing": governed.standing_items.order_by("position"),
        "seats": governed.seats.active(today).select_related("user").in_order(),
        "next_meeting": ahead[0] if ahead else None,
        "ahead": [(one, status.of_meeting(one, now)) for one in ahead],
        "past": [(one, status.of_meeting(one, now)) for one in past],
        "actions": [(one, status.of_action(one, today)) for one in actions],
        "may_keep": set(
            Action.objects.visible_to(request.user, Permission.KEEP_ACTION)
            .filter(forum=governed)
            .open()
            .values_list("pk", flat=True)
        ),
    }
    return render(request, "forums/forum.html", context)


def meeting_plan_next(request: HttpRequest, forum: int) -> HttpResponse:
    """Plans the forum's next meeting with everything filled in, and leads to its plan."""
    governed: Forum = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        meeting = meetings.plan_next(forum=governed, by=request.user)
        return reverse("meeting_plan", args=[meeting.pk])

    try:
        return redirect(once(request, act))
    except meetings.NextMeetingExists as exists:
        messages.info(request, _("The next meeting is already planned. Here is its plan."))
        return redirect("meeting_plan", meeting=exists.meeting.pk)
