"""What this app's rules refuse besides what all rules do."""

from django.utils.translation import gettext as _

from coordination.access.refused import (
    IdentityNumberInText,
    Missing,
    Refused,
    TextTooLong,
    clean,
)

__all__ = [
    "IdentityNumberInText",
    "Missing",
    "NotOfThisForum",
    "Refused",
    "TextTooLong",
    "WrongState",
    "clean",
]


class WrongState(Refused):
    """The meeting or action is no longer, or not yet, where this may be done."""


class NotOfThisForum(Refused):
    """A thing of another forum or meeting was named. Only a forged or stale form does that."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__(_("That is not part of this forum. Load the page again."), field=field)
