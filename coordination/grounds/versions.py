"""How a version of law lives: entered, reviewed or struck, in force between its days, ended by the next.

Legal bases (`keeping`) and retention rules (`retention`) share it; each writes its own line in the log.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import ChangedMeanwhile, Refused, WrongState, clean
from coordination.ui import dates

from .models.versions import REVIEWER, WHY, Status, Version

STALE_MONTHS = 12
"""A review that is older, or a version that nobody has settled for so long, is to be looked at."""
FIRST_DAY = date(1900, 1, 1)


def add(
    owner: Any, kept: Mapping[str, Any], *, seen: int | None, by: Any, now: datetime
) -> Version:
    """The next version, unreviewed, in the caller's transaction. One that waits for a review gives way to
    it. Raises ChangedMeanwhile when `seen` is given and is not the number of the latest one."""
    versions = owner.versions
    latest = versions.select_related("noted_by").order_by("-number").first()
    if seen is not None and latest is not None and latest.number != seen:
        raise ChangedMeanwhile(latest.noted_by)
    versions.unreviewed().update(status=Status.STRUCK, settled_by=by, settled_at=now)
    number = latest.number + 1 if latest else 1
    try:
        with transaction.atomic():
            made: Version = versions.create(number=number, noted_by=by, noted_at=now, **kept)
    except IntegrityError:
        raise ChangedMeanwhile from None
    return made


def review(version: Any, owner: str, *, who: str, on: date, by: Any, now: datetime) -> None:
    """Notes who has found the version right and when, in the caller's transaction; `owner` is the name of
    the field that says what it is a version of. From its first day it takes the place of those before it.

    Raises Missing without a name, Refused for a day to come or for a version whose last day has passed,
    and WrongState when it was settled already.
    """
    name = clean(
        who,
        label=_("Reviewed by"),
        limit=REVIEWER,
        field="reviewed_by",
        needed=_("Enter who has reviewed it: name and function"),
    )
    if on > timezone.localdate(now):
        raise Refused(_("The day of the review cannot be ahead."), field="reviewed_on")
    _settle(version, Status.REVIEWED, by=by, now=now, reviewed_by=name, reviewed_on=on)
    model = type(version)
    fresh = model.objects.get(pk=version.pk)
    same = {owner: getattr(fresh, f"{owner}_id"), "status": Status.REVIEWED}
    earlier = model.objects.filter(**same, number__lt=fresh.number)
    day_before = fresh.valid_from - timedelta(days=1)
    # One that would have begun later than the new one never holds.
    earlier.filter(valid_from__gt=day_before).update(
        status=Status.STRUCK, settled_by=by, settled_at=now
    )
    earlier.filter(Q(valid_to=None) | Q(valid_to__gt=day_before)).update(valid_to=day_before)


def strike(version: Any, *, why: str, by: Any, now: datetime) -> None:
    """Nobody is to rest on the version from now on, and why; what was decided keeps it. In the caller's
    transaction. Raises Missing without a reason, WrongState when it is struck or has ended."""
    said = clean(
        why,
        label=_("The reason"),
        limit=WHY,
        field="why",
        needed=_("Enter why nobody is to rest on it"),
    )
    today = timezone.localdate(now)
    waits = Q(status=Status.UNREVIEWED)
    holds = Q(status=Status.REVIEWED) & (Q(valid_to=None) | Q(valid_to__gte=today))
    rows = type(version).objects.filter(waits | holds, pk=version.pk)
    if not rows.update(status=Status.STRUCK, struck_because=said, settled_by=by, settled_at=now):
        raise WrongState(_("The version is struck already, or has ended."))


def end(version: Any, *, on: date, now: datetime) -> None:
    """Gives a reviewed version its last day, today or later, in the caller's transaction. To stop it at
    once it is struck. Raises Refused for another day, WrongState for what is not reviewed or has ended."""
    today = timezone.localdate(now)
    if on < today or on < version.valid_from:
        first = dates.day(max(today, version.valid_from))
        said = _("Enter %(day)s or a later day. Strike the version to stop it at once.")
        raise Refused(said % {"day": first}, field="valid_to")
    rows = type(version).objects.filter(pk=version.pk, status=Status.REVIEWED)
    if not rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).update(valid_to=on):
        raise WrongState(_("Only a reviewed version that has not ended can be given a last day."))


def _settle(version: Any, to: str, *, by: Any, now: datetime, **more: Any) -> None:
    waiting = type(version).objects.unreviewed().filter(pk=version.pk)
    if not waiting.update(status=to, settled_by=by, settled_at=now, **more):
        raise WrongState(_("The version is settled already. Add another version to change it."))


def to_look_at(model: Any, on: date) -> QuerySet:
    """What holds by a review that is more than a year old, and what nobody has settled for a year."""
    since = dates.months_after(on, -STALE_MONTHS)
    in_force = model.objects.in_force(on).filter(reviewed_on__lt=since)
    waits = Q(status=Status.UNREVIEWED, noted_at__date__lt=since)
    found: QuerySet = model.objects.filter(Q(pk__in=in_force.values("pk")) | waits)
    return found


def days_of(values: Mapping[str, Any]) -> dict[str, date | None]:
    """The first and the last day of a version. Raises Refused without a first day, and for a last day
    before it."""
    first, last = values.get("valid_from"), values.get("valid_to")
    if first is None or first < FIRST_DAY:
        raise Refused(_("Enter the day from which it is in force."), field="valid_from")
    if last is not None and last < first:
        raise Refused(_("The last day must come after the first."), field="valid_to")
    return {"valid_from": first, "valid_to": last}
