"""What becomes of a worry that was handed in: the preliminary assessment (SoL 20 kap. 2 §)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.policy import may
from coordination.access.refused import clean
from coordination.access.vocabulary import Permission
from coordination.audit import log
from forums import holidays

from . import carrying, earlier, stages
from .models import Case, CaseRole, Stage, Triage
from .refusals import Missing

TARGET, LIMIT = 3, timedelta(days=14)
"""Working days that it should take, and the days that it may (resolution 23)."""
REASON = 500
LEADS_TO = {
    Triage.Outcome.OPEN: Stage.INQUIRY,
    Triage.Outcome.ORDINARY: Stage.CLOSED,
    Triage.Outcome.REPORT: Stage.CLOSED,
    Triage.Outcome.SPECIAL: Stage.SPECIAL,
    Triage.Outcome.CLOSE: Stage.CLOSED,
}


def target(case: Case) -> date:
    """By which day it should be decided: three working days after it was received."""
    day, left = timezone.localdate(case.received_at), TARGET
    while left:
        day += timedelta(days=1)
        left -= holidays.is_working_day(day)
    return day


def limit(case: Case) -> date:
    """By which day it must be decided."""
    return timezone.localdate(case.received_at) + LIMIT


def decide(
    *,
    case: Case,
    outcome: str,
    level: str,
    reason: str,
    by: Any,
    owner: Any = None,
    where_to: str = "",
    earlier_said: str = "",
    now: datetime | None = None,
) -> Triage:
    """Decides what becomes of the case, once. Opened, it is carried by `owner`, else by who decides.

    Where there are earlier worries for the same person, not opening it needs a statement on them.
    Raises Missing, and WrongStage when somebody else has decided, or `by` may not.
    """
    now = now or timezone.now()
    chosen = Triage.Outcome(outcome)
    texts = {
        "reason": clean(
            reason,
            label=_("Why?"),
            limit=REASON,
            field="reason",
            needed=_("Write why"),
            lines=True,
        ),
        "where_to": clean(where_to, label=_("Where to?"), limit=200, field="where_to"),
        "earlier": clean(
            earlier_said,
            label=_("What do the earlier worries say?"),
            limit=REASON,
            field="earlier",
            lines=True,
        ),
    }
    if chosen in (Triage.Outcome.ORDINARY, Triage.Outcome.REPORT) and not texts["where_to"]:
        raise Missing(_("Write where to, or who does it and when"), field="where_to")
    if (
        chosen is not Triage.Outcome.OPEN
        and not texts["earlier"]
        and earlier.of(case.subject, by=by)
    ):
        raise Missing(
            _("There are earlier worries. Write what they say together with this one."),
            field="earlier",
        )
    with transaction.atomic():
        if not may(by, Permission.TRIAGE_CASE, case):
            raise stages.elsewhere()
        if chosen is Triage.Outcome.OPEN:
            # Before it moves: whoever triages may name who carries it, and nobody after that may.
            carrying.name(case=case, user=owner or by, role=CaseRole.Role.OWNER, by=by, now=now)
        stages.move(case, to=LEADS_TO[chosen], now=now)
        made = Triage.objects.create(
            case=case,
            outcome=chosen,
            level=Triage.Level(level),
            decided_by=by,
            decided_at=now,
            **texts,
        )
        log.record(
            by=by,
            event="cases.case.triaged",
            on=case,
            facts={"outcome": chosen.value},
            zone=log.Zone.CASES,
            at=now,
        )
    return made
