"""The log of contacts with the helpline and the national level (guideline: nationell stödtelefon).

The helpline promises whoever calls to be anonymous. This log must not undo that: no name, no number and
no address in the text, no time of day, and an end to every row. What is counted of it is
`contact_figures`.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import Refused
from coordination.audit import log

from .models import Contact, ContactRetention
from .texts import ChangedMeanwhile, Missing, NotForThisText, WrongState, clean

LONGEST = 300
LONGEST_CALL = 600
"""Minutes: whoever writes more has slipped."""
EARLIEST = date(2015, 11, 1)
"""The national helpline did not exist before."""

_TELEPHONE = re.compile(r"(?<![\d.,])(?:\+|00?)\d(?:[ ()/-]{0,2}\d){6,}")
_E_MAIL = re.compile(r"[^\s@]+ ?(?:@|\((?:at|a)\)|\[(?:at|a)\]) ?[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b(?:kl|klockan)\b\.? ?\d{1,2}|(?<!OSL )(?<!SoL )(?<![\d.:])"
    r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?![\d.:])(?! ?(?:[a-z]\b|§|kap))",
    re.IGNORECASE,
)


class AlreadyDecided(Refused):
    """Another time of keeping begins that day."""


def add(*, values: Mapping[str, Any], by: Any, now: datetime | None = None) -> Contact:
    """One more contact. Raises Missing, WrongState for a day to come, and NotForThisText for what
    could tell who it was.

    The log of what was done says that somebody logged a contact, and not which: its clock would
    tell when the call came.
    """
    now = now or timezone.now()
    kept = _cleaned(values, timezone.localdate(now))
    with transaction.atomic():
        contact = Contact.objects.create(**kept, logged_by=by)
        log.record(by=by, event="knowledge.contact.logged", at=now)
    return contact


def change(
    *,
    contact: Contact,
    values: Mapping[str, Any],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Other words for a contact. Raises ChangedMeanwhile when `revision` is not its any longer or it
    was removed, and as `add` does."""
    now = now or timezone.now()
    kept = _cleaned(values, timezone.localdate(now))
    with transaction.atomic():
        saved = Contact.objects.filter(pk=contact.pk, revision=revision).update(
            **kept, revision=F("revision") + 1
        )
        if not saved:
            raise ChangedMeanwhile
        log.record(by=by, event="knowledge.contact.changed", at=now)


def remove(*, contact: Contact, by: Any, now: datetime | None = None) -> None:
    """Erases a contact at once and for good: what should not have been written must not stay."""
    now = now or timezone.now()
    with transaction.atomic():
        _count, rows = Contact.objects.filter(pk=contact.pk).delete()
        if rows:
            log.record(by=by, event="knowledge.contact.removed", at=now)


# How long they are kept ----------------------------------------------------------------------------


def kept_for(on: date) -> ContactRetention | None:
    """What says how long contacts are kept, that day."""
    rules = ContactRetention.objects.filter(valid_from__lte=on)
    return rules.order_by("-valid_from").first()


def rules() -> QuerySet[ContactRetention]:
    """Every decision about how long contacts are kept, the latest first."""
    return ContactRetention.objects.select_related("decided_by").order_by("-valid_from")


def decide_retention(
    *, months: int, basis: str, valid_from: date, by: Any, now: datetime | None = None
) -> ContactRetention:
    """How long contacts are kept from a day on, and by what decision.

    Raises WrongState for a day that has passed, and AlreadyDecided when another begins the same day.
    """
    now = now or timezone.now()
    if valid_from < timezone.localdate(now):
        raise WrongState(_("The date must be today or later"), field="valid_from")
    text = clean(
        basis,
        label=_("Decision"),
        limit=200,
        field="basis",
        needed=_("Enter the decision that it follows from"),
    )
    try:
        with transaction.atomic():
            rule = ContactRetention.objects.create(
                months=months,
                basis=text,
                valid_from=valid_from,
                reviewed=True,
                decided_by=by,
                decided_at=now,
            )
            log.record(by=by, event="knowledge.retention.decided", on=rule, at=now)
    except IntegrityError:
        raise AlreadyDecided(
            _("Another time of keeping begins that day. Choose another day."), field="valid_from"
        ) from None
    return rule


def erase(*, now: datetime | None = None) -> int:
    """Erases the contacts that have been kept as long as the rule of the day says. Returns how many."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rule = kept_for(today)
    if rule is None:
        return 0
    with transaction.atomic():
        count, _rows = Contact.objects.filter(on__lt=months_before(today, rule.months)).delete()
        if count:
            log.record(by=None, event="knowledge.contact.erased", facts={"rows": count}, at=now)
    return count


def months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1) + timedelta(days=min(day.day, 28) - 1)


# Texts -----------------------------------------------------------------------------------------------


def refuse_what_tells_who(text: str, *, clock: bool, field: str = "outcome") -> None:
    """Raises NotForThisText for a telephone number or an e-mail address, and with `clock` for a time
    of day."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join("-" if unicodedata.category(one) == "Pd" else one for one in plain)
    if _E_MAIL.search(plain):
        raise NotForThisText(
            _("The text seems to contain an e-mail address. Remove it to save."), field=field
        )
    if _TELEPHONE.search(plain):
        raise NotForThisText(
            _("The text seems to contain a telephone number. Remove it to save."), field=field
        )
    if clock and _CLOCK.search(plain):
        raise NotForThisText(
            _("The text seems to say what time the call came. Remove it: the caller is anonymous."),
            field=field,
        )


def _cleaned(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    kept = {name: values[name] for name in ("on", "channel", "direction", "kind", "district")}
    for name in ("channel", "direction", "kind"):
        if kept[name] not in dict(Contact._meta.get_field(name).flatchoices):
            raise Missing(_("Choose one of the alternatives"), field=name)
    if kept["on"] > today:
        raise WrongState(_("The day has not come. Choose the day of the contact."), field="on")
    if kept["on"] < EARLIEST:
        raise WrongState(_("There was no helpline on that day. Check the year."), field="on")
    minutes = values.get("minutes")
    if minutes is not None and not 1 <= minutes <= LONGEST_CALL:
        raise WrongState(_("Enter the minutes as a number from 1 to 600"), field="minutes")
    kept["minutes"] = minutes
    kept["outcome"] = clean(
        values.get("outcome", ""),
        label=_("What came of it?"),
        limit=LONGEST,
        field="outcome",
        needed=_("Write what came of it"),
        lines=True,
    )
    by_caller = (kept["channel"], kept["direction"]) == (
        Contact.Channel.HELPLINE,
        Contact.Direction.IN,
    )
    refuse_what_tells_who(kept["outcome"], clock=by_caller)
    return kept
