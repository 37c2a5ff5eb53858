"""The page that cancels a meeting (P07)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.writing.once import once
from forums import cancelling, meetings, rescheduling
from forums.forms.cancelling import CancelForm
from forums.models import Meeting
from forums.refusals import Refused


def meeting_cancel(request: HttpRequest, meeting: int) -> HttpResponse:
    """Asks why the meeting is cancelled, says who is mailed, and cancels it."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    here = reverse("meeting", args=[governed.pk])
    form = CancelForm(request.POST if request.method == "POST" else None)
    if not form.is_bound and not governed.is_plan:
        messages.info(request, _("The meeting can no longer be cancelled."))
        return redirect(here)

    def act() -> str:
        cancelling.cancel(meeting=governed, reason=form.cleaned_data["reason"], by=request.user)
        return here

    if form.is_valid():
        try:
            url = once(request, act)
        except Refused as refusal:
            governed.refresh_from_db()
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The meeting is cancelled."))
            return redirect(url)
    told = governed.state == Meeting.State.CALLED and not governed.is_past(timezone.now())
    people = list(
        governed.participations.select_related("user", "organisation", "outside_address").in_order()
    )
    users = {user.pk for user in meetings.reached(governed)}
    reached = {one.pk for one in people if one.user_id in users or hasattr(one, "outside_address")}
    context = {
        "meeting": governed,
        "forum": governed.forum,
        "form": form,
        "told": told,
        "following": rescheduling.following(governed, now=timezone.now()),
        "reached": [one for one in people if one.pk in reached],
        "unreached": [one for one in people if one.pk not in reached],
    }
    return render(request, "forums/meeting_cancel.html", context)
