"""Another time or place for a meeting and for those that follow it in its series, and the end of it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.ui.fields import row_key
from forums.models import Meeting
from forums.rescheduling import Wish

from .cancelling import CancelForm
from .meetings import TimesForm

MOST_SEEN = 200
"""So many meetings of a page are read; a series has at most 79."""


class RescheduleForm(TimesForm):
    """When and where the meeting is to be instead, and with it those that follow."""

    @property
    def wish(self) -> Wish:
        """What a valid form asks for."""
        values = self.cleaned_data
        return Wish(values["date"], values["starts"], values["ends"], values["place"])

    @property
    def rule(self) -> str:
        """What the meetings of a valid form follow from: another wish needs another look at them."""
        names = ("date", "starts", "ends", "place")
        return " ".join(str(self.cleaned_data[name]) for name in names)


class EndSeriesForm(CancelForm):
    """Why the rest of a series is not to be held."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why the meetings are cancelled")


def written(meetings: Iterable[Meeting]) -> str:
    """The meetings of a page with their versions, to be sent back with it."""
    return " ".join(f"{one.pk}:{one.version}" for one in meetings)


def read(sent: str) -> Mapping[int, int]:
    """The versions by meeting, as `written` wrote them; what is not understood is left out."""
    found = {}
    for word in sent.split()[:MOST_SEEN]:
        key, _colon, version = word.partition(":")
        if (pk := row_key(key)) and version.isdecimal() and len(version) < 9:
            found[pk] = int(version)
    return found
