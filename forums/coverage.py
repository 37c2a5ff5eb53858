"""What forums tell of who works where (`coordination.frame.coverage`)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from coordination.frame.coverage import Fact
from coordination.ui.lists import swedish

from .models import HELD_STATES, Forum, Seat


def facts(user: Any, on: date) -> Iterator[Fact]:
    """The forums that this user may open, with the organisations that sit there that day. A forum is
    as old as its last held meeting. One that may handle individuals is told of to its members alone."""
    held = Q(meetings__state__in=HELD_STATES)
    seen = Forum.objects.visible_to(user).annotate(met=Max("meetings__starts_at", filter=held))
    forums = list(seen.order_by(swedish("name")))
    keys = [forum.pk for forum in forums]
    levels = _linked(Forum.levels.through, keys, "preventionlevel__code")
    districts = _linked(Forum.districts.through, keys, "district_id")
    seats = Seat.objects.visible_to(user).active(on)  # type: ignore[attr-defined]
    seated: dict[int, set[int]] = {}
    for forum_id, organisation in seats.values_list("forum", "organisation"):
        seated.setdefault(forum_id, set()).add(organisation)
    for forum in forums:
        yield Fact(
            title=forum.name,
            url=reverse("forum", args=[forum.pk]),
            organisations=frozenset(seated.get(forum.pk, ())),
            districts=frozenset(districts.get(forum.pk, ())),
            levels=frozenset(levels.get(forum.pk, ())),
            last=timezone.localdate(forum.met) if forum.met else None,
        )


def words(count: int) -> str:
    """2 forums."""
    return ngettext("%(count)s forum", "%(count)s forums", count) % {"count": count}


def _linked(through: Any, keys: list[int], column: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for forum, value in through.objects.filter(forum__in=keys).values_list("forum_id", column):
        found.setdefault(forum, []).append(value)
    return found
