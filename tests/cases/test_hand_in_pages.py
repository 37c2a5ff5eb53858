"""Tove hands in a case on five short pages, asks for advice instead, or is told whom to call; and sees
nothing of it afterwards but that it came."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import advice, handing_in, triage, units
from cases import hand_in_urls as ours
from cases.models import (
    AdviceRequest,
    Case,
    CaseArea,
    Consent,
    HandInDraft,
    Subject,
    Submission,
    UnitAuthority,
)
from coordination.actors import demo as cast
from coordination.actors import register as actors
from coordination.actors.models import District, Organisation, OrganisationMembership
from coordination.audit import log
from coordination.grounds import keeping
from coordination.grounds.models import BasisVersion, LegalBasis
from coordination.jobs import queue

pytestmark = pytest.mark.django_db

NUMBER = "811228-9874"
"""From Skatteverket's series for tests."""
HAPPENED = (
    "En elev i årskurs 9 har under tre veckor ritat symboler på bänkar och sagt att 'de ska bort' till"
    " två yngre elever. I går visade han en film med misshandel och skrattade."
)
PAGES = ("hand_in_happened", "hand_in_who", "hand_in_consent", "hand_in_basis")
FIRST = {
    "happened": HAPPENED,
    "when": "De senaste tre veckorna, och i går",
    "known_how": "seen",
    "before": "yes",
    "about_behaviour": "on",
}


def second(**changed: Any) -> dict[str, Any]:
    vivalla = District.objects.get(name="Vivalla").pk
    return {
        "given": "Kim",
        "family": "Exempelsson",
        "birth_year": "2010",
        "protected": "no",
        "district": vivalla,
        "place": "Vivallaskolan",
        "guardian_told": "yes",
    } | changed


def third(*covers: str, **changed: Any) -> dict[str, Any]:
    agreed = {"given_on": "i går", "by_guardian": "on", "covers": covers} if covers else {}
    return {"told": "yes", "consent": "oral" if covers else "no"} | agreed | changed


@pytest.fixture
def basis(people) -> Callable[..., BasisVersion]:
    """A reviewed version of a basis that schools may rest on, with a weighing and a condition."""

    def make(code: str = "P1", **changed: Any) -> BasisVersion:
        says = {
            "paragraph": "10 kap. 27 § OSL",
            "plain": "Det är uppenbart att intresset väger tyngre.",
            "senders": ["school"],
            "receivers": ["social"],
            "under_age": None,
            "needs_balance": True,
            "conditions": [],
            "valid_from": timezone.localdate() - timedelta(days=9),
            "valid_to": None,
        }
        place = LegalBasis.objects.count()
        one, _made = LegalBasis.objects.get_or_create(
            code=code, defaults={"name": f"Grunden {code}", "place": place}
        )
        stina = people["stina.alm"]
        made = keeping.add_version(basis=one, values=says | changed, by=stina)
        day = timezone.localdate()
        keeping.review(version=made, who="Kim Juristsson, jurist", on=day, by=stina)
        return made

    return make


def text_of(response: HttpResponse) -> str:
    """What stands on the page, as it is read."""
    html = re.sub(
        r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL
    )
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def hidden(response: HttpResponse, name: str) -> str:
    found = re.findall(
        rf'<input type="hidden" name="{name}" value="([^"]*)"', response.content.decode()
    )
    return found[-1] if found else ""


def fill(client: Client, address: str, **values: Any) -> HttpResponse:
    """Opens a page and sends its form as a browser would: what stands in it already goes along."""
    opened = client.get(address)
    assert opened.status_code == 200, address
    form = opened.context["form"]
    stands = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in stands.items() if value not in (None, False, "", [])}
    sent |= {"version": hidden(opened, "version"), "_once": hidden(opened, "_once")}
    return client.post(address, sent | values)


def begin(client: Client) -> HandInDraft:
    led = fill(client, "/lamna-in/", way="case")
    return HandInDraft.objects.get(pk=led.url.split("/")[2])


