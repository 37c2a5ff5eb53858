"""The matter that a decision belongs to: which decisions belong together, and its story in time order.

Decisions of several forums may belong to one matter. Everyone is given the parts that they may see,
and what is given depends on nothing else: a part in a forum that somebody may not see leaves no gap,
no number and no heading on their page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log
from coordination.ui.matching import Words

from . import decisions
from .models import (
    MINUTES_STATES,
    Action,
    ActionChange,
    ActionOwner,
    AgendaItem,
    CarriedOut,
    Decision,
    DecisionQuerySet,
    Matter,
    MatterDecision,
    Meeting,
)
from .refusals import Missing, Refused, WrongState

MOST_OFFERED = 10
"""So many earlier decisions are offered at a time; words narrow them down."""


class ChangedMeanwhile(Refused):
    """Somebody else changed what belongs together at the same moment."""


# Which belong together -----------------------------------------------------------------------------


def related(decision: Decision, user: Any) -> DecisionQuerySet:
    """The other decisions of the matter that the person may read."""
    mine = MatterDecision.objects.visible_to(user).filter(decision=decision).values("matter")
    return decisions.seen_by(user).filter(part__matter__in=mine).exclude(pk=decision.pk)


def offered(decision: Decision, user: Any, wanted: Words | None = None) -> DecisionQuerySet:
    """The earlier decisions that the person may read and link this one to, the latest first; with
    words, those that hold them."""
    held = decision.item.meeting
    found = (
        decisions.seen_by(user)
        .filter(
            item__meeting__state__in=MINUTES_STATES, item__meeting__starts_at__lte=held.starts_at
        )
        .exclude(pk=decision.pk)
        .exclude(pk__in=related(decision, user).values("pk"))
    )
    if wanted is not None:
        found = found.filter(wanted.within("text", "item__title", "item__meeting__forum__name"))
    return found.order_by("-item__meeting__starts_at", "-pk")


def link(*, decision: Decision, to: Decision, by: Any, now: datetime | None = None) -> None:
    """The two decisions, and all that belong with either, belong to one matter from now on.

    Saying it again changes nothing. Raises WrongState while the meeting of one has no minutes, and
    ChangedMeanwhile for those who come second.
    """
    now = now or timezone.now()
    if decision.pk == to.pk:
        raise Missing(_("Choose another decision than this one"), field="to")
    for one in (decision, to):
        if not one.item.meeting.has_minutes:
            raise WrongState(_("Finish the meeting first. Its decisions can be linked after that."))
    with transaction.atomic():
        pair = (decision.pk, to.pk)
        before = _hold(pair)
        if len(before) == 2 and len(set(before.values())) == 1:
            return
        kept = min(before.values(), default=None)
        if kept is None:
            kept = Matter.objects.create(formed_at=now).pk
        emptied = set(before.values()) - {kept}
        MatterDecision.objects.filter(matter__in=emptied).update(matter=kept)
        Matter.objects.filter(pk__in=emptied).delete()
        try:
            with transaction.atomic():
                for pk in pair:
                    if pk not in before:
                        MatterDecision.objects.create(
                            matter_id=kept, decision_id=pk, linked_by=by, linked_at=now
                        )
        except IntegrityError:
            raise _changed_meanwhile() from None
        for one in (decision, to):
            log.record(by=by, event="forums.decision.linked", on=one, at=now)


def unlink(*, decision: Decision, by: Any, now: datetime | None = None) -> None:
    """The decision belongs to no matter any more; the others still belong together.

    Raises WrongState when it belongs to none.
    """
    now = now or timezone.now()
    with transaction.atomic():
        before = _hold([decision.pk])
        if not before:
            raise WrongState(_("The decision is not linked to any other."))
        (matter,) = before.values()
        MatterDecision.objects.filter(decision=decision).delete()
        left = MatterDecision.objects.filter(matter=matter)
        if left.count() < 2:
            left.delete()
            Matter.objects.filter(pk=matter).delete()
        log.record(by=by, event="forums.decision.unlinked", on=decision, at=now)


def _hold(pks: Iterable[int]) -> dict[int, int]:
    """Each decision's matter, for those that have one; the matters stay as they are until the
    transaction ends. The update that changes nothing takes their rows' locks on PostgreSQL."""
    parts = MatterDecision.objects.filter(decision__in=list(pks))
    seen = dict(parts.values_list("decision", "matter"))
    Matter.objects.filter(pk__in=set(seen.values())).update(formed_at=F("formed_at"))
    if dict(parts.all().values_list("decision", "matter")) != seen:
        raise _changed_meanwhile()
    return seen


