"""The page with the addresses of those who are called and have no account (P07)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.writing.once import once
from forums import outside
from forums.forms.outside import AddressesForm
from forums.models import Meeting
from forums.refusals import Refused


def outside_addresses(request: HttpRequest, meeting: int) -> HttpResponse:
    """An address for each who has no account; whoever is called already is mailed at once."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    there = reverse("meeting", args=[governed.pk])
    if not governed.is_plan:
        messages.info(request, _("The meeting has begun. Its plan can no longer be changed."))
        return redirect(there)
    data = request.POST if request.method == "POST" else None
    form = AddressesForm(data, people=outside.people(governed))

    def act() -> str:
        mailed = outside.keep(meeting=governed, addresses=form.addresses, by=request.user)
        messages.success(request, _("The addresses are saved."))
        if mailed:
            sent = ngettext(
                "The invitation is being sent to %(count)s person.",
                "The invitation is being sent to %(count)s people.",
                mailed,
            )
            messages.success(request, sent % {"count": mailed})
        return there

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {"meeting": governed, "forum": governed.forum, "form": form}
    return render(request, "forums/outside_addresses.html", context)
