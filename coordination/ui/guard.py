"""The guard that keeps identity numbers of individuals out of coordination texts."""

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from personnummer import personnummer

REFUSAL = _(
    "The text seems to contain a personal identity number. Remove it to save. "
    "Information about individuals belongs in the case."
)

# Day 61-91 is a samordningsnummer. A third digit of 2 or more is an organisation number.
_BIRTH = (
    r"(?P<year>\d{2})(?:[-./_:~ ]{0,3}|(?<=[1-9]\d)\) ?)"
    r"(?P<month>0[1-9]|1[0-2])[-./_:~ ]{0,3}(?P<day>[06][1-9]|[1278]\d|[39][01])"
)
# What follows must not be a further digit, nor go on as the second date of a period.
_NUMBER = (
    r"(?P<gap>[\W_]{0,5})(?P<number>\d{4})(?!\d)"
    r"(?!(?<=(?:19|20|21)\d\d)[-./]\d{1,2}[-./]\d{1,2}(?!\d))"
)
_SHAPES = (
    re.compile(rf"(?<!\d)(?=(?P<whole>(?P<century>18|19|20){_BIRTH}{_NUMBER}))"),
    re.compile(rf"(?<!\d)(?=(?P<whole>(?P<century>){_BIRTH}{_NUMBER}))"),
)
_IBAN = re.compile(
    r"(?<![A-Za-z\d])[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?(?![A-Za-z\d])"
)
_CARD = re.compile(r"(?<![\d ])(?<!\d )\d{4}(?: \d{4}){3}(?! ?\d)")
# Digits that stand apart and are read as if together, in this order. Each is of a length that
# dates, times, telephone numbers and amounts seldom have when they are grouped in that way.
_APART = tuple(
    map(
        re.compile,
        (
            # One by one: the whole number, its day of birth, its last four.
            r"(?<!\d)\d(?:[^\w\n]{1,3}\d){9,11}(?!\d)",
            r"(?<!\d)(?<!(?<!\d)\d )\d(?: \d){5}(?:(?: \d){2})?(?!\d)(?! \d(?!\d))",
            r"(?<!\d)(?<!(?<!\d)\d )\d(?: \d){3}(?!\d)(?! \d(?!\d))",
            # In pairs, with the century or with dashes.
            r"(?<!\d)(?<!\d[ -])(?:18|19|20)([ -])\d\d(?:\1\d\d){3}\1?\d\d(?![ -]?\d)",
            r"(?<!\d)(?<!\d-)\d\d(?:-\d\d){4}(?!-?\d)",
            # In the columns of a table.
            r"(?<!\d)(?<!\d\|)(?:\d\d)?\d\d\|\d\d\|\d\d\|\d{4}(?!\|?\d)",
            # The last four in two pairs; the day of birth in threes, as an amount.
            r"(?<!\d)(?<!\d[ .,-])(?:\d\d){3,4} ?[-+] ?\d\d {1,2}\d\d(?! ?\d)",
            r"(?<!\d)(?<!\d[ .,])[1-9]\d\d[ ,]\d{3}(?=[-+]\d{4}(?!\d))",
        ),
    )
)
_SPACES = re.compile(r"\s")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_DASHES = "\u2212\u2043\u02d7"
# The empty Braille cell, and what separates lines without being of the class of spaces.
_SEEN_AS_SPACE = "\u2800\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85"
# The fillers of Korean syllables, and where an object stood in a pasted text.
_SEEN_AS_NOTHING = "\u115f\u1160\u3164\uffa0\ufffc"
# What makes a screen show the signs that follow from right to left.
_TURNED = re.compile("[\u202b\u202e\u2067]")
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me"}
_PHONE_WORD = re.compile(
    r"(?:\b(?:tel|telefon|tfn|mobil|mob|mobilnummer|telefonnummer|ring|sms|fax|phone|call)\b"
    r"\W{0,3}|\+46 ?|\b0046 ?)$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_RECENT_YEARS = 2


def find_identity_number(text: str) -> str | None:
    """The first personnummer or samordningsnummer in the text, as it reads there, or None.

    Ten or twelve digits, together or with up to five signs other than letters between (a new line
    too), or apart in one of the ways of `_APART`; a real date of birth that is not in the future, and
    a right check digit. Raised digits after a digit may be notes. Look-alike characters (full-width
    digits, hard spaces, invisible ones) are read as what they look like. Organisation numbers,
    grouped telephone numbers and amounts, case references, dates with times, IBAN and longer runs of
    digits pass. What cannot be told apart is caught: a bare ten-digit number is let through only
    after a word for telephone.
    """
    found = (_find(reading) for reading in _readings(text))
    return next((number for number in found if number is not None), None)


def refuse_identity_numbers(text: str) -> None:
    """Validator: raises `ValidationError` with the guard's sentence, which never repeats the number."""
    if find_identity_number(text) is not None:
        raise ValidationError(REFUSAL, code="identity_number")


def _readings(text: str) -> Iterable[str]:
    """The text in each way in which somebody may read it: with what could be notes, and without."""
    readings = [text, _without_notes(text)]
    if _TURNED.search(text):
        # It is read from behind on the screen; where it begins and ends nobody needs to find out.
        turned = [_TURNED.sub("", reading)[::-1] for reading in readings]
        readings += [*turned, *map(_without_notes, turned)]
    return dict.fromkeys(readings)


def _find(text: str) -> str | None:
    plain = _plain(text)
    for apart in _APART:
        plain = apart.sub(_together, plain)
    if not any(shape.search(plain) for shape in _SHAPES):
        return None
    plain = _CARD.sub(_blank_card, _IBAN.sub(_blank_iban, plain))
    for shape in _SHAPES:
        for match in shape.finditer(plain):
            if _is_identity_number(match) and not _is_telephone(plain, match):
                return match["whole"]
    return None


def _without_notes(text: str) -> str:
    """The text without raised digits, fractions and the like that follow a digit, as notes do."""
    if text.isascii():
        return text
    out, follows = [], False
    for character in text:
        category = unicodedata.category(character)
        if category == "No" and follows:
            continue
        follows = category == "Nd"
        out.append(character)
    return "".join(out)


def _plain(text: str) -> str:
    """The text with every digit, dash and space as the plain ASCII one that it looks like."""
    if text.isascii():
        return _CONTROLS.sub("", _SPACES.sub(" ", text))
    out = []
    # One by one: marks in a heap are sorted in quadratic time, and marks are dropped here anyhow.
    for written in text:
        digit = unicodedata.digit(written, None)
        out.append(
            "".join(map(_plain_sign, unicodedata.normalize("NFKC", written)))
            if digit is None
            else str(digit)
        )
    return "".join(out)


def _plain_sign(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character in _DASHES:
        return "-"
    if category in {"Zs", "Zl", "Zp"} or character in _SEEN_AS_SPACE:
        return " "
    if category in _UNSEEN or character in _SEEN_AS_NOTHING:
        return ""
    return character


def _is_identity_number(match: re.Match[str]) -> bool:
    digits = "".join(match[part] for part in ("century", "year", "month", "day", "number"))
    separator = "+" if "+" in match["gap"] and not match["century"] else ""
    birth, serial = digits[:-4], digits[-4:]
    try:
        person = personnummer.parse(f"{birth}{separator}{serial}")
    except personnummer.PersonnummerException:
        return False
    born, today = person.get_date(), timezone.localdate()
    if born > today:
        # A number without century then means the hundred years before.
        return not match["century"]
    a_meeting = today.year - born.year <= _RECENT_YEARS and not set(match["gap"]) & set("-+/_")
    return not (a_meeting and match["gap"] and _CLOCK.fullmatch(serial))


def _is_telephone(plain: str, match: re.Match[str]) -> bool:
    bare = match["whole"].isdigit() and match["whole"].startswith("0")
    # The longest word for telephone with what may follow it; all before would be read once for
    # every number in the text.
    just_before = plain[max(0, match.start() - 30) : match.start()]
    return bare and _PHONE_WORD.search(just_before) is not None


def _blank(match: re.Match[str]) -> str:
    return "x" * len(match[0])


def _blank_card(match: re.Match[str]) -> str:
    """A card's number is known by its check digit: not any four digits after a number hide it."""
    digits = [int(digit) for digit in match[0] if digit != " "]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[::2]]
    return _blank(match) if (sum(doubled) + sum(digits[1::2])) % 10 == 0 else match[0]


def _together(match: re.Match[str]) -> str:
    return "".join(sign for sign in match[0] if sign.isdigit())


def _blank_iban(match: re.Match[str]) -> str:
    account = match[0].replace(" ", "")
    number = "".join(str(int(character, 36)) for character in account[4:] + account[:4])
    return _blank(match) if int(number) % 97 == 1 else match[0]
