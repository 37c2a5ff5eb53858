"""The pages of people: who has an account, one person, inviting, roles, absence, closing."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import factors, identities
from coordination.access.models import Absence, User
from coordination.access.people import end_absence
from coordination.access.refused import Refused
from coordination.administration import people as accounts
from coordination.administration import people_leaving as leaving
from coordination.administration import roles
from coordination.administration.forms.people import (
    AbsenceForm,
    DaysForm,
    InviteForm,
    PersonFilter,
    RoleForm,
)
from coordination.administration.models import Closure, RoleRequest
from coordination.ui import dates
from coordination.ui.lists import Column, ListPage, swedish
from coordination.writing.once import once, once_or_say

COLUMNS = (
    Column("name", gettext_lazy("Name"), order=(swedish("first_name"), swedish("last_name"))),
    Column("role", gettext_lazy("Role")),
    Column("place", gettext_lazy("Where")),
    Column(
        "signed_in",
        gettext_lazy("Last sign-in"),
        order=("last_login",),
        css="cell--date",
        up=gettext_lazy("longest ago first"),
        down=gettext_lazy("latest first"),
    ),
    Column("state", gettext_lazy("Account")),
)


def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, filtered as the address says (P32)."""
    today = timezone.localdate()
    page = ListPage(
        request, accounts.everyone(), columns=COLUMNS, default="name", filters=PersonFilter
    )
    held = accounts.roles_of(page.rows, today)
    context = {
        "list": page,
        "rows": [(user, held[user.pk], state_of(user)) for user in page.rows],
        "waiting": roles.waiting().count(),
        "few_administrators": roles.are_administrators_few(today),
    }
    return render(request, "administration/people.html", context)


def state_of(user: Any) -> dict[str, str]:
    """How the account stands: a word and its tone."""
    if not user.is_active:
        return {"text": _("Closed"), "tone": "ended"}
    closes_on = accounts.closes_on(user)
    if closes_on is not None:
        text = _("Will be closed %(day)s") % {"day": dates.day_short(closes_on)}
        return {"text": text, "tone": "warning"}
    if user.last_login is None:
        return {"text": _("Invited"), "tone": "neutral"}
    return {"text": _("Open"), "tone": "success"}


def person(request: HttpRequest, person: int) -> HttpResponse:
    """One person: the account, roles, seats, absences, and what can be done about them."""
    user = accounts.everyone().get(pk=person)
    today = timezone.localdate()
    context = {
        "person": user,
        "state": state_of(user),
        "held": accounts.memberships_of(user, ended=False, on=today),
        "ended": accounts.memberships_of(user, ended=True, on=today),
        "today": today,
        "seats": accounts.seats_of(user, today),
        "absences": accounts.absences_of(user, today),
        "deputised": accounts.deputised_by(user, today),
        "asked": roles.waiting().filter(user=user),
        "closures": user.closures.select_related("closed_by", "reopened_by").order_by("-closed_at"),
        "is_oneself": user.pk == request.user.pk,
        "left": not user.is_active and leaving.not_handed_over().filter(pk=user.pk).exists(),
        "factors": len(factors.of(user)),
        "frozen": factors.frozen(user),
        "identity": identities.of(user),
    }
    return render(request, "administration/person.html", context)


def _governed(request: HttpRequest) -> Any:
    return request.governed  # type: ignore[attr-defined]


def person_invite(request: HttpRequest) -> HttpResponse:
    """Somebody new: the account, the role they come for, and a mail with a link."""
    form = InviteForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        values = form.cleaned_data
        user, given = accounts.invite(
            by=request.user,
            first_name=values["first_name"],
            last_name=values["last_name"],
            email=values["email"],
            username=values["username"],
            wanted=form.wanted,
        )
        messages.success(request, _("Done. The invitation is on its way by e-mail."))
        if not given:
            messages.info(request, SECOND)
        return reverse("person", args=[user.pk])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, "administration/person_invite.html", {"form": form})


SECOND = gettext_lazy(
    "The role needs a second administrator. It waits for approval, and the reviewers are told."
)


