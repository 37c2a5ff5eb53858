"""Legal bases and retention rules on pages: what each role reads, and how a version is settled there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.audit.models import Event
from coordination.grounds.models import BasisVersion, LegalBasis, Record, RetentionVersion
from tests.forums.test_pages_queries import cost

pytestmark = pytest.mark.django_db

READERS = ("stina.alm", "anna.ek", "bo.kvist")
REVIEW = {"name": "Kim Juristsson", "function": "kommunjurist", "reviewed_on": "idag"}


def page_of(basis: LegalBasis) -> str:
    return reverse("legal_basis", args=[basis.pk])


@pytest.mark.parametrize("username", READERS)
def test_administrators_settle_what_coordinators_and_reviewers_read(version, as_person, username):
    made = version(reviewed=False)
    client = as_person(username)
    assert made.basis.name in client.get(reverse("legal_bases")).content.decode()
    text = client.get(page_of(made.basis)).content.decode()
    assert made.conditions[0] in text
    acts = [reverse(name, args=[made.pk]) for name in ("basis_review", "basis_strike")]
    for address in (*acts, reverse("basis_version_new", args=[made.basis_id])):
        assert (address in text) == (username == "stina.alm")
        assert (client.get(address).status_code == 404) == (username != "stina.alm")


@pytest.mark.parametrize("username", ["maria.sten", "per.holm", "nils.frisk", "hanna.falk"])
def test_for_others_the_catalogue_does_not_exist(version, as_person, username):
    made = version()
    client = as_person(username)
    nothing = client.get("/finns-inte/").content
    for address in (reverse("legal_bases"), reverse("retention_rules"), page_of(made.basis)):
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (404, nothing)


def test_a_review_is_noted_with_name_function_and_day_and_takes_effect(version, as_person):
    made, client = version(reviewed=False), as_person("stina.alm")
    address = reverse("basis_review", args=[made.pk])
    page = client.post(address, {"name": "Kim"})
    assert page.context["form"].errors.keys() == {"function", "reviewed_on"}
    assert "Kim" in page.content.decode()
    client.post(address, REVIEW)
    made.refresh_from_db()
    assert (made.status, made.reviewed_by) == ("reviewed", "Kim Juristsson, kommunjurist")
    assert Event.objects.latest("pk").event == "grounds.basis.reviewed"
    assert client.get(address).status_code == 404
    text = client.get(page_of(made.basis)).content.decode()
    assert "Gäller nu" in text
    assert "Kim Juristsson, kommunjurist" in text


def test_a_new_version_shows_beside_the_one_in_force_what_is_new_in_it(version, as_person):
    made, client = version(), as_person("stina.alm")
    address = reverse("basis_version_new", args=[made.basis_id])
    form = client.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert sent["valid_from"] == str(timezone.localdate())
    wrong = client.post(address, sent | {"under_age": "tjugoett", "version": str(made.number)})
    assert wrong.context["form"].errors.keys() == {"under_age"}
    client.post(address, sent | {"under_age": "18", "version": str(made.number)})
    new = made.basis.versions.latest("number")
    assert (new.under_age, new.conditions, new.receivers) == (18, made.conditions, made.receivers)
    text = client.get(page_of(made.basis)).content.decode()
    assert "Gäller nu: Under 21 år" in " ".join(text.split()).replace("</strong>", "")
    assert "Ny version väntar" in text
    review = client.get(reverse("basis_review", args=[new.pk])).content.decode()
    assert "Gäller nu: Under 21 år" in " ".join(review.split()).replace("</strong>", "")


def test_what_somebody_else_entered_meanwhile_is_shown_and_not_replaced_unseen(version, as_person):
    made, client = version(), as_person("stina.alm")
    address = reverse("basis_version_new", args=[made.basis_id])
    form = client.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    version(reviewed=False, plain="Viktors ord.")
    answer = client.post(address, sent | {"version": str(made.number)})
    assert "Viktors ord." in answer.content.decode()
    assert made.basis.versions.count() == 3


def test_a_version_is_struck_with_a_reason_and_given_a_last_day(version, rule, as_person):
    client, today = as_person("stina.alm"), timezone.localdate()
    made, kept = version(), rule()
    client.post(reverse("basis_strike", args=[made.pk]), {"why": "Dom i kammarrätten"})
    assert "Dom i kammarrätten" in client.get(page_of(made.basis)).content.decode()
    client.post(
        reverse("retention_end", args=[kept.pk]), {"valid_to": str(today + timedelta(days=9))}
    )
    kept.refresh_from_db()
    assert kept.valid_to == today + timedelta(days=9)
    assert "Ingen granskad version gäller" in client.get(page_of(made.basis)).content.decode()


def test_a_retention_rule_is_worded_anew_and_reviewed_on_its_pages(rule, as_person):
    client = as_person("stina.alm")
    first = RetentionVersion.objects.get(rule__record=Record.DRAFT)
    address = reverse("retention_version_new", args=[first.rule_id])
    sent = {
        "outcome": "after",
        "length": "30",
        "unit": "days",
        "event": "last_used",
        "source": "Gallringsbeslut KS 2026/1",
        "plain": "Utkast gallras efter trettio dagar.",
        "valid_from": "2026-01-01",
    }
    client.post(address, sent | {"version": "1"})
    made = first.rule.versions.latest("number")
    client.post(reverse("retention_review", args=[made.pk]), REVIEW)
    text = client.get(reverse("retention_rules")).content.decode()
    assert "30 dagar efter den dag då det senast användes" in text


def test_the_list_is_narrowed_by_how_things_stand(version, as_person, stina):
    version("G1")
    version("G2", valid_to=timezone.localdate() - timedelta(days=1))
    version("G4")
    version("G4", reviewed=False)
    client = as_person("anna.ek")

    def codes(**query: str) -> set[str]:
        rows = client.get(reverse("legal_bases"), query).context["list"].rows
        return {one.code for one in rows}

    assert codes(status="in_force") == {"G1", "G4"}
    assert codes(status="ended") == {"G2"}
    assert {"G4", "G5"} <= codes(status="unreviewed")
    assert "G1" not in codes(status="unreviewed")
    assert codes(look="on") == set()


def test_the_start_page_tells_when_a_year_has_passed_whoever_answers_for_it(version, as_person):
    made = version()
    BasisVersion.objects.update(noted_at=timezone.now())
    address = reverse("legal_bases") + "?look=on"

    def told(username: str) -> bool:
        return address in as_person(username).get(reverse("tasks")).content.decode()

    assert not told("stina.alm")
    long_ago = timezone.localdate() - timedelta(days=367)
    BasisVersion.objects.filter(pk=made.pk).update(reviewed_on=long_ago)
    assert [told(one) for one in ("stina.alm", "anna.ek", "bo.kvist", "maria.sten")] == [
        *(True, True, False, False)
    ]
    rows = as_person("anna.ek").get(address).context["list"].rows
    assert [one.code for one in rows] == [made.basis.code]


def test_the_pages_cost_the_same_with_one_version_and_with_many(version, as_person):
    made = version()
    client = as_person("anna.ek")
    pages = [reverse("legal_bases"), reverse("retention_rules"), page_of(made.basis)]
    few = [cost(client, page) for page in pages]
    for _number in range(9):
        version()
    assert [cost(client, page) for page in pages] == few
