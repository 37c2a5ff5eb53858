"""The page on which somebody who takes part proposes an item, and sees what became of it (P07)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.ui.fields import row_key
from coordination.writing.once import once
from forums import proposals
from forums.forms.proposals import ProposalForm
from forums.models import Meeting
from forums.refusals import Refused


def propose(request: HttpRequest, meeting: int) -> HttpResponse:
    """Propose an item for the meeting; below, one's own proposals."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    here = reverse("propose", args=[governed.pk])
    form = ProposalForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        proposals.propose(meeting=governed, by=request.user, **form.cleaned_data)
        return here

    if form.is_valid():
        try:
            url = once(request, act)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The proposal is sent. You see the answer here."))
            return redirect(url)
    context = {
        "meeting": governed,
        "forum": governed.forum,
        "form": form,
        "last_day": proposals.last_day(governed),
        "is_open": proposals.is_open(governed, now=timezone.now()),
        "may_log": policy.may(request.user, Permission.LOG_MEETINGS, governed),
        "own": proposals.of(governed, request.user),
    }
    return render(request, "forums/propose.html", context)


def withdraw(request: HttpRequest, meeting: int) -> HttpResponse:
    """Takes back one's own proposal, which the form names."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    here = reverse("propose", args=[governed.pk])

    def act() -> str:
        number = row_key(request.POST.get("proposal", ""))
        proposals.withdraw(meeting=governed, proposal=number, by=request.user)
        messages.success(request, _("The proposal is withdrawn."))
        return here

    try:
        return redirect(once(request, act))
    except Refused as refusal:
        messages.info(request, refusal.text)
    return redirect(here)
