"""What is decided about an organisation or district by date: a new name, a last day, what it goes into."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from coordination.actors.models import Organisation
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import swedish


class RenameForm(PortalForm):
    """A new name from a day."""

    name = GuardedText(label=gettext_lazy("New name"), limit=120)
    valid_from = DateField(label=gettext_lazy("From and including"))

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["name"].widget.attrs["data-char-limit"]
        self.fields["name"].limit = limit
        self.initial.setdefault("valid_from", timezone.localdate())


class EndForm(PortalForm):
    """The last day of something."""

    valid_to = DateField(label=gettext_lazy("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("valid_to", timezone.localdate())


class MergeForm(PortalForm):
    """What an actor goes into, and since when."""

    into = forms.ModelChoiceField(
        label=gettext_lazy("Which actor does it go into?"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose actor"),
        error_messages={"required": gettext_lazy("Choose actor")},
    )
    on = DateField(label=gettext_lazy("First day in its place"), past=True)

    def __init__(self, *args: Any, gone: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organisation.objects.active(timezone.localdate()).exclude(pk=gone.pk)
        self.fields["into"].queryset = others.order_by(swedish("name"))
        self.initial.setdefault("on", timezone.localdate())
