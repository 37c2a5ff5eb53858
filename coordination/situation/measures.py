"""The measures of a plan: written while it is a draft, added later only for a reason, and followed up.

A measure is refused without a problem that it is about, an owner, a prevention level, a date and an
indicator (lag 2023:196, 5 §; Brå finds that plans often lack the link and the follow-up).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.models import User
from coordination.access.vocabulary import ROLES, Permission
from coordination.actors.models import Organisation
from coordination.audit import log

from . import plans
from .models import ActionPlan, Measure, MeasureUpdate, Problem
from .models.plans import CLOSED
from .texts import ChangedMeanwhile, Missing, NotYourDistrict, WrongState, clean

State = Measure.State

LABELS = {
    "title": gettext_lazy("Measure"),
    "details": gettext_lazy("How it is to be done"),
    "indicator": gettext_lazy("Indicator"),
}
NEEDED = {
    "title": gettext_lazy("Enter what is to be done"),
    "indicator": gettext_lazy("Enter how one sees that the measure has worked"),
}
CHOSEN = {
    "problem": gettext_lazy("Choose which problem the measure is about"),
    "owner": gettext_lazy("Choose which organisation owns the measure"),
    "level": gettext_lazy("Choose a prevention level"),
    "due": gettext_lazy("Enter by when the measure is to be done"),
}
"""What a measure is refused without, besides its texts, and what is said then."""
FIELDS = (*LABELS, *CHOSEN, "responsible")
WHY, NOTE = 300, 600


def add(
    *,
    plan: ActionPlan,
    values: Mapping[str, Any],
    by: Any,
    why: str = "",
    now: datetime | None = None,
) -> Measure:
    """One more measure. To a plan that is decided it is an addition, with the day and the reason.

    Raises Missing for what a measure is refused without, and for an addition without a reason;
    NotYourDistrict, WrongState for a problem of another picture or a plan that is no longer in force,
    and what `clean` raises.
    """
    now = now or timezone.now()
    kept = _cleaned(plan, values, by)
    with transaction.atomic():
        plans.touch(plan)
        added: dict[str, Any] = {}
        if not plan.is_draft:
            plans.refuse_if_not_in_force(plan)
            added = {"added_on": timezone.localdate(now), "added_why": _reason(why)}
        made = Measure.objects.create(plan=plan, **kept, **added, changed_by=by, changed_at=now)
        log.record(by=by, event="situation.measure.added", on=made, at=now)
    return made


def change(
    *,
    measure: Measure,
    values: Mapping[str, Any],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """What a measure of a draft plan is. Raises WrongState for a plan that is decided, ChangedMeanwhile
    when `revision` is not the measure's any longer, and as `add` does."""
    now = now or timezone.now()
    kept = _cleaned(measure.plan, values, by)
    changed = [name for name, value in kept.items() if getattr(measure, name) != value]
    with transaction.atomic():
        _refuse_if_decided(measure.plan)
        saved = Measure.objects.filter(pk=measure.pk, revision=revision, removed=False).update(
            **kept, revision=F("revision") + 1, changed_by=by, changed_at=now
        )
        if not saved:
            stored = Measure.objects.select_related("changed_by").get(pk=measure.pk)
            if stored.removed:
                raise WrongState(_("The measure has been taken away from the draft."))
            raise ChangedMeanwhile(stored.changed_by)
        log.record(by=by, event="situation.measure.changed", on=measure, fields=changed, at=now)


def remove(*, measure: Measure, by: Any, now: datetime | None = None) -> None:
    """Takes a measure out of a draft plan; it can be put back until the plan is decided. Raises
    WrongState for a plan that is decided."""
    _set_removed(measure, True, by=by, now=now)


def restore(*, measure: Measure, by: Any, now: datetime | None = None) -> None:
    """Puts a measure back. Raises as `remove` does."""
    _set_removed(measure, False, by=by, now=now)


def _set_removed(measure: Measure, removed: bool, *, by: Any, now: datetime | None) -> None:
    now = now or timezone.now()
    with transaction.atomic():
        _refuse_if_decided(measure.plan)
        rows = Measure.objects.filter(pk=measure.pk, removed=not removed)
        if rows.update(removed=removed, changed_by=by, changed_at=now):
            log.record(
                by=by,
                event="situation.measure.removed" if removed else "situation.measure.restored",
                on=measure,
                at=now,
            )


