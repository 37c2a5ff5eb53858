"""Agreements on pages: each reads what they may read, in lists, counts, filters, search and files."""

import io

import openpyxl
import pytest
from django.urls import reverse

from coordination.actors import demo as cast
from coordination.actors import merging, organisations
from coordination.actors.models import Organisation
from coordination.agreements import keeping
from coordination.agreements.models import Agreement
from coordination.audit.models import Event
from tests.agreements import BETWEEN, OTHERS, draft, in_months, signed, values
from tests.forums.test_pages_queries import cost

CANARY = "kanariefågel"


@pytest.fixture
def four(people) -> dict[str, Agreement]:
    """With the police and without them, signed and as drafts; each says its own word."""
    anna = people["anna.ek"]

    def made(make, key: str, parties: tuple[str, ...]) -> Agreement:
        word = f"{CANARY}{key}"
        return make(anna, name=word, parties=parties, purposes=f"Om {word}", pledges=f"Mer {word}")

    return {
        "police": made(signed, "polis", BETWEEN),
        "other": made(signed, "annan", OTHERS),
        "police draft": made(draft, "polisutkast", BETWEEN),
        "other draft": made(draft, "utkast", OTHERS),
    }


EVERYTHING = {"police", "other", "police draft", "other draft"}
READS = {
    "anna.ek": EVERYTHING,
    "maria.sten": EVERYTHING,
    "per.holm": {"police", "other"},
    "ulla.vik": {"police", "other"},
    "bo.kvist": {"police", "other"},
    "nils.frisk": {"police"},
    "eva.strand": {"police"},
}


@pytest.mark.parametrize("username", READS)
def test_each_reads_their_own_agreements_and_learns_nothing_of_the_others(
    people, as_person, four, username
):
    client, mine = as_person(username), READS[username]
    page = client.get(reverse("agreements"))
    text = page.content.decode()
    assert page.context["list"].total == len(mine)
    exported = client.get(reverse("agreements_export")).getvalue().decode()
    assert exported.count("\n") >= len(mine) + 1
    nothing = client.get("/aktorer/overenskommelser/987654/").content
    for key, made in four.items():
        address = reverse("agreement", args=[made.pk])
        found = client.get(reverse("search"), {"q": made.name[1:]}).content.decode()
        answer = client.get(address)
        if key in mine:
            assert made.name in text
            assert f"Om {made.name}" in exported
            assert address in found
            assert f"Mer {made.name}" in answer.content.decode()
        else:
            assert made.name not in text
            assert made.name not in exported
            assert address not in found
            assert (answer.status_code, answer.content) == (404, nothing)


@pytest.mark.parametrize("username", ["tove.lind", "stina.alm", "gun.malm", "ny.person"])
def test_others_do_not_learn_that_there_are_agreements(people, as_person, four, username):
    client = as_person(username)
    for address in (
        reverse("agreements"),
        reverse("agreements_export"),
        reverse("agreement", args=[four["police"].pk]),
        reverse("agreement_file", args=[four["police"].pk]),
    ):
        answer = client.get(address)
        assert answer.status_code == 404
        assert answer.content == client.get("/finns-inte/").content
    if username != "ny.person":
        found = client.get(reverse("search"), {"q": CANARY[1:]}).content.decode()
        assert CANARY not in found
        assert "/overenskommelser/" not in found


def test_the_filters_of_the_police_offer_their_own_agreements_parties_and_districts(
    people, as_person, four
):
    form = as_person("nils.frisk").get(reverse("agreements")).context["list"].filters
    assert {label for key, label in form.fields["party"].choices if key} == set(BETWEEN)
    filtered = as_person("nils.frisk").get(reverse("agreements"), {"status": "draft"})
    assert filtered.context["list"].total == 0


def test_the_police_read_on_when_their_organisation_has_gone_into_another(people, as_person, four):
    into = organisations.add_organisation(by=None, name="Polisregion Bergslagen", kind="police")
    merging.merge(
        by=None,
        gone=Organisation.objects.get(name=cast.POLICE),
        into=into,
        on=in_months(0, 1),
    )
    later = signed(people["anna.ek"], parties=(cast.MUNICIPALITY, into.name), name="Nästa")
    seen = Agreement.objects.visible_to(people["nils.frisk"])
    assert set(seen) == {four["police"], later}


def test_a_liaison_whose_role_has_ended_reads_nothing(people, as_person, four):
    people["nils.frisk"].organisationmembership_set.update(valid_to=in_months(0, -1))
    assert as_person("nils.frisk").get(reverse("agreements")).status_code == 404


def test_the_list_is_narrowed_and_sorted(people, as_person):
    anna = people["anna.ek"]
    signed(anna, name="Snart", valid_to=in_months(5), extremism="yes")
    signed(anna, name="Länge", parties=OTHERS, extremism="no", districts=())
    signed(anna, name="Slut", valid_to=in_months(-1))
    draft(anna, name="Utkastet")
    client = as_person("anna.ek")

    def names(**query: str) -> list[str]:
        rows = client.get(reverse("agreements"), query).context["list"].rows
        return [one.name for one in rows]

    housing = str(Organisation.objects.get(name=cast.HOUSING).pk)
    vivalla = str(Agreement.objects.get(name="Snart").districts.get(name="Vivalla").pk)
    assert names() == ["Snart", "Länge", "Utkastet", "Slut"]
    assert names(sort="name") == ["Länge", "Slut", "Snart", "Utkastet"]
    assert names(status="expired") == ["Slut"]
    assert names(party=housing) == ["Länge"]
    assert names(district=vivalla) == ["Snart", "Utkastet", "Slut"]
    assert names(extremism="yes") == ["Snart"]
    assert names(expiring="on") == ["Snart"]
    assert names(words="fredag") == ["Snart", "Länge", "Utkastet", "Slut"]
    assert names(words="elefant") == []


