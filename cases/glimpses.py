"""Opening a case in an emergency: to read, one case, an hour at most, with a reason, and everybody told.

Who carries the case is told at once, every page that is opened is marked in the log, and somebody else says
afterwards whether it was in order. The policy itself ends it, at the minute (`Case.access`).
"""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.access.policy import may, roles_of
from coordination.access.refused import clean
from coordination.access.vocabulary import Permission
from coordination.actors.models import DistrictMembership
from coordination.audit import log
from coordination.jobs import mail

from . import letters, stages
from .models import Case, CaseArea, CaseRole, Conflict, Glimpse, Handover, Stage, UnitReceiver
from .models.cases import GLIMPSED
from .refusals import Missing, WrongStage

REASON = 300
COORDINATOR = "partnership_coordinator"
NEVER = frozenset({"strategic_coordinator", "police_liaison"})
"""Whoever holds one of these opens no case, whatever else they hold."""
OPEN = (Stage.RECEIVED, Stage.INQUIRY, Stage.INTERVENTION, Stage.FOLLOW_UP, Stage.CLOSED)
"""Not what is handed over to the police or the Security Service, and not what is destroyed."""


def may_ask(case: Case, by: Any, now: datetime | None = None) -> bool:
    """Whether somebody may open the case in an emergency: a partnership coordinator of its district, who
    does not read it anyhow. Of a protected identity, which has no district, a coordinator of the unit."""
    roles = roles_of(by)
    if COORDINATOR not in roles or roles & NEVER or case.stage not in OPEN:
        return False
    if Handover.objects.filter(case=case).exists():
        # Closed too: what the police or the Security Service has is found by those who are named.
        return False
    if may(by, Permission.VIEW_CASE, case) or may(by, Permission.TRIAGE_CASE, case):
        return False
    if not case.is_protected:
        return may(by, Permission.LIST_CASES, case)
    barred = Conflict.objects.filter(case=case, user=by.pk).exists()
    return not barred and _coordinates(by, case.unit_id, now or timezone.now())


def ask(
    *, number: str, ground: str, reason: str, by: Any, now: datetime | None = None
) -> Glimpse | None:
    """Opens the case of that number for `by` to read for an hour, and tells who carries it. A protected
    identity is not opened before a second person approves.

    None, and nothing else, where there is no such case for them: who asks must not learn whether there
    is one (V21). Raises Missing without a reason, and WrongStage for who has a case open already.
    """
    now = now or timezone.now()
    said = clean(
        reason,
        label=_("Why can it not wait?"),
        limit=REASON,
        field="reason",
        needed=_("Write why it cannot wait"),
        lines=True,
    )
    chosen = Glimpse.Ground(ground)
    with transaction.atomic():
        # One at a time of the same person, so that nobody opens two cases at the same moment.
        User.objects.select_for_update().get(pk=by.pk)
        if Glimpse.objects.filter(user=by.pk, ends_at__gt=now).exists():
            raise WrongStage(_("You have a case open in this way already. End that first."))
        case = _numbered(number, by, now)
        if case is None:
            return None
        # Who hands it over at the same moment waits, or is waited for.
        case = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
        if not may_ask(case, by, now):
            return None
        alone = not case.is_protected
        made = Glimpse.objects.create(
            case=case,
            user=by,
            ground=chosen,
            reason=said,
            asked_at=now,
            needs_second=case.is_protected,
            begins_at=now if alone else None,
            ends_at=now + GLIMPSED if alone else None,
        )
        _tell(made, now)
        log.record(
            by=by,
            event="cases.glimpse.begun" if alone else "cases.glimpse.asked",
            on=case,
            facts={"ground": made.ground},
            zone=log.Zone.CASES,
            at=now,
        )
    return made


def _numbered(number: str, by: Any, now: datetime) -> Case | None:
    """The case of that number that somebody may open in this way. Two units can have the same number: one
    that stands in their list comes before one that does not."""
    year, _line, serial = number.strip().partition("-")
    if not (re.fullmatch("[0-9]{4}", year) and re.fullmatch("[0-9]{1,6}", serial)):
        raise Missing(_("Enter the number of the case, such as 2026-014"), field="number")
    found = Case.objects.filter(year=int(year), serial=int(serial))
    return next(
        (one for one in found.order_by("is_protected", "pk") if may_ask(one, by, now)), None
    )


def may_approve(glimpse: Glimpse, by: Any) -> bool:
    """Whether somebody may let another open a protected identity: who carries that case, or receives
    such cases in its unit; never who asks, and nobody who has stepped aside."""
    mine = Glimpse.objects.visible_to(by, Permission.KEEP_CASE)
    return mine.filter(pk=glimpse.pk).exists()


def waits(glimpse: Glimpse, now: datetime | None = None) -> bool:
    """Whether a second person may still approve: for an hour after it was asked for."""
    return glimpse.begins_at is None and not is_over(glimpse, now)


def is_over(glimpse: Glimpse, now: datetime | None = None) -> bool:
    """Whether the case is open no longer in this way, and will not be."""
    now = now or timezone.now()
    return (glimpse.ends_at or glimpse.asked_at + GLIMPSED) <= now


