"""The pages of a forum with ten years behind it, beside the same pages of one that has just begun."""

import itertools
from datetime import UTC, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from coordination.access import grants
from coordination.access.models import User
from coordination.actors.models import Organisation
from forums import register
from forums.models import (
    Action,
    ActionChange,
    ActionOwner,
    AgendaItem,
    Decision,
    Forum,
    Meeting,
    Participation,
)
from tests.bench import load
from tests.bench.figures import Figure, medians, ms
from tests.bench.pages import asking, client

FEW, MANY = 5, 500
"""Meetings of the one and the other."""
ACTIONS = 10
"""Actions of each meeting: 5 000 in all."""
ITEMS, PEOPLE, STOPS = 5, 8, 4
OPEN = 3
"""The actions of so many of the latest meetings are open, the older ones are done."""
TIMES = 1.5
READER = {FEW: "bench.begun", MANY: "bench.ten_years"}
"""Each sees one of the forums and no other, so that the lists are of that forum alone."""


def fill(count: int) -> tuple[Forum, User]:
    """A forum with so many meetings, one a week up to now, and who sits in it."""
    reader, _made = User.objects.get_or_create(
        username=READER[count], defaults={"first_name": "Bench", "last_name": str(count)}
    )
    place = Organisation.objects.order_by("pk").first()
    today = timezone.localdate()
    forum = register.establish(
        name=f"Forum of {count}",
        seats=[register.NewSeat(place, "chair", reader)],
        by=reader,
        on=today,
    )
    now = datetime.combine(today, datetime.min.time(), UTC).replace(hour=8)
    by = {"started_by": reader, "finished_by": reader, "planned_by": reader}
    held = Meeting.objects.bulk_create(
        Meeting(
            forum=forum,
            starts_at=(at := now - timedelta(weeks=number)),
            ends_at=at + timedelta(hours=2),
            place="Rådhuset",
            state="writing_up",
            planned_at=at,
            started_at=at,
            finished_at=at,
            **by,
        )
        for number in range(count, 0, -1)
    )
    Participation.objects.bulk_create(
        (
            Participation(
                meeting=one, name=f"Person {number}", organisation=place, attendance="present"
            )
            for one in held
            for number in range(PEOPLE)
        ),
        batch_size=load.BATCH,
    )
    items = AgendaItem.objects.bulk_create(
        (
            AgendaItem(
                meeting=one,
                position=number,
                title=f"Punkt {number}",
                notes="Vi talade om läget.",
                outcome="done",
            )
            for one in held
            for number in range(1, ITEMS + 1)
        ),
        batch_size=load.BATCH,
    )
    _thread(items)
    Decision.objects.bulk_create(
        (
            Decision(item=one, number=1, text="Vi börjar.", decided_by=reader, decided_at=now)
            for one in items
        ),
        batch_size=load.BATCH,
    )
    _actions(forum, items, reader, now)
    # By itself the planner hears of rows some time after they were committed, and of these never: it
    # would plan for the empty tables that an earlier look found.
    load.analyse()
    return forum, reader


def _thread(items: list[AgendaItem]) -> None:
    """The last item of the last meetings is one matter, which was postponed from each to the next."""
    of_matter = items[ITEMS - 1 :: ITEMS][-STOPS:]
    for before, after in itertools.pairwise(of_matter):
        before.outcome, after.carried_from = "postponed", before
        before.save(update_fields=["outcome"])
        after.save(update_fields=["carried_from"])


def _actions(forum: Forum, items: list[AgendaItem], by: User, now: datetime) -> None:
    """So many of each meeting, all owned by the reader."""
    rows = []
    for place, item in enumerate(items):
        is_open = place >= len(items) - OPEN * ITEMS
        closed = {} if is_open else {"state": "done", "closed_by": by, "closed_at": now}
        for _number in range(ACTIONS // ITEMS):
            rows.append(
                Action(
                    forum=forum,
                    meeting_id=item.meeting_id,
                    item=item,
                    text="Ta fram underlag",
                    due=now.date() + timedelta(days=place % 60),
                    created_by=by,
                    created_at=now,
                    **closed,
                )
            )
    made = Action.objects.bulk_create(rows, batch_size=load.BATCH)
    ActionOwner.objects.bulk_create(
        (ActionOwner(action=one, user=by) for one in made), batch_size=load.BATCH
    )
    ActionChange.objects.bulk_create(
        (
            ActionChange(
                action=one,
                meeting_id=one.meeting_id,
                kind="created",
                new_due=one.due,
                by=by,
                at=now,
            )
            for one in made
        ),
        batch_size=load.BATCH,
    )


def pages_of(forum: Forum) -> dict[str, str]:
    newest = Decision.objects.filter(item__meeting__forum=forum).order_by(
        "-item__meeting__starts_at", "-item__position"
    )
    return {
        "forum page": reverse("forum", args=[forum.pk]),
        "meeting list": reverse("meetings"),
        "month": reverse("meetings_month"),
        "decision list": reverse("decisions"),
        "decision page": reverse("decision", args=[newest[0].pk]),
        "action list": reverse("actions"),
    }


def measure(times: int) -> None:
    addresses, readers = {}, {}
    for count in (FEW, MANY):
        forum, readers[count] = fill(count)
        addresses[count] = pages_of(forum)
    grants.rebuild(Forum, on=timezone.localdate())
    load.analyse()
    asks = []
    for name in addresses[FEW]:
        for count in (FEW, MANY):
            asks.append(asking(client(readers[count].username), addresses[count][name], 200))
    took = medians(asks, times)
    for place, name in enumerate(addresses[FEW]):
        few, many = took[2 * place], took[2 * place + 1]
        Figure(
            f"Forum of {MANY} meetings and {MANY * ACTIONS:,} actions".replace(",", " "),
            name,
            f"{many / few:.2f} ×",
            f"{FEW} meetings {ms(few)}, {MANY} meetings {ms(many)}",
            f"≤ {TIMES} ×",
            many <= TIMES * few,
            "read one page of rows, and count what is beside them in the database",
        ).say()
