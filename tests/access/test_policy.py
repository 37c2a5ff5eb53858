"""Who may what: roles and seats between two days, and how fast what has ended is denied."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.auth.models import Permission as PermissionRow
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.access import grants, people, policy
from coordination.access.vocabulary import MEANINGS, ROLES, Permission
from coordination.actors import demo as cast
from coordination.actors.models import (
    District,
    DistrictMembership,
    Organisation,
    OrganisationMembership,
)
from forums import register
from forums.models import Action, Forum, ForumGrant, Meeting, MinutesVersion, Participation

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def signed_in(world, username: str) -> Client:
    client = Client()
    client.force_login(world.person(username))
    return client


def forum_page(world, key: str) -> str:
    return reverse("forum", args=[world.forums[key].pk])


def midnight(days: int = 0) -> datetime:
    """The first moment of a day, in the portal's own time zone."""
    day = TODAY() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def give_seat(world, key: str, username: str, **dates):
    return register.give_seat(
        forum=world.forums[key],
        seat=register.NewSeat(
            organisation=Organisation.objects.get(name=cast.OFFICE), user=world.person(username)
        ),
        by=world.person("anna.ek"),
        **dates,
    )


# Dates -----------------------------------------------------------------------------------------


def test_a_seat_gives_nothing_before_its_first_day_and_everything_on_it(world):
    give_seat(world, "vivalla", "ulla.vik", valid_from=TODAY() + timedelta(days=1))
    assert signed_in(world, "ulla.vik").get(forum_page(world, "vivalla")).status_code == 404
    with time_machine.travel(midnight(1) + timedelta(minutes=1)):
        grants.rebuild()
        assert signed_in(world, "ulla.vik").get(forum_page(world, "vivalla")).status_code == 200


def test_a_seat_gives_through_the_last_minute_of_its_last_day_and_nothing_after_even_without_rebuild(
    world,
):
    give_seat(
        world, "vivalla", "ulla.vik", valid_from=TODAY(), valid_to=TODAY() + timedelta(days=2)
    )
    page = forum_page(world, "vivalla")
    assert signed_in(world, "ulla.vik").get(page).status_code == 200
    with time_machine.travel(midnight(3) - timedelta(seconds=30)):
        client = signed_in(world, "ulla.vik")
        assert client.get(page).status_code == 200
    with time_machine.travel(midnight(3) + timedelta(seconds=1)):
        assert ForumGrant.objects.filter(user=world.person("ulla.vik")).exists()
        assert client.get(page).status_code == 404
        assert client.get(reverse("tasks")).status_code == 200, "she is a manager still"


def test_a_role_gives_the_portal_between_its_days_only(world):
    person = world.person("ny.person")
    people.give_role(
        by=None,
        user=person,
        membership=OrganisationMembership,
        role="manager",
        valid_from=TODAY() + timedelta(days=1),
        valid_to=TODAY() + timedelta(days=1),
        organisation=Organisation.objects.get(name=cast.OFFICE),
    )
    assert signed_in(world, "ny.person").get(reverse("tasks")).status_code == 404
    with time_machine.travel(midnight(2) - timedelta(seconds=1)):
        client = signed_in(world, "ny.person")
        assert client.get(reverse("tasks")).status_code == 200
    with time_machine.travel(midnight(2) + timedelta(seconds=1)):
        assert client.get(reverse("tasks")).status_code == 404


def test_of_two_reasons_for_the_same_grant_the_longer_one_holds(world):
    # Sara coordinates the district without an end, and has a seat for a while.
    seat = give_seat(world, "vivalla", "sara.nyman", valid_from=TODAY() - timedelta(days=9))
    register.end_seat(seat=seat, by=world.person("anna.ek"), on=TODAY() - timedelta(days=1))
    assert signed_in(world, "sara.nyman").get(forum_page(world, "vivalla")).status_code == 200


# What has ended is denied at the next request ---------------------------------------------------


