"""Reports of pages that showed somebody what they should not see: to support at once, and logged."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.audit import log
from coordination.jobs import mail
from coordination.ui import dates

from . import addresses

EVENT = "frame.incident.reported"
LETTER = "frame.incident"
UNKNOWN = "unknown"
MOST_LETTERS = 5
"""Letters to support for one person's reports within an hour: more would only be in each other's way."""
HOUR = timedelta(hours=1)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for one another on the telephone."""
REFERENCE = re.compile(rf"[{_LETTERS}]{{6}}")


@dataclass(frozen=True)
class Receipt:
    """What the log, and the letter if there was one, know the report by."""

    reference: str
    mailed: bool


def report(*, by: Any, page: str, now: datetime | None = None) -> Receipt:
    """Logs the report and mails the support function, unless the person's reports of the last hour
    have made letters enough: then the page must tell the person to call.

    `page` is the name of an address of the portal, without what it was about; anything else is kept
    as unknown. What was seen is never asked for.
    """
    now = now or timezone.now()
    named = page if addresses.exists(page) else UNKNOWN
    reference = "".join(secrets.choice(_LETTERS) for _place in range(6))
    with transaction.atomic():
        # One at a time for each person, so that none is mailed beside the others.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        lately = log.events(by=by).filter(event=EVENT, at__gt=now - HOUR, facts__mailed=True)
        mailed = lately.count() < MOST_LETTERS
        if mailed:
            mail.post(
                to=mail.SUPPORT,
                letter=LETTER,
                ids={"page": named, "reference": reference, "at": int(now.timestamp())},
                key=f"incident:{reference}",
            )
        facts = {"page": named, "reference": reference, "mailed": mailed}
        log.record(by=by, event=EVENT, facts=facts, at=now)
    return Receipt(reference, mailed)


@mail.letter(LETTER)
def tell_support(*, user: Any, ids: dict[str, int | str]) -> mail.Letter:
    """Which page, when and the reference. Who reported it stands in the log alone."""
    at = datetime.fromtimestamp(int(ids["at"]), tz=UTC)
    facts = {
        "reference": ids["reference"],
        "page": addresses.shape(str(ids["page"])),
        "when": dates.period(at),
    }
    return mail.Letter(
        subject=_("Report %(reference)s: a page showed too much") % facts,
        body="\n".join(
            [
                _("Somebody reports that the portal showed them something they should not see."),
                _("Page: %(page)s") % facts,
                _("When: %(when)s") % facts,
                _("Who reported it stands in the log, under the reference %(reference)s.") % facts,
            ]
        ),
        url=reverse("review_log") + f"?event={EVENT}",
    )
