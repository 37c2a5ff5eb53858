"""The action plan: begun on a published picture, decided by a body on a day, and followed up
(lag 2023:196, 5 and 6 §§)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log

from . import pictures
from .models import ActionPlan, PlanFollowUp, SituationalPicture
from .models.plans import DECIDED
from .texts import Missing, WrongState, clean

State = ActionPlan.State

DECIDED_BY = 80
FOLLOW_UP = 3000


def in_force() -> QuerySet[ActionPlan]:
    """The plan in force alone: of those that have been decided, the one on the newest picture."""
    return ActionPlan.objects.filter(state__in=DECIDED).order_by("-picture__number")[:1]


def current() -> ActionPlan | None:
    """The plan in force, if one is."""
    return in_force().select_related("picture").first()


def begin(*, picture: SituationalPicture, by: Any, now: datetime | None = None) -> ActionPlan:
    """A draft of the plan of a published picture. Raises WrongState for a draft or an older picture,
    and where there is a plan already."""
    now = now or timezone.now()
    if picture.is_draft or picture != pictures.current():
        raise WrongState(_("The plan is made on the situational picture that was published last."))
    try:
        with transaction.atomic():
            made = ActionPlan.objects.create(picture=picture, begun_by=by, begun_at=now)
            log.record(by=by, event="situation.plan.begun", on=made, at=now)
    except IntegrityError:
        raise WrongState(_("There is an action plan already for this picture.")) from None
    return made


def touch(plan: ActionPlan) -> None:
    """Says that something in the plan is being changed, and holds its state until the transaction
    ends."""
    ActionPlan.objects.filter(pk=plan.pk).update(edition=F("edition") + 1)
    plan.refresh_from_db(fields=["state", "edition"])


def decide(
    *,
    plan: ActionPlan,
    edition: int,
    decided_by: str,
    decided_on: date,
    valid_to: date,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Notes that a body has decided the plan, and locks its measures.

    Raises Missing without a measure, WrongState for days that cannot be and for a plan that is decided
    already or has been changed since `edition`, and what `clean` raises.
    """
    now = now or timezone.now()
    body = clean(
        decided_by,
        label=_("Decided by"),
        limit=DECIDED_BY,
        field="decided_by",
        needed=_("Enter who decided the plan, for example Kommunstyrelsen"),
    )
    if decided_on > timezone.localdate(now):
        raise WrongState(
            _("The day has not come. Note the decision afterwards."), field="decided_on"
        )
    if valid_to < decided_on:
        raise WrongState(_("The plan must be valid after it is decided."), field="valid_to")
    with transaction.atomic():
        held = ActionPlan.objects.filter(pk=plan.pk, state=State.DRAFT, edition=edition)
        decided = held.update(
            state=State.DECIDED, decided_by=body, decided_on=decided_on, valid_to=valid_to
        )
        if not decided:
            raise WrongState(_("Somebody has changed the plan since you read it. Read it again."))
        if not plan.measures.standing().exists():
            raise Missing(_("Add at least one measure before the plan is decided."))
        plan.measures.filter(removed=True).delete()
        log.record(by=by, event="situation.plan.decided", on=plan, at=now)
    plan.refresh_from_db()


def follow_up(
    *, plan: ActionPlan, on: date, text: str, by: Any, now: datetime | None = None
) -> PlanFollowUp:
    """Notes that the plan was followed up on a day, and what came of it. It can be done again.

    Raises WrongState for a plan that is not in force and for days that cannot be, and what `clean`
    raises.
    """
    now = now or timezone.now()
    said = clean(
        text,
        label=_("What came of it"),
        limit=FOLLOW_UP,
        field="text",
        needed=_("Write what came of the follow-up"),
        lines=True,
    )
    if on > timezone.localdate(now):
        raise WrongState(_("The day has not come. Write the follow-up afterwards."), field="on")
    if plan.decided_on is not None and on < plan.decided_on:
        raise WrongState(_("The plan was not decided on that day. Check the date."), field="on")
    with transaction.atomic():
        refuse_if_not_in_force(plan)
        ActionPlan.objects.filter(pk=plan.pk).update(state=State.FOLLOWED_UP)
        made = PlanFollowUp.objects.create(plan=plan, on=on, text=said, by=by, at=now)
        log.record(by=by, event="situation.plan.followed_up", on=plan, at=now)
    plan.refresh_from_db()
    return made


def refuse_if_not_in_force(plan: ActionPlan) -> None:
    """Raises WrongState for a plan that is no longer, or not yet, the one that is worked by."""
    touch(plan)
    if plan.is_draft:
        raise WrongState(_("The plan is not decided yet."))
    if plan != current():
        raise WrongState(_("A newer plan is decided. Follow up the measures of that one."))
