"""Minutes that are finished, sent or locked, made by the functions that the pages call."""

from datetime import datetime
from typing import Any

from forums import adjusting, finishing, proceedings
from forums.models import Forum, Meeting, Sending

NOTES = "Lugnt i områdena. Jonas Berg valdes till justerare."


def finished(sample: Any, forum: Forum | None = None) -> Meeting:
    """A meeting with notes, a decision and an action, finished by Oskar in the council."""
    meeting = sample.running(forum)
    by = sample.oskar if forum is None else sample.maria
    first = meeting.items.in_order().first()
    proceedings.save_item(item=first, notes=NOTES, version=first.version, by=by)
    item = sample.item(meeting, "Lägesbild")
    proceedings.save_item(item=item, notes="Lugnt läge.", version=item.version, by=by)
    proceedings.add_decision(item=item, text="Vi börjar i Vivalla.", by=by)
    sample.action(item, "Ta fram schema", "Maria")
    proceedings.mark_all_present(meeting=meeting, by=by)
    choices = {one.pk: "done" for one in meeting.items.filter(outcome="open")}
    finishing.finish(meeting=meeting, by=by, choices=choices)
    return Meeting.objects.get(pk=meeting.pk)


def sent(sample: Any, meeting: Meeting | None = None, now: datetime | None = None) -> Sending:
    """Sent by Oskar to Anna, who chaired, and Jonas."""
    meeting = meeting or finished(sample)
    return adjusting.send(
        meeting=meeting, chair=sample.anna, second=sample.jonas, by=sample.oskar, now=now
    )


def locked(sample: Any) -> Meeting:
    """Adjusted by both."""
    sending = sent(sample)
    for by in (sample.anna, sample.jonas):
        adjusting.adjust(meeting=sending.meeting, sha256=sending.sha256, by=by)
    return Meeting.objects.get(pk=sending.meeting_id)
