"""A report as it says now, as plain JSON; what it comes to; and what differs from another year's."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from coordination.ui.amounts import equal_shares, shares

from .models import Report, Version, area_in_words

SHAPE = 2
"""The shape of the content; versions of earlier shapes are printed too. 1: activities said nothing of
how districts share, which they did equally."""
LEVELS = ("general", "specific", "individual")
NOTHING = Decimal(0)


def snapshot(report: Report) -> dict[str, Any]:
    """Everything the report says: codes and data, no words of the interface. Decimals are texts."""
    said = {} if report.nothing else _said(report)
    return {
        "shape": SHAPE,
        "organisation": report.organisation.name,
        "year": report.window.year,
        "copied_from": report.copied_from,
        "nothing": report.nothing,
        "unchanged_why": report.unchanged_why,
        **NOTHING_SAID,
        **said,
        "answers": _answers(report),
    }


NOTHING_SAID: dict[str, Any] = {
    **dict.fromkeys(("activities", "needs", "assignments", "forums", "requests"), ()),
    **dict.fromkeys(("enough", "enough_why", "key_functions", "forums_note"), ""),
}
"""What a report says that has nothing to report, whatever was written before."""


def _said(report: Report) -> dict[str, Any]:
    """What the parts say."""
    answers = report.assignment_answers.select_related("owner__assignment")
    return {
        "activities": [
            _activity(one) for one in report.activities.prefetch_related("districts").order_by("pk")
        ],
        "enough": report.enough,
        "enough_why": report.enough_why,
        "needs": list(
            report.needs.order_by("pk").values("group", "staff", "basic", "advanced", "priority")
        ),
        "key_functions": report.key_functions,
        "assignments": [
            {
                "number": one.owner.assignment.number,
                "title": one.owner.assignment.title,
                "status": one.status,
                "sentence": one.sentence,
            }
            for one in answers.order_by("owner__assignment__number", "pk")
        ],
        "forums": list(
            report.forum_answers.order_by("pk").values(
                "forum", "held", "attended", "agrees", "comment"
            )
        ),
        "forums_note": report.forums_note,
        "requests": [
            {
                "what": one.what,
                "why": one.why,
                "fte": str(one.fte),
                "cost": str(one.cost),
                "from_day": one.from_day.isoformat(),
            }
            for one in report.requests.order_by("pk")
        ],
    }


def _activity(one: Any) -> dict[str, Any]:
    return {
        "line": one.line,
        "name": one.name,
        "level": one.level,
        "districts": sorted(place.name for place in one.districts.all()),
        "split": one.named_split,
        "fte": str(one.fte),
        "cost": str(one.cost),
        "calculated": one.calculated,
        "comment": one.comment,
        "ended": one.ended,
    }


def _answers(report: Report) -> list[dict[str, Any]]:
    """What the reviewer wanted completed in the version before this, and the answers."""
    sent_back = (Version.State.RETURNED, Version.State.REOPENED)
    last = report.versions.filter(state__in=sent_back).order_by("-number").first()
    if last is None:
        return []
    return list(last.remarks.order_by("part").values("part", "text", "answer"))


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content written down in the one canonical way."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def last_year(report: Report) -> Version | None:
    """The organisation's own report of the year before, as it was last sent in."""
    return (
        Version.objects.filter(
            report__organisation=report.organisation_id, report__window__year=report.year - 1
        )
        .order_by("-number")
        .first()
    )


def years_before(report: Report) -> list[Version]:
    """The organisation's own reports of the two years before, the latest first, as they were last sent
    in; nothing of the earlier when the later is missing."""
    years = (report.year - 1, report.year - 2)
    sent = Version.objects.filter(
        report__organisation=report.organisation_id, report__window__year__in=years
    )
    latest: dict[int, Version] = {}
    for one in sent.select_related("report__window").order_by("number"):
        latest[one.report.window.year] = one
    if years[0] not in latest:
        return []
    return [latest[year] for year in years if year in latest]


@dataclass(frozen=True)
class Sum:
    """Posts and money that belong together."""

    fte: Decimal = NOTHING
    cost: Decimal = NOTHING

    def plus(self, fte: Decimal, cost: Decimal) -> "Sum":
        return Sum(self.fte + fte, self.cost + cost)


@dataclass
class Totals:
    """What the activities come to: in all, by prevention level, and by area ("" is the whole
    municipality). The areas together are exactly the whole."""

    whole: Sum = field(default_factory=Sum)
    levels: dict[str, Sum] = field(default_factory=lambda: dict.fromkeys(LEVELS, Sum()))
    areas: dict[str, Sum] = field(default_factory=lambda: defaultdict(Sum))


def totals(content: Mapping[str, Any]) -> Totals:
    """The sums of a report's activities. A row for several areas is shared between them, equally unless
    it says how."""
    found = Totals()
    for row in content["activities"]:
        fte, cost = Decimal(row["fte"]), Decimal(row["cost"])
        found.whole = found.whole.plus(fte, cost)
        found.levels[row["level"]] = found.levels[row["level"]].plus(fte, cost)
        places = row["districts"] or [""]
        parts = zip(places, _shared(fte, row), _shared(cost, row), strict=True)
        for place, part, money in parts:
            found.areas[place] = found.areas[place].plus(part, money)
    found.areas = dict(sorted(found.areas.items()))
    return found


def split_of(row: Mapping[str, Any]) -> dict[str, int]:
    """How a row's districts share it, in hundredths of a percent by name; empty for equally."""
    return dict(row.get("split") or {})


def area_of(row: Mapping[str, Any]) -> str:
    """Where a row of a report is, in words."""
    return area_in_words(row["districts"], split_of(row))


def _shared(total: Decimal, row: Mapping[str, Any]) -> list[Decimal]:
    places, split = row["districts"] or [""], split_of(row)
    if not split:
        return equal_shares(total, len(places))
    return shares(total, [split.get(name, 0) for name in places])
