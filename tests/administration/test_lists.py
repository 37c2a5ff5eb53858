"""Organisations and districts: never removed, renamed and ended by date."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.access.refused import Refused
from coordination.actors import demo as cast
from coordination.actors import organisations as places
from coordination.actors.models import District, Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in_as):
    return signed_in_as("stina.alm")


@pytest.fixture
def office(world):
    return Organisation.objects.get(name=cast.OFFICE)


def test_a_new_name_takes_over_on_its_day_and_the_old_one_is_kept(world, office):
    stina, today = world.person("stina.alm"), timezone.localdate()
    later = today + timedelta(days=10)
    places.rename(by=stina, place=office, name="Stadskontoret", valid_from=later)
    office.refresh_from_db()
    assert office.name == cast.OFFICE
    assert places.apply_names(on=later) == 1
    office.refresh_from_db()
    assert office.name == "Stadskontoret"
    names = list(office.names.order_by("pk").values_list("name", "valid_to"))
    assert names == [(cast.OFFICE, later - timedelta(days=1)), ("Stadskontoret", None)]
    assert places.apply_names(on=later) == 0


def test_a_name_that_is_in_use_or_decided_is_refused(world, office):
    stina, today = world.person("stina.alm"), timezone.localdate()
    places.rename(
        by=stina, place=office, name="Stadskontoret", valid_from=today + timedelta(days=3)
    )
    social = Organisation.objects.get(name=cast.SOCIAL)
    for name in (cast.POLICE, "Stadskontoret", cast.SOCIAL):
        with pytest.raises(places.NameTaken):
            places.rename(by=stina, place=social, name=name, valid_from=today)
    with pytest.raises(places.NameTaken):
        places.add_organisation(by=stina, name="stadskontoret", kind="administration")
    with pytest.raises(Refused):
        places.rename(by=stina, place=office, name="Ett tredje", valid_from=today)


def test_the_pages_add_rename_end_and_take_back(world, client, office):
    today = timezone.localdate()
    made = client.post(
        reverse("organisation_new"),
        {"name": "Ny bolaget AB", "kind": "company", "valid_from": today.isoformat()},
    )
    new = Organisation.objects.get(name="Ny bolaget AB")
    assert made.url == reverse("organisation", args=[new.pk])
    client.post(
        reverse("organisation_rename", args=[new.pk]),
        {"name": "Nya bolaget AB", "valid_from": (today + timedelta(days=1)).isoformat()},
    )
    assert new.names.count() == 2
    client.post(reverse("organisation_end", args=[new.pk]), {"valid_to": today.isoformat()})
    new.refresh_from_db()
    assert new.valid_to == today
    client.post(reverse("organisation_resume", args=[new.pk]))
    new.refresh_from_db()
    assert new.valid_to is None

    client.post(
        reverse("district_new"),
        {"name": "Nya området", "city_part": "Väster", "valid_from": today.isoformat()},
    )
    district = District.objects.get(name="Nya området")
    assert district.city_part.name == "Väster"
    taken = client.post(
        reverse("district_new"),
        {"name": "Vivalla", "city_part": "Väster", "valid_from": today.isoformat()},
    )
    assert b"error-summary" in taken.content


def test_what_has_ended_cannot_be_chosen_for_a_role(world, client, office):
    places.end(
        by=None,
        place=office,
        on=timezone.localdate() - timedelta(days=1),
    )
    page = client.get(reverse("person_invite")).content.decode()
    assert f'value="organisation:{office.pk}"' not in page
    assert cast.OFFICE in client.get(reverse("organisations") + "?page=1").content.decode()
