"""What this app refuses besides what all rules do."""

from typing import Any

from django.utils.translation import gettext as _

from coordination.access.refused import Missing, NotForThisText, Refused, clean

__all__ = ["ChangedMeanwhile", "Missing", "NotForThisText", "WrongState", "clean"]


class WrongState(Refused):
    """It is no longer, or not yet, where this may be done."""


class ChangedMeanwhile(Refused):
    """Somebody else has saved the same thing since the page was opened. Nothing was saved over it."""

    def __init__(self, by: Any = None) -> None:
        said = _("Somebody has changed the same text. Choose which version to save.")
        named = _("%(who)s has changed the same text. Choose which version to save.")
        super().__init__(named % {"who": by} if by else said)
