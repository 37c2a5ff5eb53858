"""Who gives which role: the second administrator (V15), last days for externals, the last one left."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coordination.access import grants, policy
from coordination.access.refused import Refused
from coordination.access.vocabulary import DEPUTISED, ROLES, Permission
from coordination.actors import demo as cast
from coordination.actors.models import (
    District,
    DistrictMembership,
    Organisation,
    OrganisationMembership,
)
from coordination.administration import people, roles
from coordination.administration.models import RoleRequest
from coordination.administration.roles import Wanted
from coordination.audit import log
from coordination.jobs.models import OutgoingMail
from forums.models import ForumGrant

TODAY = timezone.localdate


@pytest.fixture
def stina(world):
    return world.person("stina.alm")


@pytest.fixture
def viktor(world):
    return world.person("viktor.ros")


def at(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def wanted(role: str, place: str = cast.MUNICIPALITY, days: int | None = None) -> Wanted:
    until = None if days is None else TODAY() + timedelta(days=days)
    return Wanted(role, at(place), TODAY(), until)


def test_an_ordinary_role_is_given_at_once_and_logged(world, stina):
    ny = world.person("ny.person")
    held = roles.give(by=stina, user=ny, wanted=wanted("reporter", cast.SOCIAL))
    assert isinstance(held, OrganisationMembership)
    assert policy.roles_of(world.person("ny.person")) == {"reporter"}
    assert log.events(zone=log.Zone.COORDINATION, on=held).get().event == "access.role.given"


def test_a_role_to_oneself_waits_for_another_administrator(world, stina, viktor):
    asked = roles.give(by=stina, user=stina, wanted=wanted("manager", cast.SOCIAL))
    assert isinstance(asked, RoleRequest)
    assert "manager" not in policy.roles_of(world.person("stina.alm"))
    with pytest.raises(roles.NotYours):
        roles.approve(by=stina, asked=asked)
    roles.approve(by=viktor, asked=asked)
    assert "manager" in policy.roles_of(world.person("stina.alm"))
    events = [event.event for event in log.events(zone=log.Zone.COORDINATION, on=asked)]
    assert events == ["administration.role_request.approved", "administration.role_request.made"]


@pytest.mark.parametrize("role", ["system_administrator", "reviewer"])
def test_a_role_over_people_or_the_log_needs_two_whoever_gets_it(world, stina, viktor, role):
    gunnar = world.person("gunnar.ask")
    asked = roles.give(by=stina, user=gunnar, wanted=wanted(role))
    assert role not in policy.roles_of(world.person("gunnar.ask"))
    roles.approve(by=viktor, asked=asked)
    assert role in policy.roles_of(world.person("gunnar.ask"))


def test_whoever_is_to_get_the_role_does_not_approve_it_either(world, stina, viktor):
    asked = roles.give(by=stina, user=viktor, wanted=wanted("reviewer"))
    with pytest.raises(roles.NotYours):
        roles.approve(by=viktor, asked=asked)


def test_the_reviewers_and_the_other_administrators_are_told_by_mail(world, stina, viktor):
    asked = roles.give(by=stina, user=stina, wanted=wanted("manager", cast.SOCIAL))
    told = dict(OutgoingMail.objects.values_list("user_id", "letter"))
    reviewers = {world.people[name].pk for name in ("bo.kvist", "ida.rask", "kaj.berg")}
    assert {key for key, letter in told.items() if letter.endswith("_review")} == reviewers
    assert told[viktor.pk] == "administration.role_request"
    assert stina.pk not in told
    roles.approve(by=viktor, asked=asked)
    given = OutgoingMail.objects.filter(letter="administration.role_given_review")
    assert set(given.values_list("user_id", flat=True)) == reviewers


def test_a_request_is_refused_by_another_and_taken_back_by_oneself(world, stina, viktor):
    first = roles.give(by=stina, user=stina, wanted=wanted("manager", cast.SOCIAL))
    roles.refuse(by=viktor, asked=first)
    assert first.state == "refused"
    second = roles.give(by=stina, user=stina, wanted=wanted("manager", cast.SOCIAL))
    roles.refuse(by=stina, asked=second)
    assert second.state == "withdrawn"
    with pytest.raises(roles.AlreadyDecided):
        roles.approve(by=viktor, asked=second)
    assert "manager" not in policy.roles_of(world.person("stina.alm"))


def test_the_database_itself_refuses_an_approver_who_asked_or_gets_the_role(world, stina, viktor):
    asked = roles.give(by=stina, user=viktor, wanted=wanted("reviewer"))
    for decider in (stina, viktor):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleRequest.objects.filter(pk=asked.pk).update(
                state="approved", decided_by=decider, decided_at=timezone.now()
            )


def test_an_administrator_does_not_make_themselves_a_deputy(world, stina):
    with pytest.raises(Refused):
        people.be_away(
            by=stina,
            user=world.person("anna.ek"),
            deputy=stina,
            valid_from=TODAY(),
            valid_to=TODAY(),
        )


def test_a_role_at_an_external_organisation_has_a_last_day(world, stina):
    ny = world.person("ny.person")
    with pytest.raises(Refused) as refusal:
        roles.give(by=stina, user=ny, wanted=wanted("police_liaison", cast.POLICE))
    assert refusal.value.field == "valid_to"
    held = roles.give(by=stina, user=ny, wanted=wanted("police_liaison", cast.POLICE, 90))
    with pytest.raises(Refused):
        roles.move(by=stina, held=held, valid_from=held.valid_from, valid_to=None)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("partnership_coordinator", "organisation"),
        ("manager", "district"),
        ("chair", "organisation"),
    ],
)
def test_a_role_is_held_where_the_vocabulary_says(world, stina, role, place):
    where = at(cast.SOCIAL) if place == "organisation" else District.objects.first()
    with pytest.raises(Refused):
        roles.give(by=stina, user=world.person("ny.person"), wanted=Wanted(role, where, TODAY()))


def test_the_same_role_is_not_given_twice_for_the_same_days(world, stina):
    ny = world.person("ny.person")
    roles.give(by=stina, user=ny, wanted=wanted("reporter", cast.SOCIAL, 10))
    with pytest.raises(Refused):
        roles.give(by=stina, user=ny, wanted=wanted("reporter", cast.SOCIAL))
    later = Wanted("reporter", at(cast.SOCIAL), TODAY() + timedelta(days=11))
    assert roles.give(by=stina, user=ny, wanted=later)


def test_a_role_ended_now_gives_nothing_at_the_next_request(world, stina, signed_in_as):
    """V14 for roles: Maria's district, the day before and the same day."""
    sara = signed_in_as("sara.nyman")
    forum = world.forums["vivalla"]
    assert sara.get(f"/forum/{forum.pk}/").status_code == 200
    held = DistrictMembership.objects.get(user=world.people["sara.nyman"], district__name="Vivalla")
    roles.end(by=stina, held=held)
    assert sara.get(f"/forum/{forum.pk}/").status_code == 404
    assert grants.differences() == []


