"""The demo's matters: decisions of two forums that belong together, and one that is carried out."""

import itertools
from datetime import datetime, timedelta

from django.utils import timezone

from coordination.agreements.models import Agreement
from coordination.assignments.models import Assignment

from . import agreed, assigned, decisions, matters
from .models import MINUTES_STATES, Decision

TOGETHER = (
    "Föräldragrupper ska erbjudas i alla fem partnerskapsområden.",
    "Samtalsguiden prövas på tre förskolor.",
)
CARRIED_OUT = "Belysningen vid gångtunneln i Varberga prioriteras."
RESULT = "Sex nya stolpar står vid gångtunneln, och två lampor är bytta."


ASSIGNED = {
    "Rådet ställer sig bakom förslaget och lämnar det till ledningen.": 1,
    "Rollfördelningen beskrivs i ett gemensamt dokument.": 2,
    "Uppdrag utan uppdatering på 90 dagar tas upp med förvaltningschefen.": 3,
    "Varje forum ska ha en beslutad informationsklass.": 5,
    "Ett gemensamt underlag används från och med nästa år.": 9,
    "Utbildningen ges i två kortare pass under nästa termin.": 10,
    **dict.fromkeys(TOGETHER, 14),
}
"""Which assignment of the guideline a decision is about."""
AGREED = ("Rådet ställer sig bakom förslaget och lämnar det till ledningen.",)
"""Decisions about the agreement with the police."""


def make(*, now: datetime) -> None:
    """The latest decision with each of these words, of those that the year came to hold."""
    for text, number in ASSIGNED.items():
        if (made := _latest(text)) is not None:
            assigned.assign(
                decision=made,
                assignment=Assignment.objects.standing().get(number=number),
                by=made.item.meeting.finished_by,
                now=now - timedelta(days=2),
            )
    with_police = Agreement.objects.get(name="Samverkan med polisen")
    for made in filter(None, map(_latest, AGREED)):
        agreed.agree(
            decision=made,
            agreement=with_police,
            by=made.item.meeting.finished_by,
            now=now - timedelta(days=2),
        )
    found = sorted(filter(None, map(_latest, TOGETHER)), key=lambda one: one.item.meeting.starts_at)
    for earlier, later in itertools.pairwise(found):
        by = later.item.meeting.finished_by
        matters.link(decision=later, to=earlier, by=by, now=now - timedelta(days=2))
    made = _latest(CARRIED_OUT)
    if made is None:
        return
    meeting = made.item.meeting
    decisions.carry_out(
        decision=made,
        on=max(meeting.day, timezone.localdate(now) - timedelta(days=10)),
        result=RESULT,
        by=meeting.finished_by,
        now=now,
    )


def _latest(text: str) -> Decision | None:
    held = Decision.objects.filter(text=text, item__meeting__state__in=MINUTES_STATES)
    found = held.select_related("item__meeting").order_by("-item__meeting__starts_at")
    return found.first()
