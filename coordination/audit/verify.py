"""Finds out whether the log is what was written: the chain, its guards, its checkpoints, and the
names behind it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from coordination.audit import append_only, chain, checkpoints
from coordination.audit.checkpoints import Checkpoint, End, Forged
from coordination.audit.models import ANONYMOUS, SYSTEM, Event, Person, Zone

_BATCH = 5000

_parse_json = json.JSONDecoder().decode
_known_json = lru_cache(maxsize=1024)(_parse_json)
"""For the lists of fields: few, and the same again and again."""


class Fault(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    OLDER_COPY = "older copy"
    REWRITTEN = "rewritten"
    COUNTER = "row counter"
    UNGUARDED = "unguarded"
    FORGED = "forged checkpoint"
    PERSON = "person"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong; `row` is the sequence number of the first wrong row, if a row is."""

    fault: Fault
    text: str
    row: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What was found in one zone. `open_rows` came after the newest checkpoint (`checkpoint_at`),
    so only the chain itself speaks for them."""

    zone: Zone
    rows: int
    findings: tuple[Finding, ...]
    checkpoint_at: datetime | None
    open_rows: int

    @property
    def ok(self) -> bool:
        return not self.findings


@dataclass
class _Walk:
    """How far the chain was followed."""

    count: int
    head: str
    actors: set[str] = field(default_factory=set)
    finding: Finding | None = None


def verify(zone: Zone, *, since_checkpoint: bool = False) -> Verdict:
    """Follow the zone's chain from its first row and compare it with every checkpoint.

    Names the first wrong row; with several kinds of fault there is one finding for each. Reads in
    batches, locks nothing and changes nothing. With `since_checkpoint`, only what came after the
    newest checkpoint is read, and that the row it names is still there.
    """
    # Read before the rows: a checkpoint written meanwhile may speak of rows not read here.
    known, findings = _checkpoints(newest_only=since_checkpoint)
    marks = [(point.zones[zone.value], point.at) for point in known if zone.value in point.zones]
    furthest, furthest_at = max(
        marks, key=lambda mark: (mark[0].count, mark[1]), default=(None, None)
    )

    start = End(0, chain.GENESIS, 0)
    if since_checkpoint and furthest is not None and checkpoints.holds(zone, furthest):
        start = furthest
    walk = _follow(zone, start, [end for end, _ in marks])
    finding = walk.finding
    if finding is None and furthest is not None and walk.count < furthest.count:
        finding = _shortened(walk.count, furthest, furthest_at)
    if finding is not None:
        findings.insert(0, finding)
    findings += _counter()
    findings += [
        Finding(Fault.UNGUARDED, f"The database's guard {name} is missing, altered or disabled.")
        for name in append_only.missing(connection)
    ]
    findings += _people(walk.actors)
    return Verdict(
        zone=zone,
        rows=walk.count,
        findings=tuple(findings),
        checkpoint_at=furthest_at,
        open_rows=max(0, walk.count - (furthest.count if furthest else 0)),
    )


def _checkpoints(*, newest_only: bool) -> tuple[list[Checkpoint], list[Finding]]:
    if newest_only:
        newest = checkpoints.newest()
        return ([newest] if newest else []), []
    known, findings = [], []
    for found in checkpoints.every():
        if isinstance(found, Forged):
            findings.append(Finding(Fault.FORGED, str(found)))
        else:
            known.append(found)
    return known, findings


def _rows(zone: Zone, after: int) -> Iterator[tuple[Any, ...]]:
    # As text: what someone wrote into a loosely typed SQLite column must be found, not crash.
    return (
        Event.objects.filter(zone=zone, sequence__gt=after)
        .order_by("sequence", "id")
        .values_list(
            "sequence",
            Cast("at", TextField()),
            "event",
            "actor",
            "object_label",
            "object_key",
            Cast("fields", TextField()),
            Cast("facts", TextField()),
            "request_id",
            "previous_hash",
            "hash",
        )
        .iterator(chunk_size=_BATCH)
    )


def _fits(zone: str, row: tuple[Any, ...]) -> bool:
    """Whether the row's hash is that of its content."""
    sequence, at, event, actor, label, key, fields, facts, request_id, previous, stored = row
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        computed = chain.digest(
            zone,
            sequence,
            moment,
            event,
            actor,
            label,
            key,
            _known_json(fields),
            _parse_json(facts),
            request_id,
            previous,
        )
    except (ValueError, TypeError, AttributeError):
        return False
    return bool(computed == stored)


def _fits_at(zone: str, row: tuple[Any, ...], sequence: int) -> bool:
    return _fits(zone, (sequence, *row[1:]))


def _fits_after(zone: str, row: tuple[Any, ...], previous: str) -> bool:
    return _fits(zone, (*row[:-2], previous, row[-1]))