def write(client: Client, *pages: dict[str, Any]) -> HandInDraft:
    """A draft with so many pages written; each leads on to the next."""
    draft = begin(client)
    after = [*PAGES[1:], "hand_in_check"]
    for name, values, following in zip(PAGES, pages, after, strict=False):
        led = fill(client, reverse(name, args=[draft.pk]), **values)
        assert led.status_code == 302, text_of(led)
        assert led.url == reverse(following, args=[draft.pk])
    return draft


def at(name: str, draft: HandInDraft) -> str:
    return reverse(name, args=[draft.pk])


# The whole way ---------------------------------------------------------------------------------------


def test_tove_hands_in_with_consent_in_at_most_17_fields_and_no_basis_is_asked(wall, as_person):
    client = as_person("tove.lind")
    pages = (FIRST, second(), third("school", "social", "leisure"), {})
    assert sum(len(page) for page in pages) <= 17
    draft = write(client, *pages)
    check = client.get(at("hand_in_check", draft))
    shown = text_of(check)
    for part in ("Kim", "Exempelsson", "2010", HAPPENED, "Vivallaskolan", "Socialtjänst"):
        assert part in shown
    assert "Samtycket gör att du får lämna uppgifterna till Socialnämnden" in shown
    led = fill(client, at("hand_in_check", draft))
    case = Case.objects.get()
    kept = case.submission
    assert led.url == reverse("hand_in_receipt", args=[kept.pk])
    assert (kept.happened, kept.rests_on, kept.basis, kept.sender) == (
        HAPPENED,
        "consent",
        None,
        "school",
    )
    assert kept.organisation.name == "Vivallaskolan"
    assert (case.unit.name, case.area.district.name) == ("Partnerskap Väster", "Vivalla")
    agreed = Consent.objects.get(case=case)
    assert (agreed.covers.split(), agreed.by_guardian) == (["school", "social", "leisure"], True)
    assert not HandInDraft.objects.exists()


def test_without_consent_an_adults_case_takes_at_most_14_fields_and_keeps_the_basis(
    wall, as_person, basis
):
    client, version = as_person("tove.lind"), basis()
    adult = second(birth_year="1990")
    for name in ("guardian_told", "place"):
        adult.pop(name)
    chosen = {"basis": str(version.pk), f"conditions_{version.pk}": ["balance"]}
    pages = (FIRST, adult, third(), chosen)
    assert sum(len(page) for page in pages) <= 14
    draft = write(client, *pages)
    assert fill(client, at("hand_in_check", draft)).status_code == 302
    kept = Submission.objects.get()
    assert (kept.rests_on, kept.basis, kept.confirmed) == ("basis", version, ["balance"])
    with pytest.raises(Exception, match="protected"):
        version.delete()


def test_the_receipt_has_a_random_reference_and_neither_a_name_nor_the_cases_number(
    wall, as_person
):
    client = as_person("tove.lind")
    draft = write(client, FIRST, second(), third("social"), {})
    response = client.get(fill(client, at("hand_in_check", draft)).url)
    kept = Submission.objects.get()
    day = triage.target(kept.case)
    shown = text_of(response)
    assert kept.reference in shown
    assert "Av sekretesskäl får du inte veta vad som händer sedan." in shown
    assert str(day.day) in shown
    html = response.content.decode()
    for part in ("Kim", "Exempelsson", kept.case.number, str(kept.case.pk), "symboler"):
        assert part not in html
    assert kept.reference in text_of(client.get("/inlamnat/"))


def test_a_double_click_makes_one_case_and_a_second_tab_none(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST, second(), third("social"), {})
    address = at("hand_in_check", draft)
    opened, other = client.get(address), client.get(address)
    sent = {"version": hidden(opened, "version"), "_once": hidden(opened, "_once")}
    first = client.post(address, sent)
    assert (first.status_code, Case.objects.count()) == (302, 1)
    # The draft is gone when the same form, or the one of another tab, arrives.
    for again in (sent, sent | {"_once": hidden(other, "_once")}):
        assert client.post(address, again).status_code in {302, 404}
    assert Case.objects.count() == 1
    with pytest.raises(handing_in.ChangedMeanwhile):
        wall.hand_in(draft=draft)
    assert Case.objects.count() == 1


# The draft -------------------------------------------------------------------------------------------