def test_a_role_given_today_by_mistake_can_be_ended_today(world, stina, signed_in_as):
    ny = signed_in_as("ny.person")
    held = roles.give(by=stina, user=world.person("ny.person"), wanted=wanted("reporter"))
    assert ny.get("/att-gora/").status_code == 200
    roles.end(by=stina, held=held)
    assert ny.get("/att-gora/").status_code == 404


def test_the_last_administrator_stays(world, stina, viktor):
    of = OrganisationMembership.objects.filter(role="system_administrator")
    roles.end(by=viktor, held=of.get(user=stina))
    with pytest.raises(Refused):
        roles.end(by=viktor, held=of.get(user=viktor))
    with pytest.raises(Refused):
        people.close(by=stina, user=viktor, why="decided")


def test_a_sensitive_role_is_not_lengthened_by_one_alone(world, stina, viktor):
    own = OrganisationMembership.objects.get(role="system_administrator", user=viktor)
    roles.move(by=stina, held=own, valid_from=own.valid_from, valid_to=TODAY() + timedelta(days=5))
    for last in (None, TODAY() + timedelta(days=6)):
        with pytest.raises(Refused):
            roles.move(by=stina, held=own, valid_from=own.valid_from, valid_to=last)


# Deputies ----------------------------------------------------------------------------------------


