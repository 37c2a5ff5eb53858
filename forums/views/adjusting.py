"""Minutes are sent, adjusted, asked to be changed, corrected and numbered (P09)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coordination.ui.forms import error_summary
from coordination.writing.once import once
from forums import adjusting, differences, finishing
from forums import minutes as documents
from forums.forms.adjusting import CorrectionForm, NumberForm, RequestForm, SendForm
from forums.models import Meeting, Sending
from forums.refusals import Refused, WrongState

from . import status
from .log_page import say_too_late


def minutes_send(request: HttpRequest, meeting: int) -> HttpResponse:
    """Who adjusts the minutes, by when, and what is missing before they can be sent."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    if held.state != Meeting.State.WRITING_UP:
        say_too_late(request, held)
        return redirect("minutes", meeting)
    data = request.POST if request.method == "POST" else None
    form = SendForm(held, data, today=timezone.localdate())
    missing: list[finishing.Problem] = []

    def act() -> str:
        adjusting.send(
            meeting=held,
            chair=form.chosen("chair"),
            second=form.chosen("second"),
            due=form.cleaned_data["due"],
            by=request.user,
        )
        messages.success(request, _sent(held))
        return reverse("minutes", args=[meeting])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except finishing.CannotFinish as refusal:
            missing = refusal.problems
        except WrongState as refusal:
            messages.info(request, str(refusal))
            return redirect("minutes", meeting)
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {
        "meeting": held,
        "forum": held.forum,
        "form": form,
        "missing": missing or (finishing.problems(held) if data is None else []),
        "errors": error_summary(form),
        **words_of(held),
    }
    return render(request, "forums/minutes_send.html", context)


def _sent(meeting: Meeting) -> str:
    if adjusting.needs_second(meeting.forum):
        return pgettext("minutes", "The minutes are sent for approval.")
    return pgettext("notes", "The notes are sent for approval.")


def words_of(meeting: Meeting) -> dict[str, Any]:
    """What the buttons say: minutes are adjusted, notes approved."""
    kind = "minutes" if adjusting.needs_second(meeting.forum) else "notes"
    if kind == "minutes":
        return {
            "kind": kind,
            "send_label": pgettext("minutes", "Send for approval"),
            "adjust_label": pgettext("minutes", "Approve"),
            "confirm_label": _("Approve the minutes"),
            "by_label": pgettext("minutes", "To be approved by"),
            "consequence": _(
                "Once approved, the minutes are locked. They normally become a public document"
                " that anyone may request."
            ),
        }
    return {
        "kind": kind,
        "send_label": pgettext("notes", "Send for approval"),
        "adjust_label": pgettext("notes", "Approve"),
        "confirm_label": _("Approve the notes"),
        "by_label": pgettext("notes", "To be approved by"),
        "consequence": _(
            "Once approved, the notes are locked. They normally become a public document that"
            " anyone may request."
        ),
    }


def minutes_take_back(request: HttpRequest, meeting: int) -> HttpResponse:
    """The minutes are written up again, as when somebody who was asked cannot answer."""
    held: Meeting = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        adjusting.take_back(meeting=held, by=request.user)
        messages.success(request, _("The minutes are taken back and can be changed again."))
        return reverse("minutes", args=[meeting])

    return _carried_out(request, act, meeting)


def _carried_out(request: HttpRequest, act: Any, meeting: int) -> HttpResponse:
    try:
        return redirect(once(request, act))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("minutes", meeting)


# The adjuster ------------------------------------------------------------------------------------