def test_the_draft_is_listed_with_its_last_day_and_survives(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST)
    shown = text_of(as_person("tove.lind").get("/lamna-in/"))
    assert "Utkast du har börjat" in shown
    assert "Utkastet finns kvar till" in shown
    assert HAPPENED in unescape(client.get(at("hand_in_happened", draft)).content.decode())


def test_thrown_away_it_is_gone_after_a_question(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST)
    asked = client.get(at("hand_in_drop", draft))
    assert "Ta bort utkastet?" in text_of(asked)
    assert HandInDraft.objects.exists()
    assert fill(client, at("hand_in_drop", draft)).url == "/lamna-in/"
    assert not HandInDraft.objects.exists()
    assert client.get(at("hand_in_happened", draft)).status_code == 404


def test_another_tab_saves_nothing_over_and_what_is_typed_stays(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST)
    address = at("hand_in_happened", draft)
    old = client.get(address)
    fill(client, address, happened="Från den andra fliken.", known_how="other")
    sent = FIRST | {"happened": "Från den första fliken.", "version": hidden(old, "version")}
    late = client.post(address, sent)
    assert late.status_code == 200
    html = unescape(late.content.decode())
    assert "Från den första fliken." in html
    assert "Från den andra fliken." in html
    assert "Annat" in text_of(late)
    kept = handing_in.typed(HandInDraft.objects.get())
    assert kept["happened"] == "Från den andra fliken."
    again = client.post(address, sent | {"version": hidden(late, "version")})
    assert again.status_code == 302
    assert handing_in.typed(HandInDraft.objects.get())["happened"] == "Från den första fliken."


def test_what_was_changed_in_another_tab_is_checked_again_before_it_is_handed_in(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST, second(), third("social"), {})
    address = at("hand_in_check", draft)
    opened = client.get(address)
    fill(client, at("hand_in_who", draft), given="Robin")
    late = client.post(address, {"version": hidden(opened, "version")})
    assert late.status_code == 200
    assert "Robin" in text_of(late)
    assert not Case.objects.exists()


# What is refused -------------------------------------------------------------------------------------


def refused(client: Client, address: str, field: str, said: str, **values: Any) -> str:
    """Nothing is saved; the same words stand at the field and in the summary, and the title says so."""
    response = fill(client, address, **values)
    assert response.status_code == 200
    html = unescape(response.content.decode())
    assert re.search(rf'<a href="#id_{field}(_0)?">{re.escape(said)}</a>', html), said
    assert html.count(said) == 2
    assert "<title>Fel: " in html
    return html


def test_a_worry_about_views_alone_is_stopped_and_the_text_is_kept(wall, as_person):
    client = as_person("tove.lind")
    draft = begin(client)
    values = {name: value for name, value in FIRST.items() if name != "about_behaviour"}
    said = (
        "Bekräfta att oron gäller beteenden eller händelser. Om den bara gäller åsikter eller tro kan du"
        " inte lämna in ärendet."
    )
    html = refused(client, at("hand_in_happened", draft), "about_behaviour", said, **values)
    assert HAPPENED in html
    assert "happened" not in handing_in.typed(HandInDraft.objects.get())


def test_an_identity_number_is_refused_where_a_name_or_a_text_is_written(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST)
    for address, name, values in (
        (at("hand_in_happened", draft), "happened", FIRST),
        (at("hand_in_who", draft), "family", second()),
        ("/lamna-in/radgor/", "text", {"reach": "019-21 10 00"}),
    ):
        response = fill(client, address, **(values | {name: f"Gäller {NUMBER}"}))
        assert response.status_code == 200
        assert "ser ut att innehålla ett personnummer" in text_of(response)


def test_of_a_child_it_is_asked_whether_a_guardian_is_told_and_why_not(wall, as_person):
    client = as_person("tove.lind")
    address = at("hand_in_who", write(client, FIRST))
    refused(
        client,
        address,
        "guardian_told",
        "Ange om en vårdnadshavare är kontaktad",
        **second(guardian_told=""),
    )
    refused(
        client,
        address,
        "guardian_why",
        "Skriv varför ingen vårdnadshavare är kontaktad",
        **second(guardian_told="no"),
    )


