"""The common thread: what each source tells, gaps and dormant actors, and that nobody learns more by it."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coordination.actors import coverage, merging, register
from coordination.actors import organisations as places
from coordination.actors.coverage import WHOLE, Coverage
from coordination.actors.models import CityPart, District, Organisation, PreventionLevel
from coordination.actors.register import Profile
from coordination.assignments.models import AssignmentOwner
from coordination.audit import log
from forums import register as forums
from tests.world import BRA, SIG, SPECIAL, VIVALLA

pytestmark = pytest.mark.django_db

LEVELS = ("general", "specific", "individual")
PAGES = ("coverage", "coverage_matrix", "coverage_behind")
FILES = ("coverage_export", "coverage_matrix_export")


def org(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def district(name: str) -> District:
    return District.objects.get(name=name)


def of(world, username: str) -> Coverage:
    return Coverage(world.person(username), timezone.localdate())


def cell(found: Coverage, level: str, actor: str, place: str = "") -> coverage.Cell | None:
    key = district(place).pk if place else WHOLE
    return found.rows(level).get(org(actor).pk, {}).get(key)


def words(*asked) -> str:
    found = cell(*asked)
    return found.words if found else ""


def registered(world, name: str, *levels: str, where: tuple[str, ...] = ()) -> Organisation:
    profile = Profile(
        kind="association",
        districts=District.objects.filter(name__in=where),
        levels=PreventionLevel.objects.filter(code__in=levels),
    )
    return register.add(by=world.person("anna.ek"), name=name, profile=profile)


def signed_in(world, username: str) -> Client:
    client = Client()
    client.force_login(world.person(username))
    return client


# What each source tells ----------------------------------------------------------------------------


def test_the_register_tells_where_an_actor_works_and_when_somebody_last_said_so(world):
    registered(world, "Byalaget", "general", "specific", where=("Almby", "Centrum"))
    registered(world, "Överallt", "individual")
    found = of(world, "anna.ek")
    for place in ("Almby", "Centrum"):
        assert words(found, "general", "Byalaget", place) == "Registrerad"
    assert cell(found, "individual", "Byalaget", "Almby") is None
    assert cell(found, "general", "Byalaget") is None
    here = cell(found, "individual", "Överallt")
    assert here is not None
    assert here.last == timezone.localdate()
    assert here.found[0][1].url == reverse("actor", args=[org("Överallt").pk])


def test_a_forum_tells_of_those_who_sit_there_and_of_its_last_held_meeting(world):
    found = of(world, "anna.ek")
    here = cell(found, "specific", "Socialförvaltningen", "Vivalla")
    assert here is not None
    assert here.words == "1 forum"
    assert here.found[0][1].url == reverse("forum", args=[world.forums[VIVALLA].pk])
    assert here.last == max(world.held[VIVALLA].day, world.locked[VIVALLA].day)
    assert cell(found, "general", "Socialförvaltningen", "Vivalla") is None


def test_an_assignment_tells_of_its_owners_where_they_are_registered(world):
    """None of the shipped ones says a level; what an owner has carried out is no work any more."""
    name = "Gymnasieförvaltningen"
    assert words(of(world, "anna.ek"), "general", name) == ""
    actor = org(name)
    profile = register.profile_of(actor)
    levels = PreventionLevel.objects.filter(code="general")
    to = Profile(kind=profile.kind, levels=levels)
    register.change(by=world.person("anna.ek"), actor=actor, to=to, version=actor.version)
    owned = AssignmentOwner.objects.filter(organisation=actor)
    count = owned.count()
    found = of(world, "anna.ek")
    assert words(found, "general", name) == f"Registrerad, {count} uppdrag"
    assert words(found, "specific", name) == ""
    owned.filter(assignment__number=13).update(status="done")
    assert words(of(world, "anna.ek"), "general", name) == f"Registrerad, {count - 1} uppdrag"


def test_what_an_actor_left_behind_counts_for_the_one_in_its_place(world):
    heir = places.add_organisation(by=None, name="Nya socialförvaltningen", kind="administration")
    today, gone = timezone.localdate(), org("Socialförvaltningen")
    merging.merge(by=None, gone=gone, into=heir, on=today + dt.timedelta(days=9))
    assert words(of(world, "anna.ek"), "specific", gone.name, "Vivalla") == "1 forum"
    merging.undo(by=None, gone=gone)
    merging.merge(by=None, gone=gone, into=heir, on=today)
    found = of(world, "anna.ek")
    assert words(found, "specific", heir.name, "Vivalla") == "1 forum"
    assert cell(found, "specific", gone.name, "Vivalla") is None


# Gaps and the dormant ------------------------------------------------------------------------------


def test_a_gap_is_said_in_words_and_what_is_for_the_whole_municipality_does_not_fill_it(world):
    registered(world, "Överallt", "general")
    registered(world, "Byalaget", "general", where=("Almby",))
    client = signed_in(world, "anna.ek")
    page = client.get(reverse("coverage_matrix"), {"level": "general"}).content.decode()
    assert "Ingen arbetar på den här nivån i 8 av 9 bostadsområden: Baronbackarna" in page
    centrum, almby = district("Centrum"), district("Almby")
    assert of(world, "anna.ek").holes("general") >= {centrum.pk}
    behind = client.get(reverse("coverage_behind"), {"level": "general", "district": centrum.pk})
    assert "Ingen arbetar på den här nivån i Centrum" in behind.content.decode()
    narrowed = client.get(reverse("coverage"), {"hole": "general"}).context["rows"]
    assert almby not in [one for one, _totals in narrowed]
    assert len(narrowed) == 8


def test_an_actor_is_dormant_after_a_year_without_meeting_update_or_check(world):
    made = registered(world, "Byalaget", "specific", where=("Vivalla", "Almby"))
    today = timezone.localdate()
    for days, is_dormant in ((365, False), (366, True)):
        Organisation.objects.filter(pk=made.pk).update(checked_on=today - dt.timedelta(days=days))
        here = cell(of(world, "anna.ek"), "specific", "Byalaget", "Almby")
        assert here is not None
        assert here.is_dormant == is_dormant
    client = signed_in(world, "anna.ek")
    page = client.get(reverse("coverage_matrix"), {"level": "specific", "shows": "dormant"})
    assert [one.name for one, _cells in page.context["rows"]] == ["Byalaget"]
    assert "1 aktör har varit vilande i tolv månader." in page.content.decode()
    overview = client.get(reverse("coverage"), {"hole": ""}).content.decode()
    assert "Bara vilande" in overview
    # A seat in a forum that meets wakes it in that district, and not in the other.
    seat = forums.NewSeat(organisation=made, function="Ordförande")
    forums.give_seat(forum=world.forums[VIVALLA], seat=seat, by=world.person("maria.sten"))
    found = of(world, "anna.ek")
    assert not cell(found, "specific", "Byalaget", "Vivalla").is_dormant
    assert cell(found, "specific", "Byalaget", "Almby").is_dormant


def test_what_has_ended_neither_stands_there_nor_counts(world):
    made = registered(world, "Byalaget", "general", where=("Almby", "Centrum"))
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    places.end(by=None, place=district("Centrum"), on=yesterday)
    found = of(world, "anna.ek")
    assert set(found.rows("general")[made.pk]) == {district("Almby").pk}
    places.end(by=None, place=made, on=yesterday)
    assert of(world, "anna.ek").rows("general") == {}


# Who learns what -----------------------------------------------------------------------------------


def test_a_forum_counts_for_those_who_may_open_it_and_for_nobody_else(world):
    partnership = "Partnerskap Örebro"
    assert words(of(world, "leila.amiri"), "specific", partnership, "Vivalla") == ""
    assert words(of(world, "anna.ek"), "specific", partnership, "Vivalla") == "1 forum"
    opened = {
        "anna.ek": {BRA},
        "maria.sten": {BRA, SIG},
        "jonas.berg": {BRA, SPECIAL},
        "leila.amiri": set(),
    }
    for username, keys in opened.items():
        here = cell(of(world, username), "specific", partnership)
        urls = {fact.url for _source, fact in here.found} if here else set()
        assert urls == {reverse("forum", args=[world.forums[key].pk]) for key in keys}


def test_no_page_and_no_file_tells_of_a_forum_that_its_reader_may_not_open(world):
    addresses = [f"{reverse(name)}?level=specific" for name in (*PAGES, *FILES)]
    for place in ("Vivalla", "Oxhagen"):
        addresses.append(f"{addresses[2]}&district={district(place).pk}")
    told = set()
    for username in ("anna.ek", "maria.sten", "jonas.berg", "leila.amiri", "ulla.vik"):
        client, foreign = signed_in(world, username), world.foreign_to(username)
        for address in addresses:
            text = client.get(address).getvalue().decode()
            assert [word for word in foreign if word in text] == []
            told |= {key for key, forum in world.forums.items() if str(forum) in text}
    assert told == set(world.forums), "who may open a forum is told of it"


@pytest.mark.parametrize(
    "username", ["nils.frisk", "tove.lind", "bo.kvist", "stina.alm", "gun.malm"]
)
def test_for_everybody_else_the_pages_do_not_exist(world, username):
    client = signed_in(world, username)
    assert {client.get(reverse(name)).status_code for name in (*PAGES, *FILES)} == {404}


# The pages -----------------------------------------------------------------------------------------


def test_each_cell_leads_to_exactly_what_it_counts(world):
    registered(world, "Byalaget", "specific", where=("Vivalla",))
    client = signed_in(world, "anna.ek")
    page = client.get(reverse("coverage_matrix"), {"level": "specific"})
    text = page.content.decode()
    asked = f"level=specific&amp;district={district('Vivalla').pk}"
    everyone = client.get(reverse("coverage_behind") + "?" + asked.replace("&amp;", "&"))
    total = everyone.context["total"]
    assert total.actors == len(everyone.context["rows"]) > 1
    for actor, here in everyone.context["rows"]:
        link = f"{asked}&amp;actor={actor.pk}"
        assert link in text
        one = client.get(reverse("coverage_behind") + "?" + link.replace("&amp;", "&"))
        assert [(row.pk, behind.words) for row, behind in one.context["rows"]] == [
            (actor.pk, here.words)
        ]
        for _words, fact in here.listed:
            assert client.get(fact.url).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["level=x", "district=x&actor=y", "district=99999&actor=99999", "columns=999&holes=on&shows=z"],
)
def test_an_address_that_asks_for_what_is_not_there_shows_what_is(world, query):
    client = signed_in(world, "anna.ek")
    assert {client.get(f"{reverse(name)}?{query}").status_code for name in PAGES} == {200}


def test_the_files_say_what_the_pages_say_and_that_is_logged(world):
    registered(world, "Byalaget", "specific", where=("Vivalla",))
    Organisation.objects.filter(name="Byalaget").update(checked_on=dt.date(2020, 1, 1))
    client = signed_in(world, "anna.ek")

    def table(name: str, query: dict) -> list[list[str]]:
        content = client.get(reverse(name), query).getvalue().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(content), delimiter=";"))

    page = client.get(reverse("coverage_matrix"), {"level": "specific"})
    head, *rows = table("coverage_matrix_export", {"level": "specific"})
    assert head[2:] == [name for _key, name, _total in page.context["columns"]]
    assert rows == [
        [one.name, one.get_kind_display(), *(here.said if here else "" for _k, _n, here in cells)]
        for one, cells in page.context["rows"]
    ]
    assert ["Byalaget", "Förening"] in [row[:2] for row in rows]
    assert "Registrerad (vilande)" in [word for row in rows for word in row]
    page = client.get(reverse("coverage"))
    _head, *rows = table("coverage_export", {})
    assert rows == [
        [one.name, one.city_part.name, *(total.words for _code, _name, total in totals)]
        for one, totals in page.context["rows"]
    ]
    logged = log.events(by=world.person("anna.ek")).filter(event="frame.list.exported")
    assert {one.facts["list"] for one in logged} == {"coverage_matrix", "coverage"}


# At any size ---------------------------------------------------------------------------------------


def crowd(actors: int, districts: int) -> None:
    """So many actors at every level in every one of so many districts."""
    part = CityPart.objects.create(name="Norr")
    District.objects.bulk_create(
        District(name=f"Område {number:03}", city_part=part) for number in range(districts)
    )
    Organisation.objects.bulk_create(
        Organisation(name=f"Förening {number:03}", kind="association") for number in range(actors)
    )
    made = Organisation.objects.filter(name__startswith="Förening ")
    where = District.objects.filter(city_part=part)
    for through, column, rows in (
        (Organisation.districts.through, "district_id", where),
        (Organisation.levels.through, "preventionlevel_id", PreventionLevel.objects.all()),
    ):
        keys = list(rows.values_list("pk", flat=True))
        through.objects.bulk_create(
            through(**{"organisation_id": one.pk, column: key}) for one in made for key in keys
        )


@pytest.mark.parametrize(("actors", "districts"), [(15, 20), (150, 200)])
def test_the_pages_ask_the_same_few_questions_at_any_size(world, actors, districts):
    crowd(actors, districts)
    client = signed_in(world, "anna.ek")
    one = District.objects.get(name="Område 000")
    asked = {
        "coverage": "",
        "coverage_matrix": "level=general",
        "coverage_behind": f"level=general&district={one.pk}",
        "coverage_matrix_export": "level=general",
    }
    client.get(reverse("coverage"))
    costs = {}
    for name, query in asked.items():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"{reverse(name)}?{query}")
        costs[name] = len(queries)
        assert response.status_code == 200
    assert costs == QUERIES
    page = client.get(
        reverse("coverage_matrix") + "?level=general&city_part=" + str(one.city_part_id)
    )
    assert len(page.context["rows"]) == min(25, actors)
    columns = page.context["columns"]
    assert len(columns) == 10
    assert {total.words for _key, _name, total in columns[1:]} == {
        f"{actors} aktörer, {actors} vilande"
    }


QUERIES = {
    "coverage": 27,
    "coverage_matrix": 28,
    "coverage_behind": 25,
    # What is taken out is logged, and on PostgreSQL two statements hold the end of the log.
    "coverage_matrix_export": 34 if connection.vendor == "postgresql" else 32,
}
