"""The cast, with two units that carry cases, and a worry of Tove's about Kim."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from cases import handing_in
from cases.handing_in import Agreed, From, Person, Told
from cases.models import Case, HandInDraft, Submission
from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation
from coordination.grounds.models import Sender
from tests import world as the_world
from tests.knowledge.conftest import as_person, people

__all__ = ["as_person", "people"]

KEY = the_world.CASE_KEY
OLDER = "another key of the tests alone, that came before it 45"


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
        draft: HandInDraft | None = None,
        consent: Agreed | None = None,
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
            # From the board's own administration, so that nothing more is asked.
            sent_from=From(Organisation.objects.get(name=cast.SOCIAL), Sender.SOCIAL),
            by=self.people[by],
            about_behaviour=True,
            draft=draft,
            consent=consent,
        )

    def case(self, **how: Any) -> Case:
        return self.hand_in(**how).case


@pytest.fixture
def wall(people: dict[str, User]) -> Wall:
    the_world.case_units(people, timezone.now())
    return Wall(people)
