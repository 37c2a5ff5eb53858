"""The live log of a meeting (P08): attendance, one item at a time, and the end."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import all_valid
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.ui.forms import error_summary
from coordination.writing import drafts
from coordination.writing.once import SENT_BEFORE, once
from forums import finishing, meetings, proceedings, proposals
from forums.forms.proceedings import ConflictForm, FinishForm
from forums.models import ActionOwner, AgendaItem, Meeting
from forums.refusals import Refused, WrongState

from . import log_acts, log_page
from .log_page import (
    came_from_edit,
    came_from_finish,
    draft_place,
    is_late,
    item_url,
    over,
    saved,
    say_too_late,
    unsaved,
)

Page = HttpResponse


def log(request: HttpRequest, meeting: int) -> Page:
    """Opens the log; then leads to what is to be written next: attendance, or the first open item."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    other_day = held.day != timezone.localdate()
    # What members have proposed and nobody has answered is answered before, or not at all.
    asks = (
        held.is_plan
        and "sure" not in request.POST
        and (other_day or proposals.waiting_at(held, request.user).exists())
    )
    if request.method == "POST" and not asks:
        try:
            meetings.start_log(meeting=held, by=request.user)
        except WrongState as refusal:
            messages.error(request, str(refusal))
            return redirect("meeting", meeting)
    if held.is_plan:
        context = {
            "meeting": held,
            "other_day": other_day,
            "waiting": proposals.waiting_at(held, request.user),
        }
        return render(request, "forums/log_start.html", context)
    if not held.is_open_for_log:
        return redirect("meeting", meeting)
    if not held.participations.exclude(attendance="unknown").exists():
        return redirect("attendance", meeting)
    items = held.items.in_order()
    item = items.filter(outcome=AgendaItem.Outcome.OPEN).first() or items.first()
    return redirect(item_url(item)) if item else redirect("attendance", meeting)


def log_item(request: HttpRequest, meeting: int, item: int) -> Page:
    """One item. Every button of the page saves what is typed on it, then does what it says."""
    page_item: AgendaItem = request.governed  # type: ignore[attr-defined]
    if not page_item.meeting.is_open_for_log:
        say_too_late(request, page_item.meeting)
        return redirect("log", meeting)
    if request.method == "GET" and log_page.has_conflict(page_item, request.user):
        return redirect("log_item_conflict", meeting, item)
    page = _item_page(request, page_item)
    if request.method == "POST" and all_valid(page.forms):
        try:
            url = once(request, page.carry_out)
            finishes = request.POST.get("do") == "finish"
            return _finish_at_once(request) if finishes else redirect(url)
        except proceedings.Conflict as conflict:
            return _to_conflict(request, conflict, page)
        except Refused as refusal:
            (page.refused_row.form if page.refused_row else page.form).add_refusal(refusal)
    now, focus = timezone.now(), request.GET.get("fokus", "")
    context = {
        **log_page.frame(page_item.meeting, user=request.user, now=now, here=page_item),
        **log_page.item_context(page_item, form=page.form, carried=page.carried, focus=focus),
        "proposals": log_page.proposals(page_item.meeting, now=now) if page.carried else [],
        "errors": error_summary(*page.forms),
    }
    return render(request, "forums/log_item.html", context)


def _item_page(request: HttpRequest, item: AgendaItem) -> log_acts.ItemPage:
    """The page as it was sent, or as it is shown at first."""
    # A copy, since a proposed day that is pressed is put into its field.
    data = request.POST.copy() if request.method == "POST" else None
    form = log_page.item_form(item, user=request.user, now=timezone.now(), data=data)
    rows = log_page.carried_rows(item, user=request.user, data=data)
    return log_acts.ItemPage(request, item, form, rows)


def _finish_at_once(request: HttpRequest) -> Page:
    """Finishes when nothing is missing, which is one step; otherwise leads to what is."""
    meeting = request.governed  # type: ignore[attr-defined]
    meeting = getattr(meeting, "meeting", meeting)
    try:
        finishing.finish(meeting=meeting, by=request.user)
    except finishing.CannotFinish:
        return redirect("finish", meeting.pk)
    except WrongState as refusal:
        messages.info(request, str(refusal))
        return redirect("minutes", meeting.pk)
    messages.success(request, _("The meeting is finished and the minutes are made."))
    return redirect("minutes", meeting.pk)


