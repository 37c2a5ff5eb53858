"""What is done to several rows of a list at once: each such act has a page that lists them first."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.access.vocabulary import Permission
from coordination.ui.fields import row_key
from coordination.writing import saved_views
from coordination.writing.once import once
from forums import bulk, entries
from forums import meetings as acts
from forums.forms.actions import DoneForm, MoveForm
from forums.models import Action, Meeting
from forums.refusals import Refused

from . import status

MEETING, ACTION, DO, VIEW = "meeting", "action", "do", "view"
MARK_DONE, MOVE = "done", "move"


def _chosen(given: QueryDict, name: str) -> list[int]:
    """The keys of the rows that were ticked, each once; what is no key is left out."""
    written = ",".join(given.getlist(name)).split(",")[: 2 * bulk.MOST]
    keys = dict.fromkeys(row_key(one) for one in written)
    return [key for key in keys if key is not None][: bulk.MOST]


def _list_address(request: HttpRequest, page: str) -> str:
    """The list as it was filtered when the rows were ticked."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        return f"{reverse(page)}?{saved_views.clean(page, given.get(VIEW, ''))}"
    except saved_views.BadView:
        return reverse(page)


def _nothing_chosen(request: HttpRequest, page: str) -> HttpResponse:
    messages.error(request, _("Select at least one row"))
    return redirect(_list_address(request, page))


# Invitations -----------------------------------------------------------------------------------------


def meetings_call(request: HttpRequest) -> HttpResponse:
    """Who is called to the chosen meetings, and then what was sent and what was not, and why."""
    keys = _chosen(request.POST if request.method == "POST" else request.GET, MEETING)
    if not keys:
        return _nothing_chosen(request, "meetings")
    if request.method == "POST":
        return _call(request, keys)
    now = timezone.now()
    ready, called, refused = [], [], []
    for meeting in _meetings(request, keys):
        why = (
            acts.why_not_call(
                meeting, has_items=meeting.item_count > 0, has_people=meeting.people > 0, now=now
            )
            if meeting.may_call
            else Refused(_("Only those who keep the forum can send its invitations."))
        )
        if why is None:
            ready.append(meeting)
        elif meeting.state == Meeting.State.CALLED:
            called.append(meeting)
        else:
            refused.append((meeting, why))
    context = {
        "ready": ready,
        "called": called,
        "refused": refused,
        "keys": ",".join(str(meeting.pk) for meeting in ready),
        "all_keys": ",".join(map(str, keys)),
        "view": request.GET.get(VIEW, ""),
        "back": _list_address(request, "meetings"),
    }
    return render(request, "forums/meetings_call.html", context)


def _meetings(request: HttpRequest, keys: Sequence[int]) -> QuerySet[Meeting]:
    """Those of the meetings that the person may see, with how many would be mailed."""
    kept = Meeting.objects.visible_to(request.user, Permission.LOG_MEETINGS)
    reached = Q(participations__user__is_active=True) & ~Q(participations__user__email="")
    return (
        Meeting.objects.visible_to(request.user)
        .filter(pk__in=keys)
        .select_related("forum")
        .annotate(
            may_call=Exists(kept.filter(pk=OuterRef("pk"))),
            item_count=Count("items", distinct=True),
            people=Count("participations", distinct=True),
            reached=Count("participations", filter=reached, distinct=True),
        )
        .soonest_first()
    )


def _call(request: HttpRequest, keys: Sequence[int]) -> HttpResponse:
    def act() -> str:
        kept = Meeting.objects.visible_to(request.user, Permission.LOG_MEETINGS)
        wanted = kept.filter(pk__in=keys).select_related("forum")
        result = bulk.call(meetings_to_call=wanted, by=request.user)
        if result.rows:
            said = ngettext(
                "The invitation to %(count)s meeting is being sent.",
                "The invitations to %(count)s meetings are being sent.",
                len(result.rows),
            )
            messages.success(request, said % {"count": len(result.rows)})
        if result.refused:
            said = ngettext(
                "The invitation to %(count)s meeting was not sent. Below you can read why.",
                "The invitations to %(count)s meetings were not sent. Below you can read why.",
                len(result.refused),
            )
            messages.warning(request, said % {"count": len(result.refused)})
        everything = _chosen(request.POST, "all") or keys
        query = QueryDict(mutable=True)
        query[MEETING] = ",".join(map(str, everything))
        if view := _list_address(request, "meetings").partition("?")[2]:
            query[VIEW] = view
        return f"{reverse('meetings_call')}?{query.urlencode(safe=',')}"

    return redirect(once(request, act))


# Actions -----------------------------------------------------------------------------------------------


def actions_bulk(request: HttpRequest) -> HttpResponse:
    """The chosen actions are done, or get the same new date."""
    given = request.POST if request.method == "POST" else request.GET
    keys = _chosen(given, ACTION)
    if not keys:
        return _nothing_chosen(request, "actions")
    moving = given.get(DO) == MOVE
    chosen = _actions(request, keys)
    open_ones = [one for one in chosen if one.may_keep and one.is_open]
    data = request.POST if request.method == "POST" else None
    explain = any(one.times_moved >= entries.EXPLAINED_FROM for one in open_ones)
    form = MoveForm(data, explain=explain) if moving else DoneForm(data)

    def act() -> str:
        # Closed ones too: what somebody else did meanwhile is counted and said.
        mine = [one for one in chosen if one.may_keep]
        values = form.cleaned_data
        if moving:
            result = bulk.move(
                actions_moved=mine, due=values["due"], reason=values["reason"], by=request.user
            )
        else:
            result = bulk.mark_done(actions_done=mine, comment=values["comment"], by=request.user)
        _tell(request, result, moving=moving)
        return _list_address(request, "actions")

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    today = timezone.localdate()
    context = {
        "form": form,
        "moving": moving,
        "explain": explain,
        "rows": [(one, status.of_action(one, today)) for one in open_ones],
        "left_out": len(chosen) - len(open_ones),
        "keys": ",".join(str(one.pk) for one in open_ones),
        "do": MOVE if moving else MARK_DONE,
        "view": given.get(VIEW, ""),
        "back": _list_address(request, "actions"),
    }
    return render(request, "forums/actions_bulk.html", context)


def _actions(request: HttpRequest, keys: list[int]) -> list[Action]:
    """Those of the actions that the person may see, and of each whether they may keep it."""
    kept = Action.objects.visible_to(request.user, Permission.KEEP_ACTION)
    return list(
        Action.objects.visible_to(request.user)
        .filter(pk__in=keys)
        .select_related("forum")
        .annotate(may_keep=Exists(kept.filter(pk=OuterRef("pk"))))
        .with_times_moved()
        .prefetch_related("owners__user", "owners__organisation")
        .by_due()
    )


def _tell(request: HttpRequest, result: bulk.Done, *, moving: bool) -> None:
    """How many actions were changed, and how many were not."""
    count = len(result.rows)
    if count and moving:
        said = ngettext(
            "%(count)s action has a new date.", "%(count)s actions have a new date.", count
        )
        messages.success(request, said % {"count": count})
    elif count:
        said = ngettext(
            "%(count)s action is marked as done.", "%(count)s actions are marked as done.", count
        )
        messages.success(request, said % {"count": count})
    if not count and not result.refused:
        messages.info(request, _("Nothing was changed."))
    if left := len(result.refused):
        said = ngettext(
            "%(count)s action was not changed: somebody else has just closed or moved it.",
            "%(count)s actions were not changed: somebody else has just closed or moved them.",
            left,
        )
        messages.warning(request, said % {"count": left})
