"""The tables of this app, in one place to import from."""

from .cases import FOLLOWS, Case, CaseRole, Conflict, Stage
from .submissions import Consent, HandInDraft, Subject, SubjectToken, Submission, Triage
from .units import CaseArea, CaseAreaGrant, CaseUnit, UnitAuthority, UnitReceiver

__all__ = [
    "FOLLOWS",
    "Case",
    "CaseArea",
    "CaseAreaGrant",
    "CaseRole",
    "CaseUnit",
    "Conflict",
    "Consent",
    "HandInDraft",
    "Stage",
    "Subject",
    "SubjectToken",
    "Submission",
    "Triage",
    "UnitAuthority",
    "UnitReceiver",
]
