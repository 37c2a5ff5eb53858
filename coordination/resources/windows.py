"""When reports are to be sent in: said by the strategic coordinators, and judged by the local day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.actors.models import Organisation
from coordination.audit import log

from .models import Window
from .refusals import ChangedMeanwhile, Missing, WrongState

REPORTING = (Organisation.Kind.ADMINISTRATION, Organisation.Kind.COMPANY)
"""Every administration, and the municipality's companies, report (guideline: all administrations)."""

RULES = ("reminds_at_opening", "reminded", "copied_from", "decides")


def decide(
    *,
    year: int,
    opens_on: date,
    last_day: date,
    rules: Mapping[str, Any] | None = None,
    revision: int = 0,
    by: Any,
    now: datetime | None = None,
) -> Window:
    """The days between which the reports of a year are to be sent in, new or moved.

    Nothing that has been written is touched when they move; whether a report is late is judged when
    it is sent in, by the last day as it stands then. `rules` says on which days who misses is reminded
    and whose managers decide on requests (RULES); what is left out stays as it is, in a new year as it
    was in the year before. Raises Missing for days in the wrong order, WrongState for a year that is
    decided already, and ChangedMeanwhile when `revision` is not the window's any longer.
    """
    now = now or timezone.now()
    if last_day < opens_on:
        raise Missing(_("The last day must be after the first"), field="last_day")
    values = {"opens_on": opens_on, "last_day": last_day, "changed_by": by, "changed_at": now}
    values |= {name: value for name, value in (rules or {}).items() if name in RULES}
    with transaction.atomic():
        if revision:
            moved = Window.objects.filter(year=year, revision=revision)
            if not moved.update(**values, revision=F("revision") + 1):
                raise ChangedMeanwhile
            window = Window.objects.get(year=year)
        else:
            window = _create(year, values)
        log.record(by=by, event="resources.window.decided", on=window, at=now)
    return window


def _create(year: int, values: dict[str, Any]) -> Window:
    before = Window.objects.filter(year__lt=year).order_by("-year").first()
    if before is not None:
        values = {name: getattr(before, name) for name in RULES} | values
    try:
        with transaction.atomic():
            return Window.objects.create(year=year, **values)
    except IntegrityError:
        raise WrongState(
            _("The days of that year are decided. Choose the year above to change them."),
            field="year",
        ) from None


def is_late(window: Window, now: datetime) -> bool:
    """Whether that moment lies after the last day, by the clock on the wall: 23.59.59 of the last day
    is in time, midnight is not, in summer time and winter time alike."""
    return timezone.localdate(now) > window.last_day


def is_open(window: Window, now: datetime) -> bool:
    """Whether reports may be begun. They may be after the last day too: then they are late."""
    return timezone.localdate(now) >= window.opens_on


def current() -> Window | None:
    """The latest year that is to be reported."""
    return Window.objects.order_by("-year").first()


def reporting(on: date | None = None) -> QuerySet[Organisation]:
    """The organisations that report, as they stand that day."""
    return Organisation.objects.active(on or timezone.localdate()).filter(kind__in=REPORTING)
