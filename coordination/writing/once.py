"""A form is carried out once, however often it arrives: double click, lost response, second tab."""

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from coordination.access.refused import Refused

from .models import Submission

REMEMBERED = timedelta(days=2)
FIELD = "_once"
LONGEST_OUTCOME = 500
SENT_BEFORE = _(
    "The form had already been sent. What you sent first is saved, but not what you changed after "
    "that. Look at what is saved and write the change again."
)
# The version follows the page's own autosave: alone it is no other text.
_NOT_SAID = (FIELD, "csrfmiddlewaretoken", "version")


def once(request: HttpRequest, act: Callable[[], str]) -> str:
    """Carries the act out in one transaction and returns the address to lead the sender to.

    The form's hidden key and the act are written together: if the same form arrives again, nothing
    is done and the first outcome is returned. What the act raises goes through, and nothing is kept,
    so that a corrected form can be sent with the same key. A form without a key is just carried out.
    When the form comes again with another text, that text is not saved and a warning says so. An
    outcome too long to be kept is the page's own address instead.
    """
    key = key_of(request)
    if key is None:
        with transaction.atomic():
            return act()
    body = _body(request)
    try:
        with transaction.atomic():
            row = Submission.objects.create(
                user_id=request.user.pk, key=key, outcome="", body=body, at=timezone.now()
            )
            outcome = act()
            row.outcome = outcome if len(outcome) <= LONGEST_OUTCOME else request.path
            row.save(update_fields=["outcome"])
            return row.outcome
    except IntegrityError:
        earlier = Submission.objects.filter(user_id=request.user.pk, key=key).first()
        if earlier is None:
            raise
        if earlier.body not in ("", body):
            messages.warning(request, SENT_BEFORE, fail_silently=True)
        return earlier.outcome


def once_or_say(request: HttpRequest, act: Callable[[], str], *, back: str) -> HttpResponse:
    """As `once`, for a button without a form to come back to: what is refused is said at `back`."""
    try:
        return redirect(once(request, act))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


def key_of(request: HttpRequest) -> uuid.UUID | None:
    """The hidden key of the sent form; None when there is none or it is forged."""
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def carried_out(user: Any, key: str) -> bool:
    """Whether the form with this hidden key has been carried out: what arrives of it after that, an
    autosave that was on its way, is out of date."""
    try:
        return Submission.objects.filter(user_id=user.pk, key=uuid.UUID(key)).exists()
    except ValueError:
        return False


def _body(request: HttpRequest) -> str:
    """What was sent, as a keyed hash: enough to tell whether a second sending says something else, and
    not to try, with the database in hand, what it may have said."""
    said = sorted((name, values) for name, values in request.POST.lists() if name not in _NOT_SAID)
    return salted_hmac("writing.once", json.dumps(said), algorithm="sha256").hexdigest()


def sweep(*, now: datetime | None = None) -> int:
    """Forgets forms so old that no browser will send them again. Returns how many."""
    count, _by_model = Submission.objects.filter(
        at__lt=(now or timezone.now()) - REMEMBERED
    ).delete()
    return count
