"""What has happened in a case, newest first: what was decided and written, by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import Case


@dataclass(frozen=True)
class Happened:
    """An event of the case, with the words that were written."""

    at: datetime
    title: str
    by: Any = None
    text: str = ""


def of(case: Case) -> list[Happened]:
    """Read from what is kept in the case: the log of who opened it is another thing (the page Access)."""
    found = [Happened(case.received_at, pgettext("case", "Handed in"))]
    for triage in case.triages.select_related("decided_by"):
        said = _("Preliminary assessment: %(outcome)s") % {"outcome": triage.get_outcome_display()}
        found.append(Happened(triage.decided_at, said, triage.decided_by, triage.reason))
    for one in case.assessments.select_related("made_by"):
        said = _("Assessment %(number)s: %(outcome)s") % {
            "number": one.number,
            "outcome": one.get_outcome_display(),
        }
        found.append(Happened(one.made_at, said, one.made_by))
    for goal in case.goals.select_related("made_by"):
        found.append(Happened(goal.made_at, _("Goal added to the plan"), goal.made_by, goal.text))
    for time in case.follow_ups.select_related("goal", "made_by"):
        said = _("Followed up: %(standing)s") % {"standing": time.get_standing_display()}
        text = "\n".join(filter(None, [time.goal.text, time.text]))
        found.append(Happened(time.made_at, said, time.made_by, text))
    for note in case.notes.select_related("made_by"):
        found.append(Happened(note.made_at, note.get_kind_display(), note.made_by, note.text))
    return sorted(found, key=lambda one: one.at, reverse=True)
