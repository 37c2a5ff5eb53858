"""Two people's changes of one plan put together: what one typed, what the other saved, and from what.

Plain texts as a page shows them, so that equal means "looks the same". What only one of them
changed is taken as it is; where both did, the one at the page keeps theirs and is told of the other.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

LONGEST = 200_000
"""Characters. A page of the longest agenda is a tenth of this."""
ITEM_FIELDS = ("title", "kind", "presenter", "minutes")

Row = dict[str, str]


@dataclass(frozen=True)
class Plan:
    """A plan as a page shows it: times by field, items in order, and who is called by key."""

    times: Mapping[str, str]
    items: Sequence[Row]
    called: Mapping[str, str]

    def written(self) -> str:
        """As the page carries it along, to say later what it started from."""
        return json.dumps(
            {"times": self.times, "items": self.items, "called": self.called}, ensure_ascii=False
        )


def read(written: str) -> Plan | None:
    """What `written` wrote; None when the page said nothing that can be read."""
    try:
        said = json.loads(written if len(written) <= LONGEST else "")
        items = [{name: str(row[name]) for name in ("id", *ITEM_FIELDS)} for row in said["items"]]
        return Plan(times=_texts(said["times"]), items=items, called=_texts(said["called"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _texts(said: Any) -> dict[str, str]:
    return {str(name): str(text) for name, text in said.items()}


@dataclass
class Merged:
    """The plan to show, and a sentence for each thing that the other changed."""

    times: dict[str, str]
    items: list[Row]
    called: set[str]
    notices: list[str] = field(default_factory=list)


def merge(*, base: Plan | None, mine: Plan, theirs: Plan, labels: Mapping[str, str]) -> Merged:
    """My plan with what somebody else saved since `base`. Nothing that I typed is lost.

    `labels` names the time fields. Without a base every difference counts as changed by both.
    """
    merged = Merged(times={}, items=[], called=set())
    merged.times = _times(base, mine, theirs, labels, merged.notices)
    merged.items = _items(base, mine, theirs, merged.notices)
    merged.called = _called(base, mine, theirs, merged.notices)
    return merged


def _fields(
    names: Sequence[str], base: Mapping[str, str] | None, mine: Row, theirs: Mapping[str, str]
) -> tuple[Row, list[str], list[str]]:
    """The fields put together, those taken from the other, and those that both changed."""
    result, taken, both = dict(mine), [], []
    for name in names:
        if mine[name] == theirs[name] or (base is not None and base.get(name) == theirs[name]):
            continue
        if base is not None and base.get(name) == mine[name]:
            result[name] = theirs[name]
            taken.append(name)
        else:
            both.append(name)
    return result, taken, both


def _times(
    base: Plan | None,
    mine: Plan,
    theirs: Plan,
    labels: Mapping[str, str],
    notices: list[str],
) -> dict[str, str]:
    names = list(theirs.times)
    result, taken, both = _fields(names, base and base.times, dict(mine.times), theirs.times)
    for name in names:
        words = {"field": labels[name], "saved": theirs.times[name] or "–"}
        if name in taken:
            notices.append(_("%(field)s has been changed to %(saved)s.") % words)
        elif name in both:
            text = _("%(field)s: what you wrote stands here. Somebody else has saved %(saved)s.")
            notices.append(text % words)
    return result


def _items(base: Plan | None, mine: Plan, theirs: Plan, notices: list[str]) -> list[Row]:
    before = {row["id"]: row for row in base.items} if base else {}
    saved = {row["id"]: row for row in theirs.items}
    result: list[Row] = []
    for row in mine.items:
        if row["id"] in saved:
            result.append(_both(before.get(row["id"]), row, saved[row["id"]], notices))
        elif not row["id"] or _is_worth_keeping(before.get(row["id"]), row, notices):
            result.append({**row, "id": ""})
    _reorder(result, list(before), list(saved), notices)
    _add_new(
        result, known={*before, *(row["id"] for row in mine.items)}, theirs=theirs, say=notices
    )
    here = {row["id"] for row in mine.items}
    for key in before.keys() & saved.keys() - here:
        if before[key] != saved[key]:
            text = _('You removed the item "%(item)s", which somebody else has changed.')
            notices.append(text % {"item": saved[key]["title"]})
    return result


def _both(base: Row | None, mine: Row, theirs: Row, notices: list[str]) -> Row:
    """One item that stands in both plans."""
    result, taken, both = _fields(ITEM_FIELDS, base, mine, theirs)
    if both:
        text = _(
            'You have both changed the item "%(item)s". What you wrote stands here. Somebody else '
            "has saved: %(saved)s."
        )
        saved = ", ".join(theirs[name] for name in both if name != "kind") or theirs["title"]
        notices.append(text % {"item": mine["title"], "saved": saved})
    elif taken:
        notices.append(_('The item "%(item)s" has been changed.') % {"item": result["title"]})
    return result


def _is_worth_keeping(base: Row | None, mine: Row, notices: list[str]) -> bool:
    """An item that somebody else removed goes away here too, unless I had written in it."""
    words = {"item": mine["title"]}
    if base is not None and all(base[name] == mine[name] for name in ITEM_FIELDS):
        notices.append(_('The item "%(item)s" has been removed.') % words)
        return False
    text = _(
        'The item "%(item)s" has been removed by somebody else. You had changed it, so it stands '
        "here as a new item."
    )
    notices.append(text % words)
    return True


def _reorder(rows: list[Row], before: list[str], saved: list[str], notices: list[str]) -> None:
    """The other's order, when I did not change it myself."""
    mine = [row["id"] for row in rows if row["id"] in saved and row["id"] in before]
    common = set(mine)
    theirs = [key for key in saved if key in common]
    if mine != [key for key in before if key in common] or mine == theirs:
        return
    places = [index for index, row in enumerate(rows) if row["id"] in common]
    by_key = {row["id"]: row for row in rows}
    for index, key in zip(places, theirs, strict=True):
        rows[index] = by_key[key]
    notices.append(_("The order of the items has been changed."))


def _add_new(rows: list[Row], *, known: set[str], theirs: Plan, say: list[str]) -> None:
    """The other's new items, each after the one it follows in the other's plan."""
    previous = ""
    for row in theirs.items:
        if row["id"] not in known:
            places = [index for index, one in enumerate(rows) if one["id"] == previous and previous]
            rows.insert(places[0] + 1 if places else 0, dict(row))
            say.append(_('The item "%(item)s" is new.') % {"item": row["title"]})
        if any(one["id"] == row["id"] for one in rows):
            previous = row["id"]


def _called(base: Plan | None, mine: Plan, theirs: Plan, notices: list[str]) -> set[str]:
    before = base.called if base else {}
    added = {key: name for key, name in theirs.called.items() if key not in before}
    if base is None:
        return {*mine.called, *added}
    names = set(added.values())
    removed = {name for key, name in before.items() if key not in theirs.called} - names
    new = names - set(before.values())
    notices += [_("%(name)s is now called.") % {"name": name} for name in sorted(new)]
    notices += [_("%(name)s is no longer called.") % {"name": name} for name in sorted(removed)]
    return {*mine.called, *added}