def _follow(zone: Zone, start: End, marks: list[End]) -> _Walk:
    heads: dict[int, set[str]] = {}
    for mark in marks:
        heads.setdefault(mark.count, set()).add(mark.head)
    walk = _Walk(start.count, start.head)
    agreed = start.count
    for row in _rows(zone, start.count):
        expected = walk.count + 1
        if row[0] != expected or row[-2] != walk.head:
            walk.finding = _misplaced(zone, row, expected, walk.head)
            return walk
        if not _fits(zone, row):
            walk.finding = Finding(
                Fault.CHANGED, f"Row {expected} is not as it was written.", expected
            )
            return walk
        walk.count, walk.head = expected, row[-1]
        walk.actors.add(row[3])
        if expected in heads:
            if heads[expected] != {walk.head}:
                walk.finding = Finding(
                    Fault.REWRITTEN,
                    f"The chain is whole, but its rows from {agreed + 1} to {expected} are not "
                    "those the checkpoint saw: they were written anew, or an older copy was "
                    "restored and used on.",
                    agreed + 1,
                )
                return walk
            agreed = expected
    return walk


def _misplaced(zone: Zone, row: tuple[Any, ...], expected: int, head: str) -> Finding:
    """Why another row stands where the follower of the row with hash `head` should."""
    rows = Event.objects.filter(zone=zone)
    sequence, previous = row[0], row[-2]
    if previous == head and sequence != expected and _fits_at(zone, row, expected):
        return Finding(Fault.REORDERED, f"Row {expected} was renumbered to {sequence}.", expected)
    if _fits_after(zone, row, head):
        return Finding(Fault.CHANGED, f"Row {expected} is not as it was written.", expected)
    true_follower = rows.filter(previous_hash=head).exclude(sequence=sequence).first()
    if true_follower is not None:
        if _is_of_the_chain(zone, row):
            return Finding(
                Fault.REORDERED,
                f"The row that belongs at {expected} stands at {true_follower.sequence}.",
                expected,
            )
        return Finding(Fault.INSERTED, f"Row {expected} was put in; it follows nothing.", expected)
    # An inserted row that was linked in properly shows itself by the row after it.
    if sequence == expected and rows.filter(hash=previous, sequence__lt=expected - 1).exists():
        return Finding(
            Fault.INSERTED,
            f"Row {expected - 1} was put in; the row after it was written to follow another.",
            expected - 1,
        )
    if isinstance(sequence, int) and sequence > expected:
        gap = (
            f"Row {expected} is"
            if sequence == expected + 1
            else (f"Rows {expected} to {sequence - 1} are")
        )
        return Finding(Fault.MISSING, f"{gap} missing.", expected)
    return Finding(
        Fault.MISSING, f"What stood at {expected} is missing; later rows moved up.", expected
    )


def _is_of_the_chain(zone: Zone, row: tuple[Any, ...]) -> bool:
    """Whether the row, wherever it stands now, follows a row and is followed by one; the last row
    has no follower, but fits the place after the row it follows."""
    rows = Event.objects.filter(zone=zone)
    before = list(rows.filter(hash=row[-2]).values_list("sequence", flat=True))
    if before and rows.filter(previous_hash=row[-1]).exists():
        return True
    return any(_fits_at(zone, row, sequence + 1) for sequence in before)


def _shortened(count: int, mark: End, at: datetime | None) -> Finding:
    seen = f"the log ends at row {count}, and the checkpoint of {at:%Y-%m-%d %H:%M} UTC saw row"
    if append_only.last_row_id(connection) >= mark.row:
        return Finding(
            Fault.TRUNCATED, f"The last rows are missing: {seen} {mark.count}.", count + 1
        )
    return Finding(
        Fault.OLDER_COPY,
        f"An older copy of the database was restored: {seen} {mark.count}.",
        count + 1,
    )


def _counter() -> list[Finding]:
    """Set back by itself: an older copy, which brings its counter with it, is told already."""
    counted = append_only.last_row_id(connection)
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if counted >= newest:
        return []
    return [
        Finding(Fault.COUNTER, f"The row counter was set back to {counted}; there is row {newest}.")
    ]


def _people(actors: set[str]) -> list[Finding]:
    findings = []
    tied = dict(Person.objects.values_list("commitment", "subject"))
    for commitment, subject, salt in Person.objects.values_list("commitment", "subject", "salt"):
        if not _is_commitment(commitment, salt, subject):
            findings.append(
                Finding(Fault.PERSON, f"The name behind {commitment[:8]} was exchanged.")
            )
    forgotten = set(
        Event.objects.filter(object_label=Person._meta.label_lower).values_list(
            "object_key", flat=True
        )
    )
    findings += [
        Finding(Fault.PERSON, f"The name behind {actor[:8]} was removed without a record of it.")
        for actor in sorted(actors - {SYSTEM, ANONYMOUS} - tied.keys() - forgotten)
    ]
    findings += [
        Finding(Fault.PERSON, f"The name behind {actor[:8]} was forgotten and is back.")
        for actor in sorted(forgotten & tied.keys())
    ]
    return findings


def _is_commitment(commitment: str, salt: str, subject: str) -> bool:
    try:
        return chain.commitment(salt, subject) == commitment
    except ValueError:
        return False
