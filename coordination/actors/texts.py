"""Texts about actors as they may be stored: on one line, with nothing in them that is not seen."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from coordination.access import refused
from coordination.access.refused import Missing, Refused, refuse_numbers

__all__ = ["Missing", "clean", "e_mail", "telephone"]

_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()/.–-]{2,}")


def clean(
    text: Any, *, label: str | Promise, limit: int, field: str, needed: str | Promise = ""
) -> str:
    """The text on one line. Raises as `refused.clean`."""
    seen = _UNSEEN.sub(" ", str(text or ""))
    return refused.clean(seen, label=label, limit=limit, field=field, needed=needed)


def telephone(text: Any, *, field: str, limit: int) -> str:
    """A telephone number as it is written, with nothing else. Raises as `clean`, and Refused."""
    # Said to be one: ten bare digits are one as well as a personal identity number.
    value = " ".join(str(text or "").split())
    refuse_numbers(f"tfn {value}", field)
    if len(value) > limit or (value and not _TELEPHONE.fullmatch(value)):
        raise Refused(
            _("Write the telephone number with digits, for example 019-21 10 00"), field=field
        )
    return value


def e_mail(text: Any, *, field: str, limit: int) -> str:
    """An e-mail address. Raises as `clean`, and Refused."""
    value = clean(text, label=_("The e-mail address"), limit=limit, field=field)
    if value:
        try:
            validate_email(value)
        except ValidationError:
            raise Refused(
                _("Write the whole e-mail address, for example namn@example.se"), field=field
            ) from None
    return value
