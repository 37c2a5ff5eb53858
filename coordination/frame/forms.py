"""The forms of the frame's own pages: the choice of notices, and saved views."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.access.vocabulary import ROLES
from coordination.jobs.mail import Choice
from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm
from coordination.writing.models import SavedView


class NoticesForm(PortalForm):
    """When the mail that can wait is sent."""

    notices = forms.ChoiceField(
        label=_("When do you want e-mail about your own tasks?"),
        choices=Choice.choices,
        widget=forms.RadioSelect,
    )


class SaveViewForm(PortalForm):
    """A name for the filters and order of a list."""

    name = GuardedText(label=_("Name of the view"), limit=40)
    page = forms.CharField(widget=forms.HiddenInput, max_length=40)
    query = forms.CharField(widget=forms.HiddenInput, max_length=2000, required=False)


class ShareViewForm(PortalForm):
    """With whom a view is shared. There is one for each view on the page, with ids of its own."""

    role = forms.ChoiceField(label=_("Share with everyone who is"), required=False)

    def __init__(self, *args: Any, view: SavedView, **kwargs: Any) -> None:
        own = {"initial": {"role": view.role}, "auto_id": f"share-{view.pk}-%s"}
        super().__init__(*args, **own, **kwargs)
        self.fields["role"].choices = [
            ("", _("Nobody: only I see it")),
            *((role.code, role.name) for role in ROLES.values()),
        ]
