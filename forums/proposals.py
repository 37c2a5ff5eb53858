"""Agenda items that those who take part propose, and what those who keep the forum make of them."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log
from coordination.jobs import mail
from coordination.ui import dates

from . import agenda, entries, placing
from .agenda import PlannedItem
from .meetings import TooManyItems
from .models import PLAN_STATES, AgendaItem, ItemKind, Meeting, Proposal, ProposalQuerySet
from .refusals import NotOfThisForum, Refused, clean

__all__ = [
    "ANSWER",
    "REASON",
    "AlreadyDecided",
    "TooLate",
    "TooManyProposals",
    "accept",
    "decline",
    "is_open",
    "last_day",
    "of",
    "propose",
    "waiting_for",
    "withdraw",
]

DAYS_BEFORE = timedelta(days=3)
"""So long before the meeting its agenda is settled, but for what those who keep the forum change."""
REASON, ANSWER = 500, 300
MOST_WAITING = 5
"""So many undecided proposals one person may have for one meeting."""


class TooLate(Refused):
    """The day has passed until which items may be proposed."""

    def __init__(self, meeting: Meeting) -> None:
        text = _(
            "Items could be proposed until %(day)s. Contact the chair, or raise it under other "
            "matters at the meeting."
        )
        super().__init__(text % {"day": dates.day(last_day(meeting))})


class TooManyProposals(Refused):
    """The person has as many undecided proposals as anybody may have for a meeting."""


class AlreadyDecided(Refused):
    """Somebody else decided about the proposal, or it was withdrawn."""

    def __init__(self, proposal: Proposal) -> None:
        proposal.refresh_from_db()
        match proposal.state:
            case Proposal.State.ACCEPTED:
                text = _("The proposal is already on the agenda.")
            case Proposal.State.DECLINED:
                text = _("The proposal is already declined.")
            case _withdrawn:
                text = _("The proposal has been withdrawn.")
        super().__init__(text)


def last_day(meeting: Meeting) -> date:
    """The last day on which items may be proposed."""
    return meeting.day - DAYS_BEFORE


def is_open(meeting: Meeting, *, now: datetime) -> bool:
    """Whether items may be proposed for the meeting."""
    return meeting.is_plan and timezone.localdate(now) <= last_day(meeting)


def propose(
    *,
    meeting: Meeting,
    title: str,
    by: Any,
    kind: str = ItemKind.DISCUSSION,
    reason: str = "",
    minutes: int | None = None,
    now: datetime | None = None,
) -> Proposal:
    """Proposes an item. The caller has seen to it that `by` takes part in the meeting.

    Raises TooLate from two days before the meeting, WrongState once it has begun, TooManyProposals,
    and what texts raise.
    """
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(meeting, PLAN_STATES)
        if not is_open(meeting, now=now):
            raise TooLate(meeting)
        if meeting.proposals.waiting().filter(proposed_by=by).count() >= MOST_WAITING:
            text = _("You have %(count)s proposals that wait for an answer. Withdraw one first.")
            raise TooManyProposals(text % {"count": MOST_WAITING})
        proposal = Proposal.objects.create(
            meeting=meeting,
            title=clean(
                title,
                label=_("The item's title"),
                limit=entries.ITEM_TITLE,
                field="title",
                needed=_("Enter what the item is about"),
            ),
            kind=kind,
            reason=clean(reason, label=_("The reason"), limit=REASON, field="reason", lines=True),
            minutes=minutes,
            proposed_by=by,
            proposed_at=now,
        )
        log.record(by=by, event="forums.proposal.made", on=proposal, at=now)
    return proposal


def withdraw(
    *, meeting: Meeting, proposal: int | None, by: Any, now: datetime | None = None
) -> Proposal:
    """Takes back one's own proposal for that meeting. Raises AlreadyDecided when it is no longer
    waiting, and NotOfThisForum for anything that is not one's own."""
    now = now or timezone.now()
    with transaction.atomic():
        own = of(meeting, by).filter(pk=proposal).first() if proposal else None
        if own is None:
            raise NotOfThisForum()
        _settle(own, Proposal.State.WITHDRAWN, by=by, now=now)
        log.record(by=by, event="forums.proposal.withdrawn", on=own, at=now)
    return own


