"""The log of contacts with the helpline and the national level (guideline: nationell stödtelefon).

The helpline promises whoever calls to be anonymous. This log must not undo that: no name, no number and
no address in the text, no time of day, no figure by district that is small, and an end to every row.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import Refused
from coordination.actors.models import CityPart, District
from coordination.audit import log
from coordination.ui.lists import swedish_key

from .models import Contact, ContactRetention
from .texts import ChangedMeanwhile, Missing, NotForThisText, WrongState, clean

LONGEST = 300
LONGEST_CALL = 600
"""Minutes: whoever writes more has slipped."""
LEAST = 5
"""A figure by district is shown when every one is none or at least so many."""
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
        count, _rows = Contact.objects.filter(on__lt=_months_before(today, rule.months)).delete()
        if count:
            log.record(by=None, event="knowledge.contact.erased", facts={"rows": count}, at=now)
    return count


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1) + timedelta(days=min(day.day, 28) - 1)


# Figures -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HalfYear:
    """January to June, or July to December."""

    year: int
    second: bool

    @classmethod
    def of(cls, day: date) -> "HalfYear":
        return cls(day.year, day.month > 6)

    @classmethod
    def read(cls, text: str) -> "HalfYear | None":
        match = re.fullmatch(r"(20\d\d)-([12])", text)
        return cls(int(match[1]), match[2] == "2") if match else None

    @property
    def code(self) -> str:
        return f"{self.year}-{2 if self.second else 1}"

    @property
    def first(self) -> date:
        return date(self.year, 7 if self.second else 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31) if self.second else date(self.year, 6, 30)

    @property
    def before(self) -> "HalfYear":
        return HalfYear(self.year, False) if self.second else HalfYear(self.year - 1, True)

    def __str__(self) -> str:
        said = _("July to December %(year)s") if self.second else _("January to June %(year)s")
        return said % {"year": self.year}


@dataclass(frozen=True)
class Figures:
    """How many contacts a half-year had: by channel, by type, and by place if no place is small."""

    total: int
    channels: list[tuple[str, int]]
    kinds: list[tuple[str, int]]
    places: list[tuple[str, int]] | None
    """By district, else by part of the city; None when either would tell of too few."""
    coarse: bool


def figures(user: Any, half: HalfYear) -> Figures:
    """What the person may see, counted. All or nothing: no place is hidden beside others that are
    shown, for what is missing could be worked out."""
    rows = Contact.objects.visible_to(user).filter(on__range=(half.first, half.last))
    by_district = dict(rows.order_by().values_list("district").annotate(count=Count("pk")))
    parts = dict(District.objects.values_list("pk", "city_part"))
    by_part: dict[int | None, int] = {}
    for district, count in by_district.items():
        part = parts.get(district)
        by_part[part] = by_part.get(part, 0) + count
    places, coarse = None, False
    if _may_be_shown(by_district):
        places = _named(by_district, dict(District.objects.values_list("pk", "name")))
    elif _may_be_shown(by_part):
        places = _named(by_part, dict(CityPart.objects.values_list("pk", "name")))
        coarse = True
    return Figures(
        total=sum(by_district.values()),
        channels=_by(rows, "channel", Contact.Channel.choices),
        kinds=_by(rows, "kind", Contact.Kind.choices),
        places=places,
        coarse=coarse,
    )


def _may_be_shown(counts: Mapping[int | None, int]) -> bool:
    return all(count == 0 or count >= LEAST for count in counts.values())


def _named(counts: Mapping[int | None, int], names: Mapping[int, str]) -> list[tuple[str, int]]:
    named = [(names[key], count) for key, count in counts.items() if key is not None]
    named.sort(key=lambda row: swedish_key(row[0]))
    return [*named, *((_("No district"), counts[key]) for key in counts if key is None)]


def _by(rows: Any, field: str, choices: Any) -> list[tuple[str, int]]:
    counted = dict(rows.order_by().values_list(field).annotate(count=Count("pk")))
    return [(str(label), counted.get(value, 0)) for value, label in choices]


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
