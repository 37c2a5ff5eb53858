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
from coordination.audit import log

from . import stages
from .models import Case, CaseRole, Conflict
from .refusals import Missing


def candidates(case: Case) -> Any:
    """Who may be named to carry the case: who coordinates its district, and is not shut out; of a
    protected case those who are named in it."""
    return who_may(Permission.LIST_CASES, case).order_by("last_name", "first_name")


def of(user: Any, cases: QuerySet) -> QuerySet:
    """Those of the cases that the person carries, or is the deputy of, today."""
    held = CaseRole.objects.active(timezone.localdate()).filter(case=OuterRef("pk"), user=user.pk)
    return cases.filter(Exists(held))


def named_in(cases: Collection[Any]) -> QuerySet:
    """Who is named today in cases with these keys, each with the role and the person."""
    held = CaseRole.objects.active(timezone.localdate()).filter(case__in=cases)
    return held.select_related("user").order_by("-role", "pk")


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
        _check(case, standing, by)
        if role != CaseRole.Role.OWNER and standing.filter(user=user, role="owner").exists():
            raise Missing(_("Say first who carries the case instead"), field="user")
        _end(standing.filter(Q(role=role) | Q(user=user)), today)
        try:
            with transaction.atomic():
                named = CaseRole.objects.create(case=case, user=user, role=role, valid_from=today)
        except IntegrityError:
            # Somebody else has named another at the same moment.
            raise stages.elsewhere() from None
        log.record(
            by=by,
            event="cases.role.named",
            on=case,
            facts={"role": role},
            zone=log.Zone.CASES,
            at=now,
        )
    return named


def _check(case: Case, standing: QuerySet, by: Any) -> None:
    carried = standing.filter(role=CaseRole.Role.OWNER).exists()
    enough = [Permission.KEEP_CASE, Permission.TRIAGE_CASE]
    if not carried:
        enough.append(Permission.LIST_CASES)
    if not any(may(by, permission, case) for permission in enough):
        raise stages.elsewhere()


def _end(roles: QuerySet, today: date) -> None:
    """They end with yesterday: from the next request on they let nobody in. One that was given today
    has not been held for a day, and the log alone tells of it."""
    roles.filter(valid_from=today).delete()
    roles.update(valid_to=today - timedelta(days=1))


def step_aside(*, case: Case, by: User, now: datetime | None = None) -> None:
    """Declares a conflict of interest (jäv, FL 16–17 §§): from now on the case does not exist for them
    (V22). Their deputy carries it from then on, if there is one; otherwise nobody does, and the unit's
    list says so. It cannot be taken back by who declared it."""
    now = now or timezone.now()
    with transaction.atomic():
        _row, is_new = Conflict.objects.get_or_create(
            case=case, user=by, defaults={"declared_at": now}
        )
        if not is_new:
            return
        standing = CaseRole.objects.filter(case=case, valid_to=None)
        carried = standing.filter(user=by, role=CaseRole.Role.OWNER).exists()
        _end(standing.filter(user=by), timezone.localdate(now))
        deputy = standing.filter(role=CaseRole.Role.DEPUTY).order_by("pk").first()
        if carried and deputy is not None:
            standing.filter(pk=deputy.pk).update(role=CaseRole.Role.OWNER)
        log.record(by=by, event="cases.conflict.declared", on=case, zone=log.Zone.CASES, at=now)