def test_an_ended_seat_denies_at_the_next_request_of_an_open_session(world):
    client = signed_in(world, "eva.strand")
    held = world.held["oxhagen"]
    pages = [
        forum_page(world, "oxhagen"),
        reverse("meeting", args=[held.pk]),
        reverse("minutes", args=[held.pk]),
    ]
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    seat = world.forums["oxhagen"].seats.get(user=world.person("eva.strand"))
    register.end_seat(seat=seat, by=world.person("anna.ek"), on=TODAY() - timedelta(days=1))
    assert client.get(pages[0]).status_code == 404
    assert not Forum.objects.visible_to(world.person("eva.strand")).exists()


def test_what_a_seat_showed_ends_with_it_and_the_own_action_stays_until_it_is_passed_on(world):
    seat = world.forums["oxhagen"].seats.get(user=world.person("eva.strand"))
    register.end_seat(seat=seat, by=world.person("anna.ek"), on=TODAY() - timedelta(days=1))
    eva = world.person("eva.strand")
    assert not Meeting.objects.visible_to(eva).exists()
    assert not MinutesVersion.objects.visible_to(eva).exists()
    assert set(Action.objects.visible_to(eva, Permission.KEEP_ACTION)) == set(
        Action.objects.filter(owners__user=eva)
    )


def test_an_ended_coordinator_role_denies_at_the_next_request(world):
    client = signed_in(world, "sara.nyman")
    assert client.get(forum_page(world, "vivalla")).status_code == 200
    for held in DistrictMembership.objects.filter(user__username="sara.nyman"):
        people.end_role(by=None, held=held, on=TODAY() - timedelta(days=1))
    assert client.get(forum_page(world, "vivalla")).status_code == 404
    assert client.get(reverse("forums")).status_code == 404, "no role, no portal"


def test_a_seat_that_ends_today_is_good_today(world):
    client = signed_in(world, "eva.strand")
    seat = world.forums["oxhagen"].seats.get(user=world.person("eva.strand"))
    register.end_seat(seat=seat, by=world.person("anna.ek"), on=TODAY())
    assert client.get(forum_page(world, "oxhagen")).status_code == 200


