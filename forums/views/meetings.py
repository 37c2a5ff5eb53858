"""The pages of meetings before they begin, and the page that shows one at any time."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.ui.fields import row_key
from coordination.ui.lists import Column, ListPage, swedish, swedish_key
from coordination.writing import saved_views
from coordination.writing.once import once
from forums import (
    agenda,
    answers,
    calls,
    documents,
    meetings,
    owners,
    proposals,
    rescheduling,
)
from forums.forms.filters import MeetingFilter, MeetingsOfForum
from forums.forms.meetings import PlanForm, TimesForm
from forums.forms.proposals import Proposed
from forums.models import Action, ActionOwner, Document, Forum, Meeting, Participation
from forums.refusals import Refused

from . import rescheduling as series_pages
from . import status
from .documents import ITEM
from .forum import choose, kept_by

COLUMNS = (
    Column(
        "date",
        gettext_lazy("Date"),
        order=("starts_at",),
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column("forum", gettext_lazy("Forum"), order=(swedish("forum__name"), "-starts_at")),
    Column("place", gettext_lazy("Place"), order=(swedish("place"), "-starts_at")),
    Column("status", gettext_lazy("Status")),
    Column("actions", gettext_lazy("Open actions"), css="cell--number"),
)


def meeting_list(request: HttpRequest) -> HttpResponse:
    """Every meeting the person may see, filtered as the address says (P05)."""
    now = timezone.now()
    kept = Meeting.objects.visible_to(request.user, Permission.LOG_MEETINGS)
    to_call = kept.filter(state=Meeting.State.PLANNED, starts_at__gte=now, pk=OuterRef("pk"))
    visible = Meeting.objects.visible_to(request.user).annotate(may_call=Exists(to_call))
    page = listed(request, visible, now)
    context = {
        "list": page,
        "rows": [(meeting, status.of_meeting(meeting, now)) for meeting in page.rows],
        "may_call_some": any(meeting.may_call for meeting in page.rows),
        "may_log_some": may_plan_some(request),
        "views": saved_views.of(request.user, "meetings"),
    }
    return render(request, "forums/meeting_list.html", context)


def listed(
    request: HttpRequest,
    visible: QuerySet[Meeting],
    now: datetime,
    *,
    filters: type[MeetingFilter] = MeetingFilter,
    **kind: Any,
) -> ListPage:
    """Of these meetings the ones that the address asks for, as the list shows them unless `kind` says
    otherwise."""
    places = visible.order_by().values_list(
        "forum_id", "forum__name", "forum__districts", "forum__districts__name"
    )
    found = list(places.distinct())
    forums = sorted({row[:2] for row in found}, key=lambda one: swedish_key(one[1]))
    districts = sorted(
        {(pk, name) for _forum, _name, pk, name in found if pk}, key=lambda one: swedish_key(one[1])
    )
    return ListPage(
        request,
        visible.select_related("forum").annotate(
            open_actions=Count("actions", filter=Q(actions__state="open"), distinct=True)
        ),
        filters=partial(filters, forums=forums, districts=districts, now=now),
        **({"columns": COLUMNS, "default": "-date"} | kind),
    )


def forum_meetings(request: HttpRequest, forum: int) -> HttpResponse:
    """Every meeting of one forum, as the list of all shows them (P06)."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    now = timezone.now()
    visible = Meeting.objects.visible_to(request.user).filter(forum=governed)
    columns = [one for one in COLUMNS if one.key != "forum"]
    page = listed(request, visible, now, filters=MeetingsOfForum, columns=columns)
    context = {
        "forum": governed,
        "may_log": policy.may(request.user, Permission.LOG_MEETINGS, governed),
        "list": page,
        "rows": [(meeting, status.of_meeting(meeting, now)) for meeting in page.rows],
    }
    return render(request, "forums/forum_meetings.html", context)


def may_plan_some(request: HttpRequest) -> bool:
    """Whether the person may plan meetings of any forum."""
    return kept_by(request.user).exists()


def meeting_new_choose(request: HttpRequest) -> HttpResponse:
    """Which forum the new meeting is for."""
    return choose(
        request,
        heading=_("New meeting"),
        question=_("Which forum is to meet?"),
        leads_to="meeting_new",
        back=(_("Meetings"), "meetings"),
    )


