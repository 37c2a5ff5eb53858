"""Whom a written name means."""

import pytest

from coordination.access.models import User
from coordination.actors.models import Organisation, OrganisationMembership
from forums import owners, proceedings


@pytest.fixture
def meeting(sample):
    return sample.running()


def labels(sample, meeting, text):
    found = owners.resolve(text, forum=sample.council, meeting=meeting)
    return [one.label for one in found]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Maria", ["Maria Sten"]),
        ("maria sten", ["Maria Sten"]),
        ("Per och Jonas", ["Per Holm", "Jonas Berg"]),
        ("Per, Jonas och Maria", ["Per Holm", "Jonas Berg", "Maria Sten"]),
        ("Per & Per", ["Per Holm"]),
        ("J. Berg", ["Jonas Berg"]),
        ("Frisk", ["Nils Frisk"]),
        ("Kultur- och fritidsförvaltningen", ["Kultur- och fritidsförvaltningen"]),
        (
            "Maria och Kultur- och fritidsförvaltningen",
            ["Maria Sten", "Kultur- och fritidsförvaltningen"],
        ),
        ("Nils Frisk, Polisen", ["Nils Frisk"]),
        ("Maria Sten, ÖrebroBostäder AB", ["Maria Sten (ÖrebroBostäder AB)"]),
        ("Polisen, lokalpolisområde Örebro", ["Polisen, lokalpolisområde Örebro"]),
        ("Polisen", ["Polisen, lokalpolisområde Örebro"]),
        ("Ulla Vik", ["Ulla Vik"]),
        ("", []),
    ],
)
def test_a_name_as_people_write_it_finds_who_is_meant(sample, meeting, written, meant):
    assert labels(sample, meeting, written) == meant


def test_a_person_with_an_account_is_an_owner_with_an_account(sample, meeting):
    (owner,) = owners.resolve("Per", forum=sample.council, meeting=meeting)
    assert owner.user == sample.per


def test_a_name_that_fits_several_lists_them(sample, meeting):
    place = Organisation.objects.get(name="Vivallaskolan")
    proceedings.add_guest(meeting=meeting, organisation=place, name="Maria Alm", by=sample.anna)
    with pytest.raises(owners.OwnerUnclear, match="Maria Sten, Maria Alm") as caught:
        labels(sample, meeting, "Maria")
    assert caught.value.field == "owners"
    assert labels(sample, meeting, "Maria Alm") == ["Maria Alm (Vivallaskolan)"]


def test_a_name_that_fits_nobody_says_what_to_write(sample, meeting):
    with pytest.raises(owners.OwnerUnclear, match="Kalle"):
        labels(sample, meeting, "Maria och Kalle")


def test_somebody_outside_the_forum_is_not_found_by_given_name(sample, meeting):
    with pytest.raises(owners.OwnerUnclear):
        labels(sample, meeting, "Ulla")


def test_a_substitute_can_own_an_action(sample, meeting):
    row = meeting.participations.get(function__contains="Region")
    proceedings.set_attendance(
        participation=row, attendance="substitute", substitute_name="Karin Öst", by=sample.anna
    )
    assert labels(sample, meeting, "Karin") == ["Karin Öst (Region Örebro län)"]


def test_suggestions_are_members_and_those_called_only(sample, meeting):
    offered = owners.suggestions(sample.council, meeting)
    assert "Maria Sten" in offered
    assert "Ulla Vik" not in offered
    assert len(offered) == len(set(offered))


@pytest.mark.parametrize(
    "written", ["Nils Frsk, Polisen", "Nils Frsik", "Maria Steen, Vivallaskolan"]
)
def test_a_slip_in_a_known_name_is_asked_about(sample, meeting, written):
    with pytest.raises(owners.OwnerUnclear, match=r"Nils Frisk|Maria Sten") as caught:
        labels(sample, meeting, written)
    assert caught.value.field == "owners"


def test_a_whole_name_at_an_organisation_of_its_account_is_the_account(sample, meeting):
    elsewhere = Organisation.objects.get(name="Vivallaskolan")
    eva = User.objects.create_user("eva.o", first_name="Eva", last_name="Ö")
    assert labels(sample, meeting, "Eva Ö, Vivallaskolan") == ["Eva Ö (Vivallaskolan)"]
    OrganisationMembership.objects.create(
        user=eva, organisation=elsewhere, role="strategic_coordinator", valid_from="2020-01-01"
    )
    (owner,) = owners.resolve("eva ö, Vivallaskolan", forum=sample.council, meeting=meeting)
    assert owner.user == eva


@pytest.mark.parametrize("before", ["ß" * 40, "ﬁ" * 40, "İ" * 40, "\ue00099\ue001", "\ue000\u0660"])
def test_no_character_before_a_name_with_a_comma_or_an_och_stops_the_reading(
    sample, meeting, before
):
    # A child process would be needed to end an endless loop; counting the parts needs none.
    known = owners.candidates(sample.council, meeting)
    offices = list(Organisation.objects.order_by("pk"))
    written = f"{before} och Kultur- och fritidsförvaltningen; Per"
    parts = owners._parts(written, known, offices)
    assert parts == [before, "Kultur- och fritidsförvaltningen", "Per"]
    with pytest.raises(owners.OwnerUnclear):
        labels(sample, meeting, f"{before} Kultur- och fritidsförvaltningen")


def test_a_known_name_is_found_in_any_case_of_its_letters(sample, meeting):
    assert labels(sample, meeting, "kultur- OCH fritidsförvaltningen, Per") == [
        "Kultur- och fritidsförvaltningen",
        "Per Holm",
    ]
