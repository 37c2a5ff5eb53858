"""Names as keyed tokens: to find an exact name again, and names that are nearly the same.

A token says nothing without the key. The exact one is for the search of a unit's own cases; the loose
ones are for the question, at triage, whether there was concern for the same person before.
"""

import hashlib
import hmac
import re
import unicodedata

from .keys import token_ring

LENGTH = 43
"""Characters of a token: the id of its key, a point, and 136 bits."""
BEGINS = 2
"""Sounds of one name that speak for it where the other is the same."""
_LETTERS = str.maketrans({"ø": "o", "æ": "a", "ß": "ss", "đ": "d", "ł": "l", "ð": "d", "þ": "t"})
_PARTICLES = re.compile(r"\b(al|el|bin|ben|ibn|bint|von|van|de|af)\b[ -]*(?=\w)")
_SOUNDS = (
    (r"chael|kael", "kal"),
    (r"ch(?=[rl])", "k"),
    (r"stj|skj|sch|sh|sj|tj|kj|ch", "s"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"dh", "d"),
    (r"gh", "g"),
    (r"qu?v?(?=[aeiouyj])", "kv"),
    (r"kh|ck|q", "k"),
    (r"c(?=[eiy])|z", "s"),
    (r"c", "k"),
    (r"x", "ks"),
    (r"w", "v"),
    (r"^(h|d|g|l)j", "j"),
    (r"(.)\1+", r"\1"),
    (r"h(?![aeiouyj])", ""),
    (r"d$", "t"),
    (r"v$", "f"),
)
"""What is written in several ways and sounds alike, in Swedish and in names that came to Swedish from
other alphabets, where one name has many spellings."""
_FIRST = {"a": "a", "e": "a", "i": "i", "y": "i", "j": "i", "o": "o", "u": "o"}


def name_index(given: str, family: str) -> str:
    """The token of exactly this name, whatever its capitals, its marks and the order of its words."""
    return _token(token_ring().current, _exact(f"{given} {family}"))


def name_lookups(name: str) -> list[str]:
    """What to look for to find a name that somebody has typed, under the present key and older ones."""
    return [_token(key, _exact(name)) for key in token_ring().keys]


def name_tokens(given: str, family: str, birth_year: int | None) -> set[str]:
    """The loose tokens to keep of a person."""
    return {_token(token_ring().current, text) for text in _loose(given, family, birth_year)}


def name_matches(given: str, family: str, birth_year: int | None) -> set[str]:
    """What to look for to find persons whose name is nearly this one: the year may be one off."""
    near = [] if birth_year is None else [birth_year - 1, birth_year + 1]
    texts = _loose(given, family, birth_year) | {_pair(given, family, year) for year in near}
    return {_token(key, text) for key in token_ring().keys for text in texts}


def is_current(token: str) -> bool:
    """Whether the token was made with the present key."""
    return token.partition(".")[0] == token_ring().current


def sound(name: str) -> str:
    """How a name sounds, roughly: consonants, and of a vowel at the beginning its kind."""
    plain = _PARTICLES.sub("", _plain(name))
    heard = re.sub(r"[^a-z]", "", plain)
    for written, sounds in _SOUNDS:
        heard = re.sub(written, sounds, heard)
    return _FIRST.get(heard[:1], heard[:1]) + re.sub(r"[aeiouyj]", "", heard[1:])


def _plain(text: str) -> str:
    """Lower case, without marks over the letters."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _exact(name: str) -> str:
    words = re.findall(r"\w+", unicodedata.normalize("NFC", name).casefold())
    return f"exact|{' '.join(sorted(words))}"


def _loose(given: str, family: str, year: int | None) -> set[str]:
    """Both names together, with the year and without; and one of them beside how the other begins, with
    the year."""
    found = {_pair(given, family, None)}
    if year is not None:
        first, last = sound(given), sound(family)
        found |= {
            _pair(given, family, year),
            f"family|{last}|{first[:BEGINS]}|{year}",
            f"given|{first}|{last[:BEGINS]}|{year}",
        }
    return found


def _pair(given: str, family: str, year: int | None) -> str:
    """Both names, in whichever order they were given."""
    return f"pair|{'|'.join(sorted((sound(given), sound(family))))}|{year or ''}"


def _token(key_id: str, text: str) -> str:
    digest = hmac.new(token_ring().keys[key_id], text.encode(), hashlib.sha256).hexdigest()
    return f"{key_id}.{digest[:34]}"
