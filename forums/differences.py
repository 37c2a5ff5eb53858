"""What differs between two contents of minutes, in words: what was added, what was removed, where.

Compared is what is frozen (`minutes.snapshot`), thing by thing: attendance, then each item's heading,
notes, decisions and actions. A text that was changed is compared word by word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from coordination.ui import dates

from .models import AgendaItem, Participation

SAME, ADDED, REMOVED = "same", "added", "removed"
_WORDS = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 4000
"""Longer texts are shown as removed and added in whole: word by word would take seconds."""
LEAST_ALIKE = 0.3
"""Texts with less in common are easier read as one removed and one added."""


@dataclass(frozen=True)
class Part:
    """Some words, and whether they stand in both texts or in one of them."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """One thing that differs: what it is, and its words."""

    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Section:
    """An item, or what stands before the items, with what differs there."""

    heading: str
    position: int | None
    lines: tuple[Line, ...]


def between(before: dict[str, Any], after: dict[str, Any]) -> list[Section]:
    """The sections in which the two contents differ, in the order of the minutes; empty when they say
    the same."""
    sections = [_section(_("About the meeting"), None, _head(before), _head(after))]
    old = {item["position"]: item for item in before["items"]}
    new = {item["position"]: item for item in after["items"]}
    for position in sorted(old.keys() | new.keys()):
        was, now = old.get(position), new.get(position)
        title = (now or was or {})["title"]
        sections.append(
            _section(
                f"{position}. {title}",
                position,
                _item(was) if was else {},
                _item(now) if now else {},
            )
        )
    return [one for one in sections if one.lines]


def _section(
    heading: str, position: int | None, before: dict[str, str], after: dict[str, str]
) -> Section:
    lines = []
    for label in [*after, *(one for one in before if one not in after)]:
        was, now = before.get(label, ""), after.get(label, "")
        if was != now:
            lines.append(Line(label, tuple(words(was, now))))
    return Section(heading, position, tuple(lines))


def words(before: str, after: str) -> Iterator[Part]:
    """The two texts as one, each run of words said to be the same, removed or added."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    alike = SequenceMatcher(None, old, new, autojunk=False)
    if max(len(old), len(new)) > MOST_WORDS or alike.quick_ratio() < LEAST_ALIKE:
        yield from (Part(kind, text) for kind, text in ((REMOVED, before), (ADDED, after)) if text)
        return
    for tag, from_old, to_old, from_new, to_new in alike.get_opcodes():
        if tag == "equal":
            yield Part(SAME, "".join(old[from_old:to_old]))
            continue
        if to_old > from_old:
            yield Part(REMOVED, "".join(old[from_old:to_old]))
        if to_new > from_new:
            yield Part(ADDED, "".join(new[from_new:to_new]))


def _head(content: dict[str, Any]) -> dict[str, str]:
    """Time, place and who was there, by what each is called."""
    starts, ends = (datetime.fromisoformat(content[name]) for name in ("starts_at", "ends_at"))
    told = {_("Time"): dates.period(starts, ends), _("Place"): content["place"]}
    names = dict(Participation.Attendance.choices)
    for group in content["attendance"]:
        for person in group["people"]:
            said = str(names[person["attendance"]])
            if person["substitute"]:
                said = f"{said}: {person['substitute']}"
            told[f"{person['name']}, {group['organisation']}"] = said
    return told


def _item(item: dict[str, Any]) -> dict[str, str]:
    """Everything that stands under an item, by what each is called."""
    told = {_("Heading"): item["title"], _("Notes"): item["notes"]}
    if item["outcome"] in (AgendaItem.Outcome.POSTPONED, AgendaItem.Outcome.STRUCK):
        told[_("Outcome")] = str(AgendaItem.Outcome(item["outcome"]).label)
    for decision in item["decisions"]:
        label = _("Decision § %(mark)s") % {"mark": decision["mark"]}
        more = f" ({_('To be reported to management')})" if decision["report"] else ""
        told[label] = decision["text"] + more
    for number, action in enumerate(item["actions"], start=1):
        struck = f" ({_('Struck')}: {action['struck']})" if action["struck"] else ""
        said = f"{action['text']} – {', '.join(action['owners'])}, {_day(action['due'])}{struck}"
        told[_("Action %(number)s") % {"number": number}] = said
    for number, action in enumerate(item["carried"], start=1):
        outcome = " ".join(
            part
            for part in (_outcome(action["outcome"]), _day(action["new_due"]), action["reason"])
            if part
        )
        told[_("Earlier action %(number)s") % {"number": number}] = f"{action['text']} – {outcome}"
    return told


def _outcome(code: str) -> str:
    """What the meeting said about an older action."""
    named = {"done": _("Done"), "struck": _("Struck"), "moved": _("New date")}
    return named.get(code) or _("Was not taken up at the meeting")


def _day(text: str | None) -> str:
    return dates.day(date.fromisoformat(text)) if text else ""
