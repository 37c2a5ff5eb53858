"""The council and its people for tests of forums: made by the domain functions, as in the demo."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation
from forums import agenda, meetings, proceedings, register
from forums.models import Action, AgendaItem, Forum, Meeting
from tests import LONG, snapshots
from tests.racing import Race

COUNCIL = "Brottsförebyggande rådet (ÖreBRÅ)"
TRIES = 500 if LONG else 5
"""So often two are let loose on the same thing in a test of a race."""


@dataclass
class Sample:
    people: dict[str, User]
    council: Forum
    other: Forum
    closed: Forum
    now: datetime
    made: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        """`sample.anna`: whoever has that given name."""
        for username, user in self.__dict__.get("people", {}).items():
            if username.startswith(f"{name}."):
                return user
        raise AttributeError(name)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def plan(self, forum: Forum | None = None, days: int = 7, **more: Any) -> Meeting:
        starts_at = agenda.local(self.today + timedelta(days=days), time(13, 0))
        return meetings.plan(
            forum=forum or self.council,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90),
            by=self.anna,
            now=self.now,
            **more,
        )

    def running(self, forum: Forum | None = None) -> Meeting:
        meeting = self.plan(forum, days=1)
        return meetings.start_log(meeting=meeting, by=self.anna, now=self.now)

    def item(self, meeting: Meeting, title: str) -> AgendaItem:
        return meeting.items.get(title__startswith=title)

    def action(self, item: AgendaItem, text: str, owners: str, weeks: int = 6) -> Action:
        return proceedings.add_action(
            item=item,
            text=text,
            owners=owners,
            due=item.meeting.day + timedelta(weeks=weeks),
            by=self.anna,
            now=self.now,
        )


def organisation(name: str) -> Organisation:
    return Organisation.objects.get(name__startswith=name)


STANDING = (
    register.NewStandingItem("Öppnande, val av justerare"),
    register.NewStandingItem("Uppföljning av åtgärder", is_follow_up=True),
    register.NewStandingItem("Lägesbild"),
    register.NewStandingItem("Övrigt"),
)


@pytest.fixture
def sample(db) -> Sample:
    return snapshots.given(established)


def established() -> Sample:
    """ÖreBRÅ with everyone who is called in the sample notes, a neighbour, and one with secrecy."""
    with translation.override("sv"):
        cast.make_places()
        people = cast.make_people(since=timezone.localdate() - timedelta(days=730))
    seats = [
        ("anna.ek", "chair", cast.OFFICE),
        ("oskar.lind", "secretary", cast.OFFICE),
        ("maria.sten", "member", cast.PARTNERSHIP),
        ("jonas.berg", "member", cast.PARTNERSHIP),
        ("nils.frisk", "member", cast.POLICE),
        ("per.holm", "member", cast.SOCIAL),
        ("leila.amiri", "member", cast.UPPER_SECONDARY),
        ("sofia.dahl", "member", cast.HOUSING),
        ("gun.malm", "member", "Föreningen Grannkraft"),
    ]
    since = timezone.localdate() - timedelta(days=700)
    council = register.establish(
        name=COUNCIL,
        purpose="Samlar kommunens brottsförebyggande arbete.",
        minutes_form=Forum.MinutesForm.ADJUSTED,
        usual_place="Rådhuset, sal 3",
        usual_start=time(13, 0),
        usual_end=time(14, 30),
        seats=[
            *(
                register.NewSeat(organisation(place), role=role, user=people[who])
                for who, role, place in seats
            ),
            register.NewSeat(
                organisation(cast.CULTURE),
                function="Företrädare för Kultur- och fritidsförvaltningen",
            ),
            register.NewSeat(
                organisation(cast.REGION), function="Företrädare för Region Örebro län"
            ),
        ],
        standing_items=STANDING,
        by=people["anna.ek"],
        on=since,
    )
    other = register.establish(
        name="Partnerskap Vivalla",
        districts=[District.objects.get(name="Vivalla")],
        seats=[register.NewSeat(organisation(cast.PARTNERSHIP), "chair", people["sara.nyman"])],
        standing_items=STANDING,
        by=people["anna.ek"],
        on=since,
    )
    closed = register.establish(
        name="Särskild samverkan",
        information_class=Forum.InformationClass.INDIVIDUALS,
        seats=[
            register.NewSeat(organisation(cast.PARTNERSHIP), "chair", people["maria.sten"]),
            register.NewSeat(organisation(cast.POLICE), "member", people["nils.frisk"]),
        ],
        standing_items=STANDING,
        by=people["maria.sten"],
        on=since,
    )
    return Sample(people, council, other, closed, timezone.now())


@pytest.fixture
def tries(
    race: Race, sample: Sample, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture
) -> Callable:
    """Makes something and races for it, as often as asked for; then says how it stands."""

    def settle(made: Any, outcomes: list, check: Callable) -> None:
        check(made, outcomes)
        # The next try would follow up the actions of every earlier one.
        Action.objects.open().update(state="done", closed_by=sample.anna, closed_at=sample.now)

    def run(make: Callable, *acts: Callable, check: Callable) -> None:
        race.in_file()
        won: Counter[str] = Counter()
        for _number in range(TRIES):
            made = race.alone(lambda: make(sample))
            outcomes = race(*[lambda act=act, made=made: act(made) for act in acts])
            race.alone(lambda outcomes=outcomes, made=made: settle(made, outcomes, check))
            won[" ".join("told" if isinstance(one, Exception) else "done" for one in outcomes)] += 1
        if LONG:
            with capsys.disabled():
                print(f"\nFIGURE {request.node.originalname}, of {TRIES}: {dict(won)}")

    return run