def _to_conflict(
    request: HttpRequest, conflict: proceedings.Conflict, page: log_acts.ItemPage
) -> Page:
    """Keeps what was typed and leads to the page that shows both texts."""
    page.keep_typed(notes=conflict.mine)
    return redirect("log_item_conflict", conflict.item.meeting_id, conflict.item.pk)


def log_item_autosave(request: HttpRequest, meeting: int, item: int) -> JsonResponse:
    """Keeps notes as they are typed, and half-written decisions, actions and dates as a draft.

    One field that is refused keeps no other from being saved.
    """
    page_item: AgendaItem = request.governed  # type: ignore[attr-defined]
    if is_late(request):
        return over(str(SENT_BEFORE))
    page = _item_page(request, page_item)
    fits = all_valid(page.forms)
    try:
        with transaction.atomic():
            version = page.autosave()
    except proceedings.Conflict as conflict:
        page.keep_typed(notes=conflict.mine)
        return over(str(conflict), reverse("log_item_conflict", args=[meeting, item]))
    except WrongState as refusal:
        return over(str(refusal), reverse("meeting", args=[meeting]))
    except Refused as refusal:
        page.form.add_refusal(refusal)
        return unsaved(page.form)
    return saved(version=version) if fits else unsaved(*page.forms, version=version)


def log_item_conflict(request: HttpRequest, meeting: int, item: int) -> Page:
    """Two texts of one item: which of them stands, or a third made of both."""
    page_item: AgendaItem = request.governed  # type: ignore[attr-defined]
    draft = drafts.of(user=request.user, place=draft_place(page_item))
    if draft is None or "notes" not in draft.data:
        return redirect(item_url(page_item))
    if "X-Autosave" in request.headers:
        return _keep_third(request, page_item, draft.data)
    form = ConflictForm(request.POST if request.POST.get("keep") else None)
    if form.is_valid():
        try:
            return redirect(once(request, lambda: _settle(request, page_item, form, draft.data)))
        except proceedings.Conflict as conflict:
            # Somebody was faster again: their new text is shown beside what was to be saved.
            draft.data["notes"] = conflict.mine
            drafts.keep(user=request.user, place=draft.place, data=draft.data)
            page_item.refresh_from_db()
            form = ConflictForm()
        except Refused as refusal:
            form.add_refusal(refusal, "notes")
    mine = draft.data["notes"]
    third = draft.data.get("merged") or f"{mine}\n\n{page_item.notes}".strip()
    form.initial = {"version": page_item.version, "notes": third}
    context = {
        "meeting": page_item.meeting,
        "item": page_item,
        "heading": _("%(position)s %(title)s: two versions")
        % {"position": page_item.position, "title": page_item.title},
        "form": form,
        "fields": [form["notes"]],
        "mine": mine,
        "theirs": page_item.notes,
        "who": page_item.edited_by,
        "at": page_item.edited_at,
    }
    return render(request, "forums/conflict.html", context)


def _keep_third(request: HttpRequest, item: AgendaItem, draft: dict[str, Any]) -> Page:
    """Keeps the text that is put together while it is typed."""
    data = request.POST.copy()
    data["keep"] = "merged"
    form = ConflictForm(data)
    if not form.is_valid():
        return unsaved(form)
    kept = draft | {"merged": form.cleaned_data["notes"]}
    drafts.keep(user=request.user, place=draft_place(item), data=kept)
    return saved()


def _settle(request: HttpRequest, item: AgendaItem, form: ConflictForm, draft: dict) -> str:
    texts = {"mine": draft["notes"], "merged": form.cleaned_data["notes"]}
    if (choice := form.cleaned_data["keep"]) != "theirs":
        version = form.cleaned_data["version"]
        proceedings.save_item(item=item, notes=texts[choice], version=version, by=request.user)
    rest = {name: value for name, value in draft.items() if name not in log_page.TO_CHOOSE}
    drafts.keep(user=request.user, place=draft_place(item), data=rest)
    if came_from_edit(request):
        return reverse("minutes_edit", args=[item.meeting_id])
    return item_url(item, "anteckningar")