def away(world, by, who: str, deputy: str, first: int = 0, last: int = 7):
    return people.be_away(
        by=by,
        user=world.person(who),
        deputy=world.person(deputy),
        valid_from=TODAY() + timedelta(days=first),
        valid_to=TODAY() + timedelta(days=last),
    )


def test_a_deputy_holds_what_the_absent_holds_and_nothing_after(world, stina, signed_in_as):
    ulla = signed_in_as("ulla.vik")
    address = f"/forum/{world.forums['vivalla'].pk}/"
    assert ulla.get(address).status_code == 404
    absence = away(world, stina, "maria.sten", "ulla.vik")
    ulla.world.canaries = {
        word: forum for word, forum in world.canaries.items() if forum in ("sig", "special")
    }
    assert ulla.get(address).status_code == 200
    assert grants.differences() == []
    last = ForumGrant.objects.filter(user=world.people["ulla.vik"]).values_list(
        "valid_until", flat=True
    )
    assert set(last) == {absence.valid_to}
    signed_in_as("stina.alm").post(f"/anvandare/franvaro/{absence.pk}/avsluta/")
    assert ulla.get(address).status_code == 404
    assert grants.differences() == []


def test_a_deputy_never_comes_into_a_forum_that_may_handle_individuals(world, stina, signed_in_as):
    away(world, stina, "maria.sten", "ulla.vik")
    ulla = signed_in_as("ulla.vik")
    assert ulla.get(f"/forum/{world.forums['sig'].pk}/").status_code == 404


@pytest.mark.parametrize("who", ["viktor.ros", "bo.kvist", "hanna.falk", "nils.frisk"])
def test_a_deputy_never_gets_a_role_over_people_the_log_or_individuals(world, stina, who):
    away(world, stina, who, "ny.person")
    held = policy.roles_of(world.person("ny.person"))
    assert held <= set(DEPUTISED)
    assert not policy.permissions_of(world.person("ny.person")) - {Permission.USE_PORTAL}


def test_a_role_that_ends_during_the_absence_ends_for_the_deputy_too(world, stina):
    away(world, stina, "leila.amiri", "ny.person")
    assert policy.roles_of(world.person("ny.person")) == {"reporter"}
    held = OrganisationMembership.objects.get(user=world.people["leila.amiri"])
    roles.end(by=stina, held=held)
    assert policy.roles_of(world.person("ny.person")) == frozenset()


def test_a_deputy_of_a_deputy_gets_nothing_from_the_first(world, stina):
    away(world, stina, "leila.amiri", "ny.person")
    away(world, stina, "ny.person", "tove.lind")
    assert policy.roles_of(world.person("tove.lind")) == {"referrer"}


def test_an_absence_to_come_gives_nothing_yet(world, stina):
    away(world, stina, "leila.amiri", "ny.person", first=1)
    assert policy.roles_of(world.person("ny.person")) == frozenset()


def test_the_deputy_stands_on_both_pages(world, stina, signed_in_as):
    away(world, stina, "leila.amiri", "ny.person")
    client = signed_in_as("stina.alm")
    for one, other in (("leila.amiri", "Ny Person"), ("ny.person", "Leila Amiri")):
        page = client.get(f"/anvandare/{world.people[one].pk}/").content.decode()
        assert other in page


def test_roles_that_need_two_are_those_that_no_deputy_holds(world):
    for role in ROLES.values():
        assert not (role.needs_second and role.deputised)


# Two at once -------------------------------------------------------------------------------------


def test_of_administrators_who_decide_at_once_one_does(world, stina, viktor, race):
    asked = roles.give(by=stina, user=world.person("gunnar.ask"), wanted=wanted("reviewer"))
    third = world.person("oskar.lind")

    def decide(by):
        return roles.approve(by=by, asked=RoleRequest.objects.get(pk=asked.pk))

    outcomes = race(*[lambda by=by: decide(by) for by in (viktor, third, viktor, third)])
    told = sorted(type(outcome).__name__ for outcome in outcomes)
    assert told == ["AlreadyDecided"] * 3 + ["OrganisationMembership"]
    held = OrganisationMembership.objects.filter(user__username="gunnar.ask", role="reviewer")
    assert race.alone(held.count) == 1
