"""What has happened in a case, newest first: what was decided and written, by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import Case, Closing, Handover


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
    for consent in case.consents.filter(withdrawn_at__isnull=False).select_related("withdrawn_by"):
        said, text = _("Consent withdrawn"), consent.withdrawn_note or ""
        found.append(Happened(consent.withdrawn_at, said, consent.withdrawn_by, text))
    for note in case.notes.select_related("made_by"):
        found.append(Happened(note.made_at, note.get_kind_display(), note.made_by, note.text))
    return sorted([*found, *_ending(case)], key=lambda one: one.at, reverse=True)


def _ending(case: Case) -> list[Happened]:
    """That it was handed over, proposed to be closed, answered, and looked at again."""
    found = []
    for over in Handover.objects.filter(case=case).select_related("made_by"):
        said = _("Handed over: %(to)s") % {"to": over.get_receiver_display()}
        found.append(Happened(over.made_at, said, over.made_by))
    for one in case.closings.select_related("asked_by", "answered_by"):
        said = _("Proposed to close: %(reason)s") % {"reason": one.get_reason_display()}
        found.append(Happened(one.asked_at, said, one.asked_by, one.result))
        if one.answered_at:
            agreed = one.state == Closing.State.AGREED
            said = _("Agreed to close") if agreed else _("Did not agree to close")
            found.append(Happened(one.answered_at, said, one.answered_by, one.answer))
    for look in case.check_ups.filter(done_at__isnull=False).select_related("done_by"):
        found.append(Happened(look.done_at, _("Looked again"), look.done_by, look.text))
    return found
