"""The tables of this app, in one place to import from."""

from .pictures import PARTS, Problem, SituationalPicture
from .plans import ActionPlan, Measure, MeasureUpdate, PlanFollowUp

__all__ = [
    "PARTS",
    "ActionPlan",
    "Measure",
    "MeasureUpdate",
    "PlanFollowUp",
    "Problem",
    "SituationalPicture",
]
