"""By when a picture is to be renewed and a plan followed up.

A municipality updates its situational picture and follows up its action plan at least every second year
(lag 2023:196, 6 §).
"""

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone

from coordination.ui.dates import months_after

from . import pictures, plans
from .models import ActionPlan, SituationalPicture

EVERY = 24
"""Months: at least every second year (lag 2023:196, 6 §). A municipality may do it more often."""
REMINDED = 6
"""So many months before, the coordinators are reminded: a mapping with the police takes a while."""


def due_after(day: date) -> date:
    """By when it is to be done again, after that day. The day after 29 February is 28 February, so
    that the two years are never passed."""
    return months_after(day, EVERY)


def reminded_from(due: date) -> date:
    """From when the coordinators are reminded of that day."""
    return months_after(due, -REMINDED)


def picture_due(picture: SituationalPicture | None = None) -> date | None:
    """By when the published picture is to be renewed; None while none is published."""
    picture = picture or pictures.current()
    if picture is None or picture.published_at is None:
        return None
    return due_after(timezone.localdate(picture.published_at))


def plan_due(plan: ActionPlan | None = None) -> date | None:
    """By when the plan in force is to be followed up, since it was decided or followed up last; None
    without one."""
    plan = plan or plans.current()
    if plan is None or plan.decided_on is None:
        return None
    last: Any = plan.follow_ups.aggregate(last=Max("on"))["last"]
    return due_after(last or plan.decided_on)
