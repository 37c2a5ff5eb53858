"""Which legal bases somebody may rest on, given what is known; and why not, where it contradicts them.

Nothing here decides: a named person does. What contradicts the facts is stopped, and what the facts leave
open is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from coordination.access.refused import Refused

from .models import BasisVersion, Receiver, Sender


class Contradicted(Refused):
    """The basis does not hold for these facts; the text says which of them, and what to do."""


@dataclass(frozen=True)
class Facts:
    """What is known where somebody means to hand information over."""

    sender: Sender
    receiver: Receiver
    on: date
    consent: bool = False
    """There is one that covers this receiver that day."""
    birth_year: int | None = None
    confirmed: frozenset[str] = field(default_factory=frozenset)
    """What the person has confirmed: "age", "suspicion", "balance", "condition-0" and so on."""


@dataclass(frozen=True)
class Offer:
    """A basis that the facts let somebody choose, and what must be confirmed first."""

    version: BasisVersion
    asks: tuple[str, ...]


def offered(facts: Facts) -> list[Offer]:
    """The bases that are reviewed, in force that day, and not contradicted by the facts."""
    versions = BasisVersion.objects.in_force(facts.on).select_related("basis")
    return [
        Offer(version, asks(version, facts))
        for version in versions.order_by("basis__place", "number")
        if not contradiction(version, facts)
    ]


def check(version: BasisVersion, facts: Facts) -> None:
    """Raises Contradicted unless the version may be rested on: reviewed, in force, not contradicted, and
    everything that it asks confirmed."""
    if not BasisVersion.objects.in_force(facts.on).filter(pk=version.pk).exists():
        raise Contradicted(
            _("The legal basis is not reviewed, or not in force. Choose another."), field="basis"
        )
    if said := contradiction(version, facts):
        raise Contradicted(said, field="basis")
    if set(asks(version, facts)) - facts.confirmed:
        raise Contradicted(
            _("All conditions must be met for this basis. Otherwise choose another."),
            field="conditions",
        )


def contradiction(version: BasisVersion, facts: Facts) -> str:
    """Why the facts rule the basis out; empty when they do not."""
    if version.senders and facts.sender not in version.senders:
        return _("The basis is for other activities than yours. Choose another.")
    if version.receivers and facts.receiver not in version.receivers:
        return _("The basis does not reach that receiver. Choose another.")
    if facts.receiver == Receiver.CIVIL_SOCIETY and not version.needs_consent:
        return _("Who is no authority gets information by consent only. Ask for consent first.")
    if version.needs_consent and not facts.consent:
        return _("There is no consent that covers the receiver that day. Choose another basis.")
    if version.under_age and _surely_not_under(version.under_age, facts):
        text = _("The person is not under %(age)s. Choose another basis.")
        return text % {"age": version.under_age}
    return ""


def asks(version: BasisVersion, facts: Facts) -> tuple[str, ...]:
    """What must be confirmed before the basis is rested on. Of a year of birth alone it is not known
    whether the birthday has been; in the year when it decides, or where the year is not known, somebody
    must say (resolution 21)."""
    found: list[str] = []
    if version.under_age and not _surely_under(version.under_age, facts):
        found.append("age")
    found += _needed(("suspicion", version.needs_suspicion), ("balance", version.needs_balance))
    found += [f"condition-{number}" for number in range(len(version.conditions))]
    return tuple(found)


def question(version: BasisVersion, asked: str) -> str:
    """What is asked, as one of `asks`, in the words that somebody confirms."""
    if asked == "age":
        return _("The person is under %(age)s.") % {"age": version.under_age}
    if asked == "suspicion":
        return _("A crime is suspected to have been committed.")
    if asked == "balance":
        return _("The interests are weighed, and those for handing over weigh more.")
    conditions: list[str] = version.conditions
    return conditions[int(asked.removeprefix("condition-"))]


def _surely_under(age: int, facts: Facts) -> bool:
    return facts.birth_year is not None and facts.on.year - facts.birth_year < age


def _surely_not_under(age: int, facts: Facts) -> bool:
    return facts.birth_year is not None and facts.on.year - facts.birth_year > age


def _needed(*named: tuple[str, bool]) -> Iterable[str]:
    return [name for name, needed in named if needed]
