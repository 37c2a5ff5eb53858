"""Where a proposed item stands on an agenda, and where it goes when its meeting is cancelled."""

from django.db.models import Q

from . import agenda, entries
from .agenda import PlannedItem
from .models import AgendaItem, Meeting, Proposal

OTHER_MATTERS = ("övrigt", "övriga frågor", "övriga ärenden", "any other business", "other matters")


def put(meeting: Meeting, one: PlannedItem) -> AgendaItem:
    """The item on the agenda: last, but before other matters; what stands after it moves on."""
    items = list(meeting.items.in_order())
    before = len(items)
    if items and _closes(items[-1]):
        before -= 1
    for position, item in enumerate(items, start=1):
        place = position if position <= before else position + 1
        if item.position != place:
            meeting.items.filter(pk=item.pk).update(position=place)
    return entries.add_item(
        meeting,
        title=one.title,
        kind=one.kind,
        presenter=one.presenter,
        planned_minutes=one.planned_minutes,
        position=before + 1,
    )


def bring_proposals(meeting: Meeting) -> None:
    """Takes to this plan what was proposed for meetings of its forum that were cancelled: what waits for
    an answer, and what stood on their agendas, as it was changed there. Each stands in one place.

    For a caller with a transaction that holds the forum. That is never too much for an agenda.
    """
    stranded = Proposal.objects.filter(
        Q(state=Proposal.State.WAITING) | Q(state=Proposal.State.ACCEPTED, item__isnull=False),
        meeting__forum=meeting.forum_id,
        meeting__state=Meeting.State.CANCELLED,
    )
    for proposal in stranded.select_related("item").in_order():
        item = put(meeting, agenda.again(proposal.item)) if proposal.item else None
        Proposal.objects.filter(pk=proposal.pk).update(meeting=meeting, item=item)


def _closes(item: AgendaItem) -> bool:
    """Whether the agenda's last item is where other matters are raised: by its name, or because the
    forum's standing items end with it."""
    if item.title.casefold().strip(" .") in OTHER_MATTERS:
        return True
    standing = list(
        item.meeting.forum.standing_items.order_by("position").values_list("title", flat=True)
    )
    return len(standing) > 2 and item.title == standing[-1]