def _changed_meanwhile() -> ChangedMeanwhile:
    return ChangedMeanwhile(
        _("Somebody else changed what belongs together at the same moment. Try again.")
    )


# The story -----------------------------------------------------------------------------------------


@dataclass
class Step:
    """One thing that happened in the matter: a meeting where it stood on the agenda, with what was
    decided and is to be done; an action that was added later; what happened with an action; or that
    a decision was carried out."""

    at: date
    item: AgendaItem | None = None
    decisions: list[Decision] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    added: Action | None = None
    change: ActionChange | None = None
    carried_out: CarriedOut | None = None


def story(decision: Decision, user: Any) -> list[Step]:
    """The matter from its beginning, in time order, as far as the person may see it: every agenda on
    which it stood, in whatever forum, the actions, and what came of them. The same few questions
    are asked however long it is."""
    told = [
        *decisions.seen_by(user).filter(pk=decision.pk).select_related("item__meeting"),
        *related(decision, user).select_related("item__meeting"),
    ]
    stops = _stops(told, user)
    for one in decisions.seen_by(user).filter(item__in=stops).select_related("item").in_order():
        stops[one.item_id].decisions.append(one)
    shown = [one.pk for stop in stops.values() for one in stop.decisions]
    later: list[tuple[datetime, int, Step]] = []
    for action in actions_of(items=list(stops), decisions=shown, user=user):
        if action.item_id in stops:
            stops[action.item_id].actions.append(action)
        else:
            at = action.created_at
            later.append((at, action.pk, Step(timezone.localdate(at), added=action)))
        for one in action.changes.all():
            if one.kind != ActionChange.Kind.CREATED:
                later.append((one.at, one.pk, Step(timezone.localdate(one.at), change=one)))
    marked = CarriedOut.objects.visible_to(user).filter(decision__in=shown)
    for said in marked.select_related("decision__item"):
        later.append((said.said_at, said.pk, Step(said.on, carried_out=said)))
    later.sort(key=lambda one: one[:2])
    # Sorting keeps the order of what happened on one day: the meeting, then what came of it.
    return sorted([*stops.values(), *(step for _at, _pk, step in later)], key=lambda step: step.at)


def _stops(told: list[Decision], user: Any) -> dict[int, Step]:
    """By the key of its item, each agenda on which one of these decisions stood, postponed or
    handled, the earliest first."""
    keys = _copies({one.item_id for one in told}, {one.item.meeting.forum_id for one in told})
    items = (
        AgendaItem.objects.visible_to(user)
        .filter(pk__in=keys)
        .select_related("meeting__forum")
        .order_by("meeting__starts_at", "meeting", "position", "pk")
    )
    return {item.pk: Step(item.meeting.day, item=item) for item in items}


def _copies(items: set[int], forums: set[int]) -> set[int]:
    """The keys of the items and of all their copies, back to where each first stood and on from there.

    A copy is made in the same forum, from the item as it was first postponed or from the copy before:
    the forums' copies are fetched once, and both ways are walked here.
    """
    beside: dict[int, set[int]] = {}
    copied = AgendaItem.objects.filter(meeting__forum__in=forums, carried_from__isnull=False)
    for copy, origin in copied.values_list("pk", "carried_from"):
        beside.setdefault(copy, set()).add(origin)
        beside.setdefault(origin, set()).add(copy)
    found, edge = set(items), set(items)
    while edge:
        edge = {other for pk in edge for other in beside.get(pk, ())} - found
        found |= edge
    return found


def actions_of(*, items: list[int], decisions: list[int], user: Any) -> QuerySet[Action]:
    """The actions that were decided under these items, or added to these decisions later, and that
    the person may see, with what they are shown with."""
    return (
        Action.objects.visible_to(user)
        .filter(Q(item__in=items) | Q(decision__in=decisions))
        .exclude(meeting__state=Meeting.State.IN_PROGRESS)
        .prefetch_related(
            Prefetch("owners", ActionOwner.objects.select_related("user", "organisation")),
            Prefetch("changes", ActionChange.objects.select_related("action__forum")),
        )
        .order_by("pk")
    )
