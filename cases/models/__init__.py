"""The tables of this app, in one place to import from."""

from .cases import FOLLOWS, Case, CaseRole, Conflict, Stage
from .closings import CheckUp, Closing
from .destructions import DestroyedCase, Destruction, Hold
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
    "DestroyedCase",
    "Destruction",
    "Factor",
    "FollowUp",
    "Goal",
    "HandInDraft",
    "Hold",
    "Note",
    "Stage",
    "Subject",
    "SubjectToken",
    "Submission",
    "Triage",
    "UnitAuthority",
    "UnitReceiver",
]
