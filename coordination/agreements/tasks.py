"""What agreements do by the clock, and their letter."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.vocabulary import Permission
from coordination.jobs import mail, queue
from coordination.ui import dates

from . import expiring, signed_files
from .models import Agreement


@queue.periodic("agreements.warnings")
def warn() -> None:
    """Posts the warnings of agreements that expire within six and two months."""
    expiring.post()


@queue.periodic("agreements.files")
def sweep_files() -> None:
    """Erases signed files that were removed, or never came to be."""
    signed_files.sweep()


@mail.letter(expiring.LETTER, mail.Urgency.CAN_WAIT)
def expires(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """That an agreement expires, and when; None when it is renewed by now, or no longer theirs."""
    kept = Agreement.objects.visible_to(user, Permission.KEEP_AGREEMENTS)
    found = kept.to_renew(timezone.localdate()).filter(pk=ids["agreement"]).first()
    if found is None:
        return None
    day = dates.day(found.valid_to)
    return mail.Letter(
        subject=_("An agreement expires %(day)s") % {"day": day},
        body=_("An agreement on cooperation expires %(day)s. Renew it, or let it expire.")
        % {"day": day},
        url=reverse("agreement", args=[found.pk]),
    )