def test_a_consent_needs_a_day_somebody_and_an_end(wall, as_person):
    client = as_person("tove.lind")
    address = at("hand_in_consent", write(client, FIRST, second()))
    values = {"told": "yes", "consent": "oral", "until": ""}
    response = fill(client, address, **values)
    shown = text_of(response)
    for said in (
        "Ange vilken dag samtycket gavs",
        "Välj vilka samtycket gäller",
        "Ange till och med när samtycket gäller",
    ):
        assert shown.count(said) == 2


def test_a_protected_identity_leaves_neither_district_nor_place_in_the_draft(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST, second(protected="unknown"), third("social"), {})
    kept = handing_in.typed(HandInDraft.objects.get())
    assert (kept["district"], kept["place"]) == (None, "")
    assert (
        "Vivallaskolan" not in text_of(client.get(at("hand_in_check", draft))).split("Kim")[1][:200]
    )
    fill(client, at("hand_in_check", draft))
    assert (Case.objects.get().area, Subject.objects.get().place) == (None, "")


def test_a_district_that_nobody_carries_is_refused_at_its_field_and_later_on_too(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST, second(), third("social"), {})
    CaseArea.objects.filter(district__name="Vivalla").delete()
    said = "Något saknas på den här sidan"
    assert said in text_of(client.get(at("hand_in_check", draft)))
    assert client.get(at("hand_in_basis", draft)).url == at("hand_in_who", draft)
    assert fill(client, at("hand_in_who", draft)).status_code == 200
    UnitAuthority.objects.all().delete()
    fresh = District.objects.get(name="Oxhagen").pk
    refused_there = fill(client, at("hand_in_who", draft), district=fresh)
    assert "Ingen nämnd ansvarar för enheten" in text_of(refused_there)


# What lets it ----------------------------------------------------------------------------------------


def test_a_basis_is_chosen_with_every_condition_or_it_stops(wall, as_person, basis):
    client = as_person("tove.lind")
    version = basis(conditions=["Uppgiften behövs för utredningen."])
    address = at("hand_in_basis", write(client, FIRST, second(), third()))
    refused(
        client,
        address,
        "basis",
        "Välj en rättslig grund. Är du osäker, be om råd innan du går vidare.",
    )
    of_it = f"conditions_{version.pk}"
    html = refused(
        client,
        address,
        of_it,
        "Alla villkor måste vara uppfyllda för den här grunden. Välj annars en annan.",
        basis=str(version.pk),
        **{of_it: ["balance"]},
    )
    assert "Uppgiften behövs för utredningen." in html
    assert re.search(rf'name="{of_it}" value="balance"[^>]* checked', html)
    sent = {"basis": str(version.pk), of_it: ["balance", "condition-0"]}
    assert fill(client, address, **sent).status_code == 302


def test_only_what_the_facts_allow_is_offered_and_a_contradiction_stops_with_its_reason(
    wall, as_person, basis
):
    client = as_person("tove.lind")
    mine, police = basis(), basis("P2", receivers=["police"])
    young = basis("P3", under_age=18)
    health = basis("P4", senders=["health"])
    draft = write(client, FIRST, second(birth_year="1990", guardian_told=""), third())
    address = at("hand_in_basis", draft)
    form = client.get(address).context["form"]
    assert [key for key, _words in form.fields["basis"].choices] == [str(mine.pk), "unsure"]
    for version, said in (
        (police, "Grunden når inte den mottagaren."),
        (young, "Personen är inte under 18 år."),
        (health, "Grunden gäller andra verksamheter än din."),
    ):
        response = fill(client, address, basis=str(version.pk))
        assert response.status_code == 200
        assert said in text_of(response)
    assert "basis" not in handing_in.typed(HandInDraft.objects.get())


def test_a_consent_that_leaves_the_board_out_does_not_let_it(wall, as_person, basis):
    version = basis()
    client = as_person("tove.lind")
    draft = write(client, FIRST, second(), third("school", "leisure"))
    shown = client.get(at("hand_in_basis", draft))
    assert "sekretessgräns" in text_of(shown)
    assert shown.context["form"].way.needs_basis
    assert version.basis.name in text_of(shown)


