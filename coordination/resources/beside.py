"""Two versions beside each other: which may be chosen, and what the parts say, in lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from coordination.ui import amounts, dates

from . import comparing, receipts
from .models import PARTS


@dataclass(frozen=True)
class Pair:
    """A part that does not say the same in the two versions."""

    number: int
    name: str
    before: list[str]
    now: list[str]


def rows(
    now: Mapping[str, Any], before: Mapping[str, Any]
) -> tuple[list[comparing.Difference], int]:
    """The activities that differ, and how many are the same; what had ended in both is the same."""
    ended = {row["line"]: row["ended"] for row in before["activities"] if row["ended"]}
    found = comparing.differences(now, before)

    def is_same(row: comparing.Difference) -> bool:
        gone = row.now is not None and row.now["ended"]
        return row.is_same or bool(gone and row.now and ended.get(row.now["line"]) == gone)

    different = [row for row in found if not is_same(row)]
    return different, len(found) - len(different)


def parts(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[Pair]:
    """The parts from 2 on that differ, each as lines of text."""
    documents = receipts.document(dict(before)), receipts.document(dict(now))
    return [
        Pair(number, str(PARTS[number]), *(LINES[number](one) for one in documents))
        for number in comparing.changed_parts(now, before)
    ]


def _enough(shown: Mapping[str, Any]) -> list[str]:
    return [str(line) for line in (shown["enough_name"], shown["enough_why"]) if line]


def _needs(shown: Mapping[str, Any]) -> list[str]:
    said = _(
        "%(group)s: %(staff)s employees, basic training %(basic)s, advanced %(advanced)s, priority %(priority)s"
    )
    lines = [said % row for row in shown["needs"]]
    return lines + ([shown["key_functions"]] if shown["key_functions"] else [])


def _assignments(shown: Mapping[str, Any]) -> list[str]:
    return [
        f"{row['number']}. {row['title']}: {row['status_name']}. {row['sentence']}"
        for row in shown["assignments"]
    ]


def _forums(shown: Mapping[str, Any]) -> list[str]:
    said = _("%(forum)s: at %(attended)s of %(held)s meetings. %(comment)s")
    lines = [(said % row).strip() for row in shown["forums"]]
    return lines + ([shown["forums_note"]] if shown["forums_note"] else [])


def _requests(shown: Mapping[str, Any]) -> list[str]:
    said = _("%(what)s: %(posts)s posts, %(kronor)s kr, from %(day)s. %(why)s")
    return [
        said
        % {
            "what": row["what"],
            "why": row["why"],
            "posts": amounts.posts(row["fte"]),
            "kronor": amounts.kronor(row["cost"]),
            "day": dates.day(row["from_day"]),
        }
        for row in shown["requests"]
    ]


LINES: dict[int, Callable[[Mapping[str, Any]], list[str]]] = {
    2: _enough,
    3: _needs,
    4: _assignments,
    5: _forums,
    6: _requests,
}
