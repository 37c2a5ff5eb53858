"""The tables of this app, in one place to import from."""

from .advice import AdviceRequest
from .cases import FOLLOWS, Case, CaseRole, Conflict, Stage
from .closings import CheckUp, Closing
from .plans import Assessment, Factor, FollowUp, Goal, Note
from .submissions import Consent, HandInDraft, Receipt, Subject, SubjectToken, Submission, Triage
from .units import CaseArea, CaseAreaGrant, CaseUnit, UnitAuthority, UnitReceiver

__all__ = [
    "FOLLOWS",
    "AdviceRequest",
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
    "Factor",
    "FollowUp",
    "Goal",
    "HandInDraft",
    "Note",
    "Receipt",
    "Stage",
    "Subject",
    "SubjectToken",
    "Submission",
    "Triage",
    "UnitAuthority",
    "UnitReceiver",
]