def approve(*, glimpse: Glimpse, by: Any, now: datetime | None = None) -> None:
    """Lets who asked open the protected identity from now on, for an hour. Raises WrongStage for anybody
    who may not, when it waits no longer, and when it was asked for more than an hour ago."""
    now = now or timezone.now()
    with transaction.atomic():
        fresh = Glimpse.objects.select_related("user").get(pk=glimpse.pk)
        # As where it is asked for: one case at a time, and none that is handed over meanwhile.
        User.objects.select_for_update().get(pk=fresh.user_id)
        fresh.case = Case.objects.select_for_update(no_key=True).get(pk=fresh.case_id)
        asked = may_ask(fresh.case, fresh.user, now)
        if not asked or not may_approve(fresh, by) or is_over(fresh, now):
            raise stages.elsewhere()
        if Glimpse.objects.filter(user=fresh.user, ends_at__gt=now).exists():
            raise WrongStage(_("They have another case open in this way now."))
        unanswered = Glimpse.objects.filter(pk=fresh.pk, needs_second=True, begins_at=None)
        if not unanswered.update(approved_by=by, begins_at=now, ends_at=now + GLIMPSED):
            raise WrongStage(_("Somebody has answered already."))
        fresh.needs_second = False
        _tell(fresh, now)
        log.record(
            by=by, event="cases.glimpse.approved", on=fresh.case, zone=log.Zone.CASES, at=now
        )


def end(*, glimpse: Glimpse, by: Any, now: datetime | None = None) -> None:
    """Who has opened the case is done before the hour is over. Does nothing when it is over."""
    now = now or timezone.now()
    with transaction.atomic():
        live = Glimpse.objects.filter(pk=glimpse.pk, user=by.pk, ends_at__gt=now)
        if live.update(ends_at=now):
            log.record(
                by=by, event="cases.glimpse.ended", on=glimpse.case, zone=log.Zone.CASES, at=now
            )


def live(case: Case, by: Any, now: datetime | None = None) -> Glimpse | None:
    """By which somebody reads the case at this moment, if they do."""
    now = now or timezone.now()
    return case.glimpses.filter(user=by.pk, begins_at__lte=now, ends_at__gt=now).first()


# Review --------------------------------------------------------------------------------------------


def to_review(by: Any) -> QuerySet:
    """What somebody says whether it was in order, the latest first: managers of the unit's organisation,
    and reviewers; never their own."""
    found = Glimpse.objects.visible_to(by, Permission.REVIEW_GLIMPSES)
    return found.order_by("-asked_at", "pk")


def pages_opened(glimpse: Glimpse) -> int:
    """How many pages of the case were opened in that time."""
    if glimpse.begins_at is None:
        return 0
    opened = log.events(zone=log.Zone.CASES, by=glimpse.user, on=glimpse.case)
    during = opened.filter(at__gte=glimpse.begins_at, at__lte=glimpse.ends_at)
    return sum(1 for one in during if one.facts.get("for_minutes"))


def review(
    *, glimpse: Glimpse, verdict: str, remark: str, by: Any, now: datetime | None = None
) -> None:
    """Says whether it was in order. What is to be looked into says why. Raises Missing, and WrongStage for
    anybody who may not, while it lasts, and when it is said already."""
    now = now or timezone.now()
    said = clean(remark, label=_("Remark"), limit=REASON, field="remark", lines=True)
    chosen = Glimpse.Verdict(verdict)
    if chosen is Glimpse.Verdict.NONE:
        raise Missing(_("Choose one of the alternatives"), field="verdict")
    if chosen is Glimpse.Verdict.QUESTIONED and not said:
        raise Missing(_("Write what is to be looked into"), field="remark")
    with transaction.atomic():
        fresh = to_review(by).filter(pk=glimpse.pk).first()
        if fresh is None or not is_over(fresh, now):
            raise WrongStage(_("It is not over, or somebody has reviewed it already."))
        taken = Glimpse.objects.filter(pk=glimpse.pk, verdict="")
        if not taken.update(verdict=chosen, reviewed_by=by, reviewed_at=now):
            raise WrongStage(_("It is not over, or somebody has reviewed it already."))
        fresh = Glimpse.objects.get(pk=glimpse.pk)
        fresh.remark = said
        fresh.save(update_fields=["remark"])
        log.record(
            by=by,
            event="cases.glimpse.reviewed",
            on=fresh.case,
            facts={"verdict": chosen.value},
            zone=log.Zone.CASES,
            at=now,
        )


def _coordinates(by: Any, unit: int, now: datetime) -> bool:
    today = timezone.localdate(now)
    held = DistrictMembership.objects.active(today).filter(user=by.pk, role=COORDINATOR)
    served = CaseArea.objects.active(today).filter(unit=unit)
    return held.filter(district__in=served.values("district")).exists()


def _tell(glimpse: Glimpse, now: datetime) -> None:
    """Who carries the case is told that it is opened; of a protected identity, they and those who receive
    such cases are told that somebody waits for one of them."""
    case, today = glimpse.case, timezone.localdate(now)
    told = {one.user_id for one in CaseRole.objects.active(today).filter(case=case)}
    if not glimpse.needs_second:
        for user in sorted(told):
            letters.post(letter=letters.LOOKED, case=case, to=user, key=f"glimpse:{glimpse.pk}")
        return
    barred = set(Conflict.objects.filter(case=case).values_list("user", flat=True))
    told |= {one.user_id for one in UnitReceiver.objects.active(today).filter(unit=case.unit_id)}
    for user in sorted(told - barred - {glimpse.user_id}):
        mail.post(
            to=user,
            letter=letters.WAITS,
            ids={"glimpse": str(glimpse.pk)},
            key=f"{letters.WAITS}:{glimpse.pk}:{user}",
        )