def test_the_list_and_the_page_cost_the_same_at_one_agreement_and_at_thirty(people, as_person):
    first = signed(people["anna.ek"])
    pages = [reverse("agreements"), reverse("agreement", args=[first.pk])]
    client = as_person("nils.frisk")
    few = [cost(client, page) for page in pages]
    for number in range(29):
        signed(people["anna.ek"], name=f"Nummer {number}")
    assert [cost(client, page) for page in pages] == few


def test_a_workbook_of_the_list_is_logged_and_opens(people, as_person, four):
    answer = as_person("nils.frisk").get(reverse("agreements_export"), {"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    assert sheet.max_row == 2
    assert Event.objects.latest("pk").event == "frame.list.exported"


def test_a_form_with_a_fault_keeps_what_was_typed_and_says_where(people, as_person):
    sent = {"name": "Ny", "extremism": "yes", "goals": "Halvera", "valid_from": "igår igen"}
    page = as_person("anna.ek").post(reverse("agreement_new"), sent)
    form = page.context["form"]
    assert form.errors.keys() == {"valid_from"}
    assert "Halvera" in page.content.decode()
    sent |= {"valid_from": ""}
    page = as_person("anna.ek").post(reverse("agreement_new"), sent)
    assert page.context["form"].errors.keys() == {"paragraph"}


def test_what_somebody_else_saved_meanwhile_is_shown_and_not_saved_over(people, as_person):
    made = draft(people["anna.ek"])
    client, page = as_person("anna.ek"), reverse("agreement_change", args=[made.pk])
    form = client.get(page).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    keeping.change(
        agreement=made, values=values(goals="Oskars mål"), revision=1, by=people["oskar.lind"]
    )
    answer = client.post(page, sent | {"goals": "Annas mål", "version": "1"})
    assert "Oskars mål" in answer.content.decode()
    assert Agreement.objects.get().goals == "Oskars mål"
    client.post(page, sent | {"goals": "Annas mål", "version": answer.context["version"]})
    assert Agreement.objects.get().goals == "Annas mål"


def test_the_page_of_an_actor_shows_its_agreements_or_says_that_there_is_none(
    people, as_person, four
):
    def page(username: str, name: str) -> str:
        actor = Organisation.objects.get(name=name)
        return as_person(username).get(reverse("actor", args=[actor.pk])).content.decode()

    of_police = page("anna.ek", cast.POLICE)
    assert four["police"].name in of_police
    assert four["police draft"].name in of_police
    assert four["other"].name not in of_police
    assert four["police draft"].name not in page("per.holm", cast.POLICE)
    nothing = f"Ingen överenskommelse är registrerad för {cast.REGION}."
    assert nothing in page("anna.ek", cast.REGION)


def test_the_start_page_of_coordinators_warns_from_six_months_until_it_is_renewed(
    people, as_person
):
    anna = people["anna.ek"]
    made = signed(anna, valid_to=in_months(6, 1), follow_up_on=in_months(0, 20))

    def told(username: str = "anna.ek") -> list[str]:
        page = as_person(username).get(reverse("tasks"))
        return page.content.decode().count(reverse("agreement", args=[made.pk]))

    assert told() == 0
    Agreement.objects.update(valid_to=in_months(6))
    assert [told(name) for name in ("anna.ek", "oskar.lind", "maria.sten", "nils.frisk")] == [
        *(1, 1, 0, 0)
    ]
    Agreement.objects.update(follow_up_on=in_months(0, 14))
    assert told() == 2
    renewal = keeping.renew(agreement=made, by=anna)
    Agreement.objects.filter(pk=made.pk).update(follow_up_on=None)
    assert told() == 1
    keeping.change(
        agreement=renewal,
        values=values(valid_from=in_months(6), valid_to=in_months(30)),
        revision=1,
        by=anna,
    )
    keeping.put_in_force(agreement=renewal, by=anna)
    assert told() == 0


def test_the_police_are_led_from_the_agreement_that_ran_out_to_the_one_that_follows_it_when_signed(
    people, as_person
):
    anna = people["anna.ek"]
    made = signed(anna, valid_to=in_months(-1))
    renewal = keeping.renew(agreement=made, by=anna)
    page, to = reverse("agreement", args=[made.pk]), reverse("agreement", args=[renewal.pk])
    assert to not in as_person("nils.frisk").get(page).content.decode()
    assert to in as_person("anna.ek").get(page).content.decode()
    keeping.change(agreement=renewal, values=values(), revision=1, by=anna)
    keeping.put_in_force(agreement=renewal, by=anna)
    assert to in as_person("nils.frisk").get(page).content.decode()


def test_an_empty_list_says_so(people, as_person):
    page = as_person("nils.frisk").get(reverse("agreements")).content.decode()
    assert "Ingen överenskommelse är registrerad." in page
