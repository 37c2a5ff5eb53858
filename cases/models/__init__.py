"""The tables of this app, in one place to import from."""

from .advice import AdviceRequest
from .cases import FOLLOWS, Case, CaseRole, Conflict, Stage
from .closings import CheckUp, Closing
from .destructions import DestroyedCase, Destruction, Hold
from .glimpses import Glimpse
from .handovers import Duty, Handover
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
    "DestroyedCase",
    "Destruction",
    "Duty",
    "Factor",
    "FollowUp",
    "Glimpse",
    "Goal",
    "HandInDraft",
    "Handover",
    "Hold",
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
