"""What a person has typed and not yet used: kept on the server until it is used or thrown away.

A draft belongs to one person and one place ("meeting-log:12"). Nobody else can ask for it.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from .models import Draft

KEPT = timedelta(days=30)
"""A draft nobody came back to is thrown away after this (it may hold what was never meant to stay)."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def keep(*, user: Any, place: str, data: dict, now: datetime | None = None) -> datetime:
    """Keeps what was typed; an empty one is dropped. Returns when it was kept."""
    now = now or timezone.now()
    data = _storable(data)
    if not any(data.values()):
        drop(user=user, place=place)
        return now
    Draft.objects.update_or_create(user=user, place=place, defaults={"data": data, "saved_at": now})
    return now


def _storable(value: Any) -> Any:
    """The value without what PostgreSQL keeps in no text: NUL and halves of characters."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else value


def of(*, user: Any, place: str) -> Draft | None:
    """The person's draft for this place, if there is one."""
    return Draft.objects.filter(user=user, place=place).first()


def all_of(*, user: Any, begins: str) -> list[Draft]:
    """The person's drafts for every place that begins so."""
    return list(Draft.objects.filter(user=user, place__startswith=begins))


def take(*, user: Any, place: str) -> dict | None:
    """Throws the draft away and returns what it held; of several who take it at once one gets it."""
    draft = of(user=user, place=place)
    if draft is None:
        return None
    taken, _by_model = Draft.objects.filter(pk=draft.pk).delete()
    return draft.data if taken else None


def drop(*, user: Any, place: str) -> None:
    """Throws the draft away: it was used, or its writer said so."""
    Draft.objects.filter(user=user, place=place).delete()


def sweep(*, now: datetime | None = None) -> int:
    """Throws away drafts that nobody came back to. Returns how many."""
    count, _by_model = Draft.objects.filter(saved_at__lt=(now or timezone.now()) - KEPT).delete()
    return count
