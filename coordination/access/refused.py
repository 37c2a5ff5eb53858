"""What rules refuse, each with a sentence to act on, and the check that every free text passes."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.ui.guard import refuse_identity_numbers

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Refused(Exception):
    """Something the rules do not allow. `text` tells the person what to do; `field` where."""

    def __init__(self, text: str | Promise, *, field: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.field = field

    def __str__(self) -> str:
        return str(self.text)


class Missing(Refused):
    """Something that must be given was not."""


class TextTooLong(Refused):
    """The text does not fit."""


class NotForThisText(Refused):
    """The text holds what must not stand in it."""


class IdentityNumberInText(NotForThisText):
    """The text seems to hold a personal identity number, which must never stand here (rule V20)."""


class ChangedMeanwhile(Refused):
    """Somebody else has saved the same thing since the page was opened. Nothing was saved over it."""

    def __init__(self, by: Any = None) -> None:
        said = _("Somebody has changed the same text. Choose which version to save.")
        named = _("%(who)s has changed the same text. Choose which version to save.")
        super().__init__(named % {"who": by} if by else said)


class WrongState(Refused):
    """It is no longer, or not yet, where this may be done."""


class OwnAccount(Refused):
    """An administrator asks for something about their own account that another must do."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("You cannot do this to your own account. Ask another administrator.")
        )


def clean(
    text: Any,
    *,
    label: str | Promise,
    limit: int,
    field: str,
    needed: str | Promise = "",
    lines: bool = False,
) -> str:
    """The text as it may be stored: trimmed, one line unless `lines`, at most `limit` characters.

    Raises Missing with the sentence `needed` when nothing is left, TextTooLong, or
    IdentityNumberInText. Every free text passes here, whatever form it came through.
    """
    value = _CONTROL.sub("", str(text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not lines:
        value = " ".join(value.split())
    if needed and not value:
        raise Missing(needed, field=field)
    if len(value) > limit:
        raise TextTooLong(
            _("%(field)s can be at most %(count)s characters. Remove %(excess)s.")
            % {"field": label, "count": limit, "excess": len(value) - limit},
            field=field,
        )
    refuse_numbers(value, field)
    return value


def refuse_numbers(value: str, field: str) -> None:
    """Raises IdentityNumberInText where the text seems to hold a personal identity number."""
    try:
        refuse_identity_numbers(value)
    except ValidationError as error:
        raise IdentityNumberInText(error.messages[0], field=field) from None
