"""The page behind the link of an invitation: choose a password, then sign in."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _

from coordination.access.people import set_password
from coordination.administration import people as accounts
from coordination.administration.forms.people import PasswordForm

KEPT = "_invitation"
"""The key waits in the session, so that it stands in no address that a page could pass on."""


def invitation(request: HttpRequest) -> HttpResponse:
    """A used, an old and an invented link get the same answer. Nobody is signed in by it."""
    if key := request.GET.get("nyckel", ""):
        # Nothing is kept for whoever comes with an invented key: each would be a row, for anybody.
        if accounts.invited(key):
            request.session[KEPT] = key
        else:
            request.session.pop(KEPT, None)
        return redirect("invitation")
    user = accounts.invited(request.session.get(KEPT, ""))
    if user is None:
        return render(request, "administration/invitation_gone.html")
    form = PasswordForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        del request.session[KEPT]
        if not set_password(user=user, password=form.cleaned_data["password"]):
            return render(request, "administration/invitation_gone.html")
        messages.success(request, _("Done. Sign in with your user name and the new password."))
        return redirect(resolve_url(settings.LOGIN_URL))
    return render(request, "administration/invitation.html", {"form": form, "person": user})
