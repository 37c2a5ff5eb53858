"""Which legal bases somebody may rest on, given what is known; and why not, where it contradicts them.

Nothing here decides: a named person does. What contradicts the facts is stopped, and what the facts leave
open is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from coordination.access.refused import Refused

from .models import BasisVersion, Purpose, Receiver, Sender

AGES = ("age", "from_age")


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
    purpose: Purpose | None = None
    authority: str = ""
    """The board that owns the information, by name (resolution 19)."""
    confirmed: frozenset[str] = field(default_factory=frozenset)
    """What the person has confirmed: "age", "from_age", "suspicion", "balance", "condition-0" and so on."""


@dataclass(frozen=True)
class Offer:
    """A basis that the facts let somebody choose, and what must be confirmed first."""

    version: BasisVersion
    asks: tuple[str, ...]

    @property
    def questions(self) -> list[tuple[str, str]]:
        """What must be confirmed, each with the sentence that is confirmed."""
        return [(code, question(self.version, code)) for code in self.asks]


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
    everything that it asks confirmed. The decision keeps the version."""
    if not BasisVersion.objects.in_force(facts.on).filter(pk=version.pk).exists():
        raise Contradicted(
            _("The legal basis is not reviewed, or not in force. Choose another."), field="basis"
        )
    if said := contradiction(version, facts):
        raise Contradicted(said, field="basis")
    left = [code for code in asks(version, facts) if code not in facts.confirmed]
    ages = [code for code in left if code in AGES]
    if ages:
        said = _("The year of birth does not tell. Confirm this, or choose another basis: %(what)s")
        raise Contradicted(said % {"what": question(version, ages[0])}, field="conditions")
    if left:
        raise Contradicted(
            _("All conditions must be met for this basis. Otherwise choose another."),
            field="conditions",
        )


def contradiction(version: BasisVersion, facts: Facts) -> str:
    """Why the facts rule the basis out; empty when they do not."""
    if version.senders and facts.sender not in version.senders:
        return _("The basis is for other activities than yours. Choose another.")
    if version.authorities and not _names(version.authorities, facts.authority):
        text = _("The basis is for information of: %(boards)s. Choose another.")
        return text % {"boards": ", ".join(version.authorities)}
    if version.receivers and facts.receiver not in version.receivers:
        return _("The basis does not reach that receiver. Choose another.")
    if facts.receiver == Receiver.CIVIL_SOCIETY and not version.needs_consent:
        return _("Who is no authority gets information by consent only. Ask for consent first.")
    if version.purposes and facts.purpose not in version.purposes:
        return _("The basis is for other purposes. Choose another, or change the purpose.")
    if version.needs_consent and not facts.consent:
        return _("There is no consent that covers the receiver that day. Choose another basis.")
    return _age_rules_out(version, facts)


def _age_rules_out(version: BasisVersion, facts: Facts) -> str:
    reached = _reached(facts)
    if reached is None:
        return ""
    if version.under_age and reached > version.under_age:
        text = _("The person is not under %(age)s. Choose another basis.")
        return text % {"age": version.under_age}
    if version.from_age and reached < version.from_age:
        text = _("The person is not yet %(age)s. Choose another basis.")
        return text % {"age": version.from_age}
    return ""


def _names(boards: Iterable[str], name: str) -> bool:
    return name.casefold().strip() in {one.casefold() for one in boards}


def asks(version: BasisVersion, facts: Facts) -> tuple[str, ...]:
    """What must be confirmed before the basis is rested on. Of a year of birth alone it is not known
    whether the birthday has been; in the year when it decides, or where the year is not known, somebody
    must say (resolution 21)."""
    reached = _reached(facts)
    found: list[str] = []
    if version.under_age and (reached is None or reached >= version.under_age):
        found.append("age")
    if version.from_age and (reached is None or reached <= version.from_age):
        found.append("from_age")
    found += _needed(("suspicion", version.needs_suspicion), ("balance", version.needs_balance))
    found += [f"condition-{number}" for number in range(len(version.conditions))]
    return tuple(found)


def question(version: BasisVersion, code: str) -> str:
    """The sentence that somebody confirms where `asks` gives this code."""
    if code == "age":
        return _("The person is under %(age)s.") % {"age": version.under_age}
    if code == "from_age":
        return _("The person is at least %(age)s.") % {"age": version.from_age}
    if code == "suspicion":
        return _("There is a suspicion that a crime has been committed.")
    if code == "balance":
        return _("The interests have been weighed, and it is right to hand the information over.")
    return str(version.conditions[int(code.removeprefix("condition-"))])


def _reached(facts: Facts) -> int | None:
    """The age that the person has reached by the end of that year; None where nobody knows the year."""
    return None if facts.birth_year is None else facts.on.year - facts.birth_year


def _needed(*named: tuple[str, bool]) -> Iterable[str]:
    return [name for name, needed in named if needed]
