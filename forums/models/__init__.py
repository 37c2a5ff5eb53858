"""Forums, their seats and meetings, and what the meetings leave behind: decisions, actions, minutes."""

from .actions import (
    Action,
    ActionChange,
    ActionChangeQuerySet,
    ActionOwner,
    ActionQuerySet,
    CarriedAction,
)
from .adjustment import (
    Adjuster,
    ChangeRequest,
    Correction,
    Sending,
)
from .answers import Answer, AnswerQuerySet
from .calendars import CalendarLink
from .documents import Document, DocumentQuerySet
from .forums import (
    Forum,
    ForumGrant,
    ForumQuerySet,
    ItemKind,
    Seat,
    SeatQuerySet,
    StandingItem,
)
from .matters import CarriedOut, DecisionAgreement, DecisionAssignment, Matter, MatterDecision
from .meetings import (
    HELD_STATES,
    LOG_STATES,
    MINUTES_STATES,
    PLAN_STATES,
    AgendaItem,
    AgendaItemQuerySet,
    Call,
    Decision,
    DecisionQuerySet,
    Meeting,
    MeetingQuerySet,
    Participation,
    ParticipationQuerySet,
)
from .minutes import (
    MinutesVersion,
    MinutesVersionQuerySet,
)
from .outside import OutsideAddress
from .proposals import Proposal, ProposalQuerySet
from .series import MeetingSeries

__all__ = [
    "HELD_STATES",
    "LOG_STATES",
    "MINUTES_STATES",
    "PLAN_STATES",
    "Action",
    "ActionChange",
    "ActionChangeQuerySet",
    "ActionOwner",
    "ActionQuerySet",
    "Adjuster",
    "AgendaItem",
    "AgendaItemQuerySet",
    "Answer",
    "AnswerQuerySet",
    "CalendarLink",
    "Call",
    "CarriedAction",
    "CarriedOut",
    "ChangeRequest",
    "Correction",
    "Decision",
    "DecisionAgreement",
    "DecisionAssignment",
    "DecisionQuerySet",
    "Document",
    "DocumentQuerySet",
    "Forum",
    "ForumGrant",
    "ForumQuerySet",
    "ItemKind",
    "Matter",
    "MatterDecision",
    "Meeting",
    "MeetingQuerySet",
    "MeetingSeries",
    "MinutesVersion",
    "MinutesVersionQuerySet",
    "OutsideAddress",
    "Participation",
    "ParticipationQuerySet",
    "Proposal",
    "ProposalQuerySet",
    "Seat",
    "SeatQuerySet",
    "Sending",
    "StandingItem",
]
