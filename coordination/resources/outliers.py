"""Figures that look like a slip: a large change since last year, thousands taken for kronor and
kronor for thousands. They are asked about, never refused."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .refusals import Question

HALF = Decimal("0.5")
POSTS = Decimal(2)
KRONOR = Decimal(1_000_000)
THOUSAND = Decimal(1_000)
NEAR = Decimal(2)
"""A cost within twice and half of a thousand times last year's, or of a thousandth, is the same cost in
another unit."""
CHEAPEST_POST = Decimal(20_000)
"""Nobody is employed for less a year: a lower cost is most likely written in thousands."""
DEAREST_POST = Decimal(5_000_000)
"""No post with all that belongs to it costs more: such a cost was most likely made thousands of twice."""


def questions(*, fte: Decimal, cost: Decimal, before: Mapping[str, Any] | None) -> list[Question]:
    """What to ask about a row; `before` is last year's row as it was sent in, if there was one.

    A mistaken unit is asked about alone: nothing else can be said of the figures until it is settled.
    """
    then = _number(before, "cost")
    if _in_thousands(fte, cost, then):
        return [Question("thousands", then, cost, cost * THOUSAND)]
    if _thousandfold(fte, cost, then):
        meant = cost / THOUSAND
        whole = meant if meant == meant.to_integral_value() else None
        return [Question("thousandfold", then, cost, whole)]
    found = []
    for kind, now, border in (("fte", fte, POSTS), ("cost", cost, KRONOR)):
        then = _number(before, kind)
        if then is not None and _is_large(then, now, border):
            found.append(Question(kind, then, now))
    return found


def _in_thousands(fte: Decimal, cost: Decimal, then: Decimal | None) -> bool:
    if not cost:
        return False
    if fte and cost < CHEAPEST_POST * fte:
        return True
    if then is None:
        return False
    return _is_near(cost * THOUSAND, then) or (not fte and cost * 100 < then)


def _thousandfold(fte: Decimal, cost: Decimal, then: Decimal | None) -> bool:
    if fte and cost > DEAREST_POST * fte and cost >= DEAREST_POST:
        return True
    return bool(then) and then is not None and _is_near(cost / THOUSAND, then)


def _is_near(now: Decimal, then: Decimal) -> bool:
    return then <= now * NEAR and now <= then * NEAR


def _is_large(then: Decimal, now: Decimal, border: Decimal) -> bool:
    change = abs(now - then)
    return change > border or (then > 0 and change > then * HALF)


def _number(before: Mapping[str, Any] | None, name: str) -> Decimal | None:
    if before is None or before["ended"]:
        return None
    return Decimal(before[name])