def test_a_deactivated_account_is_signed_out_at_the_next_request(world):
    client = signed_in(world, "anna.ek")
    anna = world.person("anna.ek")
    assert client.get(reverse("start")).status_code == 200
    anna.is_active = False
    anna.save()
    answer = client.get(forum_page(world, "bra"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert not Forum.objects.visible_to(anna).exists()
    assert policy.roles_of(anna) == frozenset()
    assert not policy.may(anna, Permission.VIEW_FORUM, world.forums["bra"])
    assert anna not in policy.who_may(Permission.VIEW_FORUM, world.forums["bra"])


# Flags and permissions outside the policy give nothing -------------------------------------------


def test_the_superuser_and_staff_flags_give_nothing(world):
    person = world.person("ny.person")
    person.is_superuser = person.is_staff = True
    person.save()
    client = signed_in(world, "ny.person")
    for name in ("tasks", "forums", "meetings", "actions"):
        assert client.get(reverse(name)).status_code == 404
    assert client.get(forum_page(world, "bra")).status_code == 404
    assert client.post(forum_page(world, "bra")).status_code == 404
    assert not Forum.objects.visible_to(person).exists()
    assert policy.permissions_of(person) == frozenset()
    for forum in world.forums.values():
        assert not policy.may(person, Permission.VIEW_FORUM, forum)


def test_a_permission_given_to_the_person_or_to_their_group_gives_nothing(world):
    person = world.person("ulla.vik")
    rows = PermissionRow.objects.filter(content_type__app_label="forums")
    assert rows.filter(codename="view_forum").exists()
    person.user_permissions.set(rows)
    group = Group.objects.create(name="alla")
    group.permissions.set(rows)
    person.groups.add(group)
    assert not Forum.objects.visible_to(world.person("ulla.vik")).exists()
    assert signed_in(world, "ulla.vik").get(forum_page(world, "bra")).status_code == 404


def test_someone_not_signed_in_holds_nothing():
    nobody = AnonymousUser()
    assert policy.roles_of(nobody) == frozenset()
    assert policy.permissions_of(nobody) == frozenset()
    assert not Meeting.objects.visible_to(nobody).exists()


# Many anchors ----------------------------------------------------------------------------------


@pytest.fixture
def many_forums(world) -> list[Forum]:
    """More forums than a list of keys is used for; every second one may handle individuals."""
    rows = Forum.objects.bulk_create(
        Forum(
            name=f"Forum {number}",
            information_class="individuals" if number % 2 else "none",
            interval_weeks=6,
        )
        for number in range(2 * policy.MANY_ANCHORS + 10)
    )
    grants.rebuild()
    return rows


@pytest.mark.parametrize("model", [Forum, Meeting, Action, MinutesVersion])
def test_with_more_than_a_hundred_anchors_the_answer_is_the_same(world, many_forums, model):
    anna = world.person("anna.ek")
    visible = model.objects.visible_to(anna)
    assert "EXISTS" in str(visible.query)
    assert "EXISTS" not in str(model.objects.visible_to(world.person("sara.nyman")).query)
    ordinary = {world.forums[key].pk for key in ("bra", "vivalla", "oxhagen")}
    ordinary |= {forum.pk for forum in many_forums if forum.information_class == "none"}
    column = {Forum: "pk", MinutesVersion: "meeting__forum_id"}.get(model, "forum_id")
    assert set(visible.values_list("pk", flat=True)) == set(
        model._base_manager.filter(**{f"{column}__in": ordinary}).values_list("pk", flat=True)
    )


def test_with_more_than_a_hundred_anchors_dates_still_hold(world, many_forums):
    anna = world.person("anna.ek")
    ForumGrant.objects.filter(user=anna, content_object=world.forums["bra"]).update(
        valid_until=TODAY() - timedelta(days=1)
    )
    assert world.forums["bra"] not in set(Forum.objects.visible_to(anna))
    assert world.forums["vivalla"] in set(Forum.objects.visible_to(anna))


def test_with_more_than_a_hundred_anchors_check_list_and_people_agree(world, many_forums):
    anna = world.person("anna.ek")
    seen = set(Forum.objects.visible_to(anna))
    for forum in [*many_forums[:6], *world.forums.values()]:
        assert policy.may(anna, Permission.VIEW_FORUM, forum) == (forum in seen)
        assert (anna in policy.who_may(Permission.VIEW_FORUM, forum)) == (forum in seen)


@pytest.mark.parametrize("anchors", ["few anchors", "many anchors"])
def test_what_is_kept_for_a_request_is_what_each_question_would_answer(request, world, anchors):
    if anchors == "many anchors":
        request.getfixturevalue("many_forums")
        every = ForumGrant.objects.filter(user__username="anna.ek").count()
        assert every > policy.MANY_GRANTS
    asked = [one for one in Permission if ForumGrant.objects.filter(permission__codename=one)]
    assert len(asked) > 3
    for name in ("anna.ek", "sara.nyman", "nils.frisk", "ny.person"):
        remembering = world.person(name)
        policy.remember(remembering)
        for permission in asked:
            kept = Forum.objects.visible_to(remembering, permission)
            anew = Forum.objects.visible_to(world.person(name), permission)
            assert set(kept) == set(anew), (name, permission)


# Called to many meetings ------------------------------------------------------------------------


@pytest.fixture
def many_calls(world) -> list[Meeting]:
    """More meetings of a forum that may handle individuals than a list of keys is used for."""
    held = world.held["special"]
    rows = Meeting.objects.bulk_create(
        Meeting(
            forum=held.forum,
            starts_at=held.starts_at - timedelta(days=number + 1),
            ends_at=held.ends_at - timedelta(days=number + 1),
            planned_by=held.planned_by,
            planned_at=held.planned_at,
        )
        for number in range(policy.MANY_ANCHORS + 10)
    )
    organisation = held.participations.first().organisation
    Participation.objects.bulk_create(
        Participation(meeting=meeting, user=world.person(name), organisation=organisation)
        for meeting in rows
        for name in ("ulla.vik", "sara.nyman", "anna.ek")
    )
    return rows


@pytest.mark.parametrize("name", ["ulla.vik", "sara.nyman", "anna.ek"])
@pytest.mark.parametrize("anchors", ["few anchors", "many anchors"])
def test_who_is_called_to_more_than_a_hundred_meetings_sees_them_too(
    request, world, many_calls, name, anchors
):
    if anchors == "many anchors":
        request.getfixturevalue("many_forums")
    person = world.person(name)
    seen = set(Meeting.objects.visible_to(person))
    called = set(many_calls)
    own = {forum.pk for forum in Forum.objects.visible_to(person)}
    assert seen == called | set(Meeting.objects.filter(forum__in=own))
    assert world.held["special"] not in seen
    assert policy.may(person, Permission.VIEW_FORUM, many_calls[0])
    assert Meeting.objects.visible_to(person).newest_first()[:5].count() == 5


# Who sees which forum (resolutions 11 and 13, pages/common.md 2.6) --------------------------------


def test_strategic_coordinators_see_every_forum_that_may_not_handle_individuals(world):
    for name in ("anna.ek", "oskar.lind"):
        seen = set(Forum.objects.visible_to(world.person(name)))
        assert seen == {world.forums[key] for key in ("bra", "vivalla", "oxhagen")}


def test_a_forum_that_begins_to_handle_individuals_closes_to_all_but_its_members(world):
    forum = world.forums["vivalla"]
    forum.information_class = Forum.InformationClass.INDIVIDUALS
    forum.save()
    grants.rebuild()
    seen_by = {user.username for user in policy.who_may(Permission.VIEW_FORUM, forum)}
    assert seen_by == {"maria.sten", "per.holm"}


def test_a_coordinator_of_another_district_does_not_see_the_forum(world):
    assert not Forum.objects.visible_to(world.person("mats.orn")).exists()
    mats = world.person("mats.orn")
    people.give_role(
        by=None,
        user=mats,
        membership=DistrictMembership,
        role="partnership_coordinator",
        valid_from=TODAY(),
        district=District.objects.get(name="Vivalla"),
    )
    assert set(Forum.objects.visible_to(mats)) == {world.forums["vivalla"]}


def test_somebody_called_without_a_seat_sees_that_meeting_and_what_it_left_and_nothing_else(world):
    leila = world.person("leila.amiri")
    called = set(Meeting.objects.filter(participations__user=leila))
    assert world.held["bra"] in called
    assert called < set(world.forums["bra"].meetings.all())
    assert set(Meeting.objects.visible_to(leila)) == called
    assert not Forum.objects.visible_to(leila).exists()
    assert set(Action.objects.visible_to(leila)) == set(Action.objects.filter(meeting__in=called))
    assert not Action.objects.visible_to(leila, Permission.KEEP_ACTION).exists()
    assert not Meeting.objects.visible_to(leila, Permission.LOG_MEETINGS).exists()


def test_every_role_of_the_vocabulary_is_described_in_words_and_gives_the_portal():
    for role in ROLES.values():
        assert str(role.name)
        assert str(role.description).endswith(".")
        assert Permission.USE_PORTAL in role.permissions


def test_roles_are_asked_for_once_a_request(world, django_assert_max_num_queries):
    anna = world.person("anna.ek")
    policy.remember(anna)
    with django_assert_max_num_queries(0):
        assert policy.roles_of(anna) == {"strategic_coordinator", "chair"}
        assert policy.may(anna, Permission.USE_PORTAL)
    assert not hasattr(world.person("anna.ek"), "_roles_in_request")


def test_every_permission_is_told_in_plain_words():
    assert MEANINGS.keys() == set(Permission)


def test_only_the_system_administrator_administers():
    administering = {
        Permission.ADMINISTER_PEOPLE,
        Permission.ADMINISTER_LISTS,
        Permission.KEEP_GROUNDS,
        Permission.OPERATE,
    }
    for role in ROLES.values():
        if role.code != "system_administrator":
            assert not role.permissions & administering
