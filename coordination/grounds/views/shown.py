"""How versions of law read on pages: in words, with what is new in one that waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import ModuleType
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.grounds import keeping, retention, standing
from coordination.grounds.forms import BasisForm, RetentionForm
from coordination.grounds.models import BasisVersion, LegalBasis
from coordination.grounds.standing import Standing
from coordination.ui import dates

TONES = {
    Standing.IN_FORCE: "success",
    Standing.COMING: "info",
    Standing.UNREVIEWED: "warning",
    Standing.ENDED: "ended",
    Standing.STRUCK: "ended",
}


@dataclass(frozen=True)
class Kind:
    """What differs between legal bases and retention rules: names of pages, words, the module of rules."""

    prefix: str
    owner: str
    rules: ModuleType
    form: type
    page: str
    list: str
    list_name: Any
    called: Any
    """What one is called outside its list."""
    missing: Any
    """What follows from that no version is in force."""
    texts: tuple[str, ...]
    """What is shown of another version that somebody saved meanwhile."""

    def add(self, law: Any, values: Mapping[str, Any], *, seen: int, by: Any) -> None:
        """Enters another version."""
        self.rules.add_version(**{self.owner: law}, values=values, seen=seen, by=by)

    def filled_in(self, version: Any, today: date) -> dict[str, Any]:
        """A form with what the version says. One that takes the place of another begins today, unless
        somebody writes another day: what held until now is not written over."""
        said = {name: getattr(version, name) for name in self.rules.SAYS}
        for name in keeping.LISTED:
            if name in said:
                said[name] = "\n".join(said[name])
        if not version.is_unreviewed:
            said |= {"valid_from": today, "valid_to": None}
        return said


BASIS = Kind(
    prefix="basis",
    owner="basis",
    rules=keeping,
    form=BasisForm,
    page="legal_basis",
    list="legal_bases",
    list_name=gettext_lazy("Legal bases"),
    called="%(law)s",
    missing=gettext_lazy("No reviewed version is in force. The basis is offered to nobody."),
    texts=("paragraph", "plain", "conditions"),
)
RULE = Kind(
    prefix="retention",
    owner="rule",
    rules=retention,
    form=RetentionForm,
    page="retention_rule",
    list="retention_rules",
    list_name=gettext_lazy("Retention rules"),
    called=gettext_lazy("Retention rule: %(law)s"),
    missing=gettext_lazy("No reviewed version is in force. Nothing is destroyed by the rule."),
    texts=("source", "plain"),
)


def kind_of(governed: Any) -> Kind:
    """Of a legal basis or retention rule, or of a version of either."""
    return BASIS if isinstance(governed, (LegalBasis, BasisVersion)) else RULE


def owner_of(version: Any) -> Any:
    """What it is a version of."""
    return version.basis if isinstance(version, BasisVersion) else version.rule


@dataclass(frozen=True)
class Row:
    """What one field of a version says. Several `lines` stand below each other; `before` is what the
    version in force says where the two differ."""

    label: str
    lines: list[str]
    before: list[str] = field(default_factory=list)
    is_changed: bool = False


@dataclass(frozen=True)
class Shown:
    """A version as it stands on a page."""

    version: Any
    state: dict[str, str]
    days: str
    rows: list[Row]


def shown(version: Any, on: date, *, against: Any = None) -> Shown:
    """The version in words; with `against`, what differs from that one is marked."""
    said = _said(version)
    before = _said(against) if against is not None else said
    rows = [
        Row(label, lines, before[label], lines != before[label])
        if against is not None
        else Row(label, lines)
        for label, lines in said.items()
    ]
    how = standing.of_version(version, on)
    state = state_of(how)
    if how == Standing.STRUCK and not version.struck_because:
        state |= {"text": _("Replaced by a later version")}
    return Shown(version, state, days_of(version), rows)


def state_of(how: Any) -> dict[str, str]:
    """The word of a standing, and its tone."""
    found = Standing(how)
    return {"text": str(found.label), "tone": TONES[found]}


def days_of(version: Any) -> str:
    """From its first day, until its last where it has one."""
    first = dates.day(version.valid_from)
    if version.valid_to is None:
        return _("from %(first)s") % {"first": first}
    return f"{first} – {dates.day(version.valid_to)}"


def _said(version: Any) -> dict[str, list[str]]:
    said = _basis(version) if isinstance(version, BasisVersion) else _rule(version)
    return {str(label): lines for label, lines in said}


def _basis(version: BasisVersion) -> Iterable[tuple[Any, list[str]]]:
    labels = keeping.LABELS
    yield labels["paragraph"], [version.paragraph]
    yield labels["plain"], [version.plain]
    for name in keeping.CODES:
        yield labels[name], words_of(name, getattr(version, name)) or [_("Any")]
    yield labels["authorities"], version.authorities or [_("Any")]
    yield _("Age"), [_ages(version)]
    needed = [str(labels[name]) for name in keeping.NEEDS if getattr(version, name)]
    yield _("What it asks for"), needed or [_("Nothing more than its conditions")]
    yield labels["conditions"], version.conditions or [_("No conditions")]
    yield _("In force"), [days_of(version)]


def words_of(name: str, codes: Iterable[str]) -> list[str]:
    """What the chosen senders, receivers or purposes are called."""
    return [str(keeping.CODES[name](code).label) for code in codes]


def _ages(version: BasisVersion) -> str:
    if version.from_age and version.under_age:
        text = _("At least %(least)s and under %(below)s")
        return text % {"least": version.from_age, "below": version.under_age}
    if version.under_age:
        return _("Under %(age)s") % {"age": version.under_age}
    if version.from_age:
        return _("At least %(age)s") % {"age": version.from_age}
    return _("Any age")


def _rule(version: Any) -> Iterable[tuple[Any, list[str]]]:
    yield _("How long"), [retention.in_words(version)]
    if version.by_next_year:
        yield _("Finished"), [_("At the latest in the following calendar year")]
    else:
        yield _("Finished"), [_("No day is set")]
    yield retention.LABELS["source"], [version.source]
    yield retention.LABELS["plain"], [version.plain]
    yield _("In force"), [days_of(version)]


@dataclass(frozen=True)
class Section:
    """A version that holds, is to come or waits, and the pages where something is done with it."""

    key: str
    heading: str
    shown: Shown
    review_url: str
    end_url: str
    strike_url: str


HEADINGS = {
    Standing.IN_FORCE: gettext_lazy("In force now"),
    Standing.COMING: gettext_lazy("To come"),
    Standing.UNREVIEWED: gettext_lazy("Waits for a review"),
}
"""In the order in which they stand on the page."""


def sections_of(kind: Kind, versions: list[Any], on: date) -> list[Section]:
    """What holds, what is to come and what waits that day, compared with what holds."""
    stands = [(one, standing.of_version(one, on)) for one in versions]
    holds = next((one for one, how in stands if how == Standing.IN_FORCE), None)
    return [
        _section(kind, one, shown(one, on, against=holds if one is not holds else None), how)
        for wanted in HEADINGS
        for one, how in stands
        if how == wanted
    ]


def _section(kind: Kind, version: Any, said: Shown, how: Standing) -> Section:
    def at(act: str) -> str:
        return reverse(f"{kind.prefix}_{act}", args=[version.pk])

    return Section(
        key=how.value,
        heading=str(HEADINGS[how]),
        shown=said,
        review_url=at("review") if how == Standing.UNREVIEWED else "",
        end_url=at("end") if how != Standing.UNREVIEWED else "",
        strike_url=at("strike"),
    )
