"""The texts of the page for the public."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.knowledge.models import PARTS, InformationVersion
from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm

HINTS = {
    "when_worried": _(
        "Where to turn with a worry about a child, a young person or oneself. That one calls 112"
        " in danger stands on the page already."
    ),
    "what_we_do": _("The work as a whole, and with whom. Nothing about any one person or place."),
    "contacts": _("Functions, telephone numbers and addresses of the municipality."),
}


class InformationForm(PortalForm):
    """A draft may still lack a part; what is published may not."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, heading in PARTS.items():
            self.fields[part] = GuardedText(
                label=heading,
                limit=InformationVersion._meta.get_field(part).max_length or 0,
                multiline=True,
                rows=8,
                required=False,
                help_text=HINTS[part],
            )
