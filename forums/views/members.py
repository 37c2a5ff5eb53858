"""The pages of a forum's members: who they are and were, and how one comes, changes and leaves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.ui import dates
from coordination.writing.once import once
from forums import register
from forums.forms.forum import EndSeatForm, NewSeatForm, SeatForm
from forums.models import Forum, Seat
from forums.refusals import Refused


def members(request: HttpRequest, forum: int) -> HttpResponse:
    """Who sits in the forum, who will, and who once did."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    today = timezone.localdate()
    seats = list(governed.seats.select_related("user", "organisation").in_order())
    context = {
        "forum": governed,
        "may_keep": policy.may(request.user, Permission.KEEP_FORUM, governed),
        "seated": [one for one in seats if one.is_active(today)],
        "coming": sorted(
            (one for one in seats if one.valid_from > today), key=lambda one: one.valid_from
        ),
        "former": sorted(
            (one for one in seats if one.has_ended(today)),
            key=lambda one: one.valid_to,
            reverse=True,
        ),
    }
    return render(request, "forums/forum_members.html", context)


def seat_new(request: HttpRequest, forum: int) -> HttpResponse:
    """One more member."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    form = NewSeatForm(request.POST if request.method == "POST" else None, forum=governed)

    def act() -> str:
        given = register.give_seat(
            forum=governed,
            seat=form.seat,
            valid_from=form.cleaned_data["valid_from"],
            valid_to=form.cleaned_data["valid_to"],
            by=request.user,
        )
        said = _("The member is added.")
        if given.valid_from > timezone.localdate():
            said = _("The member is added from %(day)s.") % {"day": dates.day(given.valid_from)}
        messages.success(request, said)
        if governed.meetings.not_held().filter(ends_at__gte=timezone.now()).exists():
            messages.info(
                request,
                _("Meetings that are planned already: tick the member in the plan of each."),
            )
        return reverse("forum_members", args=[governed.pk])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, "forums/seat_new.html", {"form": form, "forum": governed})


def seat_change(request: HttpRequest, seat: int) -> HttpResponse:
    """Another role, organisation or function."""
    governed: Seat = request.governed  # type: ignore[attr-defined]
    form = SeatForm(request.POST if request.method == "POST" else None, seat=governed)

    def act() -> str:
        register.change_seat(seat=governed, by=request.user, **form.cleaned_data)
        messages.success(request, _("The member is changed."))
        return _back(request, governed)

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            governed.refresh_from_db()
            form.add_refusal(refusal, "role" if refusal.field == "chair" else None)
    context = {"form": form, "forum": governed.forum, "seat": governed}
    return render(request, "forums/seat_change.html", context)


def seat_end(request: HttpRequest, seat: int) -> HttpResponse:
    """The member's last day."""
    governed: Seat = request.governed  # type: ignore[attr-defined]
    form = EndSeatForm(request.POST if request.method == "POST" else None, seat=governed)

    def act() -> str:
        if form.cleaned_data.get("mistake"):
            register.take_back_seat(seat=governed, by=request.user)
        else:
            register.end_seat(seat=governed, on=form.cleaned_data["valid_to"], by=request.user)
        if governed.pk is None:
            messages.success(request, _("The membership is taken away."))
        else:
            said = _("The membership ends %(day)s.") % {"day": dates.day(governed.valid_to)}
            messages.success(request, said)
        return _back(request, governed)

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            governed.refresh_from_db()
            form.add_refusal(refusal)
    context = {"form": form, "forum": governed.forum, "seat": governed}
    return render(request, "forums/seat_end.html", context)


def seat_resume(request: HttpRequest, seat: int) -> HttpResponse:
    """A membership with a last day to come goes on until further notice."""
    governed: Seat = request.governed  # type: ignore[attr-defined]
    back = reverse("forum_members", args=[governed.forum_id])

    def act() -> str:
        register.resume_seat(seat=governed, by=request.user)
        messages.success(request, _("The membership goes on until further notice."))
        return back

    try:
        return redirect(once(request, act))
    except Refused as refusal:
        messages.error(request, refusal.text)
        return redirect(back)


def _back(request: HttpRequest, seat: Seat) -> str:
    """The members; for who has put themselves outside, the list of forums."""
    may_see = policy.who_may(Permission.VIEW_FORUM, seat.forum)
    if may_see.filter(pk=request.user.pk).exists():
        return reverse("forum_members", args=[seat.forum_id])
    return reverse("forums")
