"""The pages of knowledge that a person has, as one row of links."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination.access import policy
from coordination.access.vocabulary import Permission

TABS = (
    ("knowledge", _("Library"), Permission.USE_PORTAL),
    ("visits", _("Study visits and networks"), Permission.READ_VISITS),
    ("suggestions", _("Proposals"), Permission.READ_VISITS),
    ("contacts", _("Contact log"), Permission.LOG_CONTACTS),
    ("contact_figures", _("Figures of the contact log"), Permission.READ_CONTACT_FIGURES),
    ("information", _("Information to the public"), Permission.INFORM_PUBLIC),
)


@dataclass(frozen=True)
class Tab:
    label: Any
    url: str
    current: bool


def tabs(request: HttpRequest, here: str) -> list[Tab]:
    """Those that the person may open; `here` is the name of the page that is shown."""
    held = policy.permissions_of(request.user)
    # Who keeps the log finds its figures there.
    left_out = {"contact_figures"} if Permission.LOG_CONTACTS in held else set()
    return [
        Tab(label, reverse(name), name == here)
        for name, label, needed in TABS
        if needed in held and name not in left_out
    ]
