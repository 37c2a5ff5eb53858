"""The pages of action points: the list, one action and its story, and what can be done with it."""

from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db.models import Case, Exists, OuterRef, Prefetch, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import origins
from coordination.ui import dates
from coordination.ui.fields import row_key
from coordination.ui.lists import Column, ListPage, swedish, swedish_key
from coordination.writing import saved_views
from coordination.writing.once import LONGEST_OUTCOME, once
from forums import actions as acts
from forums import decisions, entries, owners
from forums.forms.actions import DoneForm, GiveForm, MoveForm, NewForm, StrikeForm
from forums.forms.filters import ActionFilter, ActionsOfForum
from forums.models import Action, ActionChange, ActionOwner, Decision, Forum
from forums.refusals import Refused

from . import status
from .forum import choose, kept_by
from .log_page import OFTEN_MOVED

MOVE = "flytt"
COLUMNS = (
    Column("action", gettext_lazy("Action"), order=(swedish("text"),)),
    Column("owner", gettext_lazy("Responsible")),
    Column("forum", gettext_lazy("Forum"), order=(swedish("forum__name"), "due")),
    Column(
        "due",
        gettext_lazy("Due"),
        order=(Case(When(state="open", then=0), default=1), "due"),
        css="cell--date",
        up=gettext_lazy("open actions first, earliest date first"),
        down=gettext_lazy("closed actions first, latest date first"),
        called=gettext_lazy("Last day"),
    ),
    Column("status", gettext_lazy("Status")),
)


def actions(request: HttpRequest) -> HttpResponse:
    """Every action the person may see, the open ones unless the address asks for more (P10)."""
    today = timezone.localdate()
    page = listed(request, today)
    context = {
        "list": page,
        "rows": [(row, status.of_action(row, today), row.may_keep) for row in page.rows],
        "may_keep_some": any(row.may_keep for row in page.rows),
        "may_log_some": kept_by(request.user).exists(),
        "views": saved_views.of(request.user, "actions"),
    }
    return render(request, "forums/action_list.html", context)


def forum_actions(request: HttpRequest, forum: int) -> HttpResponse:
    """Every action of one forum, the open ones first (P06)."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    today = timezone.localdate()
    page = listed(request, today, governed)
    rows = [(row, status.of_action(row, today), row.may_keep) for row in page.rows]
    context = {"forum": governed, "list": page, "rows": rows}
    return render(request, "forums/forum_actions.html", context)


def listed(request: HttpRequest, today: date, forum: Forum | None = None) -> ListPage:
    """The actions that the address asks for, of those the person may see: all, or one forum's."""
    visible = Action.objects.visible_to(request.user)
    if forum is not None:
        visible = visible.filter(forum=forum)
    kept = Action.objects.visible_to(request.user, Permission.KEEP_ACTION).open()
    found = list(
        visible.order_by("owners__user__first_name", "owners__user__last_name", "forum__name")
        .values_list(
            "owners__user",
            "owners__user__first_name",
            "owners__user__last_name",
            "forum_id",
            "forum__name",
        )
        .distinct()
    )
    people = dict.fromkeys((row[0], f"{row[1]} {row[2]}") for row in found if row[0])
    forums = sorted({row[3:] for row in found}, key=lambda one: swedish_key(one[1]))
    return ListPage(
        request,
        visible.select_related("forum")
        .annotate(may_keep=Exists(kept.filter(pk=OuterRef("pk"))))
        .prefetch_related(
            Prefetch("owners", ActionOwner.objects.select_related("user", "organisation"))
        ),
        columns=[one for one in COLUMNS if forum is None or one.key != "forum"],
        default="due",
        filters=partial(
            ActionsOfForum if forum else ActionFilter,
            user=request.user,
            owners=people,
            forums=forums,
        ),
    )


def action_new_choose(request: HttpRequest) -> HttpResponse:
    """Which forum the new action is for."""
    return choose(
        request,
        heading=_("Add an action"),
        question=_("Which forum is the action for?"),
        leads_to="action_new",
        back=(_("Actions"), "actions"),
    )


