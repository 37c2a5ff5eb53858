"""A leaver's handover: everything that is left is seen, given to somebody, and the account closed."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from coordination.access import grants
from coordination.access.refused import Refused
from coordination.actors import demo as cast
from coordination.actors.models import DistrictMembership, Organisation
from coordination.administration import people, roles
from coordination.administration import people_leaving as leaving
from coordination.administration.models import Closure
from coordination.audit import log
from coordination.jobs.models import OutgoingMail
from forums import handover, register
from forums.models import Action, Meeting, Participation, Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def stina(world):
    return world.person("stina.alm")


def left_by(world, username: str, stina) -> list[leaving.Left]:
    return leaving.everything_of(world.person(username), seen_by=stina)


def test_all_that_a_leaver_has_is_listed_and_no_forum_is_named(world, stina):
    left = left_by(world, "maria.sten", stina)
    kinds = [one.key.rsplit(".", 1)[0] for one in left]
    assert kinds.count("forums.seat") == 3
    assert "forums.meeting" in kinds
    left += left_by(world, "per.holm", stina)
    assert "forums.actions" in [one.key.rsplit(".", 1)[0] for one in left]
    words = " ".join(one.title for one in left)
    assert not any(canary in words for canary in world.canaries)


def test_the_one_who_may_see_a_forum_is_told_its_name(world):
    anna = world.person("anna.ek")
    left = leaving.everything_of(world.person("maria.sten"), seen_by=anna)
    assert any(world.forums["vivalla"].name in one.title for one in left)
    assert not any(world.forums["sig"].name in one.title for one in left)


def everything_to(world, left, username: str) -> dict[str, int | None]:
    """All to one person; what only some may take goes to one of them."""
    pk = world.people[username].pk
    return {
        one.key: pk if one.only is None or pk in one.only else min(one.only, default=None)
        for one in left
    }


def test_everything_is_handed_over_in_one_go_and_the_account_closed(world, stina, signed_in_as):
    maria = signed_in_as("maria.sten")
    assert maria.get("/att-gora/").status_code == 200
    left = left_by(world, "maria.sten", stina)
    to = everything_to(world, left, "sara.nyman")
    leaving.leave(by=stina, user=world.person("maria.sten"), to=to)
    leaver = world.person("maria.sten")
    assert not leaver.is_active
    assert not Seat.objects.filter(user=leaver, valid_to=None).exists()
    assert not Action.objects.open().filter(owners__user=leaver).exists()
    assert not Meeting.objects.not_held().filter(planned_by=leaver).exists()
    coming = Participation.objects.filter(meeting__in=Meeting.objects.not_held())
    assert not coming.filter(user=leaver).exists()
    assert not DistrictMembership.objects.filter(user=leaver, valid_to=None).exists()
    seat = Seat.objects.get(forum=world.forums["vivalla"], user__username="sara.nyman")
    assert seat.role == "chair"
    assert grants.differences() == []
    assert maria.get("/att-gora/").status_code == 302


def test_open_actions_get_another_owner(world, stina):
    left = left_by(world, "per.holm", stina)
    per = world.person("per.holm")
    theirs = list(Action.objects.open().filter(owners__user=per))
    assert theirs
    leaving.leave(by=stina, user=per, to=everything_to(world, left, "maria.sten"))
    for action in theirs:
        assert [str(owner.user) for owner in action.owners.all()] == ["Maria Sten"]


def test_into_a_forum_about_individuals_only_those_who_sit_there_take_over(world, stina):
    left = left_by(world, "maria.sten", stina)
    seat = Seat.objects.get(forum=world.forums["sig"], user__username="maria.sten")
    only = next(one.only for one in left if one.key == f"forums.seat.{seat.pk}")
    assert only == {world.people["per.holm"].pk}
    to = everything_to(world, left, "sara.nyman")
    to[f"forums.seat.{seat.pk}"] = world.people["sara.nyman"].pk
    with pytest.raises(Refused):
        leaving.leave(by=stina, user=world.person("maria.sten"), to=to)
    assert world.person("maria.sten").is_active, "all or nothing"


def test_the_only_chair_is_not_ended_and_nothing_is_forgotten(world, stina):
    left = left_by(world, "jonas.berg", stina)
    chair = Seat.objects.get(forum=world.forums["oxhagen"], user__username="jonas.berg")
    to = everything_to(world, left, "sara.nyman")
    with pytest.raises(Refused):
        leaving.leave(
            by=stina,
            user=world.person("jonas.berg"),
            to={**to, f"forums.seat.{chair.pk}": None},
        )
    forgotten = dict(to)
    forgotten.pop(f"forums.seat.{chair.pk}")
    with pytest.raises(leaving.Unsettled):
        leaving.leave(by=stina, user=world.person("jonas.berg"), to=forgotten)


def test_an_administrator_takes_nothing_over_themselves(world, stina):
    left = left_by(world, "jonas.berg", stina)
    to = everything_to(world, left, "sara.nyman")
    key = next(one.key for one in left if one.only is None)
    with pytest.raises(Refused):
        leaving.leave(by=stina, user=world.person("jonas.berg"), to={**to, key: stina.pk})


def test_the_page_asks_once_more_before_anything_happens(world, stina, signed_in_as):
    client = signed_in_as("stina.alm")
    gun = world.people["gun.malm"]
    address = reverse("person_leaves", args=[gun.pk])
    empty = client.post(address, {})
    assert b"error-summary" in empty.content
    left = left_by(world, "gun.malm", stina)
    chosen = {one.key: "end" if one.may_end else str(world.people["rut.ahl"].pk) for one in left}
    asked = client.post(address, chosen)
    assert b'name="confirmed"' in asked.content
    assert world.person("gun.malm").is_active
    done = client.post(address, {**chosen, "confirmed": "1"})
    assert done.url == reverse("person", args=[gun.pk])
    assert not world.person("gun.malm").is_active


def test_a_successor_who_has_a_seat_keeps_the_greater_role(world, stina):
    """Per sits as a member where Maria leads: he gets the chair, and one seat."""
    left = left_by(world, "maria.sten", stina)
    to = everything_to(world, left, "per.holm")
    leaving.leave(by=stina, user=world.person("maria.sten"), to=to)
    seats = Seat.objects.filter(
        forum=world.forums["vivalla"], user__username="per.holm", valid_to=None
    )
    assert [seat.role for seat in seats] == ["chair"]


def test_the_sources_of_forums_are_registered():
    assert {handover.seats, handover.open_actions, handover.planned_meetings} <= set(
        leaving._sources
    )


def close_silent(world, username: str) -> None:
    people.close(by=None, user=world.person(username), why=Closure.Why.INACTIVE)


def test_what_an_account_closed_by_the_portal_left_is_told_and_handed_over(
    world, stina, signed_in_as
):
    close_silent(world, "per.holm")
    client = signed_in_as("stina.alm")
    per = world.person("per.holm")
    assert list(leaving.not_handed_over()) == [per]
    assert f"{reverse('people')}?state=left" in client.get("/").content.decode()
    listed = client.get(reverse("people"), {"state": "left"}).content.decode()
    assert reverse("person", args=[per.pk]) in listed
    address = reverse("person_leaves", args=[per.pk])
    assert address in client.get(reverse("person", args=[per.pk])).content.decode()

    left = left_by(world, "per.holm", stina)
    maria = str(world.people["maria.sten"].pk)
    chosen = {one.key: maria if one.only is None else str(min(one.only)) for one in left}
    done = client.post(address, {**chosen, "confirmed": "1"})
    assert done.url == reverse("person", args=[per.pk])
    assert "Allt är överlämnat" in client.get(done.url).content.decode()
    assert not Action.objects.open().filter(owners__user=per).exists()
    assert not leaving.not_handed_over().exists()
    assert Closure.objects.get(user=per).why == Closure.Why.INACTIVE, "it was closed before"
    assert f"{reverse('people')}?state=left" not in client.get("/").content.decode()


def test_an_open_account_and_one_with_nothing_are_not_told_of(world, stina):
    close_silent(world, "rut.ahl")
    assert not leaving.not_handed_over().exists()


def test_a_seat_to_come_is_handed_over_from_its_first_day(world, stina):
    rut, gun = world.people["rut.ahl"], world.people["gun.malm"]
    begins = timezone.localdate() + timedelta(days=30)
    ends = begins + timedelta(days=90)
    new = register.NewSeat(organisation=Organisation.objects.get(name=cast.OFFICE), user=rut)
    register.give_seat(
        forum=world.forums["vivalla"], seat=new, by=stina, valid_from=begins, valid_to=ends
    )
    left = left_by(world, "rut.ahl", stina)
    assert len(left) == 1
    leaving.leave(by=stina, user=world.person("rut.ahl"), to={left[0].key: gun.pk})
    assert not Seat.objects.filter(user=rut).exists(), "it never began"
    passed = Seat.objects.get(user=gun, forum=world.forums["vivalla"])
    assert (passed.valid_from, passed.valid_to) == (begins, ends)


def test_a_seat_to_come_that_nobody_takes_goes(world, stina):
    rut = world.people["rut.ahl"]
    new = register.NewSeat(organisation=Organisation.objects.get(name=cast.OFFICE), user=rut)
    begins = timezone.localdate() + timedelta(days=30)
    register.give_seat(forum=world.forums["vivalla"], seat=new, by=stina, valid_from=begins)
    left = left_by(world, "rut.ahl", stina)
    leaving.leave(by=stina, user=world.person("rut.ahl"), to={left[0].key: None})
    assert not Seat.objects.filter(user=rut).exists()


def seated_in_sig(world) -> set[str]:
    seats = Seat.objects.active(timezone.localdate()).filter(forum=world.forums["sig"])
    return set(seats.values_list("user__username", flat=True))


def test_closing_the_other_members_opens_a_forum_about_individuals_to_nobody(
    world, stina, signed_in_as
):
    """One administrator closes the members' accounts, and would seat an account of their own making."""
    people.close(by=stina, user=world.person("per.holm"), why=Closure.Why.LEFT)
    sig = world.forums["sig"]
    chair = Seat.objects.get(forum=sig, user__username="maria.sten")
    before = seated_in_sig(world)
    client = signed_in_as("stina.alm")
    address = reverse("person_leaves", args=[world.people["maria.sten"].pk])
    page = client.get(address).content.decode()
    assert "Ingen som kan ta över har en plats" in page
    assert f'name="forums.seat.{chair.pk}"' not in page
    sara = str(world.people["sara.nyman"].pk)
    left = left_by(world, "maria.sten", stina)
    chosen = {one.key: sara if one.only is None else "end" for one in left if not one.stays} | {
        f"forums.seat.{chair.pk}": sara
    }
    done = client.post(address, {**chosen, "everything": sara, "confirmed": "1"})
    assert done.status_code == 302
    assert "Det som inte kan lämnas över här blir kvar" in client.get(done.url).content.decode()
    assert not world.person("maria.sten").is_active
    assert seated_in_sig(world) == before
    to = {f"forums.seat.{chair.pk}": int(sara)}
    with pytest.raises(Refused):
        leaving.leave(by=stina, user=world.person("maria.sten"), to=to)


