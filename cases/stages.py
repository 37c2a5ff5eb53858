"""The one place where a case goes from one stage to another."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from .models import FOLLOWS, Case, Glimpse, Stage
from .refusals import WrongStage

REOPENED_WITHIN = timedelta(days=30)
"""So long a closed case can be opened again."""


def move(case: Case, *, to: str, now: datetime) -> None:
    """Moves the case on, in the caller's transaction. Raises WrongStage when that stage does not follow
    on where the case is now, or somebody else has moved it meanwhile.

    Handled specially it leaves every list of its district, and whoever reads it for minutes stops."""
    gone = {"area": None} if to == Stage.SPECIAL else {}
    before = [stage for stage, after in FOLLOWS.items() if to in after]
    moved = Case.objects.filter(pk=case.pk, stage=case.stage, stage__in=before).update(
        stage=to, stage_since=now, **gone
    )
    if not moved:
        raise elsewhere()
    case.stage, case.stage_since = to, now
    if to == Stage.SPECIAL:
        case.area = None
        Glimpse.objects.filter(case=case, ends_at__gt=now).update(ends_at=now)


def elsewhere() -> WrongStage:
    """What whoever acts on a case that is not where they think, or no longer theirs, is told."""
    return WrongStage(_("The case is somewhere else by now. Open it again to see where."))
