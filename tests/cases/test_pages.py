"""The pages of cases: the list, the search, the preliminary assessment, a case, and who sees it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import carrying, triage
from cases.models import Case, Stage, Triage
from coordination.audit import log
from tests.cases.test_readings import OPENED

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

KEY = "4e0f5b3a-6a57-4a55-9e3d-1f2f3a4b5c6d"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def decided(case, **changed) -> dict:
    said = {
        "outcome": "open",
        "level": "individual",
        "reason": "Hot mot yngre elever",
        "_once": KEY,
    }
    return said | {"owner": case["maria"].pk} | changed


@pytest.fixture
def kim(wall) -> dict:
    """A worry about Kim, and who decides on it."""
    return {"case": wall.case(), "maria": wall.people["maria.sten"]}


def opened(wall, kim) -> Case:
    triage.decide(
        case=kim["case"], outcome="open", level="individual", reason="Hot", by=kim["maria"]
    )
    return kim["case"]


# The list --------------------------------------------------------------------------------------


def test_the_list_begins_with_ones_own_and_says_how_many_wait(wall, kim, as_person):
    mine = opened(wall, kim)
    wall.case(given="Robin", family="Provsson")
    page = text_of(as_person("maria.sten").get("/arenden/"))
    assert mine.number in page
    assert "Att förhandsbedöma, 1" in page
    assert "Individärenden, 1" in page
    every = text_of(as_person("maria.sten").get("/arenden/?show=all"))
    assert "Individärenden, 2" in every


def test_v04_a_row_without_a_role_in_the_case_is_a_number_and_a_stage_and_no_way_in(
    wall, kim, as_person
):
    case = opened(wall, kim)
    sara = as_person("sara.nyman")
    page = sara.get("/arenden/?show=all").content.decode()
    assert case.number in page
    assert str(case.pk) not in page
    for name in ("case", "case_access", "case_triage"):
        assert sara.get(reverse(name, args=[case.pk])).status_code == 404


def test_v03_the_list_and_its_filters_leave_out_other_districts(wall, kim, as_person):
    elsewhere = wall.case(district="Oxhagen", given="Robin", family="Provsson")
    page = as_person("maria.sten").get("/arenden/?show=all").content.decode()
    assert elsewhere.number not in page
    assert "Oxhagen" not in page


def test_v01_cases_do_not_exist_for_strategic_coordinators_police_and_the_one_who_handed_in(
    wall, kim, as_person
):
    never = "00000000-0000-4000-8000-000000000000"
    for who in ("anna.ek", "nils.frisk", "tove.lind", "stina.alm", "ulla.vik"):
        client = as_person(who)
        bodies = set()
        for pk in (kim["case"].pk, never):
            for name in ("case", "case_triage"):
                answer = client.get(reverse(name, args=[pk]))
                assert answer.status_code == 404
                bodies.add(re.sub(r'nonce="[^"]*"|value="[^"]{64}"', "", answer.content.decode()))
        assert len(bodies) == 1
        assert client.get("/arenden/").status_code == 404


def test_names_stand_in_the_list_when_they_are_asked_for_and_that_is_logged(wall, kim, as_person):
    opened(wall, kim)
    maria = as_person("maria.sten")
    assert "Exempelsson" not in text_of(maria.get("/arenden/"))
    maria.post("/arenden/namn/", {"show": "on"})
    assert "Kim Exempelsson" in text_of(maria.get("/arenden/"))
    seen = [one.event for one in log.events(zone=log.Zone.CASES, by=kim["maria"])]
    assert seen[0] == "cases.names.opened"
    maria.post("/arenden/namn/", {"show": "off"})
    assert "Exempelsson" not in text_of(maria.get("/arenden/"))


@pytest.mark.parametrize("words", ["kim EXEMPELSSON", "Exempelsson Kim", "{number}"])
def test_a_case_is_found_by_its_number_or_its_exact_name(wall, kim, as_person, words):
    case = kim["case"]
    found = as_person("maria.sten").post(
        "/arenden/sok/", {"words": words.format(number=case.number)}
    )
    assert case.number in text_of(found)


@pytest.mark.parametrize("words", ["Kim", "Kim Exempelson", "Exempelsson", "1999-001"])
def test_nothing_less_than_the_exact_name_finds_anything(wall, kim, as_person, words):
    found = text_of(as_person("maria.sten").post("/arenden/sok/", {"words": words}))
    assert "Inget ärende du får se" in found
    assert kim["case"].number not in found


def test_v02_nobody_finds_a_case_in_the_search_of_the_portal(wall, kim, as_person):
    for who in ("anna.ek", "nils.frisk", "tove.lind"):
        for words in (kim["case"].number, "Exempelsson"):
            page = as_person(who).get("/sok/", {"q": words}).content.decode()
            assert str(kim["case"].pk) not in page
            assert "/arenden/" not in page


# The preliminary assessment ---------------------------------------------------------------------


def test_maria_decides_in_five_steps_and_stands_in_the_case(wall, kim, as_person):
    case, maria = kim["case"], as_person("maria.sten")
    page = text_of(maria.get(reverse("case_triage", args=[case.pk])))
    assert "Har ritat symboler på bänkar i tre veckor." in page
    assert "Såg eller hörde själv" in page
    answer = maria.post(reverse("case_triage", args=[case.pk]), decided(kim))
    assert answer.url == reverse("case", args=[case.pk])
    shown = text_of(maria.get(answer.url))
    assert f"Ärende {case.number}" in shown
    assert "Kim Exempelsson" in shown
    assert "Hot mot yngre elever" in shown


def test_a_double_click_decides_once(wall, kim, as_person):
    maria, address = as_person("maria.sten"), reverse("case_triage", args=[kim["case"].pk])
    first = maria.post(address, decided(kim))
    again = maria.post(address, decided(kim))
    assert again.status_code in (302, 404)
    assert first.status_code == 302
    assert Triage.objects.filter(case=kim["case"]).count() == 1


def test_what_is_missing_is_said_at_the_field_and_what_was_typed_stays(wall, kim, as_person):
    answer = as_person("maria.sten").post(
        reverse("case_triage", args=[kim["case"].pk]), decided(kim, outcome="", reason="Mitt skäl")
    )
    assert answer.status_code == 200
    page = text_of(answer)
    assert page.count("Välj ett av alternativen") == 2
    assert "Mitt skäl" in page
    assert Case.objects.get(pk=kim["case"].pk).stage == Stage.RECEIVED


def test_earlier_worries_are_shown_by_number_and_must_be_read_before_it_is_closed(
    wall, as_person, kim
):
    before = opened(wall, kim)
    now = wall.case(given="Kim", family="Eksempelsson")
    maria, address = as_person("maria.sten"), reverse("case_triage", args=[now.pk])
    page = text_of(maria.get(address))
    assert before.number in page.partition("Tidigare oro")[2]
    answer = maria.post(address, decided(kim, outcome="close"))
    assert answer.status_code == 200
    assert "Det finns tidigare oro" in text_of(answer)
    done = maria.post(address, decided(kim, outcome="close", earlier_said="Samma händelse"))
    assert done.status_code == 302


# A case ------------------------------------------------------------------------------------------


def test_the_title_and_the_address_carry_a_number_and_no_name(wall, kim, as_person):
    case = opened(wall, kim)
    for name in ("case", "case_access"):
        page = as_person("maria.sten").get(reverse(name, args=[case.pk])).content.decode()
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
        assert case.number in title
        assert "Kim" not in title


def test_access_says_who_sees_the_case_why_and_who_has_opened_it(wall, kim, as_person):
    case = opened(wall, kim)
    as_person("maria.sten").get(reverse("case", args=[case.pk]))
    page = text_of(as_person("maria.sten").get(reverse("case_access", args=[case.pk])))
    who, _heading, openings = page.partition("Vem har öppnat det")
    assert "Maria Sten Allt Utsedd i ärendet: ansvarig" in who
    assert "Sara Nyman Nummer och steg Samordnar området" in who
    assert "Maria Sten Översikt" in openings
    assert "Anna Ek" not in who


def test_v24_each_opened_page_is_one_reading(wall, kim, as_person):
    case, maria = opened(wall, kim), as_person("maria.sten")
    for name in ("case", "case_access", "case"):
        maria.get(reverse(name, args=[case.pk]))
    seen = log.events(zone=log.Zone.CASES, on=case).filter(event=OPENED)
    assert [one.facts["page"] for one in seen] == ["case", "case_access", "case"]


def test_v22_who_steps_aside_meets_nothing_from_then_on(wall, kim, as_person):
    case, maria = opened(wall, kim), as_person("maria.sten")
    assert maria.get(reverse("case", args=[case.pk])).status_code == 200
    carrying.step_aside(case=case, by=kim["maria"])
    assert maria.get(reverse("case", args=[case.pk])).status_code == 404
    assert case.number not in text_of(maria.get("/arenden/?show=all"))


def test_v21_a_protected_identity_has_no_district_and_no_place_on_any_page(wall, as_person):
    case = wall.case(protected="yes", district=None)
    page = text_of(as_person("mats.orn").get(reverse("case_triage", args=[case.pk])))
    assert "Vivallaskolan" not in page
    assert case.number in text_of(as_person("mats.orn").get("/arenden/"))
    for who in ("maria.sten", "jonas.berg", "sara.nyman"):
        assert case.number not in text_of(as_person(who).get("/arenden/?show=all"))
        assert as_person(who).get(reverse("case_triage", args=[case.pk])).status_code == 404


def test_the_list_asks_as_much_of_many_cases_as_of_few(wall, kim, as_person):
    opened(wall, kim)
    maria = as_person("maria.sten")
    maria.get("/arenden/?show=all")
    with CaptureQueriesContext(connection) as few:
        maria.get("/arenden/?show=all")
    for place in range(6):
        wall.case(given=f"Robin{place}", family="Provsson")
    with CaptureQueriesContext(connection) as many:
        maria.get("/arenden/?show=all")
    assert len(many) == len(few)