def test_a_consent_taken_back_in_the_draft_asks_for_a_basis_before_it_is_handed_in(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST, second(), third("social"), {})
    fill(client, at("hand_in_consent", draft), **third())
    response = fill(client, at("hand_in_check", draft))
    assert response.status_code == 200
    assert "Något saknas på den här sidan" in text_of(response)
    assert not Case.objects.exists()


def test_who_works_for_the_board_crosses_no_boundary(wall, as_person):
    client = as_person("per.holm")
    draft = write(client, FIRST, second(), third(), {})
    assert "Ingen sekretessgräns passeras" in text_of(client.get(at("hand_in_basis", draft)))
    fill(client, at("hand_in_check", draft))
    assert Submission.objects.get().rests_on == "same_board"


def test_who_works_at_two_places_says_which(wall, as_person):
    OrganisationMembership.objects.create(
        user=wall.people["tove.lind"],
        organisation=Organisation.objects.get(name=cast.SOCIAL),
        role="referrer",
        valid_from=timezone.localdate(),
    )
    client = as_person("tove.lind")
    draft = write(client, FIRST, second(), third())
    address = at("hand_in_basis", draft)
    social = Organisation.objects.get(name=cast.SOCIAL).pk
    assert len(client.get(address).context["form"].fields["organisation"].choices) == 2
    assert fill(client, address, organisation=social, sender="social").status_code == 302
    fill(client, at("hand_in_check", draft))
    assert Submission.objects.get().organisation_id == social


def test_unsure_of_the_basis_the_draft_is_kept_and_advice_is_asked_for(wall, as_person, basis):
    basis()
    client = as_person("tove.lind")
    draft = write(client, FIRST, second(), third())
    led = fill(client, at("hand_in_basis", draft), basis="unsure")
    assert led.url == "/lamna-in/radgor/?om=grund"
    assert "Ditt utkast finns kvar" in text_of(client.get(led.url))
    assert fill(client, led.url).status_code == 302
    one = AdviceRequest.objects.get()
    assert "rättsliga grunden" in one.text
    assert one.reach == wall.people["tove.lind"].email
    assert handing_in.typed(HandInDraft.objects.get())["basis"] == "unsure"
    assert fill(client, at("hand_in_check", draft)).status_code == 200
    assert not Case.objects.exists()


# The ways that end here ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "address", "said"),
    [
        ("danger", "/lamna-in/fara/", "Ring 112 om någon är i fara just nu."),
        ("child", "/lamna-in/barn/", "ersätter inte en orosanmälan"),
        ("took_part", "/lamna-in/deltagit/", "Skriv ingenting här."),
        ("classified", "/lamna-in/sakerhetsskydd/", "får aldrig skrivas i portalen"),
        ("school_attack", "/lamna-in/skolattack/", "CVE ger råd"),
        ("advice", "/lamna-in/radgor/", "utan att säga vem den gäller"),
    ],
)
def test_each_other_way_says_what_to_do_and_makes_no_draft(wall, as_person, way, address, said):
    client = as_person("tove.lind")
    led = fill(client, "/lamna-in/", way=way)
    assert led.url == address
    assert said in text_of(client.get(address))
    assert not HandInDraft.objects.exists()
    refused(client, "/lamna-in/", "way", "Välj ett av alternativen")


def test_the_cards_show_functions_from_the_register_and_no_name(wall, as_person):
    police = Organisation.objects.get(name=cast.POLICE)
    actors.change(
        by=wall.people["anna.ek"],
        actor=police,
        to=actors.Profile(
            kind=police.kind,
            contacts=[
                actors.Contact(
                    function="Vakthavande befäl", name="Nils Frisk", phone="0980-319 100", email=""
                )
            ],
        ),
        version=police.version,
    )
    client = as_person("tove.lind")
    shown = text_of(client.get("/lamna-in/deltagit/"))
    assert "Vakthavande befäl 0980-319 100" in shown
    assert "Nils Frisk" not in shown
    assert "kommunens växel" in text_of(client.get("/lamna-in/sakerhetsskydd/"))


