"""Finding words in texts: the lookup `__finds`, alike on both engines, and what to show of a text."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, TextField
from django.db.models.lookups import IContains

LEAST = 3
"""Characters of a search: fewer find everything."""
MOST = 80
MOST_WORDS = 8
AROUND = 60
"""Characters shown on either side of what was found."""


@CharField.register_lookup
@TextField.register_lookup
class Finds(IContains):
    """`text__finds="åtgärd"`: the text holds the word, in capitals or not, å, ä and ö too.

    SQLite folds with the portal's own LIKE (`ui.sqlite`), PostgreSQL with the collation of ICU:
    what the server's own locale folds is not known here.
    """

    lookup_name = "finds"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return str(connection.operators["icontains"] % rhs)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = compiler.compile(self.lhs)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        folded = 'LOWER(({}) COLLATE "sv-x-icu")'
        sql = f"{folded.format(f'({lhs})::text')} LIKE {folded.format(f'({rhs})::text')}"
        return sql, [*params, *rhs_params]


@dataclass(frozen=True)
class Words:
    """What somebody searches for: every one of the words must be found."""

    words: tuple[str, ...]

    def within(self, *fields: str) -> Q:
        """Each word is found in one of the fields."""
        found = Q()
        for word in self.words:
            somewhere = Q()
            for field in fields:
                somewhere |= Q(**{f"{field}__finds": word})
            found &= somewhere
        return found

    def inside(self, text: str) -> bool:
        """Whether each word stands in the text."""
        low = unicodedata.normalize("NFC", text).casefold()
        return all(word.casefold() in low for word in self.words)

    def marked(self, *texts: str) -> list[tuple[str, bool]]:
        """The first text that holds a word, cut round it: its parts, and which of them was found."""
        pattern = re.compile("|".join(map(re.escape, self.words)), re.IGNORECASE)
        for text in texts:
            whole = " ".join(unicodedata.normalize("NFC", text).split())
            first = pattern.search(whole)
            if first is not None:
                return list(_parts(whole, pattern, first.start()))
        return []


def words(typed: str) -> Words | None:
    """The words of what was typed; None when it is too short to search for."""
    text = " ".join(unicodedata.normalize("NFC", typed).split())[:MOST]
    if len(text) < LEAST:
        return None
    return Words(tuple(dict.fromkeys(text.split()[:MOST_WORDS])))


def _parts(text: str, pattern: re.Pattern[str], at: int) -> Iterable[tuple[str, bool]]:
    start = max(0, at - AROUND)
    if start:
        # From a whole word on.
        start = text.find(" ", start, at) + 1 or start
    end = min(len(text), at + 2 * AROUND)
    if end < len(text):
        end = max(text.rfind(" ", at + AROUND, end), at + AROUND)
    if start:
        yield "… ", False
    last = start
    for match in pattern.finditer(text, start, end):
        if match.start() > last:
            yield text[last : match.start()], False
        yield match.group(), True
        last = match.end()
    if last < end:
        yield text[last:end], False
    if end < len(text):
        yield " …", False
