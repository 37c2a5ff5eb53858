"""Who carries a case, who stands in, and who steps aside because of a conflict of interest."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.access.policy import may, who_may
from coordination.access.vocabulary import Permission
from coordination.actors.models import DistrictMembership
from coordination.audit import log

from . import letters, stages
from .models import Case, CaseArea, CaseRole, Conflict, Glimpse, Stage
from .refusals import Missing


def candidates(case: Case) -> Any:
    """Who may be named to carry the case: who coordinates its district, and is not shut out; of a
    protected case those who are named in it; of one that is handled specially, which is of no district
    any longer, those who coordinate one of the unit's."""
    found = who_may(Permission.LIST_CASES, case)
    if case.stage == Stage.SPECIAL and not case.is_protected:
        today = timezone.localdate()
        served = CaseArea.objects.active(today).filter(unit=case.unit_id).values("district")
        held = DistrictMembership.objects.active(today).filter(
            role="partnership_coordinator", district__in=served
        )
        aside = Conflict.objects.filter(case=case).values("user")
        found = User.objects.filter(pk__in=held.values("user"), is_active=True)
        found = found.exclude(pk__in=aside)
    return found.order_by("last_name", "first_name")


def of(user: Any, cases: QuerySet) -> QuerySet:
    """Those of the cases that the person carries, or is the deputy of, today."""
    held = CaseRole.objects.active(timezone.localdate()).filter(case=OuterRef("pk"), user=user.pk)
    return cases.filter(Exists(held))


def named_in(cases: Collection[Any]) -> QuerySet:
    """Who is named today in cases with these keys, each with the role and the person."""
    held = CaseRole.objects.active(timezone.localdate()).filter(case__in=cases)
    return held.select_related("user").order_by("-role", "pk")


def others(case: Case, than: Any) -> QuerySet:
    """The roles in the case that somebody else holds today."""
    today = timezone.localdate()
    return CaseRole.objects.active(today).filter(case=case).exclude(user_id=than.pk)


def name(*, case: Case, user: User, role: str, by: Any, now: datetime | None = None) -> CaseRole:
    """Names somebody to carry the case, or as the deputy; who was it before is so no longer.

    It is done by who carries the case or triages it; while nobody carries it, by whoever of the unit sees
    that it is there. Raises Missing for somebody who may not be named, or who carries it and would leave
    it to nobody; and WrongStage for a `by` who may not name.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    if not candidates(case).filter(pk=user.pk).exists():
        raise Missing(_("Choose somebody of the unit"), field="user")
    with transaction.atomic():
        standing = CaseRole.objects.filter(case=case, valid_to=None)
        if not may_name(case, by):
            raise stages.elsewhere()
        if role != CaseRole.Role.OWNER and standing.filter(user=user, role="owner").exists():
            raise Missing(_("Say first who carries the case instead"), field="user")
        _end(standing.filter(Q(role=role) | Q(user=user)), today)
        try:
            with transaction.atomic():
                named = CaseRole.objects.create(case=case, user=user, role=role, valid_from=today)
        except IntegrityError:
            # Somebody else has named another at the same moment.
            raise stages.elsewhere() from None
        if user.pk != by.pk:
            letters.post(letter=letters.TASK, case=case, to=user.pk, key=f"role:{named.pk}")
        log.record(
            by=by,
            event="cases.role.named",
            on=case,
            facts={"role": role},
            zone=log.Zone.CASES,
            at=now,
        )
    return named


def may_name(case: Case, by: Any) -> bool:
    """Whether somebody may say who carries the case: who does, or triages it. While it is open, or can be
    opened again, and nobody does (or who did holds no role any longer): whoever sees that it is there."""
    enough = [Permission.KEEP_CASE, Permission.TRIAGE_CASE]
    fresh = Case.objects.get(pk=case.pk)
    standing = CaseRole.objects.filter(case=case, valid_to=None, role=CaseRole.Role.OWNER)
    carried = any(may(one.user, Permission.KEEP_CASE, fresh) for one in standing)
    # What has been closed for long is read in an emergency, with a reason; nobody simply takes it.
    is_over = fresh.stage == Stage.DESTROYED or (
        fresh.stage == Stage.CLOSED and timezone.now() - fresh.stage_since > stages.REOPENED_WITHIN
    )
    if not carried and not is_over:
        enough.append(Permission.LIST_CASES)
    return any(may(by, permission, case) for permission in enough)


def _end(roles: QuerySet, today: date) -> None:
    """They end with yesterday: from the next request on they let nobody in. One that was given today
    has not been held for a day, and the log alone tells of it."""
    roles.filter(valid_from=today).delete()
    roles.update(valid_to=today - timedelta(days=1))


def step_aside(*, case: Case, by: User, now: datetime | None = None) -> None:
    """Declares a conflict of interest (jäv, FL 16–17 §§): from now on the case does not exist for them
    (V22). Their deputy carries it from then on, if there is one; otherwise nobody does, and the unit's
    list says so. Who carries it is told, neutrally. It cannot be taken back by who declared it."""
    now = now or timezone.now()
    with transaction.atomic():
        _row, is_new = Conflict.objects.get_or_create(
            case=case, user=by, defaults={"declared_at": now}
        )
        if not is_new:
            return
        # Barred as they are they read nothing; and may open another case in an emergency.
        Glimpse.objects.filter(case=case, user=by, ends_at__gt=now).update(ends_at=now)
        standing = CaseRole.objects.filter(case=case, valid_to=None)
        carried = standing.filter(user=by, role=CaseRole.Role.OWNER).exists()
        _end(standing.filter(user=by), timezone.localdate(now))
        deputy = standing.filter(role=CaseRole.Role.DEPUTY).order_by("pk").first()
        if carried and deputy is not None:
            standing.filter(pk=deputy.pk).update(role=CaseRole.Role.OWNER)
        for owner in standing.filter(role=CaseRole.Role.OWNER):
            letters.post(
                letter=letters.TASK, case=case, to=owner.user_id, key=f"aside:{by.pk}:{case.pk}"
            )
        log.record(by=by, event="cases.conflict.declared", on=case, zone=log.Zone.CASES, at=now)