def update(
    *,
    measure: Measure,
    state: str,
    note: str,
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> MeasureUpdate:
    """How the measure stands now, which is kept with what was said before.

    Raises Missing for one that is dropped without a reason and for an update that says nothing new,
    WrongState for a plan that is not in force, ChangedMeanwhile, and what `clean` raises.
    """
    now = now or timezone.now()
    if state not in State.values:
        raise Missing(_("Choose how the measure stands"), field="state")
    said = clean(note, label=_("What has happened"), limit=NOTE, field="note")
    if state == State.DROPPED and not said:
        raise Missing(_("Write why the measure is dropped"), field="note")
    with transaction.atomic():
        plans.refuse_if_not_in_force(measure.plan)
        before = Measure.objects.select_related("changed_by").get(pk=measure.pk)
        if before.revision != revision:
            raise ChangedMeanwhile(before.changed_by)
        if state == before.state and not said:
            raise Missing(_("Choose another status, or write what has happened"), field="note")
        Measure.objects.filter(pk=measure.pk).update(
            state=state, revision=F("revision") + 1, changed_by=by, changed_at=now
        )
        made = MeasureUpdate.objects.create(measure=before, state=state, note=said, by=by, at=now)
        log.record(by=by, event="situation.measure.updated", on=measure, at=now)
    return made


def open_of(user: Any) -> QuerySet[Measure]:
    """What the person is responsible for in the plan in force and is neither done nor dropped."""
    mine = Measure.objects.visible_to(user).filter(responsible=user.pk)
    return in_force(mine).exclude(state__in=CLOSED)


def in_force(measures: QuerySet[Measure]) -> QuerySet[Measure]:
    """Those of the plan in force."""
    return measures.filter(plan=Subquery(plans.in_force().values("pk")))


def decided() -> WrongState:
    """What is said of a measure whose plan is decided."""
    return WrongState(
        _("The plan is decided, so its measures cannot be changed. Update how they stand instead.")
    )


def updates_of(measure: Measure) -> QuerySet[MeasureUpdate]:
    """What was said of the measure, the latest first."""
    return measure.updates.select_related("by").order_by("-pk")


def people_to_choose(besides: int | None = None) -> QuerySet[User]:
    """Who can be responsible for a measure: those whose role lets them say something of it or answer for
    its owner, and who is chosen already."""
    answering = {
        code for code, role in ROLES.items() if Permission.UPDATE_ASSIGNMENTS in role.permissions
    }
    held = policy.roles_by_user()
    keys = [key for key, roles in held.items() if roles & answering]
    active = User.objects.filter(pk__in=keys, is_active=True)
    return (active | User.objects.filter(pk=besides)).order_by("last_name", "first_name", "pk")


def owners_to_choose(on: date, besides: int | None = None) -> QuerySet[Organisation]:
    """Who can own a measure: the organisations in use that day, and the one that is chosen already."""
    return Organisation.objects.active(on) | Organisation.objects.filter(pk=besides)


def _refuse_if_decided(plan: ActionPlan) -> None:
    plans.touch(plan)
    if not plan.is_draft:
        raise decided()


def _reason(why: str) -> str:
    return clean(
        why,
        label=_("Why it is added"),
        limit=WHY,
        field="why",
        needed=_("Write why the measure is added after the decision"),
    )


def _cleaned(plan: ActionPlan, values: Mapping[str, Any], by: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {
        name: clean(
            values.get(name, ""),
            label=label,
            limit=Measure._meta.get_field(name).max_length or 0,
            field=name,
            needed=NEEDED.get(name, ""),
            lines=name == "details",
        )
        for name, label in LABELS.items()
    }
    for name, sentence in CHOSEN.items():
        if not values.get(name):
            raise Missing(sentence, field=name)
        kept[name] = values[name]
    problem: Problem = kept["problem"]
    if problem.picture_id != plan.picture_id:
        raise WrongState(
            _("Choose a problem of the picture that the plan is made on."), field="problem"
        )
    if not policy.may(by, Permission.WRITE_SITUATION, problem):
        raise NotYourDistrict(
            _(
                "Choose a problem of your own housing districts. A strategic coordinator takes others."
            ),
            field="problem",
        )
    return {**kept, "responsible": values.get("responsible")}
