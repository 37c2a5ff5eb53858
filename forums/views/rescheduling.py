"""The pages that change or end the rest of a series of meetings (P06)."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.ui.fields import row_key
from coordination.writing.once import once
from forums import rescheduling
from forums.forms.rescheduling import EndSeriesForm, RescheduleForm, read, written
from forums.models import Meeting
from forums.refusals import Refused
from forums.rescheduling import Move


@dataclass(frozen=True)
class Row:
    """A meeting that could be moved, and whether it is ticked."""

    one: Move
    ticked: bool


def meeting_series_change(request: HttpRequest, meeting: int) -> HttpResponse:
    """Asks when and where the meeting and those that follow it are to be instead, shows what that
    changes, and changes it."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    if request.method == "POST":
        return change_page(request, governed)
    if not rescheduling.coming(governed, now=timezone.now()).exists():
        return _too_late(request, governed)
    initial = RescheduleForm.initial_of(governed.starts_at, governed.ends_at, governed.place)
    return _show(request, governed, RescheduleForm(initial=initial), [])


def change_page(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The page for what was sent, on its own form or on that of the meeting's plan."""
    form = RescheduleForm(request.POST)
    if not form.is_valid():
        return _show(request, meeting, form, [])
    # Meetings are only changed as they were last seen.
    seen = request.POST.get("rule") == form.rule
    if seen and request.POST.get("do") == "change":
        try:
            return redirect(_changed(request, meeting, form))
        except Refused as refusal:
            meeting.refresh_from_db()
            form.add_refusal(refusal)
    try:
        moves = rescheduling.moves(meeting=meeting, wish=form.wish, now=timezone.now())
    except Refused as refusal:
        if not form.errors:
            form.add_refusal(refusal)
        return _show(request, meeting, form, [])
    chosen = _chosen(request)
    rows = [Row(one, one.meeting.pk in chosen if seen else not one.apart) for one in moves]
    return _show(request, meeting, form, rows, tell=not seen or "tell" in request.POST)


def _chosen(request: HttpRequest) -> set[int]:
    return {key for one in request.POST.getlist("meetings") if (key := row_key(one))}


def _changed(request: HttpRequest, meeting: Meeting, form: RescheduleForm) -> str:
    def act() -> str:
        changed = rescheduling.change(
            meeting=meeting,
            wish=form.wish,
            chosen=_chosen(request),
            seen=read(request.POST.get("seen", "")),
            tell="tell" in request.POST,
            by=request.user,
        )
        said = ngettext(
            "%(count)s meeting is changed.", "%(count)s meetings are changed.", len(changed)
        )
        messages.success(request, said % {"count": len(changed)})
        return reverse("meeting", args=[meeting.pk])

    return once(request, act)


def _show(
    request: HttpRequest,
    meeting: Meeting,
    form: RescheduleForm,
    rows: list[Row],
    *,
    tell: bool = True,
) -> HttpResponse:
    context = {
        "form": form,
        "meeting": meeting,
        "forum": meeting.forum,
        "first": next((row for row in rows if row.one.meeting.pk == meeting.pk), None),
        "rows": [row for row in rows if row.one.meeting.pk != meeting.pk],
        "rule": form.rule if rows else "",
        "seen": written(row.one.meeting for row in rows),
        "called": sum(row.one.meeting.state == Meeting.State.CALLED for row in rows),
        "tell": tell,
    }
    return render(request, "forums/meeting_series_change.html", context)


def meeting_series_end(request: HttpRequest, meeting: int) -> HttpResponse:
    """Shows the meeting and those that follow it, asks why they are cancelled, and cancels them."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    form = EndSeriesForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        ended = rescheduling.end(
            meeting=governed,
            reason=form.cleaned_data["reason"],
            seen=read(request.POST.get("seen", "")),
            by=request.user,
        )
        said = ngettext(
            "%(count)s meeting is cancelled.", "%(count)s meetings are cancelled.", len(ended)
        )
        messages.success(request, said % {"count": len(ended)})
        return reverse("meeting", args=[governed.pk])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            governed.refresh_from_db()
            form.add_refusal(refusal)
    rows = list(rescheduling.coming(governed, now=timezone.now()))
    if not rows and not form.is_bound:
        return _too_late(request, governed)
    context = {
        "form": form,
        "meeting": governed,
        "forum": governed.forum,
        "rows": rows,
        "seen": written(rows),
        "called": sum(one.state == Meeting.State.CALLED for one in rows),
    }
    return render(request, "forums/meeting_series_end.html", context)


def _too_late(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    messages.info(request, _("No meeting of the series can be changed from here."))
    return redirect("meeting", meeting=meeting.pk)
