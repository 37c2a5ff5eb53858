"""Advice for whoever is worried and names nobody: asked of a unit, answered outside the portal, and gone
after 90 days."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import clean
from coordination.actors.models import Organisation
from coordination.audit import log

from . import units
from .models import AdviceRequest

KEPT = timedelta(days=90)
"""A request is destroyed after this, answered or not."""
TEXT, REACH = 800, 120


def ask(
    *, text: str, reach: str, organisation: Organisation, by: Any, now: datetime | None = None
) -> AdviceRequest:
    """Asks the unit that serves the organisation's district. Raises Missing and what `clean` does, and
    NoUnit where nobody gives advice."""
    now = now or timezone.now()
    unit = units.asked_of(organisation, timezone.localdate(now))
    said = clean(
        text,
        label=_("What do you want to talk about?"),
        limit=TEXT,
        field="text",
        needed=_("Write what you want to talk about"),
        lines=True,
    )
    to_reach = clean(
        reach,
        label=_("How do you want to be contacted?"),
        limit=REACH,
        field="reach",
        needed=_("Write how you want to be contacted"),
    )
    with transaction.atomic():
        made = AdviceRequest.objects.create(
            unit=unit,
            organisation=organisation,
            text=said,
            reach=to_reach,
            made_by=by,
            made_at=now,
            expires_at=now + KEPT,
        )
        log.record(by=by, event="cases.advice.asked", on=made, zone=log.Zone.CASES, at=now)
    return made


def answer(*, request: AdviceRequest, by: Any, now: datetime | None = None) -> bool:
    """Notes that who asked was contacted. Of several who note it, the first has; says whether it was
    this one."""
    now = now or timezone.now()
    with transaction.atomic():
        waiting = AdviceRequest.objects.filter(pk=request.pk, answered_at=None)
        first = bool(waiting.update(answered_by=by, answered_at=now))
        if first:
            log.record(
                by=by, event="cases.advice.answered", on=request, zone=log.Zone.CASES, at=now
            )
    return first


def sweep(*, now: datetime | None = None) -> int:
    """Destroys the requests whose days are over. Returns how many."""
    now = now or timezone.now()
    count = 0
    for request in AdviceRequest.objects.filter(expires_at__lte=now).only("pk"):
        with transaction.atomic():
            gone, _by_model = AdviceRequest.objects.filter(pk=request.pk).delete()
            if gone:
                log.record(
                    by=None, event="cases.advice.destroyed", on=request, zone=log.Zone.CASES, at=now
                )
                count += 1
    return count