def meeting_afterwards_choose(request: HttpRequest) -> HttpResponse:
    """Which forum has met."""
    return choose(
        request,
        heading=_("Record a past meeting"),
        question=_("Which forum has met?"),
        leads_to="meeting_afterwards",
        back=(_("Meetings"), "meetings"),
    )


def meeting_new(request: HttpRequest, forum: int) -> HttpResponse:
    """A meeting at a time of one's own choice; everything else is filled in on its plan page."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    starts_at, ends_at = agenda.next_times(governed, now=timezone.now())
    initial = TimesForm.initial_of(starts_at, ends_at, governed.usual_place)
    form = TimesForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> str:
        planned = meetings.plan(
            forum=governed,
            starts_at=form.starts_at,
            ends_at=form.ends_at,
            place=form.cleaned_data["place"],
            by=request.user,
        )
        return reverse("meeting_plan", args=[planned.pk])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {"form": form, "forum": governed}
    return render(request, "forums/meeting_new.html", context)


def meeting_plan(request: HttpRequest, meeting: int) -> HttpResponse:
    """The plan: time, place, agenda and participants, and the invitation (P07)."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    if request.method != "POST":
        return _show_plan(request, PlanForm(governed)) if governed.is_plan else _begun(request)
    form = PlanForm(governed, request.POST)
    proposed = Proposed(governed, request.POST)
    anchor = _rearrange(form, request.POST.get("do", ""))

    def act() -> str:
        before = list(governed.participations.select_related("user"))
        was = (governed.starts_at, governed.ends_at, governed.place)
        meetings.change(meeting=governed, by=request.user, **form.plan())
        if governed.state == Meeting.State.CALLED and not governed.is_past(timezone.now()):
            if was != (governed.starts_at, governed.ends_at, governed.place):
                messages.success(
                    request, _("A changed invitation is being sent to those who are called.")
                )
            _tell_left(request, meetings.left(governed, before))
            _tell_added(request, governed, {one.pk for one in before})
        proposed.decide(request.user)
        return _attaching(governed, form) or reverse("meeting_plan", args=[governed.pk]) + anchor

    if all([form.is_valid(), proposed.is_valid()]):
        try:
            url = once(request, act)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            if form.moves_series:
                return _ask_for_series(request, form)
            if proposed.wish:
                messages.success(request, proposed.said)
            elif not anchor:
                # Also where a document comes next: who changes their mind has lost nothing.
                messages.success(request, _("The meeting is saved."))
            return redirect(url)
    return _show_plan(request, form, proposed)


def _ask_for_series(request: HttpRequest, form: PlanForm) -> HttpResponse:
    """What a new time or place would change in the coming meetings: all else on the plan is saved."""
    messages.info(request, _("The time and the place are not changed yet. Check what changes."))
    return series_pages.change_page(request, form.meeting)


def _rearrange(form: PlanForm, wish: str) -> str:
    """Does what a row's button asks for; returns where on the page to come back to."""
    name, _dash, number = wish.partition("-")
    index = int(number) if number.isdecimal() and len(number) < 4 else -1
    match name:
        case "up":
            return f"#item-{form.move(index, -1)}"
        case "down":
            return f"#item-{form.move(index, 1)}"
        case "remove":
            form.remove(index)
            return "#agenda"
        case "add":
            return "#new-item"
        case "invite":
            return "#participants"
        case "accept" | "decline":
            return "#proposals" if form.meeting.proposals.waiting().count() > 1 else "#agenda"
    return ""


def _attaching(meeting: Meeting, form: PlanForm) -> str:
    """The page to hand in a document on, where that was the button: the plan has been saved first."""
    wish, _dash, number = form.data.get("do", "").partition("-")
    if wish != "attach":
        return ""
    item = meeting.items.filter(pk=row_key(number)).first() if row_key(number) else None
    address = reverse("document_new", args=[meeting.pk])
    return f"{address}?{ITEM}={item.pk}" if item else address


