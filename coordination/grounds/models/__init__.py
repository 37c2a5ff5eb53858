"""Legal bases and retention rules, each in versions with days and a review."""

from .bases import BasisVersion, LegalBasis, Purpose, Receiver, Sender
from .retention import Event, Outcome, Record, RetentionRule, RetentionVersion, Unit
from .versions import Status, Version

__all__ = [
    "BasisVersion",
    "Event",
    "LegalBasis",
    "Outcome",
    "Purpose",
    "Receiver",
    "Record",
    "RetentionRule",
    "RetentionVersion",
    "Sender",
    "Status",
    "Unit",
    "Version",
]
