"""The tables of this app, in one place to import from."""

from .compilations import Compilation
from .contents import Activity, AssignmentAnswer, ExtraRequest, ForumAnswer, Need, area_in_words
from .reports import PARTS, Part, Remark, Report, Version
from .windows import Reminder, Window

__all__ = [
    "PARTS",
    "Activity",
    "AssignmentAnswer",
    "Compilation",
    "ExtraRequest",
    "ForumAnswer",
    "Need",
    "Part",
    "Remark",
    "Reminder",
    "Report",
    "Version",
    "Window",
    "area_in_words",
]
