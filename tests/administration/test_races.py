"""Two administrators at once: the second sees what the first did."""

from datetime import timedelta

from django.utils import timezone

from coordination.access.models import Absence, User
from coordination.access.refused import Refused
from coordination.actors import demo as cast
from coordination.actors.models import Organisation, OrganisationMembership
from coordination.administration import people, roles
from coordination.administration.models import Closure, RoleRequest
from coordination.administration.roles import Wanted

AT_ONCE = 4


def two_administrators() -> list[User]:
    held = list(roles.holders(roles.ADMINISTRATOR).order_by("pk"))
    assert len(held) == 2
    return held


def test_of_two_administrators_who_close_each_other_one_stays(world, race):
    first, second = two_administrators()
    outcomes = race(
        lambda: people.close(by=first, user=second, why=Closure.Why.DECIDED),
        lambda: people.close(by=second, user=first, why=Closure.Why.DECIDED),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Refused"]
    assert race.alone(lambda: roles.holders(roles.ADMINISTRATOR).count()) == 1


def test_of_two_administrators_who_end_each_others_role_one_stays(world, race):
    first, second = two_administrators()

    def end(by: User, whose: User) -> None:
        roles.end(
            by=by, held=OrganisationMembership.objects.get(user=whose, role="system_administrator")
        )

    outcomes = race(lambda: end(first, second), lambda: end(second, first))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "Refused"]
    assert race.alone(lambda: roles.holders(roles.ADMINISTRATOR).count()) == 1


def test_a_role_given_by_several_at_once_is_held_once(world, race):
    stina, gun = world.people["stina.alm"], world.people["gun.malm"]
    place = Organisation.objects.get(name=cast.SOCIAL)
    wanted = Wanted("reporter", place, timezone.localdate())
    outcomes = race(*[lambda: roles.give(by=stina, user=gun, wanted=wanted)] * AT_ONCE)
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == AT_ONCE - 1
    assert race.alone(lambda: OrganisationMembership.objects.filter(user=gun).count()) == 1


def test_a_role_asked_for_by_several_at_once_waits_once(world, race):
    stina, gun = world.people["stina.alm"], world.people["gun.malm"]
    wanted = Wanted("reviewer", Organisation.objects.get(name=cast.OFFICE), timezone.localdate())
    outcomes = race(*[lambda: roles.give(by=stina, user=gun, wanted=wanted)] * AT_ONCE)
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == AT_ONCE - 1
    assert race.alone(RoleRequest.objects.filter(user=gun).count) == 1


def test_absences_set_by_several_at_once_do_not_overlap(world, race):
    stina, gun = world.people["stina.alm"], world.people["gun.malm"]
    today = timezone.localdate()

    def away(later: int) -> None:
        first = today + timedelta(days=later)
        last = first + timedelta(days=5)
        people.be_away(by=stina, user=gun, deputy=None, valid_from=first, valid_to=last)

    outcomes = race(*[lambda later=later: away(later) for later in range(AT_ONCE)])
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == AT_ONCE - 1
    assert race.alone(Absence.objects.filter(user=gun).count) == 1