def action_new(request: HttpRequest, forum: int) -> HttpResponse:
    """An action that was not noted at a meeting."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    return _new(request, governed)


def decision_action_new(request: HttpRequest, decision: int) -> HttpResponse:
    """An action that carries out a decision, added after its meeting."""
    governed: Decision = request.governed  # type: ignore[attr-defined]
    meeting = governed.item.meeting
    if not meeting.has_minutes:
        # What a running meeting decides gets its actions in the log.
        raise Http404
    return _new(request, meeting.forum, governed)


def _new(request: HttpRequest, forum: Forum, decision: Decision | None = None) -> HttpResponse:
    form = NewForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        values = form.cleaned_data
        made = acts.create(
            forum=forum,
            decision=decision,
            text=values["text"],
            owners=owners.resolve(values["owners"], forum=forum),
            due=values["due"],
            by=request.user,
        )
        return reverse("action", args=[made.pk])

    if form.is_valid():
        try:
            url = once(request, act)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The action is saved."))
            return redirect(url)
    context = {
        "forum": forum,
        "decision": decision,
        "form": form,
        "suggestions": owners.suggestions(forum),
    }
    return render(request, "forums/action_new.html", context)


def action(request: HttpRequest, action: int) -> HttpResponse:
    """One action: who, when, where it was decided, and what has happened with it."""
    return _show(request)


def _show(request: HttpRequest, **forms: Any) -> HttpResponse:
    governed: Action = request.governed  # type: ignore[attr-defined]
    today = timezone.localdate()
    form = next(iter(forms.values()), None)
    meeting = governed.meeting
    story = list(governed.changes.select_related("by").in_order().reverse())
    context = {
        "action": governed,
        "moved": sum(one.kind == ActionChange.Kind.MOVED for one in story),
        "often_moved": OFTEN_MOVED,
        "quick": _quick(governed, request.user),
        "status": status.of_action(governed, today),
        "may_keep": policy.may(request.user, Permission.KEEP_ACTION, governed),
        "may_strike": policy.may(request.user, Permission.LOG_MEETINGS, governed),
        "may_see_forum": policy.may(request.user, Permission.VIEW_FORUM, governed.forum),
        "may_see_meeting": bool(
            meeting and policy.may(request.user, Permission.VIEW_FORUM, meeting)
        ),
        "decision": decisions.seen_by(request.user).filter(pk=governed.decision_id).first(),
        "origin": (
            origins.draft(governed.origin_kind, governed.origin_key, request.user)
            if governed.origin_key
            else None
        ),
        "events": [_event(one) for one in story],
        "done_form": forms.get("done_form") or DoneForm(),
        "errors": form.error_summary if form else [],
    }
    return render(request, "forums/action.html", context)


def _event(change: ActionChange) -> dict[str, Any]:
    """A line of the story."""
    return {
        "title": status.of_change(change),
        "text": change.reason,
        "at": dates.day(change.at),
        "by": str(change.by),
    }


def action_done(request: HttpRequest, action: int) -> HttpResponse:
    """The action is done, with a comment if there is one; can be undone."""
    governed: Action = request.governed  # type: ignore[attr-defined]
    form = DoneForm(request.POST)

    def act() -> str:
        acts.mark_done(action=governed, comment=form.cleaned_data["comment"], by=request.user)
        return _back(request, governed)

    if not form.is_valid():
        return _show(request, done_form=form)
    undo = reverse("action_reopen", args=[governed.pk])
    return _carry_out(request, act, _("Done. The action is marked as done."), undo)


def action_reopen(request: HttpRequest, action: int) -> HttpResponse:
    """Takes back that the action was done or struck."""
    governed: Action = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        acts.reopen(action=governed, by=request.user)
        return _back(request, governed)

    return _carry_out(request, act, _("The action is open again."))


def action_move(request: HttpRequest, action: int) -> HttpResponse:
    """A new date, by a choice or written; the reason is needed from the second time on."""
    governed: Action = request.governed  # type: ignore[attr-defined]
    moved = governed.changes.filter(kind=ActionChange.Kind.MOVED).count()
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and data.get("quick"):
        data["due"] = data["quick"]
    # A day that has passed is no proposal: it would be refused as it stands.
    ahead = governed.due is not None and governed.due >= timezone.localdate()
    initial = {"due": governed.due} if ahead else {}
    form = MoveForm(data, explain=moved >= entries.EXPLAINED_FROM, initial=initial)

    def act() -> str:
        values = form.cleaned_data
        acts.move(action=governed, due=values["due"], reason=values["reason"], by=request.user)
        return reverse("action", args=[governed.pk])

    if form.is_valid():
        try:
            url = once(request, act)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            undo = _undo_of_move(request, form.cleaned_data["due"])
            messages.success(request, _("The action has a new date."), extra_tags=undo)
            return redirect(url)
    context = {
        "action": governed,
        "form": form,
        "moved": moved,
        "quick": _quick(governed, request.user),
    }
    return render(request, "forums/action_move.html", context)


def _quick(governed: Action, user: Any) -> list[tuple[str, Any]]:
    """Dates to choose with one press: two weeks, a month, and for those of the forum its next
    meeting."""
    today = timezone.localdate()
    following = None
    if policy.may(user, Permission.VIEW_FORUM, governed.forum):
        ahead = governed.forum.meetings.not_held().filter(ends_at__gte=timezone.now())
        following = ahead.soonest_first().first()
    choices = [
        (_("In 2 weeks"), today + timedelta(weeks=2)),
        (_("In 4 weeks"), today + timedelta(weeks=4)),
    ]
    if following is not None:
        choices.insert(0, (_("Next meeting"), following.day))
    return choices


def _undo_of_move(request: HttpRequest, due: Any) -> str:
    """The tag that offers to take back the move just made, also when its form arrived twice."""
    governed: Action = request.governed  # type: ignore[attr-defined]
    last = governed.changes.in_order().last()
    if (
        last is None
        or (last.kind, last.new_due, last.by) != (ActionChange.Kind.MOVED, due, request.user)
        or timezone.now() - last.at > acts.UNDONE_WITHIN
    ):
        return ""
    return f"undo {reverse('action_move_undo', args=[governed.pk])}?{MOVE}={last.pk}"


def action_move_undo(request: HttpRequest, action: int) -> HttpResponse:
    """Gives the action back the date it had before the move that the address names."""
    governed: Action = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        acts.undo_move(action=governed, move=row_key(request.GET.get(MOVE, "")), by=request.user)
        return _back(request, governed)

    return _carry_out(request, act, _("The action has its earlier date again."))


def action_give(request: HttpRequest, action: int) -> HttpResponse:
    """Other people are responsible for the action from now on."""
    governed: Action = request.governed  # type: ignore[attr-defined]
    now_responsible = governed.owners.select_related("user", "organisation").order_by("pk")
    written = "; ".join(_written(one) for one in now_responsible)
    form = GiveForm(request.POST if request.method == "POST" else None, initial={"owners": written})

    def act() -> str:
        chosen = owners.resolve(form.cleaned_data["owners"], forum=governed.forum)
        acts.give_to(action=governed, owners=chosen, by=request.user)
        messages.success(request, _("The action has new people responsible."))
        return reverse("action", args=[governed.pk])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {"action": governed, "form": form, "suggestions": owners.suggestions(governed.forum)}
    return render(request, "forums/action_give.html", context)


def _written(owner: ActionOwner) -> str:
    """The owner as one would type it."""
    if owner.name and owner.organisation:
        return f"{owner.name}, {owner.organisation}"
    return owner.label


def action_strike(request: HttpRequest, action: int) -> HttpResponse:
    """The action is not to be done after all, and why."""
    governed: Action = request.governed  # type: ignore[attr-defined]
    form = StrikeForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        acts.strike(action=governed, reason=form.cleaned_data["reason"], by=request.user)
        return reverse("action", args=[governed.pk])

    if form.is_valid():
        undo = reverse("action_reopen", args=[governed.pk])
        try:
            url = once(request, act)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The action is struck."), extra_tags=f"undo {undo}")
            return redirect(url)
    return render(request, "forums/action_strike.html", {"action": governed, "form": form})


def _carry_out(request: HttpRequest, act: Any, said: str, undo: str = "") -> HttpResponse:
    """Acts, says so and goes back; what is refused is said on the page one comes back to."""
    governed: Action = request.governed  # type: ignore[attr-defined]
    try:
        url = once(request, act)
    except Refused as refusal:
        messages.info(request, refusal.text)
        return redirect(_back(request, governed))
    messages.success(request, said, extra_tags=f"undo {undo}" if undo else "")
    return redirect(url)


def _back(request: HttpRequest, governed: Action) -> str:
    """The page the button was on, or the action's own."""
    own = reverse("action", args=[governed.pk])
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return own
    if came_from.scheme not in ("http", "https") or came_from.netloc != request.get_host():
        return own
    path = came_from._replace(scheme="", netloc="", fragment="").geturl()
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours and len(path) <= LONGEST_OUTCOME else own
