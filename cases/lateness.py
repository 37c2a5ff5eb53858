"""What is late in a unit, in numbers: its manager is told that it is, and nothing of any case."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from coordination.access.models import User
from coordination.actors.models import Organisation, OrganisationMembership
from coordination.jobs import mail

from . import documenting, letters, triage
from .models import Case, CaseUnit, Stage

ROLE = "unit_manager"


@dataclass(frozen=True)
class Late:
    """A unit, how many of its cases wait too long to be decided on, and in how many nobody writes."""

    unit: CaseUnit
    triages: int
    drifting: int


def in_units(units: QuerySet[CaseUnit], on: date) -> list[Late]:
    """Those of the units in which something is late that day."""
    counted = [Late(unit, _triages(unit, on), _drifting(unit, on)) for unit in units.order_by("pk")]
    return [one for one in counted if one.triages or one.drifting]


def of(user: Any, on: date) -> list[Late]:
    """What is late in the units whose manager the person is."""
    mine = Organisation.objects.held_by(user, (ROLE,), on)
    return in_units(CaseUnit.objects.filter(organisation__in=mine), on)


def _triages(unit: CaseUnit, on: date) -> int:
    """Handed in, and the day by which it should be decided is over."""
    before = timezone.make_aware(datetime.combine(on, datetime.min.time())) - timedelta(
        days=triage.TARGET
    )
    waiting = Case.objects.filter(unit=unit, stage=Stage.RECEIVED, received_at__lt=before)
    return sum(triage.target(case) < on for case in waiting.only("received_at"))


def _drifting(unit: CaseUnit, on: date) -> int:
    return documenting.drifting(on).filter(unit=unit).count()


def tell(*, now: datetime | None = None) -> int:
    """Posts a letter to the managers of each unit in which something is late, once a week. Returns to how
    many. It says that something is late, not what."""
    now = now or timezone.now()
    on = timezone.localdate(now)
    year, week, _day = on.isocalendar()
    told = 0
    for late in in_units(CaseUnit.objects.all(), on):
        held = OrganisationMembership.objects.active(on).filter(
            organisation=late.unit.organisation_id, role=ROLE
        )
        for user in User.objects.filter(pk__in=held.values("user"), is_active=True):
            with transaction.atomic():
                mail.post(
                    to=user.pk,
                    letter=letters.LATE,
                    ids={"unit": late.unit.pk},
                    key=f"{letters.LATE}:{late.unit.pk}:{year}-{week}:{user.pk}",
                    now=now,
                )
            told += 1
    return told
