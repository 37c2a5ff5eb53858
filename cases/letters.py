"""What people are told by mail about cases: that there is something to do in the portal, and nothing of
what, or about whom (M128)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access.policy import may
from coordination.access.vocabulary import Permission
from coordination.jobs import mail

from .models import Case

TASK = "cases.task"
LOOKED = "cases.glimpsed"


def post(*, letter: str, case: Case, to: int, key: str) -> None:
    """In the caller's transaction. `key` names the cause: twice for one cause is one mail."""
    mail.post(to=to, letter=letter, ids={"case": str(case.pk)}, key=f"{letter}:{key}:{to}")


@mail.letter(TASK, mail.Urgency.CAN_WAIT)
def task(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """To who carries a case; None when they do so no longer."""
    return _neutral(user, ids)


@mail.letter(LOOKED)
def looked(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """At once, to who carries a case that somebody else has opened without being named in it."""
    return _neutral(user, ids)


def _neutral(user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    case = Case.objects.filter(pk=ids["case"]).first()
    if case is None or not may(user, Permission.VIEW_CASE, case):
        return None
    return mail.Letter(
        subject=_("You have a new task in the portal"),
        body=_("You have a new task in the portal. Log in to read it."),
        url=reverse("case", args=[case.pk]),
    )
