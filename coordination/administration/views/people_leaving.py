"""The page of a leaver: what is left behind, who takes it over, and the account's end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.access.refused import Refused
from coordination.administration import people as accounts
from coordination.administration import people_leaving as leaving
from coordination.administration.forms.people import HandoverForm
from coordination.writing.once import once


def person_leaves(request: HttpRequest, person: int) -> HttpResponse:
    """Chooses who takes over each thing, asks once more, and carries it out."""
    user: User = request.governed  # type: ignore[attr-defined]
    form = HandoverForm(
        request.POST if request.method == "POST" else None,
        left=leaving.everything_of(user, seen_by=request.user),
        able=leaving.successors(user, by=request.user),
    )

    def act() -> str:
        leaving.leave(by=request.user, user=user, to=form.to)
        messages.success(request, form.outcome)
        return reverse("person", args=[user.pk])

    context: dict[str, Any] = {"form": form, "person": user} | _roles(user)
    if form.is_valid():
        if "confirmed" not in request.POST:
            return render(
                request, "administration/person_leaves_confirm.html", context | _asked(user)
            )
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, "administration/person_leaves.html", context)


def _asked(user: User) -> dict[str, Any]:
    return {
        "heading": _("Hand everything over and close the account?"),
        "consequence": _(
            "The person is signed out everywhere at once and cannot sign in again."
            " Whoever takes something over sees it at once."
        ),
        "submit_label": _("Hand over and close the account"),
        "cancel_url": reverse("person_leaves", args=[user.pk]),
        "danger": True,
    }


def _roles(user: User) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "held": accounts.memberships_of(user, ended=False, on=today),
        "absences": accounts.absences_of(user, today) + accounts.deputised_by(user, today),
    }
