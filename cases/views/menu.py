"""What can be done with a case by this person, as links: one list for every page of the case."""

from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import carrying, closing, handing_over
from cases.models import Case, Closing


class Choice(NamedTuple):
    """A link, and what it leads to."""

    url: str
    label: str


def choices(case: Case, user: Any, *, keeps: bool) -> list[Choice]:
    """In the order of how near they lie: what waits, what is done while it is open, and how it ends."""
    found = [*_waiting(case, user)] if keeps else []
    if carrying.may_name(case, user):
        found.append(_to("case_role", case, label=_("Change who is responsible")))
    found.append(_to("case_consents", case, label=_("Consents")))
    found += _ends(case) if keeps else []
    if handing_over.is_made(case):
        found.append(_to("case_handover", case, label=_("Handover")))
    found.append(_to("case_glimpses", case, label=_("Openings in an emergency")))
    found.append(_to("case_conflict", case, label=_("I am biased in this case")))
    return found


def _waiting(case: Case, user: Any) -> list[Choice]:
    asked = case.closings.filter(state=Closing.State.ASKED).first()
    due = case.check_ups.filter(done_at=None, due_on__lte=closing.soon(timezone.now()))
    found = [
        _to("case_check_up", case, one.pk, label=_("Look again how it goes"))
        for one in due.order_by("due_on")[:1]
    ]
    if asked is not None:
        mine = asked.asked_by_id == user.pk
        label = _("See the proposal to close") if mine else _("Answer the proposal to close")
        found.append(_to("case_closing", case, asked.pk, label=label))
    return found


def _ends(case: Case) -> list[Choice]:
    found = []
    if handing_over.may_be_made(case):
        label = _("Hand over to the police or the Security Service")
        found.append(_to("case_hand_over", case, label=label))
    if closing.may_be_asked(case):
        found.append(_to("case_close", case, label=_("Propose to close the case")))
    until = closing.reopened_until(case)
    if until is not None and until > timezone.now():
        found.append(_to("case_reopen", case, label=_("Open the case again")))
    return found


def _to(name: str, case: Case, *more: Any, label: str) -> Choice:
    return Choice(reverse(name, args=[case.pk, *more]), label)
