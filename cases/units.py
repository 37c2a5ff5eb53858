"""Which unit carries which cases, for which board, on which day."""

from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coordination.access import grants
from coordination.actors.models import District, Organisation
from coordination.audit import log

from .models import CaseArea, CaseUnit, UnitAuthority, UnitReceiver
from .refusals import NoUnit


def found(
    *,
    name: str,
    organisation: Organisation,
    authority: str,
    since: date,
    by: Any,
    receives_protected: bool = False,
    is_social: bool = False,
    administration: Organisation | None = None,
) -> CaseUnit:
    """A unit that carries cases for a board from a day on; whether that is the social welfare board, and
    which administration is the board's own."""
    with transaction.atomic():
        unit = CaseUnit.objects.create(
            name=name, organisation=organisation, receives_protected=receives_protected
        )
        UnitAuthority.objects.create(
            unit=unit,
            name=authority,
            is_social=is_social,
            administration=administration,
            valid_from=since,
        )
        log.record(by=by, event="cases.unit.founded", on=unit, zone=log.Zone.CASES)
    return unit


def every() -> QuerySet[CaseUnit]:
    """The units there are or have been."""
    return CaseUnit.objects.order_by("name")


def serve(*, unit: CaseUnit, district: District, since: date, by: Any) -> CaseArea:
    """The unit carries the district's cases from that day on; whoever did so does until the day before.
    Cases stay where they were received (resolution 20)."""
    with transaction.atomic():
        for area in CaseArea.objects.filter(district=district, valid_to=None):
            last = max(area.valid_from, since - timedelta(days=1))
            CaseArea.objects.filter(pk=area.pk).update(valid_to=last)
        area = CaseArea.objects.create(unit=unit, district=district, valid_from=since)
        grants.rebuild(CaseArea)
        log.record(by=by, event="cases.area.begun", on=area, zone=log.Zone.CASES)
    return area


def receive_protected(*, unit: CaseUnit, user: Any, since: date, by: Any) -> UnitReceiver:
    """Names one of the people to whom cases with protected identity come first."""
    with transaction.atomic():
        receiver = UnitReceiver.objects.create(unit=unit, user=user, valid_from=since)
        log.record(by=by, event="cases.receiver.named", on=receiver, zone=log.Zone.CASES)
    return receiver


def area_of(district: District, on: date) -> CaseArea:
    """The area that a case of the district belongs to that day. Raises NoUnit."""
    area = CaseArea.objects.active(on).filter(district=district).select_related("unit").first()
    if area is None:
        raise NoUnit(
            _("No unit receives cases of that district. Call Partnerskap instead."),
            field="district",
        )
    return area


def served(on: date) -> models.QuerySet[District]:
    """The districts whose cases a unit carries that day."""
    areas = CaseArea.objects.active(on)
    return District.objects.filter(pk__in=areas.values("district"))


def board_of(unit: CaseUnit, on: date) -> UnitAuthority:
    """The board that the unit acts for that day (resolution 19). Raises NoUnit when there is none."""
    board = unit.authorities.active(on).select_related("administration").first()
    if board is None:
        raise NoUnit(_("No board answers for the unit that day. Call Partnerskap instead."))
    return board


def asked_of(organisation: Organisation, on: date) -> CaseUnit:
    """The unit that gives advice to who works at the organisation: that of its districts when they have
    one, else the one that receives what has no district. Raises NoUnit."""
    areas = CaseArea.objects.active(on).filter(district__in=organisation.districts.all())
    units = CaseUnit.objects.filter(pk__in=areas.values("unit")).order_by("pk")[:2]
    if len(units) == 1:
        return units[0]
    found = CaseUnit.objects.filter(receives_protected=True).first()
    if found is None:
        raise NoUnit(_("No unit gives advice yet. Call Partnerskap instead."), field="organisation")
    return found


def protected_receivers(on: date) -> tuple[CaseUnit, list[Any]]:
    """The unit that receives cases with protected identity, and whom they come to, first the one who
    carries them. Raises NoUnit when nobody is named."""
    unit = CaseUnit.objects.filter(receives_protected=True).first()
    named = (
        UnitReceiver.objects.active(on).filter(unit=unit, user__is_active=True).order_by("pk")
        if unit
        else UnitReceiver.objects.none()
    )
    people = [one.user for one in named.select_related("user")]
    if unit is None or not people:
        raise NoUnit(
            _("Nobody receives cases with protected identity. Call Partnerskap instead."),
            field="protected",
        )
    return unit, people