def test_the_last_ones_seat_and_actions_in_a_forum_about_individuals_stay(world, stina):
    sig = world.forums["sig"]
    ended = timezone.localdate() - timedelta(days=1)
    Seat.objects.filter(forum=sig, user__username="per.holm").update(valid_to=ended)
    maria = world.person("maria.sten")
    action = Action.objects.open().filter(forum=sig).first()
    action.owners.all().delete()
    action.owners.create(user=maria)
    left = left_by(world, "maria.sten", stina)
    assert {one.key.rsplit(".", 1)[0] for one in left if one.stays} == {
        "forums.seat",
        "forums.actions",
    }
    sara = world.people["sara.nyman"].pk
    to = {one.key: sara if one.only is None else None for one in left if not one.stays}
    leaving.leave(by=stina, user=maria, to=to)
    assert Seat.objects.filter(forum=sig, user=maria, role="chair", valid_to=None).exists()
    assert action.owners.get().user == maria
    assert list(leaving.not_handed_over()) == [world.person("maria.sten")], "it is told of"

    call_command("give_seat", sig.pk, "sara.nyman", "chair", organisation=cast.OFFICE)
    left = left_by(world, "maria.sten", stina)
    assert {one.key.rsplit(".", 1)[0] for one in left} >= {"forums.seat", "forums.actions"}
    leaving.leave(by=stina, user=maria, to={one.key: sara for one in left})
    assert action.owners.get().user.pk == sara
    assert not leaving.not_handed_over().exists()


