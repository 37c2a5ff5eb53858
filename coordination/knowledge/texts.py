"""What this app refuses besides what all rules do."""

from coordination.access.refused import (
    ChangedMeanwhile,
    Missing,
    NotForThisText,
    WrongState,
    clean,
)

__all__ = ["ChangedMeanwhile", "Missing", "NotForThisText", "WrongState", "clean"]
