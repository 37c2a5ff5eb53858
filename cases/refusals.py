"""What this app refuses besides what all rules do."""

from coordination.access.refused import ChangedMeanwhile, Missing, Refused

__all__ = ["ChangedMeanwhile", "Missing", "NoUnit", "Refused", "WrongStage"]


class WrongStage(Refused):
    """The case is not, or no longer, where this may be done."""


class NoUnit(Refused):
    """No unit carries the cases of that district today."""
