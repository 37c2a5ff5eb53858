"""The register of actors: who sees and keeps what, the yearly check, and two who change it at once."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coordination.access.refused import IdentityNumberInText, Refused
from coordination.actors import demo as cast
from coordination.actors import organisations as places
from coordination.actors import register
from coordination.actors.models import District, Organisation
from coordination.actors.register import Contact, Profile
from coordination.administration import people as administration
from coordination.administration import roles
from coordination.audit import log
from coordination.frame import exports
from tests import snapshots

pytestmark = pytest.mark.django_db


class Places:
    """The cast at its places, without forums."""

    def __init__(self) -> None:
        cast.make_places()
        today = timezone.localdate()
        self.people = cast.make_people(since=today - dt.timedelta(days=100))

    def __getitem__(self, name: str):
        return self.people[next(one for one in self.people if one.startswith(name))]


def build() -> Places:
    return Places()


@pytest.fixture
def places_of_cast(db) -> Places:
    return snapshots.given(build)


def signed_in(people: Places, name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def district(name: str) -> District:
    return District.objects.get(name=name)


def association(by, name: str = "Föreningen Prov", where: str = "Vivalla", **more) -> Organisation:
    profile = Profile(kind="association", districts=[district(where)], **more)
    return register.add(by=by, name=name, profile=profile)


def form_of(actor: Organisation, **more: str) -> dict:
    """What the form to change the actor sends when nothing is changed."""
    known = register.profile_of(actor)
    data = {
        "version": actor.version,
        "kind": known.kind,
        "notes": known.notes,
        **{name: [one.pk for one in getattr(known, name)] for name in register.LINKS},
        "contacts-TOTAL_FORMS": len(known.contacts) + 1,
        "contacts-INITIAL_FORMS": 0,
    }
    for index, contact in enumerate([*known.contacts, Contact()]):
        data |= {f"contacts-{index}-{name}": text for name, text in vars(contact).items()}
    return data | more


# Who -------------------------------------------------------------------------------------------


def test_a_coordinator_keeps_the_actors_of_the_districts_they_have_and_no_others(places_of_cast):
    maria, jonas = places_of_cast["maria"], places_of_cast["jonas"]
    made = association(maria)
    kept = Organisation.objects.visible_to(maria, register.Permission.KEEP_ACTORS)
    assert list(kept) == [made]
    assert not Organisation.objects.visible_to(jonas, register.Permission.KEEP_ACTORS).exists()
    with pytest.raises(register.NotYourDistrict):
        association(maria, "Annan", "Oxhagen")
    with pytest.raises(register.NotYourDistrict):
        register.add(by=maria, name="Ingenstans", profile=Profile(kind="association"))
    oxhagen = Profile(kind="association", districts=[district("Oxhagen"), district("Vivalla")])
    with pytest.raises(register.NotYourDistrict):
        register.change(by=maria, actor=made, to=oxhagen, version=made.version)
    assert (
        signed_in(places_of_cast, "jonas").get(reverse("actor_change", args=[made.pk])).status_code
        == 404
    )


def test_the_form_of_a_coordinator_leaves_the_districts_of_others_as_they_are(places_of_cast):
    anna = places_of_cast["anna"]
    both = [district("Vivalla"), district("Oxhagen")]
    made = register.add(by=anna, name="Två", profile=Profile(kind="association", districts=both))
    client = signed_in(places_of_cast, "maria")
    address = reverse("actor_change", args=[made.pk])
    page = client.get(address).content.decode()
    assert "Den arbetar också i Oxhagen" in page
    data = form_of(made, notes="Ny lokal") | {"districts": [district("Vivalla").pk]}
    assert client.post(address, data).status_code == 302
    made.refresh_from_db()
    assert made.notes == "Ny lokal"
    assert set(made.districts.all()) == set(both)


def test_who_stands_in_for_a_coordinator_keeps_the_same_actors_for_those_days(places_of_cast):
    made, today = association(places_of_cast["maria"]), timezone.localdate()
    jonas = places_of_cast["jonas"]
    administration.be_away(
        by=places_of_cast["stina"],
        user=places_of_cast["maria"],
        deputy=jonas,
        valid_from=today,
        valid_to=today,
    )
    kept = Organisation.objects.visible_to(jonas, register.Permission.KEEP_ACTORS)
    assert list(kept) == [made]


def test_readers_see_the_actor_and_are_offered_nothing_to_change(places_of_cast):
    made = association(places_of_cast["anna"], contacts=[Contact("Ordförande", "Kim Prov")])
    page = signed_in(places_of_cast, "leila").get(reverse("actor", args=[made.pk]))
    text = page.content.decode()
    assert "Kim Prov" in text
    assert "Kontrollerad i dag" not in text
    assert reverse("actor_change", args=[made.pk]) not in text


# What is known -----------------------------------------------------------------------------------


def test_what_is_known_is_kept_and_each_change_is_told_by_its_fields(places_of_cast):
    anna = places_of_cast["anna"]
    made = association(anna, contacts=[Contact("Ordförande", "Kim Prov", "019-21 10 00", "k@x.se")])
    assert made.checked_on == timezone.localdate()
    to = Profile(
        kind="youth_organisation",
        districts=[district("Vivalla")],
        notes="Nås på kvällar",
        contacts=[Contact(function="Kansli", email="kansli@example.org")],
    )
    register.change(by=anna, actor=made, to=to, version=made.version)
    made.refresh_from_db()
    assert register.profile_of(made) == Profile(
        kind="youth_organisation",
        districts=(district("Vivalla"),),
        notes="Nås på kvällar",
        contacts=(Contact(function="Kansli", email="kansli@example.org"),),
    )
    event = log.events(on=made).filter(event="actors.organisation.changed").get()
    assert event.fields == ["contacts", "kind", "notes"]


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        (Contact(phone="019-21 10 00"), "contacts-0-function"),
        (Contact("Kansli", phone="ring mig"), "contacts-0-phone"),
        (Contact("Kansli", email="kansli"), "contacts-0-email"),
        (Contact("x" * 81), "contacts-0-function"),
        (Contact("Kansli", "811228-9874"), "contacts-0-name"),
        (Contact("Kansli", phone="198112289874"), "contacts-0-phone"),
    ],
)
def test_a_contact_that_nobody_could_use_is_refused_where_it_is_wrong(
    places_of_cast, contact, field
):
    with pytest.raises(Refused) as refused:
        association(places_of_cast["anna"], contacts=[contact])
    assert refused.value.field == field
    assert not Organisation.objects.filter(name="Föreningen Prov").exists()


def test_no_text_takes_an_identity_number_and_none_is_longer_than_it_may_be(places_of_cast):
    anna = places_of_cast["anna"]
    with pytest.raises(IdentityNumberInText):
        association(anna, notes="Sökte 811228-9874")
    with pytest.raises(Refused):
        association(anna, notes="x" * 201)
    assert association(anna, contacts=[Contact("Växel", phone="0701014567")]).pk


def test_a_kind_does_not_change_so_that_a_role_means_something_else(places_of_cast):
    anna = places_of_cast["anna"]
    social = Organisation.objects.get(name=cast.SOCIAL)
    for kind in ("association", "municipality"):
        with pytest.raises(Refused, match="roll"):
            register.change(by=anna, actor=social, to=Profile(kind=kind), version=social.version)
    register.change(by=anna, actor=social, to=Profile(kind="company"), version=social.version)


def test_nobody_has_a_role_at_the_security_service_which_is_a_contact_only(places_of_cast):
    today = timezone.localdate()
    place = Organisation.objects.get(kind="security_service")
    wanted = roles.Wanted("police_liaison", place, today, today)
    with pytest.raises(Refused, match="kontakt"):
        roles.check(user=None, wanted=wanted, on=today)
    page = signed_in(places_of_cast, "anna").get(reverse("actor", args=[place.pk]))
    assert "bara en kontakt" in page.content.decode()


# The pages -----------------------------------------------------------------------------------------


def test_the_pages_add_and_change_an_actor_with_its_contacts(places_of_cast):
    client = signed_in(places_of_cast, "anna")
    made = client.post(
        reverse("actor_new"),
        {
            "name": "Ungdomens hus",
            "kind": "youth_organisation",
            "districts": [district("Oxhagen").pk],
            "valid_from": "2024-01-01",
            "contacts-TOTAL_FORMS": 3,
            "contacts-INITIAL_FORMS": 0,
            "contacts-1-function": "Kansli",
            "contacts-1-phone": "019-21 10 00",
        },
    )
    actor = Organisation.objects.get(name="Ungdomens hus")
    assert made.url == reverse("actor", args=[actor.pk])
    wrong = form_of(actor) | {"contacts-0-function": "", "contacts-1-email": "kansli"}
    answer = client.post(reverse("actor_change", args=[actor.pk]), wrong)
    assert 'href="#id_contacts-0-function"' in answer.content.decode()
    right = form_of(actor) | {"contacts-1-name": "Kim Prov"}
    client.post(reverse("actor_change", args=[actor.pk]), right)
    contacts = register.profile_of(actor).contacts
    assert contacts == (Contact("Kansli", phone="019-21 10 00"), Contact(name="Kim Prov"))


def test_who_saves_on_top_of_anothers_change_sees_both_and_loses_nothing(places_of_cast):
    made = association(places_of_cast["anna"])
    mine = form_of(made, notes="Min anteckning")
    oskar = Profile(kind="association", districts=[district("Vivalla")], notes="Oskars anteckning")
    register.change(by=places_of_cast["oskar"], actor=made, to=oskar, version=made.version)
    client = signed_in(places_of_cast, "anna")
    address = reverse("actor_change", args=[made.pk])
    answer = client.post(address, mine)
    text = answer.content.decode()
    assert "Oskars anteckning" in text
    assert "Min anteckning" in text
    made.refresh_from_db()
    assert made.notes == "Oskars anteckning"
    client.post(address, mine | {"version": answer.context["version"]})
    made.refresh_from_db()
    assert made.notes == "Min anteckning"


# The yearly check ------------------------------------------------------------------------------------


def test_an_actor_is_to_be_checked_a_year_after_it_was_and_one_press_does_it(places_of_cast):
    today = timezone.localdate()
    anna = places_of_cast["anna"]
    made = association(anna)
    Organisation.objects.exclude(pk=made.pk).update(checked_on=today, checked_by=anna)
    start = reverse("tasks") + "?kind=actors"
    client = signed_in(places_of_cast, "anna")
    assert "Kontrollera 1 aktör" not in client.get(start).content.decode()
    Organisation.objects.filter(pk=made.pk).update(checked_on=today - dt.timedelta(days=366))
    assert "Kontrollera 1 aktör" in client.get(start).content.decode()
    assert (
        "Kontrollera 1 aktör" not in signed_in(places_of_cast, "maria").get(start).content.decode()
    )
    assert [one.pk for one in client.get("/aktorer/?check=on").context["list"].rows] == [made.pk]
    for _twice in range(2):
        client.post(reverse("actor_checked", args=[made.pk]))
    made.refresh_from_db()
    assert (made.checked_on, made.checked_by) == (today, anna)
    assert log.events(on=made).filter(event="actors.organisation.checked").count() == 1
    assert "Kontrollera 1 aktör" not in client.get(start).content.decode()


def test_what_has_ended_needs_no_check_and_is_shown_when_asked_for(places_of_cast):
    anna, today = places_of_cast["anna"], timezone.localdate()
    made = association(anna)
    places.end(by=anna, place=made, on=today - dt.timedelta(days=1))
    assert not register.to_check(Organisation.objects.filter(pk=made.pk), today).exists()
    client = signed_in(places_of_cast, "anna")
    assert "Föreningen Prov" not in client.get("/aktorer/").content.decode()
    assert "Föreningen Prov" in client.get("/aktorer/?ended=on").content.decode()


# The list --------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_each_filter_and_found_by_former_names_and_contacts(places_of_cast):
    anna = places_of_cast["anna"]
    made = association(anna, contacts=[Contact("Vaktmästare", "Kim Prov")])
    places.rename(by=anna, place=made, name="Grannarna", valid_from=timezone.localdate())
    client = signed_in(places_of_cast, "anna")

    def found(query: str) -> set[str]:
        return {one.name for one in client.get(f"/aktorer/?{query}").context["list"].rows}

    for query in (
        "words=Föreningen+Prov",
        "words=vaktmästare",
        f"district={district('Vivalla').pk}&kind=association",
    ):
        assert found(query) == {"Grannarna"}, query
    assert found("level=general") == set()
    assert found("area=school") == set()
    assert "Grannarna" in client.get("/sok/?q=vaktmästare").content.decode()
    empty = client.get("/aktorer/?words=finnsinte").content.decode()
    assert "Inga träffar" in empty


def test_the_list_can_be_fetched_as_a_file_and_that_is_logged(places_of_cast, monkeypatch):
    anna = places_of_cast["anna"]
    association(anna, contacts=[Contact("=1+1", "Kim Prov", "+46 19 21 10 00")])
    client = signed_in(places_of_cast, "anna")
    response = client.get("/aktorer/hamta/?format=csv&kind=association&sort=name")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    mine = next(row for row in rows if row[0] == "Föreningen Prov")
    assert mine[2] == "Vivalla"
    assert mine[6:10] == ["'=1+1", "Kim Prov", "'+46 19 21 10 00", ""]
    assert len(rows) == 5
    event = log.events(by=anna).filter(event="frame.list.exported").get()
    assert event.facts == {"list": "actors", "format": "csv", "rows": 4}
    monkeypatch.setattr(exports, "MOST", 3)
    answer = client.get("/aktorer/hamta/?format=xlsx&kind=association", follow=True)
    assert "högst 3 rader" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_pages_cost_the_same_at_any_length(places_of_cast, rows):
    anna = places_of_cast["anna"]
    Organisation.objects.exclude(kind="municipality").update(valid_to=dt.date(2020, 1, 1))
    for number in range(rows):
        made = association(anna, f"Förening {number:02}", contacts=[Contact("Kansli")])
    client = signed_in(places_of_cast, "anna")

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    assert cost("/aktorer/") == QUERIES["actors"]
    assert cost(reverse("actor", args=[made.pk])) == QUERIES["actor"]
    assert cost("/sok/?q=förening") == QUERIES["search"]


QUERIES = {"actors": 10, "actor": 19, "search": 19}
