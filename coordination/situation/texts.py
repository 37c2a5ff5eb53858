"""What this app refuses besides what all rules do, and whose districts somebody writes about."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.refused import (
    ChangedMeanwhile,
    Missing,
    NotForThisText,
    Refused,
    WrongState,
    clean,
)
from coordination.access.vocabulary import Permission
from coordination.actors.models import District

__all__ = [
    "ChangedMeanwhile",
    "Missing",
    "NotForThisText",
    "NotYourDistrict",
    "WrongState",
    "clean",
    "keeps_all",
    "refuse_districts_of_others",
]


class NotYourDistrict(Refused):
    """A partnership coordinator writes about their own housing districts."""


def keeps_all(user: Any) -> bool:
    """Whether the person writes about the whole municipality, publishes and has plans decided."""
    return policy.may(user, Permission.KEEP_SITUATION)


def refuse_districts_of_others(
    by: Any, before: Iterable[District], after: Iterable[District], *, taken_away: bool = False
) -> None:
    """Raises NotYourDistrict where a partnership coordinator changes which districts of others a problem
    is about, or leaves it in none of their own. The rule is the one for actors."""
    if keeps_all(by):
        return
    earlier, later, own = set(before), set(after), set(District.objects.kept_by(by))
    if (earlier ^ later) - own:
        raise NotYourDistrict(
            _("Choose among your own housing districts. A strategic coordinator changes others."),
            field="districts",
        )
    if not taken_away and not later & own:
        raise NotYourDistrict(
            _("Choose at least one of your own housing districts."), field="districts"
        )
