"""What people are told by mail about cases: that there is something to do in the portal, and nothing of
what, or about whom (M128)."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.policy import may
from coordination.access.vocabulary import Permission
from coordination.actors.models import OrganisationMembership
from coordination.jobs import mail

from .models import Case, Glimpse

TASK = "cases.task"
LOOKED = "cases.glimpsed"
WAITS = "cases.glimpse_waits"
LATE = "cases.late"


def post(*, letter: str, case: Case, to: int, key: str) -> None:
    """In the caller's transaction. `key` names the cause: twice for one cause is one mail."""
    mail.post(to=to, letter=letter, ids={"case": str(case.pk)}, key=f"{letter}:{key}:{to}")


@mail.letter(TASK, mail.Urgency.CAN_WAIT)
def task(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """To who carries a case; None when they do so no longer."""
    return _of_a_case(user, ids, "case")


@mail.letter(LOOKED)
def looked(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """At once, to who carries a case that somebody else has opened without being named in it."""
    return _of_a_case(user, ids, "case_glimpses")


@mail.letter(WAITS)
def waits(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """At once, to those who may let somebody open a protected identity; None when it waits no longer."""
    asked = Glimpse.objects.filter(pk=ids["glimpse"], begins_at=None).first()
    return asked and _neutral(reverse("glimpse_approve", args=[asked.pk]))


@mail.letter(LATE, mail.Urgency.LATE)
def late(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """To who manages a unit in which something is late; the start page says how many."""
    if not OrganisationMembership.objects.active(timezone.localdate()).filter(
        user=user.pk, role="unit_manager"
    ):
        return None
    return _neutral(reverse("tasks"))


def _of_a_case(user: Any, ids: dict[str, int | str], page: str) -> mail.Letter | None:
    case = Case.objects.filter(pk=ids["case"]).first()
    if case is None or not may(user, Permission.VIEW_CASE, case):
        return None
    return _neutral(reverse(page, args=[case.pk]))


def _neutral(url: str) -> mail.Letter:
    return mail.Letter(
        subject=_("You have a new task in the portal"),
        body=_("You have a new task in the portal. Log in to read it."),
        url=url,
    )
