"""The cast, with two units that carry cases, and a worry of Tove's about Kim."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases import handing_in, units
from cases.handing_in import Person, Told
from cases.models import Case, Submission
from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation
from tests.knowledge.conftest import as_person, people

__all__ = ["as_person", "people"]

KEY = "a key of the tests alone, for the fields of cases 0123"
OLDER = "another key of the tests alone, that came before it 45"
BOARD = "Socialnämnden"
WEST = ("Vivalla", "Baronbackarna", "Oxhagen", "Varberga")


@pytest.fixture(autouse=True)
def cases_on(settings: Any) -> None:
    settings.CASES_ENABLED = True
    settings.CASE_KEYS = [KEY]


@dataclass
class Wall:
    """The units, and acts in short."""

    people: dict[str, User]

    def hand_in(
        self,
        *,
        by: str = "tove.lind",
        district: str | None = "Vivalla",
        protected: str = "no",
        given: str = "Kim",
        family: str = "Exempelsson",
        born: int = 2010,
        **told: Any,
    ) -> Submission:
        place = District.objects.get(name=district) if district else None
        return handing_in.hand_in(
            person=Person(given, family, born, protected, place, "Vivallaskolan"),
            told=Told(
                **{
                    "happened": "Har ritat symboler på bänkar i tre veckor.",
                    "when": "2026-11-03",
                    "known_how": "seen",
                    "told": "yes",
                }
                | told
            ),
            organisation=Organisation.objects.get(name=cast.UPPER_SECONDARY),
            by=self.people[by],
            about_behaviour=True,
        )

    def case(self, **how: Any) -> Case:
        return self.hand_in(**how).case


@pytest.fixture
def wall(people: dict[str, User]) -> Wall:
    stina = people["stina.alm"]
    since = timezone.localdate() - timedelta(days=400)
    home = Organisation.objects.get(name="Partnerskap Örebro")
    west = units.found(
        name="Partnerskap Väster", organisation=home, authority=BOARD, since=since, by=stina
    )
    east = units.found(
        name="Partnerskap Öster och övriga områden",
        organisation=home,
        authority=BOARD,
        since=since,
        by=stina,
        receives_protected=True,
    )
    for district in District.objects.order_by("pk"):
        unit = west if district.name in WEST else east
        units.serve(unit=unit, district=district, since=since, by=stina)
    units.receive_protected(unit=east, user=people["mats.orn"], since=since, by=stina)
    return Wall(people)