def _show_plan(
    request: HttpRequest, form: PlanForm, proposed: Proposed | None = None
) -> HttpResponse:
    meeting = form.meeting
    proposed = proposed or Proposed(meeting)
    papers: dict[str, list[Document]] = {}
    for paper in documents.of(meeting):
        papers.setdefault(str(paper.item_id or ""), []).append(paper)
    for row in form.rows:
        row.papers = papers.get(str(row["id"].value() or "-"), [])
    context = {
        "plan": form,
        "proposed": proposed.rows,
        "papers": papers.get("", []),
        "errors": [*form.errors, *proposed.errors],
        "meeting": meeting,
        "forum": meeting.forum,
        "status": status.of_meeting(meeting, timezone.now()),
        "untold": calls.changes(meeting) if meeting.state == Meeting.State.CALLED else [],
        "room": meeting.minutes_planned,
        "over": form.minutes_sum - meeting.minutes_planned,
        "follow_ups": _follow_ups(meeting),
        "suggestions": owners.suggestions(meeting.forum, meeting),
    }
    return render(request, "forums/meeting_plan.html", context)


def _follow_ups(meeting: Meeting) -> list[Action]:
    """What stands under the item that follows up actions: as it was carried, or as it is now."""
    if meeting.is_plan:
        actions = agenda.open_actions(meeting.forum, besides=meeting)
    else:
        actions = Action.objects.filter(carried_to__meeting=meeting).order_by("carried_to__pk")
    return list(actions.prefetch_related("owners__user", "owners__organisation"))


def meeting_call(request: HttpRequest, meeting: int) -> HttpResponse:
    """Sends the invitation; from the plan page everything on it is saved first."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    form = PlanForm(governed, request.POST if "version" in request.POST else None)

    def act() -> str:
        if form.is_bound:
            meetings.change(meeting=governed, by=request.user, **form.plan())
            if form.moves_series:
                return request.path
        unreached = meetings.call(meeting=governed, by=request.user)
        count = governed.participations.count() - len(unreached)
        _tell_called(request, count, len(unreached))
        return reverse("meeting", args=[governed.pk])

    if not form.is_bound or form.is_valid():
        try:
            url = once(request, act)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            moves = form.is_bound and form.moves_series
            return _ask_for_series(request, form) if moves else redirect(url)
    return _show_plan(request, form) if form.is_bound or governed.is_plan else _begun(request)


def meeting_call_again(request: HttpRequest, meeting: int) -> HttpResponse:
    """Tells those called what has changed; from the plan page everything on it is saved first."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    form = PlanForm(governed, request.POST if "version" in request.POST else None)

    def act() -> str:
        told = governed.calls.count()
        if form.is_bound:
            meetings.change(meeting=governed, by=request.user, **form.plan())
            if form.moves_series:
                return request.path
        # A new time or place is told as it is saved.
        if governed.calls.count() == told:
            meetings.call_again(meeting=governed, by=request.user)
        messages.success(request, _("The changed invitation is being sent."))
        return reverse("meeting", args=[governed.pk])

    if not form.is_bound or form.is_valid():
        try:
            url = once(request, act)
        except meetings.NothingToTell as nothing:
            messages.info(request, nothing.text)
            return redirect("meeting", meeting=governed.pk)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            moves = form.is_bound and form.moves_series
            return _ask_for_series(request, form) if moves else redirect(url)
    return _show_plan(request, form) if form.is_bound or governed.is_plan else _begun(request)


def _begun(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("The meeting has begun. Its plan can no longer be changed."))
    return redirect("meeting", meeting=request.governed.pk)  # type: ignore[attr-defined]


def _tell_added(request: HttpRequest, meeting: Meeting, before: set[int]) -> None:
    """Whoever is added to a called meeting is called at once: says who is mailed and who is not."""
    added = meeting.participations.exclude(pk__in=before).select_related("user")
    reached = [one for one in added if calls.is_reached(one.user)]
    if added:
        _tell_called(request, len(reached), len(added) - len(reached))


def _tell_left(request: HttpRequest, left: Sequence[Participation]) -> None:
    """Whoever is taken off a called meeting is told at once, if there is somebody to mail."""
    reached = sum(calls.is_reached(one.user) for one in left)
    if reached:
        said = ngettext(
            "%(count)s person is told that the meeting is no longer for them.",
            "%(count)s people are told that the meeting is no longer for them.",
            reached,
        )
        messages.success(request, said % {"count": reached})
    if unreached := len(left) - reached:
        said = ngettext(
            "%(count)s person who was taken off has no account. Tell them yourself.",
            "%(count)s people who were taken off have no account. Tell them yourself.",
            unreached,
        )
        messages.warning(request, said % {"count": unreached})


