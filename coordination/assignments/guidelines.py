"""Versions of the guideline: read from text with marked headings, established, and followed by the next.

How the text is written:

    # A heading              one to three signs, by its depth
    ## A heading [generell]  what stands under it defines that prevention level; the others are
                             [specifik] and [individinriktad]
    A paragraph, which ends at the next empty line.
    @yrken A paragraph       about who works at the prevention level
    @exempel A paragraph     with an example of it
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import Missing, Refused, clean
from coordination.actors.models import PreventionLevel
from coordination.audit import log

from .models import Guideline, Passage

TITLE, DECIDED_BY, LONGEST = 120, 80, 100_000
_HEADING = re.compile(r"(#{1,3}) +(.+?)(?: +\[(\w+)\])?")
_LEVELS = {
    "generell": PreventionLevel.Code.GENERAL,
    "specifik": PreventionLevel.Code.SPECIFIC,
    "individinriktad": PreventionLevel.Code.INDIVIDUAL,
}
_MARKS = {"@yrken": Passage.Kind.PROFESSIONS, "@exempel": Passage.Kind.EXAMPLE}


class Unreadable(Refused):
    """The text does not follow the way that a guideline is written."""


@dataclass
class Read:
    """A passage as it was read, before it is saved."""

    kind: str
    text: str
    depth: int
    anchor: str
    level: str = ""


def read(text: str) -> list[Read]:
    """The passages of a text, in order. Raises Unreadable, which says what and in which line."""
    found: list[Read] = []
    section, level, count, taken = "", "", 0, set[str]()
    for number, block in _blocks(text):
        if block.startswith("#"):
            match = _HEADING.fullmatch(block)
            if match is None:
                raise Unreadable(
                    _("Line %(line)s: write a heading as # and a space before its words.")
                    % {"line": number},
                    field="text",
                )
            marks, words, code = match.groups()
            if code and code not in _LEVELS:
                raise Unreadable(
                    _("Line %(line)s: there is no prevention level called %(name)s.")
                    % {"line": number, "name": code},
                    field="text",
                )
            section, count = _free(_slug(words), taken), 0
            level = _LEVELS[code] if code else ""
            found.append(Read(Passage.Kind.HEADING, words, len(marks), section, level))
            continue
        if not section:
            raise Unreadable(
                _("Line %(line)s: begin the text with a heading, such as # Background.")
                % {"line": number},
                field="text",
            )
        mark, _space, rest = block.partition(" ")
        kind = _MARKS.get(mark, Passage.Kind.PARAGRAPH)
        count += 1
        words = rest if mark in _MARKS else block
        found.append(Read(kind, words, 0, _free(f"{section}-{count}", taken), level))
    return found


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Each heading and paragraph on one line, with the number of the line it begins on."""
    begun, words = 0, list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        line = " ".join(line.split())
        if words and (not line or line.startswith("#")):
            yield begun, " ".join(words)
            words = []
        if line.startswith("#"):
            yield number, line
        elif line:
            begun = begun if words else number
            words.append(line)
    if words:
        yield begun, " ".join(words)


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "del"


def _free(anchor: str, taken: set[str]) -> str:
    found, number = anchor, 1
    while found in taken:
        number += 1
        found = f"{anchor}-{number}"
    taken.add(found)
    return found


def establish(
    *,
    title: str,
    decided_by: str,
    decided_on: date | None,
    in_force_from: date | None,
    text: str,
    by: Any,
    now: datetime | None = None,
) -> Guideline:
    """A new version of the guideline, in force from that day; the one before it ends the day before.

    It orders nothing yet (`assigning`). Raises Missing, Unreadable, and Refused for a day that is not
    after the first day of the version before, or before it was decided.
    """
    now = now or timezone.now()
    title = clean(
        title, label=_("Title"), limit=TITLE, field="title", needed=_("Enter what it is called")
    )
    decided_by = clean(
        decided_by,
        label=_("Decided by"),
        limit=DECIDED_BY,
        field="decided_by",
        needed=_("Enter who decided the guideline"),
    )
    text = clean(
        text,
        label=_("Text"),
        limit=LONGEST,
        field="text",
        needed=_("Paste the text of the guideline"),
        lines=True,
    )
    if decided_on is None:
        raise Missing(_("Enter a date, e.g. 2026-05-12"), field="decided_on")
    if in_force_from is None:
        raise Missing(_("Enter a date, e.g. 2026-05-12"), field="in_force_from")
    if in_force_from < decided_on:
        raise Refused(_("The guideline cannot apply before it was decided."), field="in_force_from")
    passages = read(text)
    with transaction.atomic():
        last = Guideline.objects.order_by("-in_force_from").first()
        if last is not None:
            if in_force_from <= last.in_force_from:
                raise _too_early()
            ended = Guideline.objects.filter(pk=last.pk, in_force_to=None).update(
                in_force_to=in_force_from - timedelta(days=1)
            )
            if not ended:
                raise Refused(_("Somebody else has just added a guideline. Load the page again."))
        try:
            with transaction.atomic():
                made = Guideline.objects.create(
                    title=title,
                    decided_by=decided_by,
                    decided_on=decided_on,
                    in_force_from=in_force_from,
                    established_at=now,
                )
        except IntegrityError:
            raise _too_early() from None
        levels = {one.code: one for one in PreventionLevel.objects.all()}
        Passage.objects.bulk_create(
            Passage(
                guideline=made,
                position=position,
                kind=one.kind,
                depth=one.depth,
                anchor=one.anchor,
                text=one.text,
                level=levels.get(one.level),
            )
            for position, one in enumerate(passages, start=1)
        )
        log.record(by=by, event="assignments.guideline.established", on=made, at=now)
    return made


def _too_early() -> Refused:
    return Refused(
        _("There is a guideline that begins then or later. Choose a later day."),
        field="in_force_from",
    )


def in_force(on: date | None = None) -> Guideline | None:
    """The version that applies that day; before the first day of all, the first of them."""
    on = on or timezone.localdate()
    begun = Guideline.objects.filter(in_force_from__lte=on).order_by("-in_force_from").first()
    return begun or Guideline.objects.order_by("in_force_from").first()


def latest() -> Guideline | None:
    """The version that was established last, also one that is still to come into force."""
    return Guideline.objects.order_by("-in_force_from").first()


def before(guideline: Guideline) -> Guideline | None:
    """The version that this one follows."""
    earlier = Guideline.objects.filter(in_force_from__lt=guideline.in_force_from)
    return earlier.order_by("-in_force_from").first()


def passage_with(guideline: Guideline, quote: str) -> Passage | None:
    """The paragraph in which the words stand, letter by letter but for spaces and line ends."""
    wanted = " ".join(quote.split())
    if not wanted:
        return None
    found = guideline.passages.filter(~Q(kind=Passage.Kind.HEADING), text__contains=wanted)
    # SQLite takes capital and small letters for the same.
    return next((one for one in found.order_by("position") if wanted in one.text), None)
