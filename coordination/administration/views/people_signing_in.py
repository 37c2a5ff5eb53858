"""What an administrator does for somebody who cannot sign in: codes, factors, and the tie to a provider."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access import factors, identities
from coordination.access.models import User
from coordination.writing.once import once_or_say


def person_codes_again(request: HttpRequest, person: int) -> HttpResponse:
    """Takes the person's codes again after ten wrong ones."""
    return _for_them(request, factors.thaw_for, _("Done. Codes are taken again."))


def person_factors_reset(request: HttpRequest, person: int) -> HttpResponse:
    """Takes the person's lost factors away, so that the next sign-in leads to a new one."""
    said = _("Done. The person chooses a new second step the next time they sign in.")
    return _for_them(request, factors.reset, said)


def person_identity_forget(request: HttpRequest, person: int) -> HttpResponse:
    """Unties the account from the identity at a provider that it was first used with."""
    said = _("Done. The account is tied anew the next time the person signs in.")
    return _for_them(request, identities.forget, said)


def _for_them(request: HttpRequest, does: Callable[..., None], said: str) -> HttpResponse:
    """Acts for the person of the page and says so, or says what was refused."""
    user: User = request.governed  # type: ignore[attr-defined]
    back = reverse("person", args=[user.pk])

    def act() -> str:
        does(by=request.user, user=user)
        messages.success(request, said)
        return back

    return once_or_say(request, act, back=back)
