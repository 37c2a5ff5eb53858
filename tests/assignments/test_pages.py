"""The pages of assignments and of the guideline: what they show, to whom, and what they cost."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coordination.actors import demo as cast
from coordination.actors.models import Organisation
from coordination.assignments import assigning, guidelines, updates
from coordination.assignments.models import Assignment, Guideline, StatusUpdate
from tests.assignments import NEWER

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

KEY = "7b0d2c9e-5f0a-4f0b-9f5e-0a1b2c3d4e5f"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def say(owner, by, **more):
    said = {"status": "under_way", "happened": "Nytt", "version": owner.version} | more
    return updates.update(owner=owner, by=by, **said)


# The list --------------------------------------------------------------------------------------


def test_the_list_shows_each_assignment_with_owner_status_and_last_update(signed_in, owner, person):
    say(owner(13), person("leila.amiri"), next_step="Anställa tre till")
    page = text_of(signed_in("anna.ek").get("/uppdrag/"))
    assert "Uppdrag, 18 stycken" in page
    assert re.search(r"Inte påbörjat\s+17 uppdrag", page)
    assert re.search(r"Pågår\s+1 uppdrag", page)
    assert "Anställa tre till" in page
    for number in range(1, 19):
        assert Assignment.objects.get(number=number).title in page


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("status=under_way", {13}),
        ("owner=me", {13, 9, 12}),
        ("words=elevst%C3%B6djare", {13}),
        ("words=zz", set()),
        ("silent=on", set()),
        ("management=on", {13}),
        ("deadline=passed", {13}),
        ("deadline=none", set(range(1, 19)) - {13}),
        ("ended=on", set()),
    ],
)
def test_each_filter_narrows_the_list(signed_in, owner, person, query, numbers):
    say(owner(13), person("leila.amiri"), decision_wanted="Fler tjänster")
    Assignment.objects.filter(number=13).update(due=timezone.localdate() - timedelta(days=1))
    page = signed_in("leila.amiri").get(f"/uppdrag/?{query}").content.decode()
    shown = {
        one.number
        for one in Assignment.objects.all()
        if f'href="{reverse("assignment", args=[one.pk])}"' in page
    }
    assert shown == numbers


def test_a_list_without_hits_says_what_to_do(signed_in):
    page = text_of(signed_in("anna.ek").get("/uppdrag/?words=finnsinte"))
    assert "Inga träffar. Ändra sökningen eller rensa filtren." in page


def test_ninety_silent_days_are_marked_in_the_list_and_on_the_coordinators_start_page(
    signed_in, owner
):
    found = owner(13)
    # By the calendar: 94 times 24 hours back from a winter's night is the day after, in summer time.
    since = datetime.combine(timezone.localdate() - timedelta(days=94), time(12))
    type(found).objects.filter(pk=found.pk).update(since=timezone.make_aware(since))
    assert "Ingen uppdatering på 94 dagar" in text_of(signed_in("anna.ek").get("/uppdrag/"))
    start = text_of(signed_in("anna.ek").get("/att-gora/"))
    assert "Följ upp uppdrag 13" in start
    assert "Ingen uppdatering på 94 dagar" in start
    assert "Följ upp uppdrag" not in text_of(signed_in("leila.amiri").get("/att-gora/"))


def further(by, count: int) -> None:
    guideline = guidelines.latest()
    offices = list(Organisation.objects.filter(kind="administration"))
    for _number in range(count):
        assigning.order(
            guideline=guideline,
            title="Ett till",
            quote="Uppdraget ska redovisas senast den 15 juni 2016.",
            owners=[assigning.Owner(one) for one in offices],
            by=by,
        )


@pytest.mark.parametrize(
    "address", ["/uppdrag/", "/uppdrag/tavla/", "/uppdrag/hamta/?format=csv", "/uppdrag/?sort=due"]
)
def test_the_list_costs_the_same_with_few_rows_and_with_many(signed_in, person, address):
    client = signed_in("anna.ek")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            assert client.get(address).status_code == 200
        return len(made)

    Assignment.objects.exclude(number=1).update(ended_on=timezone.localdate())
    cost()
    few = cost()
    further(person("anna.ek"), 30)
    assert cost() == few


def test_the_list_leaves_as_a_file_with_the_rows_of_the_page(signed_in):
    answer = signed_in("per.holm").get("/uppdrag/hamta/?format=csv&owner=me")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = body.strip().split("\r\n")
    assert [row.split(";")[0] for row in rows] == ['"Nr"', '"9"', '"12"', '"14"']
    assert re.fullmatch(
        r'attachment; filename="uppdrag-\d{4}-\d\d-\d\d.csv"', answer["Content-Disposition"]
    )


# The board -------------------------------------------------------------------------------------


def test_a_card_moves_by_its_own_choice_of_status_and_goes_back_to_the_board(
    signed_in, owner, person
):
    client, found = signed_in("leila.amiri"), owner(13)
    data = {"status": "paused", "version": found.version, "view": "owner=me"}
    answer = client.post(reverse("assignment_status", args=[found.pk]), data)
    assert answer["Location"] == "/uppdrag/tavla/?owner=me"
    assert owner(13).status == "paused"
    assert Assignment.objects.get(number=13).status == "paused"
    stale = client.post(reverse("assignment_status", args=[found.pk]), data | {"status": "done"})
    assert "Någon annan har uppdaterat" in text_of(client.get(stale["Location"]))
    assert owner(13).status == "paused"


def test_the_board_offers_a_choice_only_for_what_is_ones_own(signed_in, owner):
    page = signed_in("leila.amiri").get("/uppdrag/tavla/").content.decode()
    assert reverse("assignment_status", args=[owner(13).pk]) in page
    assert reverse("assignment_status", args=[owner(1).pk]) not in page


# One assignment --------------------------------------------------------------------------------


def test_the_page_quotes_the_guideline_and_links_to_the_passage(signed_in, owner, guideline):
    page = signed_in("per.holm").get(
        reverse("assignment", args=[owner(14, cast.SOCIAL).assignment_id])
    )
    mandate = guideline.mandates.get(number=14)
    assert mandate.quote in page.content.decode()
    link = f"/riktlinjer/{guideline.pk}/#{mandate.passage.anchor}"
    assert link in page.content.decode()
    text = signed_in("per.holm").get(f"/riktlinjer/{guideline.pk}/").content.decode()
    assert f'id="{mandate.passage.anchor}"' in text


def test_updates_stand_newest_first_with_the_organisation_where_there_are_several(
    signed_in, owner, person
):
    say(owner(14, cast.SOCIAL), person("per.holm"), happened="Det äldre")
    say(owner(14, cast.PARTNERSHIP), person("maria.sten"), happened="Det nyare")
    page = text_of(
        signed_in("ulla.vik").get(
            reverse("assignment", args=[owner(14, cast.SOCIAL).assignment_id])
        )
    )
    assert page.index("Det nyare") < page.index("Det äldre")
    assert f"{cast.PARTNERSHIP}: Pågår" in page
    assert "Uppdatera" not in page, "Ulla reads it, and it is not hers to update"


def test_the_form_is_prefilled_with_what_is_likely_still_true(signed_in, owner, person):
    ahead = timezone.localdate() + timedelta(days=10)
    say(
        owner(13),
        person("leila.amiri"),
        status="paused",
        next_step="Anställa",
        next_on=ahead,
        decision_wanted="Fler tjänster",
    )
    page = signed_in("ulla.vik").get(reverse("assignment_update", args=[owner(13).pk]))
    form = page.context["form"]
    assert form["status"].value() == "paused"
    assert form["next_step"].value() == "Anställa"
    assert form["next_on"].value() == ahead.isoformat()
    assert form["decision_wanted"].value() == "Fler tjänster"
    assert not form["happened"].value()


def send(client: Client, owner, **more):
    data = {"status": "under_way", "happened": "Nytt", "version": owner.version, "_once": KEY}
    return client.post(reverse("assignment_update", args=[owner.pk]), data | more)


def test_the_update_goes_back_to_the_assignment_and_twice_is_once(signed_in, owner):
    client, found = signed_in("leila.amiri"), owner(13)
    for _time in range(2):
        answer = send(client, found)
        assert answer["Location"] == reverse("assignment", args=[found.assignment_id])
    assert StatusUpdate.objects.count() == 1


def test_who_comes_second_keeps_the_text_and_reads_what_the_other_wrote(signed_in, owner, person):
    opened = owner(13)
    say(opened, person("leila.amiri"), happened="Leilas mening")
    client = signed_in("ulla.vik")
    page = send(client, opened, happened="Ullas mening")
    assert "Leilas mening" in text_of(page)
    assert "Ullas mening" in page.content.decode()
    assert StatusUpdate.objects.count() == 1
    again = send(client, owner(13), happened="Ullas mening")
    assert again.status_code == 302
    assert StatusUpdate.objects.count() == 2


def test_a_wanted_decision_stands_on_the_managers_start_page_until_it_is_taken_back(
    signed_in, owner, person
):
    say(owner(13), person("leila.amiri"), decision_wanted="Om fler tjänster")
    for manager in ("lars.nord", "rolf.dahlin"):
        assert "Ta ställning till uppdrag 13" in text_of(signed_in(manager).get("/att-gora/"))
    assert "Ta ställning" not in text_of(signed_in("per.holm").get("/att-gora/"))
    say(owner(13), person("leila.amiri"))
    assert "Ta ställning" not in text_of(signed_in("lars.nord").get("/att-gora/"))


def test_a_further_assignment_is_added_once_however_often_it_is_sent(signed_in):
    client = signed_in("anna.ek")
    data = {
        "number": 19,
        "title": "Något till",
        "quote": "Uppdraget ska redovisas senast den 15 juni 2016.",
        "owners": [Organisation.objects.get(name=cast.CULTURE).pk],
        "_once": KEY,
    }
    first, second = (client.post("/uppdrag/nytt/", data) for _time in range(2))
    made = Assignment.objects.get(number=19)
    assert first["Location"] == second["Location"] == reverse("assignment", args=[made.pk])


def test_whoever_changes_an_assignment_second_is_told(signed_in, owner):
    client, found = signed_in("anna.ek"), owner(13).assignment
    data = {
        "title": "Ny titel",
        "owners": [owner(13).organisation_id],
        "version": found.version,
    }
    address = reverse("assignment_change", args=[found.pk])
    assert client.post(address, data).status_code == 302
    page = client.post(address, data | {"title": "En annan titel"})
    assert "Någon annan har ändrat uppdraget" in text_of(page)
    assert "En annan titel" in page.content.decode()
    found.refresh_from_db()
    assert found.title == "Ny titel"


# Asking ----------------------------------------------------------------------------------------


def test_the_question_is_confirmed_with_the_names_of_those_who_get_the_mail(signed_in, owner):
    client = signed_in("anna.ek")
    thirteen = owner(13).assignment_id
    page = text_of(client.get(f"/uppdrag/begar-uppdatering/?uppdrag={thirteen}"))
    assert "1 person tillfrågas" in page
    assert "Leila Amiri" in page
    answer = client.post("/uppdrag/begar-uppdatering/", {"uppdrag": thirteen, "_once": KEY})
    assert "1 person ombeds uppdatera" in text_of(client.get(answer["Location"]))
    task = text_of(signed_in("leila.amiri").get("/"))
    assert "Uppdatera uppdrag 13" in task


def test_nothing_chosen_is_said(signed_in):
    client = signed_in("anna.ek")
    answer = client.get("/uppdrag/begar-uppdatering/")
    assert "Markera minst en rad i listan" in text_of(client.get(answer["Location"]))


# The guideline ---------------------------------------------------------------------------------


def test_everyone_with_a_role_reads_the_guideline_and_only_readers_see_its_assignments(signed_in):
    for username, shown in (("per.holm", True), ("nils.frisk", False), ("tove.lind", False)):
        page = signed_in(username).get("/riktlinjer/")
        assert "Generella förebyggande insatser" in text_of(page)
        assert ("Uppdrag 13:" in text_of(page)) is shown, username


def test_a_newer_guideline_is_pasted_and_its_assignments_are_decided_one_by_one(
    signed_in, person, owner
):
    client = signed_in("anna.ek")
    today = timezone.localdate()
    answer = client.post(
        "/riktlinjer/ny/",
        {
            "title": "Nya riktlinjer",
            "decided_by": "Kommunfullmäktige",
            "decided_on": today.isoformat(),
            "in_force_from": (today + timedelta(days=5)).isoformat(),
            "text": NEWER,
        },
    )
    made = Guideline.objects.latest("pk")
    there = reverse("guideline_assignments", args=[made.pk])
    assert answer["Location"] == there
    thirteen, one = owner(13).assignment, owner(1).assignment
    quote = "Gymnasieförvaltningen får i uppdrag att utveckla verksamheten med elevstödjare."
    refused = client.post(there, {"assignment": thirteen.pk, "do": "carry", "quote": "Nej"})
    assert "Orden står inte i riktlinjen" in text_of(refused)
    client.post(there, {"assignment": thirteen.pk, "do": "carry", "quote": quote})
    client.post(there, {"assignment": one.pk, "do": "end", "quote": ""})
    shown = text_of(client.get("/uppdrag/"))
    assert thirteen.title in shown
    assert one.title not in shown
    assert one.title in text_of(client.get("/uppdrag/?ended=on"))
    ended = text_of(client.get(reverse("assignment", args=[one.pk])))
    assert "upphörde" in ended or "avslutades med riktlinjen" in ended
    assert "Nya riktlinjer" in text_of(client.get("/riktlinjer/"))