def log_item_reopen(request: HttpRequest, meeting: int, item: int) -> Page:
    """Takes back that an item was postponed, struck or handled."""
    page_item: AgendaItem = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        proceedings.reopen_item(item=page_item, by=request.user)
        return item_url(page_item)

    try:
        return redirect(once(request, act))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(item_url(page_item))


def log_restore(request: HttpRequest, meeting: int, item: int) -> Page:
    """Adds again the decision or action that was just removed."""
    page_item: AgendaItem = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        log_acts.restore(page_item, by=request.user)
        return item_url(page_item)

    try:
        return redirect(once(request, act))
    except Refused:
        # The refusal may name an owner, which a message must not.
        messages.error(request, _("It could not be put back. Write it again."))
    return redirect(item_url(page_item))


# Attendance --------------------------------------------------------------------------------------


def attendance(request: HttpRequest, meeting: int) -> Page:
    """Who came: all in one click, then the exceptions."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    if not held.is_open_for_log:
        say_too_late(request, held)
        return redirect("log", meeting)
    data = request.POST if request.method == "POST" else None
    rows, guest = log_page.attendance_forms(held, user=request.user, data=data)
    if data is not None and all_valid([guest, *rows]):
        page = log_acts.AttendancePage(request, held, rows, guest)
        try:
            url = once(request, page.carry_out)
            if data.get("do") == "finish":
                return _finish_at_once(request)
            if data.get("do") == "next" and came_from_finish(request):
                return redirect("finish", meeting)
            return redirect(url)
        except Refused as refusal:
            (page.refused or guest).add_refusal(refusal)
    context = {
        **log_page.frame(held, user=request.user, now=timezone.now(), here="attendance"),
        "rows": rows,
        "guest": guest,
        "answered": sum(1 for one in rows if one.answer and one.row.attendance == "unknown"),
        "back_to_finish": came_from_finish(request),
        "first": held.items.in_order().first(),
        "errors": error_summary(*rows, guest),
    }
    return render(request, "forums/attendance.html", context)


def attendance_autosave(request: HttpRequest, meeting: int) -> JsonResponse:
    """Records each choice as it is made. A guest who is not added yet, and a substitute without
    name, are kept as a draft; one field that is refused keeps no other from being saved."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    if is_late(request):
        return over(str(SENT_BEFORE))
    rows, guest = log_page.attendance_forms(held, user=request.user, data=request.POST)
    fits = all_valid([guest, *rows])
    page = log_acts.AttendancePage(request, held, rows, guest)
    try:
        with transaction.atomic():
            page.save(unfinished=True)
            page.keep_typed(guest=guest)
    except WrongState as refusal:
        return over(str(refusal), reverse("meeting", args=[meeting]))
    except Refused as refusal:
        if page.refused is None:
            return JsonResponse({"message": str(refusal)}, status=422)
        page.refused.add_refusal(refusal)
        return unsaved(page.refused)
    counts = log_page.attendance_words(held)
    return saved(counts=counts) if fits else unsaved(*rows, guest, counts=counts)


# The end -----------------------------------------------------------------------------------------


def finish(request: HttpRequest, meeting: int) -> Page:
    """What is missing before the meeting can be finished, and what then happens."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    if held.state != Meeting.State.IN_PROGRESS:
        say_too_late(request, held)
        return redirect("minutes" if held.has_minutes else "log", meeting)
    form = FinishForm(held, request.POST if request.method == "POST" else None)

    def act() -> str:
        finishing.finish(meeting=held, by=request.user, choices=form.chosen)
        messages.success(request, _("The meeting is finished and the minutes are made."))
        return reverse("minutes", args=[meeting])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except finishing.CannotFinish as refusal:
            form.show(refusal.problems)
        except WrongState as refusal:
            messages.info(request, str(refusal))
            return redirect("minutes", meeting)
    context = {
        **log_page.frame(held, user=request.user, now=timezone.now()),
        "blocking": form.blocking,
        "choices": form.choices,
        "told": _told(held),
        "errors": error_summary(*form.choices),
    }
    return render(request, "forums/finish.html", context)


def _told(meeting: Meeting) -> list[str]:
    """Who is mailed their own actions when the meeting is finished."""
    waiting = ActionOwner.objects.filter(
        action__meeting=meeting, action__state="open", user__isnull=False, told_in=None
    ).select_related("user")
    return sorted({str(one.user) for one in waiting})
