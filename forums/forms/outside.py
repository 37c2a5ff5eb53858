"""The addresses of those who are called and have no account."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coordination.ui.forms import PortalForm
from forums import outside
from forums.models import Participation


class AddressesForm(PortalForm):
    """A field for each of them; an empty one is no address."""

    mark_optional = False
    autocomplete = "off"

    def __init__(self, *args: Any, people: Sequence[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for row in people:
            address = getattr(row, "outside_address", None)
            self.fields[f"row-{row.pk}-email"] = forms.EmailField(
                label=gettext("%(name)s, %(organisation)s")
                % {"name": row.label, "organisation": row.organisation},
                max_length=outside.LONGEST,
                required=False,
                initial=address.email if address else "",
                error_messages={"invalid": _("Enter the e-mail address as name@example.org")},
            )

    @property
    def addresses(self) -> dict[int, str]:
        return {row.pk: self.cleaned_data[f"row-{row.pk}-email"] for row in self.people}