def test_neither_the_leaver_nor_who_decides_makes_a_seat_one_that_can_be_handed_over(world):
    per = world.person("per.holm")
    left = leaving.everything_of(world.person("maria.sten"), seen_by=per)
    chair = Seat.objects.get(forum=world.forums["sig"], user__username="maria.sten")
    assert next(one for one in left if one.key == f"forums.seat.{chair.pk}").stays


def test_a_seat_about_individuals_is_given_on_the_server_and_reviewers_are_told(world):
    sig = world.forums["sig"]
    call_command("give_seat", sig.pk, "sara.nyman", "member", organisation=cast.OFFICE)
    seat = Seat.objects.get(forum=sig, user__username="sara.nyman", valid_to=None)
    assert seat.role == "member"
    assert grants.differences() == []
    event = (
        log.events(zone=log.Zone.COORDINATION).filter(event="forums.seat.given").latest("sequence")
    )
    assert (event.actor, event.object_key) == (log.SYSTEM, str(seat.pk))
    letters = OutgoingMail.objects.filter(letter="forums.seat_review")
    reviewers = set(roles.holders(roles.REVIEWER).values_list("pk", flat=True))
    assert reviewers
    assert set(letters.values_list("user_id", flat=True)) == reviewers


def test_the_server_gives_no_seat_that_is_given_otherwise_or_to_nobody(world):
    close_silent(world, "rut.ahl")
    sig, vivalla = world.forums["sig"].pk, world.forums["vivalla"].pk
    given = {"organisation": cast.OFFICE}
    for forum, username, role in (
        (vivalla, "sara.nyman", "chair"),
        (sig, "rut.ahl", "member"),
        (sig, "nobody.here", "member"),
        (sig, "per.holm", "member"),
        (10_000_000, "sara.nyman", "member"),
        (sig, "sara.nyman", "guest"),
    ):
        with pytest.raises(CommandError):
            call_command("give_seat", str(forum), username, role, **given)
    with pytest.raises(CommandError, match="no such organisation"):
        call_command("give_seat", sig, "sara.nyman", "member", organisation="Ingenstans")
    assert not OutgoingMail.objects.filter(letter="forums.seat_review").exists()