def accept(*, proposal: Proposal, by: Any, now: datetime | None = None) -> AgendaItem:
    """Puts the item on the agenda: last, but before other matters. Who proposed it presents it, and
    is told.

    A change of the plan, so that a page that shows it learns of it. Of several who decide at once
    one succeeds; the others get AlreadyDecided. Raises WrongState once the meeting has begun and
    TooManyItems for a full agenda.
    """
    now = now or timezone.now()
    meeting = proposal.meeting
    with transaction.atomic():
        entries.hold(meeting, PLAN_STATES)
        _settle(proposal, Proposal.State.ACCEPTED, by=by, now=now)
        if meeting.items.count() >= agenda.MOST_ITEMS:
            raise TooManyItems()
        item = placing.put(
            meeting,
            PlannedItem(
                title=proposal.title,
                kind=proposal.kind,
                presenter=str(proposal.proposed_by)[: entries.PERSON_NAME],
                planned_minutes=proposal.minutes,
            ),
        )
        Proposal.objects.filter(pk=proposal.pk).update(item=item)
        Meeting.objects.filter(pk=meeting.pk).update(version=F("version") + 1)
        proposal.refresh_from_db()
        meeting.refresh_from_db()
        _tell(proposal)
        log.record(by=by, event="forums.proposal.accepted", on=proposal, at=now)
    return item


def decline(
    *, proposal: Proposal, by: Any, answer: str = "", now: datetime | None = None
) -> Proposal:
    """Says no, with or without why; who proposed it is told. Raises AlreadyDecided, WrongState once
    the meeting has begun, and what texts raise."""
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(proposal.meeting, PLAN_STATES)
        text = clean(
            answer,
            label=_("The reason"),
            limit=ANSWER,
            field=f"proposal-{proposal.pk}-answer",
        )
        _settle(proposal, Proposal.State.DECLINED, by=by, now=now, answer=text)
        _tell(proposal)
        log.record(by=by, event="forums.proposal.declined", on=proposal, at=now)
    return proposal


def of(meeting: Meeting, user: Any) -> ProposalQuerySet:
    """The person's own proposals for the meeting, in the order they were made."""
    return Proposal.objects.filter(meeting=meeting, proposed_by=user.pk).in_order()


def waiting_at(meeting: Meeting, user: Any) -> ProposalQuerySet:
    """Undecided proposals for the meeting that this user decides about, in the order they were made."""
    waiting = Proposal.objects.visible_to(user).waiting().filter(meeting=meeting)
    return waiting.select_related("proposed_by").in_order()


def waiting_for(user: Any, now: datetime) -> ProposalQuerySet:
    """Undecided proposals for meetings ahead that this user decides about."""
    return (
        Proposal.objects.visible_to(user)
        .waiting()
        .filter(meeting__ends_at__gte=now)
        .select_related("meeting__forum")
        .order_by("meeting__starts_at", "meeting_id", "pk")
    )


def _settle(proposal: Proposal, state: str, *, by: Any, now: datetime, answer: str = "") -> None:
    """From waiting to that state; whoever comes second is told what became of it."""
    waiting = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.WAITING)
    if not waiting.update(state=state, decided_by=by, decided_at=now, answer=answer):
        raise AlreadyDecided(proposal)
    proposal.refresh_from_db()


def _tell(proposal: Proposal) -> None:
    mail.post(
        to=proposal.proposed_by_id,
        letter="forums.proposal_decided",
        ids={"proposal": proposal.pk},
        key=f"forums.proposal_decided:{proposal.pk}",
    )
