"""Legal bases are entered, reviewed, ended and struck; what was reviewed stays as it was."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.refused import Missing, Refused, TextTooLong, clean
from coordination.audit import log

from . import versions
from .models import BasisVersion, LegalBasis, Purpose, Receiver, Sender

LABELS = {
    "paragraph": gettext_lazy("Paragraph"),
    "plain": gettext_lazy("In plain language"),
    "senders": gettext_lazy("Who may hand over"),
    "receivers": gettext_lazy("Who may receive"),
    "purposes": gettext_lazy("For what purpose"),
    "authorities": gettext_lazy("Boards that may rest on it"),
    "from_age": gettext_lazy("Lowest age"),
    "under_age": gettext_lazy("Younger than"),
    "needs_consent": gettext_lazy("Consent is needed"),
    "needs_suspicion": gettext_lazy("A suspected crime is needed"),
    "needs_balance": gettext_lazy("Interests must be weighed"),
    "conditions": gettext_lazy("Conditions to confirm"),
    "valid_from": gettext_lazy("In force from"),
    "valid_to": gettext_lazy("In force until"),
}
"""What every field of a version is called on pages, in the order in which it is read."""
SAYS = tuple(LABELS)
CODES = {"senders": Sender, "receivers": Receiver, "purposes": Purpose}
AGES, NEEDS = ("from_age", "under_age"), ("needs_consent", "needs_suspicion", "needs_balance")
LISTED = {"authorities": (20, 120), "conditions": (10, 200)}
"""How many lines there may be, and how long each."""
NAME = 80


class NameTaken(Refused):
    """There is a legal basis of that name."""


def register(
    *, name: str, values: Mapping[str, Any], by: Any, now: datetime | None = None
) -> LegalBasis:
    """Another legal basis, with an unreviewed version of what it says. Raises Missing, NameTaken, and
    what `add_version` raises."""
    now = now or timezone.now()
    called = clean(
        name,
        label=_("Name"),
        limit=NAME,
        field="name",
        needed=_("Enter what the legal basis is called"),
    )
    kept = _cleaned(values)
    with transaction.atomic():
        if LegalBasis.objects.filter(name__iexact=called).exists():
            raise NameTaken(_("There is a legal basis of that name."), field="name")
        place = (LegalBasis.objects.aggregate(last=Max("place"))["last"] or 0) + 1
        try:
            with transaction.atomic():
                made = LegalBasis.objects.create(code=_next_code(), name=called, place=place)
        except IntegrityError:
            raise Refused(_("Somebody added a legal basis just now. Save again.")) from None
        first = versions.add(made, kept, seen=None, by=by, now=now)
        log.record(by=by, event="grounds.basis.added", on=first, at=now)
    return made


def _next_code() -> str:
    taken = LegalBasis.objects.filter(code__startswith="G").values_list("code", flat=True)
    numbers = [int(code[1:]) for code in taken if code[1:].isdigit()]
    return f"G{max(numbers, default=0) + 1}"


def add_version(
    *,
    basis: LegalBasis,
    values: Mapping[str, Any],
    by: Any,
    seen: int | None = None,
    now: datetime | None = None,
) -> BasisVersion:
    """Another version of the basis, unreviewed: nobody is offered it before it is reviewed. One that waits
    for a review gives way to it.

    Raises Missing and Refused for what lacks or is wrong, TextTooLong, IdentityNumberInText, and
    ChangedMeanwhile when `seen` is not the number of the latest version any longer.
    """
    now = now or timezone.now()
    kept = _cleaned(values)
    with transaction.atomic():
        made: Any = versions.add(basis, kept, seen=seen, by=by, now=now)
        log.record(by=by, event="grounds.basis.added", on=made, at=now)
    return made


def review(
    *, version: BasisVersion, who: str, on: date, by: Any, now: datetime | None = None
) -> None:
    """Notes that somebody, by name and function, has found the version right. From its first day on it
    takes the place of the one before it, which ends the day before and stays readable.

    Raises Missing without a name, Refused for a day to come, WrongState when it was settled already.
    """
    now = now or timezone.now()
    with transaction.atomic():
        versions.review(version, "basis", who=who, on=on, by=by, now=now)
        log.record(by=by, event="grounds.basis.reviewed", on=version, at=now)


def strike(*, version: BasisVersion, why: str, by: Any, now: datetime | None = None) -> None:
    """Nobody is to rest on the version from now on, and why. What was decided keeps it. Raises Missing
    without a reason, and WrongState when it is struck or has ended."""
    now = now or timezone.now()
    with transaction.atomic():
        versions.strike(version, why=why, by=by, now=now)
        log.record(by=by, event="grounds.basis.struck", on=version, at=now)


def end(*, version: BasisVersion, on: date, by: Any, now: datetime | None = None) -> None:
    """The last day of a reviewed version, today or later: the law ends, and no other version takes its
    place. Raises Refused for another day, WrongState for what is not reviewed or has ended."""
    now = now or timezone.now()
    with transaction.atomic():
        versions.end(version, on=on, now=now)
        log.record(by=by, event="grounds.basis.ended", on=version, at=now)


def to_look_at(on: date) -> QuerySet[BasisVersion]:
    """What was reviewed more than a year ago and holds, and what nobody has settled for a year."""
    found = versions.to_look_at(BasisVersion, on).select_related("basis")
    return found.order_by("basis__place", "number")


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "paragraph": clean(
            values.get("paragraph"),
            label=LABELS["paragraph"],
            limit=120,
            field="paragraph",
            needed=_("Enter the paragraph and the act"),
        ),
        "plain": clean(
            values.get("plain"),
            label=LABELS["plain"],
            limit=300,
            field="plain",
            needed=_("Enter what it lets somebody do, in plain language"),
            lines=True,
        ),
    }
    kept |= {name: _codes(name, values.get(name) or ()) for name in CODES}
    kept |= {name: _lines(name, values.get(name) or ()) for name in LISTED}
    kept |= {name: values.get(name) for name in AGES}
    kept |= {name: bool(values.get(name)) for name in NEEDS}
    least, below = kept["from_age"], kept["under_age"]
    if least is not None and below is not None and below <= least:
        raise Refused(
            _("Enter an age above the lowest age."),
            field="under_age",
        )
    return kept | versions.days_of(values)


def _codes(name: str, given: Iterable[str]) -> list[str]:
    """Known codes, in the order of their list: the same choice is stored the same way."""
    chosen = {str(one) for one in given}
    if chosen - set(CODES[name].values):
        raise Missing(_("Choose among the alternatives"), field=name)
    return [code for code in CODES[name].values if code in chosen]


def _lines(name: str, given: str | Iterable[str]) -> list[str]:
    most, longest = LISTED[name]
    written = given.splitlines() if isinstance(given, str) else given
    cleaned = (clean(one, label=LABELS[name], limit=longest, field=name) for one in written)
    kept = [one for one in cleaned if one]
    if len(kept) > most:
        said = _("At most %(count)s lines fit. Put some of them together.")
        raise TextTooLong(said % {"count": most}, field=name)
    return kept