def adjust(request: HttpRequest, meeting: int) -> HttpResponse:
    """The text that waits for this person, what has changed since it was sent before, two buttons."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    sending = _waits(request, held)
    if sending is None:
        return redirect("minutes", meeting)
    before = adjusting.sent_before(sending)
    context = {
        "meeting": held,
        "forum": held.forum,
        "sending": sending,
        "version": sending.version,
        "minutes": documents.document(sending.version),
        "status": status.of_meeting(held, timezone.now()),
        "others": sending.adjusters.select_related("user").exclude(user=request.user.pk),
        "changes": (
            differences.between(before.content, sending.version.content) if before else None
        ),
        "answered": adjusting.answered(sending),
        **words_of(held),
    }
    return render(request, "forums/adjust.html", context)


def _waits(request: HttpRequest, meeting: Meeting) -> Sending | None:
    """What waits for the person now; when nothing does, a message says why."""
    sending = adjusting.waiting_of(meeting)
    if sending is None:
        if meeting.state == Meeting.State.WRITING_UP:
            text = _(
                "The minutes are being written up again. You will be asked when they are ready."
            )
            messages.info(request, text)
        return None
    mine = sending.adjusters.filter(user=request.user.pk).first()
    if mine is None:
        messages.info(request, str(adjusting.NotAsked()))
        return None
    if mine.adjusted_at is not None:
        messages.info(request, str(adjusting.AlreadyAdjusted()))
        return None
    return sending


def adjust_confirm(request: HttpRequest, meeting: int) -> HttpResponse:
    """Asks once more (confirmation page 6), then adjusts exactly the text that was shown."""
    held: Meeting = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        adjusting.adjust(meeting=held, sha256=request.POST.get("sha256", ""), by=request.user)
        messages.success(request, _adjusted(held))
        return reverse("minutes", args=[meeting])

    if request.method == "POST":
        try:
            return redirect(once(request, act))
        except adjusting.AnotherText as refusal:
            messages.warning(request, str(refusal))
            return redirect("adjust", meeting)
        except Refused as refusal:
            messages.info(request, str(refusal))
            return redirect("minutes", meeting)
    sending = _waits(request, held)
    if sending is None:
        return redirect("minutes", meeting)
    if request.GET.get("text", sending.sha256[:12]) != sending.sha256[:12]:
        messages.warning(request, str(adjusting.AnotherText()))
        return redirect("adjust", meeting)
    printed, words = documents.document(sending.version), words_of(held)
    context = {
        "meeting": held,
        "heading": words["confirm_label"],
        "sha256": sending.sha256,
        "rows": [
            {"label": printed["form_name"], "value": printed["heading"].partition(": ")[2]},
            {"label": _("Version"), "value": sending.version.number},
            {"label": _("Checksum"), "value": sending.sha256[:12]},
            {
                "label": words["by_label"],
                "value": documents.standing(sending.version).names,
            },
        ],
        "consequence": words["consequence"],
        "submit_label": words["confirm_label"],
        "cancel_url": reverse("adjust", args=[meeting]),
    }
    return render(request, "forums/adjust_confirm.html", context)


def _adjusted(meeting: Meeting) -> str:
    if not meeting.is_locked:
        return _("You have approved the minutes. They are locked when the other has too.")
    if adjusting.needs_second(meeting.forum):
        return pgettext("minutes", "The minutes are approved and locked.")
    return pgettext("notes", "The notes are approved and locked.")


def adjust_request(request: HttpRequest, meeting: int) -> HttpResponse:
    """What is to be changed, item by item."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    items = list(held.items.in_order())
    sending = _waits(request, held) if request.method == "GET" else adjusting.waiting_of(held)
    data = request.POST if request.method == "POST" else None
    if sending is None and data is None:
        return redirect("minutes", meeting)
    form = RequestForm(items, data, initial={"sha256": sending.sha256 if sending else ""})

    def act() -> str:
        made = adjusting.ask_change(
            meeting=held, sha256=form.cleaned_data["sha256"], texts=form.texts, by=request.user
        )
        text = ngettext(
            "Your request is sent. You will be asked again when the text is changed.",
            "Your requests are sent. You will be asked again when the text is changed.",
            len(made),
        )
        messages.success(request, text)
        return reverse("minutes", args=[meeting])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            # What is typed stays: somebody may have taken the minutes back meanwhile.
            form.add_refusal(refusal)
    context = {
        "meeting": held,
        "forum": held.forum,
        "form": form,
        "rows": [(item, form[f"item-{item.pk}"]) for item in items],
        "errors": error_summary(form),
    }
    return render(request, "forums/adjust_request.html", context)


# After the lock ----------------------------------------------------------------------------------


def minutes_correct(request: HttpRequest, meeting: int) -> HttpResponse:
    """A correction at the end of locked minutes."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    if not held.is_locked:
        return redirect("minutes", meeting)
    form = CorrectionForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        adjusting.correct(meeting=held, text=form.cleaned_data["text"], by=request.user)
        messages.success(
            request, _("The correction is added. What was approved stays as it was beside it.")
        )
        return reverse("minutes", args=[meeting])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {
        "meeting": held,
        "forum": held.forum,
        "form": form,
        "errors": error_summary(form),
        "earlier": held.corrections.select_related("made_by").order_by("number"),
    }
    return render(request, "forums/correction.html", context)


def minutes_number(request: HttpRequest, meeting: int) -> HttpResponse:
    """The number of the minutes in the municipality's register."""
    held: Meeting = request.governed  # type: ignore[attr-defined]
    if not held.has_minutes:
        return redirect("meeting", meeting)
    data = request.POST if request.method == "POST" else None
    form = NumberForm(data, initial={"number": held.registration_number})

    def act() -> str:
        adjusting.give_number(meeting=held, number=form.cleaned_data["number"], by=request.user)
        messages.success(request, _("The registration number is saved."))
        return reverse("minutes", args=[meeting])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {"meeting": held, "forum": held.forum, "form": form, "errors": error_summary(form)}
    return render(request, "forums/minutes_number.html", context)
