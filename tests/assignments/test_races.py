"""Two at once: one of two updates is told, one question is asked, one decision stands."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.access.models import User
from coordination.access.refused import Refused
from coordination.actors import demo as cast
from coordination.assignments import assigning, guidelines, shipped, updates
from coordination.assignments.models import Assignment, AssignmentOwner, StatusUpdate
from coordination.jobs.models import OutgoingMail
from tests.assignments import DECIDED, NEWER
from tests.racing import Race

pytestmark = pytest.mark.django_db(transaction=True)

QUOTE = "Gymnasieförvaltningen får i uppdrag att utveckla verksamheten med elevstödjare."


@pytest.fixture
def ordered(race) -> AssignmentOwner:
    """Assignment 13 and its owner."""
    cast.make_places()
    cast.make_people(since=timezone.localdate() - timedelta(days=730))
    shipped.establish(decided_by="Kommunstyrelsen", decided_on=DECIDED, by=None)
    return AssignmentOwner.objects.select_related("assignment").get(assignment__number=13)


def test_of_two_updates_at_once_one_is_saved_and_the_other_told(race: Race, ordered):
    leila, ulla = (User.objects.get(username=name) for name in ("leila.amiri", "ulla.vik"))

    def say(by: User) -> object:
        return updates.update(owner=ordered, status="under_way", happened="Nytt", version=1, by=by)

    answers = race(lambda: say(leila), lambda: say(ulla))
    assert sorted(type(one).__name__ for one in answers) == ["StatusUpdate", "UpdatedMeanwhile"]
    assert race.alone(StatusUpdate.objects.count) == 1


def test_two_who_ask_at_once_mail_each_person_once(race: Race, ordered):
    askers = [User.objects.get(username=name) for name in ("anna.ek", "oskar.lind")]
    race(*(lambda by=by: updates.ask(assignments=[ordered.assignment], by=by) for by in askers))
    assert race.alone(OutgoingMail.objects.filter(letter=updates.LETTER).count) == 1


def test_an_assignment_cannot_go_on_and_end_at_once(race: Race, ordered):
    anna = User.objects.get(username="anna.ek")
    newer = guidelines.establish(
        title="Nyare",
        decided_by="KF",
        decided_on=timezone.localdate(),
        in_force_from=timezone.localdate(),
        text=NEWER,
        by=anna,
    )
    one = ordered.assignment
    answers = race(
        lambda: assigning.carry_over(assignment=one, guideline=newer, quote=QUOTE, by=anna),
        lambda: assigning.end(assignment=one, guideline=newer, by=anna),
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1

    def stands() -> tuple[bool, bool]:
        found = Assignment.objects.get(pk=one.pk)
        return found.ended_on is None, found.mandates.filter(guideline=newer).exists()

    assert race.alone(stands) in ((True, True), (False, False))
