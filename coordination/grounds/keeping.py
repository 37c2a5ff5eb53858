"""Legal bases are entered, reviewed and struck; what was reviewed stays as it was."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import Missing, WrongState, clean
from coordination.audit import log

from .models import BasisVersion, LegalBasis

STALE = timedelta(days=365)
"""A review that is older, or a version that nobody has reviewed for so long, is to be looked at."""
SAYS = (
    *("paragraph", "plain", "senders", "receivers", "under_age", "needs_consent"),
    *("needs_suspicion", "needs_balance", "conditions", "valid_from", "valid_to"),
)


def add_version(
    *, basis: LegalBasis, values: Mapping[str, Any], by: Any, now: datetime | None = None
) -> BasisVersion:
    """Another version of the basis, unreviewed: nobody is offered it before it is reviewed."""
    now = now or timezone.now()
    with transaction.atomic():
        last = basis.versions.aggregate(last=Max("number"))["last"] or 0
        made = BasisVersion.objects.create(
            basis=basis,
            number=last + 1,
            noted_by=by,
            noted_at=now,
            **{name: values[name] for name in SAYS if name in values},
        )
        log.record(by=by, event="grounds.basis.added", on=made, at=now)
    return made


def review(
    *, version: BasisVersion, who: str, on: date, by: Any, now: datetime | None = None
) -> None:
    """Notes that somebody, by name and function, has found the version right. From its first day on it
    takes the place of the one before it, which ends the day before and stays readable. Raises
    Missing, and WrongState when it was settled already."""
    now = now or timezone.now()
    name = clean(
        who,
        label=_("Reviewed by"),
        limit=120,
        field="reviewed_by",
        needed=_("Write who has reviewed it: name and function"),
    )
    if on > timezone.localdate(now):
        raise Missing(_("The day of the review cannot be ahead"), field="reviewed_on")
    with transaction.atomic():
        _settle(version, BasisVersion.Status.REVIEWED, reviewed_by=name, reviewed_on=on)
        fresh = BasisVersion.objects.get(pk=version.pk)
        earlier = BasisVersion.objects.filter(
            basis=fresh.basis_id, status=BasisVersion.Status.REVIEWED, number__lt=fresh.number
        )
        day_before = fresh.valid_from - timedelta(days=1)
        # One that would have begun later than the new one never holds.
        earlier.filter(valid_from__gt=day_before).update(status=BasisVersion.Status.STRUCK)
        earlier.filter(Q(valid_to=None) | Q(valid_to__gt=day_before)).update(valid_to=day_before)
        log.record(by=by, event="grounds.basis.reviewed", on=version, at=now)


def strike(*, version: BasisVersion, by: Any, now: datetime | None = None) -> None:
    """Nobody is to rest on the version. Raises WrongState when it is reviewed: what was decided rests on
    it, and another version takes its place."""
    now = now or timezone.now()
    with transaction.atomic():
        _settle(version, BasisVersion.Status.STRUCK)
        log.record(by=by, event="grounds.basis.struck", on=version, at=now)


def _settle(version: BasisVersion, to: str, **more: Any) -> None:
    waiting = BasisVersion.objects.filter(pk=version.pk, status=BasisVersion.Status.UNREVIEWED)
    if not waiting.update(status=to, **more):
        raise WrongState(_("The version is settled already. Add another version to change it."))


def to_look_at(on: date) -> list[BasisVersion]:
    """What was reviewed more than a year ago and holds, and what nobody has reviewed for a year."""
    since = on - STALE
    old = Q(pk__in=BasisVersion.objects.in_force(on).filter(reviewed_on__lt=since))
    waits = Q(status=BasisVersion.Status.UNREVIEWED, noted_at__date__lt=since)
    found = BasisVersion.objects.filter(old | waits).select_related("basis")
    return list(found.order_by("basis__place", "number"))
