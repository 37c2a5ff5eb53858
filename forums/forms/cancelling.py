"""Why a meeting is cancelled."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm
from forums import entries


class CancelForm(PortalForm):
    """Why the meeting is not to be held."""

    reason = GuardedText(
        label=_("Why the meeting is cancelled"),
        limit=entries.REASON,
        multiline=True,
        rows=3,
        help_text=_("Everyone who is called can read the reason."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Enter why the meeting is cancelled")
