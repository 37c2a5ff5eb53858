"""Consents to work together: noted, and withdrawn at any time, from which moment nothing rests on them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.policy import may
from coordination.access.refused import clean
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.ui import dates

from . import letters, stages, words
from .models import Case, CaseRole, Consent, Goal, Stage
from .refusals import Missing, WrongStage

USUALLY, LONGEST = 6, 12
"""Months that are proposed, and the most that one consent holds: then it is asked for again."""
OPEN = (Stage.RECEIVED, Stage.INQUIRY, Stage.INTERVENTION, Stage.FOLLOW_UP)
WITHDRAWN = 300


def note(
    *,
    case: Case,
    given: str,
    on: date,
    covers: Iterable[str],
    until: date,
    by: Any,
    by_guardian: bool = False,
    now: datetime | None = None,
) -> Consent:
    """Notes a consent that was given. It breaks secrecy between those it covers (OSL 10 kap. 1 §, 12
    kap. 2 §). Raises Missing for what lacks and for days that cannot be, and WrongStage."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    covered = [code for code, _name in words.COVERS if code in set(covers)]
    if not covered:
        raise Missing(_("Choose whom the consent lets work together"), field="covers")
    if on > today:
        raise Missing(_("The day it was given cannot be ahead"), field="on")
    latest = dates.months_after(on, LONGEST)
    if not today <= until <= latest:
        raise Missing(
            _("Choose a day from today to %(date)s") % {"date": dates.day(latest)}, field="until"
        )
    with transaction.atomic():
        _keep(case, by)
        made = Consent.objects.create(
            case=case,
            given=Consent.Given(given),
            given_on=on,
            by_guardian=by_guardian,
            covers=" ".join(covered),
            until=until,
            noted_by=by,
        )
        log.record(by=by, event="cases.consent.noted", on=made, zone=log.Zone.CASES, at=now)
    return made


def withdraw(
    *, consent: Consent, on: date, said: str, by: Any, now: datetime | None = None
) -> None:
    """Notes that the consent is withdrawn, and those given before it. Nothing rests on them from this
    moment on, whatever day the person said so; who carries the case is told, if somebody else notes it. Raises Missing, and
    WrongStage when it is withdrawn already. It can be withdrawn in a closed case too."""
    now = now or timezone.now()
    text = clean(
        said,
        label=_("How was it said?"),
        limit=WITHDRAWN,
        field="said",
        needed=_("Write how it was said, and to whom"),
        lines=True,
    )
    if not consent.given_on <= on <= timezone.localdate(now):
        raise Missing(_("Choose a day from when it was given until today"), field="on")
    case = consent.case
    with transaction.atomic():
        _keep(case, by, *OPEN, Stage.SPECIAL, Stage.CLOSED)
        holds = Consent.objects.filter(pk=consent.pk, withdrawn_at=None)
        if not holds.update(withdrawn_at=now, withdrawn_on=on, withdrawn_by=by):
            raise WrongStage(_("The consent is withdrawn already."))
        # What the person takes back is that others work together: an older consent must not go on.
        older = Consent.objects.filter(case=case, withdrawn_at=None, given_on__lte=on)
        also = set(older.values_list("pk", flat=True))
        older.filter(pk__in=also).update(withdrawn_at=now, withdrawn_on=on, withdrawn_by=by)
        for one in Consent.objects.filter(pk__in={consent.pk, *also}):
            one.withdrawn_note = text
            one.save(update_fields=["withdrawn_note"])
        fresh = Consent.objects.get(pk=consent.pk)
        _tell_the_owner(fresh, by, now)
        log.record(by=by, event="cases.consent.withdrawn", on=fresh, zone=log.Zone.CASES, at=now)


def last(case: Case) -> Consent | None:
    """The consent that was given last and is not withdrawn; it may have run out."""
    standing = case.consents.filter(withdrawn_at=None)
    return standing.order_by("-given_on", "-until", "pk").first()


def rests_on_consent(case: Case) -> QuerySet:
    """The goals under way that the person takes part in of free will: without a consent those who carry
    them out may not tell one another of the person, unless another ground lets them."""
    return case.goals.filter(state=Goal.State.UNDER_WAY, is_voluntary=True).order_by("made_at")


def _keep(case: Case, by: Any, *among: str) -> None:
    there = Case.objects.filter(pk=case.pk, stage__in=among or OPEN).exists()
    if not there or not may(by, Permission.KEEP_CASE, case):
        raise stages.elsewhere()


def _tell_the_owner(consent: Consent, by: Any, now: datetime) -> None:
    carried = CaseRole.objects.active(timezone.localdate(now)).filter(
        case=consent.case_id, role=CaseRole.Role.OWNER
    )
    for owner in carried.exclude(user=by):
        letters.post(
            letter=letters.TASK,
            case=consent.case,
            to=owner.user_id,
            key=f"consent:{consent.pk}",
        )
