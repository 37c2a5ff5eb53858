"""What several of these models are declared with: who was called, by whom it was done, pairs of columns."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from coordination.access.declaration import Seated
from coordination.access.vocabulary import Permission


def called(meeting: str = "") -> Seated:
    """Those called to the meeting at that path: members while they have their seat, guests always.

    Who is called sees that meeting, member or not (resolution 13); but what somebody saw from a seat
    ends with the seat, in a forum that may handle individuals above all (resolution 11).
    """
    rows = f"{meeting}__participations" if meeting else "participations"
    return Seated(user=f"{rows}__user", membership=f"{rows}__seat")


CALLED_PEOPLE = {Permission.VIEW_FORUM: (called("meeting"),)}


def together(*fields: str) -> Q:
    """All of the fields are empty, or none is: "who" and "when" are set in the same act."""
    return Q(**{f"{field}__isnull": True for field in fields}) | Q(
        **{f"{field}__isnull": False for field in fields}
    )


def by_whom(related_name: str = "+", null: bool = False) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=null,
        blank=null,
        related_name=related_name,
    )
