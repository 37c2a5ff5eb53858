"""Figures that look like a slip: a large change since last year, thousands taken for kronor."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .refusals import Question

HALF = Decimal("0.5")
POSTS = Decimal(2)
KRONOR = Decimal(1_000_000)
CHEAPEST_POST = Decimal(20_000)
"""Nobody is employed for less a year: a lower cost is most likely written in thousands."""


def questions(*, fte: Decimal, cost: Decimal, before: Mapping[str, Any] | None) -> list[Question]:
    """What to ask about a row; `before` is last year's row as it was sent in, if there was one."""
    if _in_thousands(fte, cost, before):
        return [Question("thousands", _number(before, "cost"), cost)]
    found = []
    for kind, now, border in (("fte", fte, POSTS), ("cost", cost, KRONOR)):
        then = _number(before, kind)
        if then is not None and _is_large(then, now, border):
            found.append(Question(kind, then, now))
    return found


def _in_thousands(fte: Decimal, cost: Decimal, before: Mapping[str, Any] | None) -> bool:
    if not cost:
        return False
    if fte and cost < CHEAPEST_POST * fte:
        return True
    then = _number(before, "cost")
    return not fte and then is not None and cost * 100 < then


def _is_large(then: Decimal, now: Decimal, border: Decimal) -> bool:
    change = abs(now - then)
    return change > border or (then > 0 and change > then * HALF)


def _number(before: Mapping[str, Any] | None, name: str) -> Decimal | None:
    if before is None or before["ended"]:
        return None
    return Decimal(before[name])
