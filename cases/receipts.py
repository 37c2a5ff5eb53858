"""What who handed in a case may know of it afterwards: that it came, and whether it was received."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from . import triage
from .models import Receipt, Stage

RECEIVED = pgettext_lazy("receipt", "Received")
WAITS = pgettext_lazy("receipt", "Handed in")
ENDED = pgettext_lazy("receipt", "Closed")
NO_MORE = gettext_lazy("For reasons of secrecy you are not told what happens after that.")


def of(user: Any) -> QuerySet[Receipt]:
    """The receipts of what the person has handed in, the latest first: nothing that was written is
    fetched with them."""
    found = Receipt.objects.visible_to(user).select_related("case")
    return found.only("reference", "handed_in_at", "case__stage", "case__received_at").order_by(
        "-handed_in_at"
    )


def state(receipt: Receipt) -> Any:
    """Handed in, received or closed (V13): never what it was closed with."""
    if receipt.case.stage == Stage.RECEIVED:
        return WAITS
    return ENDED if receipt.case.stage in (Stage.CLOSED, Stage.DESTROYED) else RECEIVED


def told_by(receipt: Receipt) -> date:
    """By which day it says whether it was received."""
    return triage.target(receipt.case)