def person_role_new(request: HttpRequest, person: int) -> HttpResponse:
    """One more role for somebody."""
    user: User = _governed(request)
    form = RoleForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        given = roles.give(by=request.user, user=user, wanted=form.wanted)
        if isinstance(given, RoleRequest):
            messages.info(request, SECOND)
        else:
            messages.success(request, _("Done. The person has the role."))
        return reverse("person", args=[user.pk])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {"form": form, "person": user, "is_oneself": user.pk == request.user.pk}
    return render(request, "administration/person_role_new.html", context)


def role_days(request: HttpRequest, held: int) -> HttpResponse:
    """The days of a role, and the way to end it."""
    row: roles.Held = _governed(request)
    form = DaysForm(request.POST if request.method == "POST" else None, held=row)

    def act() -> str:
        values = form.cleaned_data
        roles.move(
            by=request.user,
            held=row,
            valid_from=values["valid_from"],
            valid_to=values["valid_to"],
        )
        messages.success(request, _("Done. The role has new days."))
        return reverse("person", args=[row.user_id])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, "administration/role_days.html", _about(row) | {"form": form})


def _about(row: roles.Held) -> dict[str, Any]:
    at_organisation = hasattr(row, "organisation_id")
    name = "organisation_role_end" if at_organisation else "district_role_end"
    return {
        "held": row,
        "place": row.place,
        "person": row.user,
        "end_url": reverse(name, args=[row.pk]),
    }


def role_end(request: HttpRequest, held: int) -> HttpResponse:
    """Ends a role at once."""
    row: roles.Held = _governed(request)
    user = row.user_id

    def act() -> str:
        roles.end(by=request.user, held=row)
        messages.success(request, _("Done. The role has ended."))
        return reverse("person", args=[user])

    return once_or_say(request, act, back=reverse("person", args=[user]))


def person_link(request: HttpRequest, person: int) -> HttpResponse:
    """Mails the person a link to choose a password."""
    user: User = _governed(request)

    def act() -> str:
        accounts.send_link(by=request.user, user=user)
        messages.success(request, _("Done. The link is on its way by e-mail."))
        return reverse("person", args=[person])

    return once_or_say(request, act, back=reverse("person", args=[person]))


def person_close(request: HttpRequest, person: int) -> HttpResponse:
    """Closes the account; can be taken back."""
    user: User = _governed(request)

    def act() -> str:
        accounts.close(by=request.user, user=user, why=Closure.Why.DECIDED)
        undo = reverse("person_reopen", args=[person])
        said = _("Done. The account is closed, and the person is signed out everywhere.")
        messages.success(request, said, extra_tags=f"undo {undo}")
        return reverse("person", args=[person])

    return once_or_say(request, act, back=reverse("person", args=[person]))


def person_reopen(request: HttpRequest, person: int) -> HttpResponse:
    """Opens a closed account."""
    user: User = _governed(request)

    def act() -> str:
        accounts.reopen(by=request.user, user=user)
        messages.success(request, _("Done. The account is open again."))
        return reverse("person", args=[person])

    return once_or_say(request, act, back=reverse("person", args=[person]))


def person_absence(request: HttpRequest, person: int) -> HttpResponse:
    """When somebody is away, and who stands in."""
    user: User = _governed(request)
    able = accounts.able_to_stand_in(user, by=request.user)
    form = AbsenceForm(request.POST if request.method == "POST" else None, able=able)

    def act() -> str:
        absence = accounts.be_away(by=request.user, user=user, **form.cleaned_data)
        undo = reverse("absence_end", args=[absence.pk])
        messages.success(request, _("Done. The absence is set."), extra_tags=f"undo {undo}")
        return reverse("person", args=[person])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {"form": form, "person": user}
    return render(request, "administration/person_absence.html", context)


def absence_end(request: HttpRequest, absence: int) -> HttpResponse:
    """Ends an absence at once, or takes back one to come."""
    row: Absence = _governed(request)
    back = reverse("person", args=[row.user_id])

    def act() -> str:
        yesterday = timezone.localdate() - timedelta(days=1)
        end_absence(by=request.user, absence=row, on=yesterday)
        messages.success(request, _("Done. The absence has ended."))
        return back

    return once_or_say(request, act, back=back)
