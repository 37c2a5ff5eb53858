"""The letters to the owner of an account about how it is signed in to: whoever did it, the owner is
told. Each says what happened and whom to turn to, and leads to the account's own page."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.jobs import mail

from .models import User

NOT_YOU = _("If it was not you: contact the person who gave you your account at once.")
NOT_ASKED = _("If you did not ask for it: contact the person who gave you your account at once.")


@dataclass(frozen=True)
class _Told:
    subject: Any
    happened: Any
    what_to_do: Any = NOT_YOU

    def __call__(self, *, user: Any, ids: dict[str, int | str]) -> mail.Letter:
        return mail.Letter(
            subject=str(self.subject),
            body=f"{self.happened}\n\n{self.what_to_do}",
            url=reverse("account"),
        )


LETTERS = {
    "access.factor_frozen": _Told(
        _("Codes are not taken for your account any longer"),
        _(
            "Ten wrong codes in a row were given for your account in the portal, after the right "
            "password."
        ),
        _(
            "If it was not you: change your password, and contact the person who gave you your "
            "account."
        ),
    ),
    "access.factor_added": _Told(
        _("A new way to sign in to your account"),
        _("A key or an app was added to your account in the portal."),
    ),
    "access.factor_removed": _Told(
        _("A way to sign in to your account was removed"),
        _("A key or an app was removed from your account in the portal."),
    ),
    "access.factor_codes_renewed": _Told(
        _("New recovery codes for your account"),
        _(
            "New recovery codes were made for your account in the portal, and the old ones do not "
            "work any longer."
        ),
    ),
    "access.factor_reset": _Told(
        _("Your ways to sign in have been reset"),
        # By an administrator, or by whoever runs the server.
        _(
            "All keys, apps and recovery codes have been removed from your account in the portal. "
            "You choose a new one the next time you sign in."
        ),
        NOT_ASKED,
    ),
    "access.factor_thawed": _Told(
        _("Codes are taken for your account again"),
        _("An administrator lets codes be used for your account in the portal again."),
        NOT_ASKED,
    ),
    "access.identity_forgotten": _Told(
        _("Your account is no longer tied to your organisation's sign-in"),
        _(
            "An administrator has untied your account in the portal from the sign-in at your "
            "organisation. It is tied again the next time you sign in there."
        ),
        NOT_ASKED,
    ),
    "access.password_changed": _Told(
        _("Your password has been changed"),
        _("The password of your account in the portal was changed."),
    ),
    "access.password_chosen": _Told(
        _("A password was chosen for your account"),
        # The link may have come in a letter, or been handed over by whoever runs the server.
        _(
            "A password was chosen for your account in the portal, with a link for choosing a "
            "password."
        ),
    ),
}

for _name, _told in LETTERS.items():
    mail.letter(_name)(_told)


def tell(user: User, letter: str) -> None:
    """Posts the letter to the account's owner, in the caller's transaction."""
    # Each of these happens more than once; what makes a letter its own is when.
    key = f"{letter}:{user.pk}:{timezone.now().timestamp()}"
    mail.post(to=user.pk, letter=letter, ids={}, key=key)
