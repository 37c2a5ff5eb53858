"""Money and posts: read as people write them, shared out exactly, and said as they are read."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CENT = Decimal("0.01")
MOST_POSTS = Decimal("999.99")
MOST_KRONOR = Decimal(99_999_999_999)
_LONGEST = 30

POSTS_EXPECTED = gettext_lazy("Enter the number of full-time equivalents, 0 or more")
POSTS_TOO_FINE = gettext_lazy("Full-time equivalents can have at most two decimals")
POSTS_TOO_MANY = gettext_lazy("Full-time equivalents can be at most 999.99")
KRONOR_EXPECTED = gettext_lazy("Enter the cost in whole kronor")
KRONOR_PERHAPS = gettext_lazy("Enter the cost in whole kronor. Did you mean %(amount)s kr?")
PERCENT_EXPECTED = gettext_lazy("Enter the share in percent, 0 to 100, with at most two decimals")
KRONOR_TOO_MUCH = gettext_lazy("The amount is too large. Check it.")

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3}){2,}")
_NUMBER = re.compile(r"(\d+)(?:[.,](\d+))?")
_KRONOR = re.compile(r"(?:kr|sek|kronor|:-)\.?$")
_LARGER = re.compile(
    r"(.*?)(?:(tkr|ksek|tusen(?:kronor|kr)?)|(mnkr|mkr|milj(?:oner)?\.?(?:kronor|kr)?))\.?"
)
"""An amount in thousands or millions, as those who keep the books write it."""


def shares(total: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """The total in parts as the weights say, each in whole hundredths, together exactly the total.

    What whole hundredths leave over goes to the parts with the largest remainders, the first of equal
    ones first. Raises ValueError for no weights, for negative ones, and for a total that is finer
    than hundredths.
    """
    cents = total / CENT
    if cents != cents.to_integral_value():
        raise ValueError("Only hundredths are shared.")
    return [part * CENT for part in shared_cents(int(cents), weights)]


def shared_cents(total: int, weights: Sequence[int]) -> list[int]:
    """`shares` of whole hundredths: for sums of very many."""
    if not weights or min(weights) < 0 or sum(weights) == 0:
        raise ValueError("Nothing to share between.")
    weight = sum(weights)
    parts = [divmod(total * one, weight) for one in weights]
    left = total - sum(part for part, _rest in parts)
    order = sorted(range(len(parts)), key=lambda index: (-parts[index][1], index))
    more = set(order[:left])
    return [part + (index in more) for index, (part, _rest) in enumerate(parts)]


def equal_shares(total: Decimal, count: int) -> list[Decimal]:
    """The total in so many parts that differ by a hundredth at most, together exactly the total."""
    return shares(total, [1] * count)


def equal_cents(total: int, count: int) -> list[int]:
    """`equal_shares` of whole hundredths: for sums of very many."""
    part, left = divmod(total, count)
    return [part + (index < left) for index in range(count)]


def posts(value: Decimal) -> str:
    """6,5: without zeros that say nothing."""
    return str(number_format(_plain(value), use_l10n=True, force_grouping=True))


def kronor(value: Decimal) -> str:
    """3 412 500: öre only where there are any; the spaces do not break."""
    places = 0 if value == value.to_integral_value() else 2
    text = number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)
    return str(text).replace(" ", "\N{NO-BREAK SPACE}")


def percent(value: Decimal) -> str:
    """33,33 %, and the space does not break."""
    return f"{posts(value)}\N{NO-BREAK SPACE}%"


def _plain(value: Decimal) -> Decimal:
    """Without zeros at the end of the decimals, and never with an exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


class PostsField(forms.Field):
    """Full-time equivalents with a comma or a point, at most two decimals; shown again as 6,5."""

    default_error_messages = {
        "required": POSTS_EXPECTED,
        "invalid": POSTS_EXPECTED,
        "too_fine": POSTS_TOO_FINE,
        "too_many": POSTS_TOO_MANY,
    }
    most = MOST_POSTS

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 8, "inputmode": "decimal"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        text = _SPACES.sub("", str(value)[: _LONGEST + 1])
        match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST and text.isascii() else None
        if match is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        whole, decimals = match[1], (match[2] or "").rstrip("0")
        if len(decimals) > 2:
            raise ValidationError(self.error_messages["too_fine"], code="too_fine")
        number = Decimal(f"{whole}.{decimals or 0}")
        if number > self.most:
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        return number.quantize(CENT)

    def prepare_value(self, value: Any) -> Any:
        return posts(value) if isinstance(value, Decimal) else value


class PercentField(PostsField):
    """A share of 100, with or without the sign, at most two decimals."""

    default_error_messages = dict.fromkeys(
        ("required", "invalid", "too_fine", "too_many"), PERCENT_EXPECTED
    )
    most = Decimal(100)

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(
            value.strip().removesuffix("%") if isinstance(value, str) else value
        )


class KronorField(forms.Field):
    """Whole kronor with or without spaces and "kr"; shown again as 3 412 500.

    Whoever writes thousands of kronor with a decimal is told the amount that was probably meant.
    """

    default_error_messages = {"required": KRONOR_EXPECTED, "invalid": KRONOR_EXPECTED}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 16, "inputmode": "numeric"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal):
            return value
        text = _SPACES.sub("", str(value)[: _LONGEST + 1].casefold())
        if len(text) > _LONGEST or not text.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if larger := _LARGER.fullmatch(text):
            self._refuse_larger(larger[1], 1_000 if larger[2] else 1_000_000)
        text = _KRONOR.sub("", text)
        if _GROUPED.fullmatch(text):
            text = text.replace(".", "").replace(",", "")
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        decimals = (match[2] or "").rstrip("0")
        if decimals:
            self._refuse_decimals(Decimal(f"{match[1]}.{decimals}") * 1000)
        number = Decimal(match[1])
        if number > MOST_KRONOR:
            raise ValidationError(KRONOR_TOO_MUCH, code="too_much")
        return number

    def _refuse_larger(self, text: str, unit: int) -> None:
        """An amount in thousands or millions is never taken for kronor, and never changed unasked."""
        if _GROUPED.fullmatch(text):
            text = text.replace(".", "").replace(",", "")
        match = _NUMBER.fullmatch(text)
        amount = Decimal(f"{match[1]}.{match[2] or 0}") * unit if match else None
        if amount is not None and amount == amount.to_integral_value():
            raise ValidationError(KRONOR_PERHAPS % {"amount": kronor(amount)}, code="thousands")
        raise ValidationError(self.error_messages["invalid"], code="invalid")

    def _refuse_decimals(self, thousands: Decimal) -> None:
        if thousands == thousands.to_integral_value():
            raise ValidationError(KRONOR_PERHAPS % {"amount": kronor(thousands)}, code="thousands")
        raise ValidationError(self.error_messages["invalid"], code="invalid")

    def prepare_value(self, value: Any) -> Any:
        return kronor(value) if isinstance(value, Decimal) else value


def in_words(value: Decimal) -> str:
    """The amount as it is said, so that thousands are not taken for kronor: "1,25 miljoner kr"."""
    for border, said in (
        (1_000_000, _("%(number)s million kr")),
        (1_000, _("%(number)s thousand kr")),
    ):
        if value >= border:
            number = (value / border).quantize(CENT, ROUND_HALF_UP)
            return said % {"number": posts(number)}
    return _("%(number)s kr") % {"number": kronor(value)}
