"""How assignments stand: said by those whose they are, asked for, and silent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.access import people, policy
from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.actors import demo as cast
from coordination.actors.models import OrganisationMembership
from coordination.assignments import tasks, updates
from coordination.assignments.models import (
    Assignment,
    AssignmentOwner,
    StatusUpdate,
    UpdateRequest,
)
from coordination.audit.models import Event
from coordination.jobs.models import OutgoingMail

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

STATUSES = {
    ("not_started",): "not_started",
    ("done",): "done",
    ("dropped",): "dropped",
    ("paused",): "paused",
    ("not_started", "under_way"): "under_way",
    ("not_started", "done"): "under_way",
    ("not_started", "dropped"): "not_started",
    ("paused", "done"): "paused",
    ("paused", "not_started"): "under_way",
    ("under_way", "paused"): "under_way",
    ("done", "dropped"): "done",
}
UPDATERS = {
    # A function that is no organisation: those of its role, its organisation's own, and the keepers.
    (1, ""): "anna.ek oskar.lind lars.nord",
    (8, ""): "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn",
    (13, ""): "anna.ek oskar.lind leila.amiri ulla.vik",
    (14, cast.SOCIAL): "anna.ek oskar.lind per.holm gunnar.ask",
    (14, cast.PARTNERSHIP): "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn",
    (2, cast.POLICE): "anna.ek oskar.lind",
    (9, cast.CULTURE): "anna.ek oskar.lind",
}
READERS = (
    "anna.ek gunnar.ask jonas.berg lars.nord leila.amiri maria.sten mats.orn oskar.lind per.holm"
    " rolf.dahlin sara.nyman sofia.dahl ulla.vik"
)


def say(owner: AssignmentOwner, by, **more):
    said = {"status": "under_way", "happened": "Nytt", "version": owner.version} | more
    return updates.update(owner=owner, by=by, **said)


@pytest.mark.parametrize("statuses", STATUSES)
def test_what_the_statuses_of_the_owners_come_to(statuses):
    assert updates.overall(statuses) == STATUSES[statuses]
    assert updates.overall(statuses[::-1]) == STATUSES[statuses]


@pytest.mark.parametrize("asked", UPDATERS)
def test_who_says_how_an_assignment_stands(owner, asked):
    found = owner(*asked)
    may = {
        user.username
        for user in people.User.objects.all()
        if policy.may(user, Permission.UPDATE_ASSIGNMENTS, found)
    }
    assert may == set(UPDATERS[asked].split())


def test_who_reads_assignments_and_nobody_else(guideline):
    reads = sorted(
        user.username
        for user in people.User.objects.all()
        if Assignment.objects.visible_to(user).exists()
    )
    assert reads == READERS.split()


def test_a_role_that_ended_yesterday_says_nothing_today(owner, person):
    held = OrganisationMembership.objects.get(user=person("leila.amiri"))
    people.end_role(by=person("stina.alm"), held=held, on=timezone.localdate() - timedelta(days=1))
    assert not policy.may(person("leila.amiri"), Permission.UPDATE_ASSIGNMENTS, owner(13))


def test_a_deputy_says_it_for_the_days_of_the_absence(owner, person):
    from coordination.administration import people as administration

    today = timezone.localdate()
    administration.be_away(
        by=person("stina.alm"),
        user=person("leila.amiri"),
        deputy=person("sofia.dahl"),
        valid_from=today,
        valid_to=today,
    )
    assert policy.may(person("sofia.dahl"), Permission.UPDATE_ASSIGNMENTS, owner(13))
    assert person("sofia.dahl") in updates.who_says([owner(13)])[owner(13).pk]


def test_an_update_moves_the_owner_and_the_whole_and_is_logged_without_its_words(owner, person):
    first, second = owner(14, cast.SOCIAL), owner(14, cast.PARTNERSHIP)
    say(first, person("per.holm"), status="done", happened="Klart hos oss")
    whole = Assignment.objects.get(number=14)
    assert whole.status == "under_way"
    assert whole.updated_at is not None
    say(second, person("maria.sten"), status="done")
    whole.refresh_from_db()
    assert whole.status == "done"
    event = Event.objects.filter(event="assignments.status.updated").latest("pk")
    assert event.facts == {"owner": second.pk, "status": "done"}


def test_two_who_update_at_once_both_know_of_it_and_nothing_is_lost(owner, person):
    opened = owner(13)
    say(opened, person("leila.amiri"), happened="Först")
    with pytest.raises(updates.UpdatedMeanwhile):
        say(opened, person("ulla.vik"), happened="Sedan")
    say(owner(13), person("ulla.vik"), happened="Sedan")
    said = StatusUpdate.objects.filter(owner=opened).order_by("pk")
    assert list(said.values_list("happened", flat=True)) == ["Först", "Sedan"]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("happened", {"happened": " "}),
        ("happened", {"happened": "x" * 401}),
        ("happened", {"happened": "Om 811228-9874"}),
        ("obstacle", {"obstacle": "Om 811228-9874"}),
        ("next_step", {"next_step": "Om 811228-9874"}),
        ("next_step", {"next_on": timezone.localdate()}),
        ("decision_wanted", {"decision_wanted": "y" * 201}),
        ("status", {"status": "kanske"}),
    ],
)
def test_what_cannot_be_said_is_refused_at_its_field_and_nothing_is_saved(
    owner, person, field, values
):
    with pytest.raises(Refused) as refused:
        say(owner(13), person("leila.amiri"), **values)
    assert refused.value.field == field
    assert not StatusUpdate.objects.exists()


def test_an_ended_assignment_cannot_be_updated(owner, person):
    Assignment.objects.filter(number=13).update(ended_on=timezone.localdate())
    with pytest.raises(Refused):
        say(owner(13), person("leila.amiri"))


# Without a word ----------------------------------------------------------------------------------


def test_ninety_days_without_a_word_make_an_assignment_silent_until_it_is_closed(owner, person):
    leila, found = person("leila.amiri"), owner(13)
    now = timezone.now()
    say(found, leila, now=now)

    def silent(days: int) -> bool:
        every = AssignmentOwner.objects.filter(pk=found.pk)
        return updates.stale(every, now + timedelta(days=days)).exists()

    assert not silent(90)
    assert silent(91)
    say(owner(13), leila, status="done", now=now)
    assert not silent(91)


def test_an_assignment_that_nobody_ever_updated_is_silent_from_when_it_was_ordered(owner):
    every = AssignmentOwner.objects.filter(pk=owner(1).pk)
    # It was ordered thirty days ago.
    assert not updates.stale(every, timezone.now() + timedelta(days=59)).exists()
    assert updates.stale(every, timezone.now() + timedelta(days=61)).exists()


# Asked for ---------------------------------------------------------------------------------------


def mailed() -> list[str]:
    sent = OutgoingMail.objects.filter(letter=updates.LETTER).order_by("pk")
    users = {user.pk: user.username for user in people.User.objects.all()}
    return [users[one.user_id] for one in sent]


def ask(person, *numbers: int, now=None):
    chosen = Assignment.objects.filter(number__in=numbers).order_by("number")
    return updates.ask(assignments=chosen, by=person("anna.ek"), now=now)


def test_asking_mails_each_who_can_say_once_for_each_assignment_and_never_who_asks(person):
    ask(person, 1, 13, 14)
    assert sorted(mailed()) == sorted(
        # 1: the office's manager and the other coordinator; 14: the partnership, and social services.
        [
            "lars.nord",
            "oskar.lind",
            "leila.amiri",
            "jonas.berg",
            "maria.sten",
            "mats.orn",
            "sara.nyman",
            "per.holm",
        ]
    )


def test_asking_again_within_two_weeks_mails_nobody_and_afterwards_everybody_once_more(person):
    ask(person, 13)
    assert ask(person, 13) == []
    assert mailed() == ["leila.amiri"]
    ask(person, 13, now=timezone.now() + timedelta(days=15))
    assert mailed() == ["leila.amiri", "leila.amiri"]
    assert UpdateRequest.objects.count() == 1


def test_who_has_two_parts_of_an_assignment_gets_one_mail_about_it(person):
    ask(person, 2)
    # The office and the police, both of which the coordinators speak for.
    assert sorted(mailed()) == ["lars.nord", "oskar.lind"]
    assert UpdateRequest.objects.count() == 2


def test_a_closed_part_and_one_that_nobody_speaks_for_are_not_asked(person, owner):
    say(owner(13), person("leila.amiri"), status="done")
    ask(person, 9, 13)
    asked = set(UpdateRequest.objects.values_list("owner__organisation__name", flat=True))
    assert asked == {cast.OFFICE, cast.UPPER_SECONDARY, cast.SOCIAL}
    why = {
        one.owner.organisation.name: one.why_not
        for one in updates.to_ask(
            assignments=Assignment.objects.filter(number=9), by=person("anna.ek")
        )
    }
    assert why[cast.CULTURE]


def test_an_answer_ends_the_question_and_the_mail_that_has_not_been_sent(owner, person):
    ask(person, 13)
    leila, ids = person("leila.amiri"), {"owner": owner(13).pk}
    letter = tasks.update_asked(user=leila, ids=ids)
    assert letter is not None
    assert letter.url == f"/uppdrag/uppdatera/{owner(13).pk}/"
    assert "elevstödjare" not in letter.text()
    assert list(updates.asked_of(leila)) == [owner(13)]
    say(owner(13), leila)
    assert not updates.asked_of(leila).exists()
    assert tasks.update_asked(user=leila, ids=ids) is None


def test_the_question_reaches_the_keepers_only_for_what_their_own_role_answers_for(person):
    ask(person, 1, 13)
    assert [one.assignment.number for one in updates.asked_of(person("oskar.lind"))] == [1]


def test_asking_costs_the_same_few_questions_for_one_and_for_all(
    person, django_assert_max_num_queries
):
    anna = person("anna.ek")
    with django_assert_max_num_queries(9):
        updates.to_ask(assignments=Assignment.objects.filter(number=13), by=anna)
    with django_assert_max_num_queries(9):
        updates.to_ask(assignments=Assignment.objects.all(), by=anna)
