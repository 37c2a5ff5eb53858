"""Organisations and districts: added with who did it; renamed and ended by date, never removed."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import Refused
from coordination.audit import log

from .models import CityPart, District, DistrictName, Organisation, OrganisationName, Succession

Place = Organisation | District
_NAMES: dict[type[Place], type[OrganisationName] | type[DistrictName]] = {
    Organisation: OrganisationName,
    District: DistrictName,
}
_KINDS: dict[type[Place], str] = {Organisation: "organisation", District: "district"}


class NameTaken(Refused):
    """Another entry of the same list has the name, or will have it."""


def add_organisation(
    *,
    by: Any,
    name: str,
    kind: str,
    parent: Organisation | None = None,
    valid_from: date | None = None,
) -> Organisation:
    """Adds a party in the work. Raises NameTaken."""
    with transaction.atomic():
        _refuse_taken(Organisation, name)
        organisation = Organisation.objects.create(
            name=name, kind=kind, parent=parent, valid_from=valid_from
        )
        log.record(by=by, event="actors.organisation.added", on=organisation)
    return organisation


def add_district(
    *,
    by: Any,
    name: str,
    city_part: str,
    has_partnership: bool = False,
    valid_from: date | None = None,
) -> District:
    """Adds a housing district to a part of the city; the part is made when it is new.

    Raises NameTaken.
    """
    with transaction.atomic():
        _refuse_taken(District, name)
        part, _new = CityPart.objects.get_or_create(name=city_part)
        district = District.objects.create(
            name=name, city_part=part, has_partnership=has_partnership, valid_from=valid_from
        )
        log.record(by=by, event="actors.district.added", on=district)
    return district


def rename(*, by: Any, place: Place, name: str, valid_from: date) -> None:
    """From that day it is called so; the earlier name is kept with its last day.

    A day to come is carried out when it comes (`apply_names`). Raises NameTaken, and Refused when
    the day is not after the one that the present name began.
    """
    names, model, kind = _NAMES[type(place)], type(place), _KINDS[type(place)]
    with transaction.atomic():
        _refuse_taken(model, name, besides=place)
        last = names.objects.filter(subject=place, valid_to=None).first()
        if last is None:
            last = names.objects.create(subject=place, name=place.name, valid_from=place.valid_from)
        if last.valid_from is not None and valid_from <= last.valid_from:
            raise Refused(
                _("The name before this one began then or later. Choose a later day."),
                field="valid_from",
            )
        if place.valid_to is not None and valid_from > place.valid_to:
            raise Refused(_("It has ended by then. Choose an earlier day."), field="valid_from")
        last.valid_to = valid_from - timedelta(days=1)
        last.save(update_fields=["valid_to"])
        names.objects.create(subject=place, name=name, valid_from=valid_from)
        _take_name(place, timezone.localdate())
        _next_version(place)
        log.record(
            by=by,
            event=f"actors.{kind}.renamed",
            on=place,
            fields=("name",),
            facts={"from": valid_from.isoformat()},
        )


def end(*, by: Any, place: Place, on: date) -> None:
    """That day is its last: from the next it can no longer be chosen. What points at it stays.

    Raises Refused before its first day.
    """
    if place.valid_from is not None and on < place.valid_from:
        raise Refused(_("The last day cannot be before the first."), field="valid_to")
    kind = _KINDS[type(place)]
    with transaction.atomic():
        place.valid_to = on
        place.save(update_fields=["valid_to"])
        _next_version(place)
        log.record(
            by=by,
            event=f"actors.{kind}.ended",
            on=place,
            fields=("valid_to",),
            facts={"to": on.isoformat()},
        )


def resume(*, by: Any, place: Place) -> None:
    """Takes back that it ends. Does nothing when it does not. Raises Refused for an organisation that
    has gone into another: that is what must be undone."""
    if place.valid_to is None:
        return
    if isinstance(place, Organisation) and Succession.objects.filter(gone=place).exists():
        raise Refused(_("It has gone into another actor. Undo that first."))
    kind = _KINDS[type(place)]
    with transaction.atomic():
        place.valid_to = None
        place.save(update_fields=["valid_to"])
        _next_version(place)
        log.record(by=by, event=f"actors.{kind}.resumed", on=place, fields=("valid_to",))


def apply_names(*, on: date | None = None) -> int:
    """Names whose first day has come take over. Returns how many did."""
    on = on or timezone.localdate()
    changed = 0
    for names in _NAMES.values():
        for row in names.objects.active(on).select_related("subject"):
            if row.name != row.subject.name:
                with transaction.atomic():
                    changed += _take_name(row.subject, on)
    return changed


def _take_name(place: Place, on: date) -> int:
    row = _NAMES[type(place)].objects.active(on).filter(subject=place).order_by("-pk").first()
    if row is None or row.name == place.name:
        return 0
    place.name = row.name
    place.save(update_fields=["name"])
    return 1


def _next_version(place: Place) -> None:
    """Whoever has a form about the organisation open is told that it is another now."""
    if isinstance(place, Organisation):
        Organisation.objects.filter(pk=place.pk).update(version=F("version") + 1)
        place.refresh_from_db(fields=["version"])


def _refuse_taken(model: type[Place], name: str, besides: Place | None = None) -> None:
    """The names in force and those decided for later; a name that somebody left is free."""
    others, decided = (
        model.objects.filter(name__iexact=name),
        _NAMES[model].objects.filter(name__iexact=name, valid_to=None),
    )
    if besides is not None:
        others, decided = others.exclude(pk=besides.pk), decided.exclude(subject=besides)
        if besides.name == name:
            raise NameTaken(_("It is already called that."), field="name")
    if others.exists() or decided.exists():
        raise NameTaken(_("There is already one with that name."), field="name")