def test_worry_about_an_attack_on_a_school_is_a_category_of_its_own(wall, as_person):
    client = as_person("tove.lind")
    led = fill(client, "/lamna-in/skolattack/")
    draft = HandInDraft.objects.get()
    assert led.url == at("hand_in_happened", draft)
    for name, values in zip(PAGES, (FIRST, second(), third("social"), {}), strict=True):
        fill(client, at(name, draft), **values)
    fill(client, at("hand_in_check", draft))
    assert Submission.objects.get().category == "school_attack"


# Advice ----------------------------------------------------------------------------------------------


def test_advice_is_asked_for_in_a_few_fields_and_noted_as_contacted_by_the_unit(wall, as_person):
    tove, maria = as_person("tove.lind"), as_person("maria.sten")
    vivalla = District.objects.get(name="Vivalla")
    Organisation.objects.get(name="Vivallaskolan").districts.add(vivalla)
    led = fill(tove, "/lamna-in/radgor/", text="Hur pratar jag om symboler?")
    assert led.url == "/lamna-in/radgor/skickat/"
    assert "Inget ärende har skapats" in text_of(tove.get(led.url))
    assert not Case.objects.exists()
    shown = maria.get("/arenden/radgivning/")
    assert "Hur pratar jag om symboler?" in text_of(shown)
    assert "Det du öppnar loggas" in text_of(shown)
    one = AdviceRequest.objects.get()
    done = reverse("advice_contacted", args=[one.pk])
    for client in (tove, as_person("mats.orn"), as_person("anna.ek")):
        assert client.post(done).status_code == 404
    for _click in range(2):
        assert maria.post(done).status_code == 302
    answered = text_of(maria.get("/arenden/radgivning/"))
    assert "Hur pratar jag om symboler?" not in answered
    assert "Vivallaskolan: kontaktad" in answered
    events = [event.event for event in log.events(zone=log.Zone.CASES, on=one)]
    assert events == ["cases.advice.answered", "cases.advice.asked"]


def test_only_the_units_own_coordinators_read_it(wall, as_person):
    advice.ask(
        text="kanariefrågaq",
        reach="019-21 10 00",
        organisation=Organisation.objects.get(name="Vivallaskolan"),
        by=wall.people["tove.lind"],
    )
    # The school has no district: the unit that receives what has none.
    assert "kanariefrågaq" in text_of(as_person("mats.orn").get("/arenden/radgivning/"))
    assert "kanariefrågaq" not in text_of(as_person("maria.sten").get("/arenden/radgivning/"))
    # A district that moves takes its coordinators along to the unit's list.
    units.serve(
        unit=AdviceRequest.objects.get().unit,
        district=District.objects.get(name="Vivalla"),
        since=timezone.localdate() + timedelta(days=1),
        by=wall.people["stina.alm"],
    )
    for days, reads in ((0, False), (1, True)):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            page = as_person("maria.sten").get("/arenden/radgivning/")
            assert ("kanariefrågaq" in text_of(page)) is reads
    for username in ("anna.ek", "tove.lind", "per.holm", "nils.frisk", "stina.alm", "bo.kvist"):
        assert as_person(username).get("/arenden/radgivning/").status_code == 404


def test_advice_and_drafts_are_destroyed_by_the_clock(wall, as_person):
    tove = wall.people["tove.lind"]
    one = advice.ask(
        text="Fråga.",
        reach="019",
        organisation=Organisation.objects.get(name="Vivallaskolan"),
        by=tove,
    )
    assert advice.sweep(now=one.expires_at - timedelta(minutes=1)) == 0
    assert advice.sweep(now=one.expires_at) == 1
    assert not AdviceRequest.objects.exists()
    assert {"cases.advice", "cases.drafts"} <= queue.periodic_names() & queue.rung()


# V-rules ---------------------------------------------------------------------------------------------


def addresses(draft: HandInDraft, submission: Submission) -> list[str]:
    names = (*PAGES, "hand_in_check", "hand_in_drop")
    return [*(at(name, draft) for name in names), reverse("hand_in_receipt", args=[submission.pk])]