def _tell_called(request: HttpRequest, count: int, unreached: int) -> None:
    sent = ngettext(
        "The invitation is being sent to %(count)s person.",
        "The invitation is being sent to %(count)s people.",
        count,
    )
    if count:
        messages.success(request, sent % {"count": count})
    if unreached:
        others = ngettext(
            "%(count)s participant has no account. Tell them yourself.",
            "%(count)s participants have no account. Tell them yourself.",
            unreached,
        )
        messages.warning(request, others % {"count": unreached})


def meeting(request: HttpRequest, meeting: int) -> HttpResponse:
    """One meeting, from plan to minutes."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    now, today = timezone.now(), timezone.localdate()
    people = list(
        governed.participations.select_related("user", "organisation", "outside_address").in_order()
    )
    actions = (
        governed.actions.by_due()
        .select_related("item")
        .prefetch_related(
            Prefetch("owners", ActionOwner.objects.select_related("user", "organisation"))
        )
    )
    may_log = policy.may(request.user, Permission.LOG_MEETINGS, governed)
    context = {
        **_answering(request, governed, people, may_log),
        "meeting": governed,
        "forum": governed.forum,
        "status": status.of_meeting(governed, now),
        "past": governed.is_past(now),
        "untold": calls.changes(governed) if governed.state == Meeting.State.CALLED else [],
        "may_log": may_log,
        "following": rescheduling.following(governed, now=now) if may_log else 0,
        "may_see_forum": policy.may(request.user, Permission.VIEW_FORUM, governed.forum),
        "items": governed.items.prefetch_related("decisions", documents.of_items()).in_order(),
        "papers": documents.of(governed).filter(item=None),
        **_removing(governed, may_log),
        "people": people,
        "outsiders": any(one.user_id is None for one in people),
        "unreached": [
            one for one in people if one.user_id is None and not hasattr(one, "outside_address")
        ],
        "actions": [(one, status.of_action(one, today)) for one in actions],
        "follow_ups": _follow_ups(governed),
        "minutes": governed.minutes.newest_first().first(),
        "propose_until": proposals.last_day(governed),
        "may_propose": proposals.is_open(governed, now=now),
        "own_proposals": proposals.of(governed, request.user),
        "proposed": (
            proposals.waiting_at(governed, request.user).count()
            if may_log and governed.is_plan
            else 0
        ),
    }
    return render(request, "forums/meeting_detail.html", context)


def _answering(
    request: HttpRequest, meeting: Meeting, people: list[Any], may_log: bool
) -> dict[str, Any]:
    """Whether the person is asked if they come, what they said, and for those who keep the meeting
    what the others said."""
    said = answers.by_place(meeting) if meeting.is_plan else {}
    for one in people:
        one.said = said.get(one.pk) if may_log else None
    own = next((one for one in people if one.user_id == request.user.pk), None)
    counted = may_log and meeting.state == Meeting.State.CALLED
    return {
        "asked": own is not None and answers.is_open(meeting, now=timezone.now()),
        "own_answer": said.get(own.pk) if own else None,
        "answers": answers.summary(people, said) if counted else None,
    }


def _removing(meeting: Meeting, may_log: bool) -> dict[str, Any]:
    """What those who keep the meeting may do with its documents, and who has removed some."""
    if not may_log:
        return {"removed": [], "may_add": False, "may_remove_papers": False}
    removed = meeting.documents.filter(removed_at__isnull=False).select_related("removed_by")
    return {
        "removed": removed.in_order(),
        "may_add": documents.may_add(meeting),
        "may_remove_papers": documents.may_remove(meeting),
    }


def meeting_agenda(request: HttpRequest, meeting: int) -> HttpResponse:
    """The agenda on paper, with lines to write on."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    context = {
        "meeting": governed,
        "forum": governed.forum,
        "items": governed.items.in_order(),
        "people": governed.participations.select_related(
            "user", "organisation", "substitute_organisation"
        ).in_order(),
        "follow_ups": _follow_ups(governed),
        "lines": range(6),
    }
    return render(request, "forums/agenda_print.html", context)
