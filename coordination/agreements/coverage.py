"""What agreements tell of who works where (`coordination.frame.coverage`)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from coordination.frame.coverage import Fact
from coordination.ui.lists import swedish

from .models import Agreement


def facts(user: Any, on: date) -> Iterator[Fact]:
    """The agreements that this user may open and that are in force that day, with their parties. An
    agreement is as old as what was last done with it."""
    seen = Agreement.objects.visible_to(user).in_force(on).annotate(touched=Max("changes__at"))
    found = seen.prefetch_related("parties", "districts", "levels")
    for agreement in found.order_by(swedish("name")):
        yield Fact(
            title=agreement.name,
            url=reverse("agreement", args=[agreement.pk]),
            organisations=frozenset(one.pk for one in agreement.parties.all()),
            districts=frozenset(one.pk for one in agreement.districts.all()),
            levels=frozenset(one.code for one in agreement.levels.all()),
            last=timezone.localdate(agreement.touched) if agreement.touched else None,
        )


def words(count: int) -> str:
    """2 agreements."""
    return ngettext("%(count)s agreement", "%(count)s agreements", count) % {"count": count}
