"""Who sees and keeps which forum, as it follows from seats and roles."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coordination.access import grants, policy
from coordination.access.vocabulary import Permission
from forums import register
from forums.models import (
    Action,
    ActionChange,
    ActionOwner,
    AgendaItem,
    CarriedAction,
    Decision,
    Forum,
    Meeting,
    MinutesVersion,
    Participation,
    Seat,
    StandingItem,
)
from forums.refusals import Missing, Refused

GOVERNED = (
    Forum, Seat, StandingItem, Meeting, Participation, AgendaItem, Decision, Action, ActionOwner,
    ActionChange, CarriedAction, MinutesVersion,
)  # fmt: skip


def sees(user):
    return {forum.name for forum in Forum.objects.visible_to(user)}


def keeps(user):
    return {forum.name for forum in Forum.objects.visible_to(user, Permission.LOG_MEETINGS)}


def test_seats_and_roles_decide_who_sees_and_keeps_a_forum(sample):
    council, other, closed = sample.council.name, sample.other.name, sample.closed.name
    expected = {
        "anna": ({council, other}, {council, other}),
        "oskar": ({council, other}, {council, other}),
        "maria": ({council, other, closed}, {council, other, closed}),
        "jonas": ({council}, {council}),
        "nils": ({council, closed}, set()),
        "gun": ({council}, set()),
        "per": ({council}, set()),
        "eva": (set(), set()),
        "stina": (set(), set()),
        "bo": (set(), set()),
        "ny": (set(), set()),
    }
    assert {
        name: (sees(getattr(sample, name)), keeps(getattr(sample, name))) for name in expected
    } == (expected)


def test_grants_are_what_memberships_say(sample):
    assert grants.differences() == []


def test_a_seat_shows_its_forum_from_its_first_day_to_its_last(sample):
    place = sample.council.seats.first().organisation
    seat = register.give_seat(
        forum=sample.council, seat=register.NewSeat(place, user=sample.ulla), by=sample.anna
    )
    assert sees(sample.ulla) == {sample.council.name}
    register.end_seat(seat=seat, by=sample.anna, on=sample.today - timedelta(days=1))
    assert sees(sample.ulla) == {sample.council.name}  # a seat lasts at least its first day
    Seat.objects.filter(pk=seat.pk).update(
        valid_from=sample.today - timedelta(days=9), valid_to=sample.today - timedelta(days=1)
    )
    grants.rebuild()
    assert sees(sample.ulla) == set()


def test_a_seat_given_by_mistake_is_taken_back_at_once_and_shows_nothing_more(sample):
    place = sample.council.seats.first().organisation
    given = register.NewSeat(place, user=sample.ulla)
    seat = register.give_seat(forum=sample.council, seat=given, by=sample.anna)
    planned = sample.plan()
    assert planned.participations.filter(user=sample.ulla).exists()
    keeper = Client()
    keeper.force_login(sample.anna)
    address = reverse("seat_end", args=[seat.pk])
    assert 'name="mistake"' in keeper.get(address).content.decode()
    keeper.post(address, {"valid_to": sample.today.isoformat(), "mistake": "on"})
    assert sees(sample.ulla) == set()
    assert not planned.participations.filter(user=sample.ulla).exists()
    assert not Seat.objects.filter(pk=seat.pk).exists()
    assert grants.differences() == []


def test_a_seat_that_was_used_or_is_older_or_the_only_chairs_is_not_taken_back(sample):
    place = sample.council.seats.first().organisation
    given = register.NewSeat(place, user=sample.ulla)
    seat = register.give_seat(forum=sample.council, seat=given, by=sample.anna)
    sample.running()
    older = sample.council.seats.get(user=sample.gun)
    for kept in (seat, older):
        with pytest.raises(Refused):
            register.take_back_seat(seat=kept, by=sample.anna)
    chair = sample.other.seats.get(role="chair")
    Seat.objects.filter(pk=chair.pk).update(valid_from=sample.today)
    chair.refresh_from_db()
    with pytest.raises(Refused):
        register.take_back_seat(seat=chair, by=sample.anna)
    assert Seat.objects.filter(pk__in=[seat.pk, older.pk, chair.pk]).count() == 3


def test_a_forum_needs_a_name_of_its_own_and_a_chair(sample):
    place = sample.council.seats.first().organisation
    chair = register.NewSeat(place, "chair", sample.anna)
    with pytest.raises(Missing) as caught:
        register.establish(name=" ", seats=[chair], by=sample.anna)
    assert caught.value.field == "name"
    with pytest.raises(register.NameTaken):
        register.establish(name=sample.council.name, seats=[chair], by=sample.anna)
    with pytest.raises(Missing):
        register.establish(
            name="Nytt", seats=[register.NewSeat(place, user=sample.anna)], by=sample.anna
        )
    with pytest.raises(Missing):
        register.end_seat(seat=sample.council.seats.get(role="chair"), by=sample.anna)


def test_a_seat_needs_somebody_and_an_organisation(sample):
    place = sample.council.seats.first().organisation
    for seat in (register.NewSeat(place), register.NewSeat(None, name="Karin Öst")):
        with pytest.raises(Missing):
            register.give_seat(forum=sample.council, seat=seat, by=sample.anna)
    with pytest.raises(Refused):
        register.give_seat(
            forum=sample.council, seat=register.NewSeat(place, user=sample.gun), by=sample.anna
        )


def test_who_is_called_without_a_seat_sees_that_meeting_only(sample):
    from forums import agenda

    place = sample.council.seats.first().organisation
    meeting = sample.plan(invited=[agenda.Invited(organisation=place, user=sample.ulla)])
    neighbour = sample.plan(days=20)
    assert list(Meeting.objects.visible_to(sample.ulla)) == [meeting]
    assert not policy.may(sample.ulla, Permission.VIEW_FORUM, neighbour)
    assert not policy.may(sample.ulla, Permission.VIEW_FORUM, sample.council)
    assert AgendaItem.objects.visible_to(sample.ulla).count() == meeting.items.count()


@pytest.mark.parametrize("model", GOVERNED)
def test_object_check_and_list_agree(sample, model):
    meeting = sample.running()
    item = sample.item(meeting, "Lägesbild")
    sample.action(item, "Ring", "Gun")
    sample.running(sample.other)
    for user in sample.people.values():
        listed = set(model.objects.visible_to(user).values_list("pk", flat=True))
        checked = {
            row.pk for row in model.objects.all() if policy.may(user, model.access.view, row)
        }
        assert listed == checked
