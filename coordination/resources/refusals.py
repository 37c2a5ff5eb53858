"""What this app refuses besides what all rules do."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from coordination.access.refused import ChangedMeanwhile, Missing, Refused, clean

__all__ = ["Ask", "ChangedMeanwhile", "Missing", "Question", "WrongState", "clean"]


class WrongState(Refused):
    """It is no longer, or not yet, where this may be done."""


@dataclass(frozen=True)
class Question:
    """Something that looks like a slip: what is asked, and the figures it is about."""

    kind: str
    """"thousands", "thousandfold", "fte" or "cost"."""
    before: Decimal | None
    now: Decimal
    meant: Decimal | None = None
    """What was probably meant, when that is another unit."""


class Ask(Refused):
    """A figure looks like a slip. It is kept when whoever wrote it says that it is right, and why."""

    def __init__(self, questions: list[Question]) -> None:
        super().__init__(
            _("Is this right? Write in a few words why, or change the figure."), field="comment"
        )
        self.questions = questions