@pytest.mark.parametrize("username", ["maria.sten", "amir.hadad", "anna.ek", "stina.alm", ""])
def test_nobody_else_opens_a_draft_or_a_receipt(wall, as_person, username):
    draft = handing_in.begin(by=wall.people["tove.lind"])
    kept = wall.hand_in()
    client = as_person(username)
    for address in addresses(draft, kept):
        for response in (client.get(address), client.post(address)):
            assert response.status_code == (404 if username else 302)
            assert kept.reference.encode() not in response.content


@pytest.mark.parametrize("username", ["anna.ek", "nils.frisk", "ulla.vik", "bo.kvist", "stina.alm"])
def test_who_does_not_hand_in_gets_404_everywhere(wall, as_person, username):
    client = as_person(username)
    for pattern in ours.urlpatterns:
        route = re.sub(r"<uuid:\w+>", str(uuid4()), str(pattern.pattern))
        assert client.get(f"/{route}").status_code == 404


def test_v13_who_handed_it_in_sees_that_it_was_received_or_closed_and_nothing_else(wall, as_person):
    kept = wall.hand_in()
    client = as_person("tove.lind")
    address = reverse("hand_in_receipt", args=[kept.pk])
    assert "Inlämnat" in text_of(client.get(address))
    for outcome, said in (("open", "Mottaget"), ("close", "Avslutat")):
        one = wall.hand_in(given=outcome)
        triage.decide(
            case=one.case,
            outcome=outcome,
            level="general",
            reason="kanarieskälq",
            earlier_said="kanarietidigareq",
            by=wall.people["maria.sten"],
        )
        shown = client.get(reverse("hand_in_receipt", args=[one.pk]))
        assert f"Status {said}" in text_of(shown)
        assert "kanarie" not in shown.content.decode()
        assert not Case.objects.visible_to(wall.people["tove.lind"]).exists()
        assert not Submission.objects.visible_to(wall.people["tove.lind"]).exists()


def test_v24_opening_a_draft_or_a_receipt_is_in_the_log_and_nothing_of_it(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST)
    rows = list(log.events(zone=log.Zone.CASES, on=draft))
    assert {one.event for one in rows} == {
        "cases.draft.begun",
        "cases.draft.opened",
        "cases.draft.kept",
    }
    client.get(reverse("hand_in_receipt", args=[wall.hand_in().pk]))
    assert log.events(zone=log.Zone.CASES)[0].event == "cases.receipt.opened"
    assert "symboler" not in repr([one.facts for one in rows])


def test_no_address_and_no_title_tells_anything_of_the_person(wall, as_person):
    client = as_person("tove.lind")
    draft = write(client, FIRST, second(), third("social"), {})
    for address in addresses(draft, wall.hand_in())[:6]:
        title = re.search(r"<title>(.*?)</title>", client.get(address).content.decode())
        assert title
        assert not {"Kim", "Exempelsson", "Vivalla"} & set(title[1].split())


# Where others find it --------------------------------------------------------------------------------


def test_who_triages_reads_what_let_it_be_handed_in(wall, as_person, basis):
    client, version = as_person("tove.lind"), basis()
    chosen = {"basis": str(version.pk), f"conditions_{version.pk}": ["balance"]}
    fill(client, at("hand_in_check", write(client, FIRST, second(), third(), chosen)))
    page = as_person("maria.sten").get(reverse("case_triage", args=[Case.objects.get().pk]))
    shown = text_of(page)
    assert "10 kap. 27 § OSL, version 1" in shown
    assert "Såg eller hörde själv" in shown


def test_the_start_page_leads_to_a_draft_and_to_those_who_wait_for_advice(wall, as_person):
    draft = handing_in.begin(by=wall.people["tove.lind"])
    place = Organisation.objects.get(name="Vivallaskolan")
    advice.ask(
        text="kanariefrågaq", reach="kanarievägq", organisation=place, by=wall.people["tove.lind"]
    )
    mine = as_person("tove.lind").get("/").content.decode()
    assert at("hand_in_happened", draft) in mine
    assert 'href="/lamna-in/"' in mine
    assert 'href="/inlamnat/"' in mine
    theirs = as_person("mats.orn").get("/").content.decode()
    assert 'href="/arenden/radgivning/"' in theirs
    assert "kanarie" not in theirs
    assert "/lamna-in/" not in as_person("anna.ek").get("/").content.decode()
