"""The tables of this app, in one place to import from."""

from .cases import FOLLOWS, Case, CaseRole, Conflict, Stage
from .closings import CheckUp, Closing
from .glimpses import Glimpse
from .handovers import Duty, Handover
from .plans import Assessment, Factor, FollowUp, Goal, Note
from .submissions import Consent, HandInDraft, Subject, SubjectToken, Submission, Triage
from .units import CaseArea, CaseAreaGrant, CaseUnit, UnitAuthority, UnitReceiver

__all__ = [
    "FOLLOWS",
    "Assessment",
    "Case",
    "CaseArea",
    "CaseAreaGrant",
    "CaseRole",
    "CaseUnit",
    "CheckUp",
    "Closing",
    "Conflict",
    "Consent",
    "Duty",
    "Factor",
    "FollowUp",
    "Glimpse",
    "Goal",
    "HandInDraft",
    "Handover",
    "Note",
    "Stage",
    "Subject",
    "SubjectToken",
    "Submission",
    "Triage",
    "UnitAuthority",
    "UnitReceiver",
]
