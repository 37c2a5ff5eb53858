"""What can be typed once minutes are written: who adjusts them, what is to be changed, a correction."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.access.models import User
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm
from forums import adjusting
from forums.adjusting import Candidate
from forums.models import AgendaItem, Meeting


class SendForm(PortalForm):
    """Who adjusts the minutes, and by when. Notes have no second."""

    chair = forms.ChoiceField(label=_("Chaired the meeting"), required=False)
    second = forms.ChoiceField(label=_("Approves as well"), required=False)
    due = DateField(
        label=pgettext_lazy("minutes", "To be approved at the latest"),
        required=False,
        help_text="",
        widget=forms.TextInput(attrs={"size": 14}),
    )
    mark_optional = False

    def __init__(self, meeting: Meeting, data: Any = None, *, today: date) -> None:
        offered = adjusting.candidates(meeting, on=today)
        chair, second = adjusting.proposed(meeting, offered)
        super().__init__(
            data,
            initial={
                "chair": chair.pk if chair else "",
                "second": second.pk if second else "",
                "due": adjusting.usual_due(today),
            },
        )
        self._people = {str(one.user.pk): one.user for one in offered}
        choices = [("", _("Choose")), *((str(one.user.pk), _named(one)) for one in offered)]
        for name in ("chair", "second"):
            self.fields[name].choices = choices
        if not adjusting.needs_second(meeting.forum):
            del self.fields["second"]
            self.fields["chair"].label = _("Approves as chair")
            self.fields["due"].label = pgettext_lazy("notes", "To be approved at the latest")

    def chosen(self, name: str) -> User | None:
        return self._people.get(self.cleaned_data.get(name, ""))


def _named(one: Candidate) -> str:
    role = one.seat.get_role_display() if one.seat and one.seat.role != "member" else ""
    absent = "" if one.was_there else str(_("absent"))
    return ", ".join(part for part in (str(one.user), str(role).lower(), absent) if part)


class RequestForm(PortalForm):
    """A text at each item that is to be changed, and one for the whole; all may be left empty."""

    mark_optional = False

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, items: Sequence[AgendaItem], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._items = list(items)
        for item in self._items:
            self.fields[f"item-{item.pk}"] = _request_field(f"{item.position}. {item.title}")
        self.fields["whole"] = _request_field(
            _("Anything else, such as who was present"), help_text=""
        )

    @property
    def texts(self) -> dict[int | None, str]:
        asked: dict[int | None, str] = {
            item.pk: self.cleaned_data.get(f"item-{item.pk}", "") for item in self._items
        }
        asked[None] = self.cleaned_data.get("whole", "")
        return asked


def _request_field(label: Any, **more: Any) -> GuardedText:
    return GuardedText(
        label=label,
        limit=adjusting.REQUEST_TEXT,
        multiline=True,
        rows=2,
        required=False,
        **more,
    )


class CorrectionForm(PortalForm):
    """A text to be added at the end of locked minutes."""

    text = GuardedText(
        label=_("Correction"),
        limit=adjusting.CORRECTION_TEXT,
        multiline=True,
        rows=6,
        required=False,
        help_text=_(
            "Say what was wrong and what is right. Write no names or ID numbers of people in"
            " individual cases. The correction can become a public document."
        ),
    )
    mark_optional = False


class NumberForm(PortalForm):
    """The number of the minutes in the municipality's own register."""

    number = GuardedText(
        label=_("Registration number"),
        limit=adjusting.REGISTRATION_NUMBER,
        required=False,
        help_text=_("For example KS 2026/0412. Leave it empty to take it away."),
    )
    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs.pop("data-char-limit", None)
        self.fields["number"].widget.attrs["size"] = 24
