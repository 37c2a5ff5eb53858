"""The tables of this app, in one place to import from."""

from .compilations import Compilation
from .contents import Activity, AssignmentAnswer, ExtraRequest, ForumAnswer, Need, area_in_words
from .invitations import Invitation
from .reports import PARTS, Part, Remark, Report, Version
from .requests import SentRequest
from .windows import Reminder, Window

__all__ = [
    "PARTS",
    "Activity",
    "AssignmentAnswer",
    "Compilation",
    "ExtraRequest",
    "ForumAnswer",
    "Invitation",
    "Need",
    "Part",
    "Remark",
    "Reminder",
    "Report",
    "SentRequest",
    "Version",
    "Window",
    "area_in_words",
]
