"""The contact log: five steps to log a contact, and nothing that could tell who called."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from coordination.access.models import User
from coordination.actors.models import District
from coordination.audit import log
from coordination.knowledge import contact_figures, contacts
from coordination.knowledge.contact_figures import HalfYear
from coordination.knowledge.models import Contact, ContactRetention
from coordination.knowledge.texts import ChangedMeanwhile, NotForThisText, WrongState
from tests.forums.test_pages_queries import cost


def values(**other: object) -> dict:
    return {
        "on": timezone.localdate(),
        "channel": "helpline",
        "direction": "in",
        "kind": "advice",
        "district": None,
        "outcome": "Råd om samtal.",
        "minutes": None,
        **other,
    }


def logged(by: User, **other: object) -> Contact:
    return contacts.add(values=values(**other), by=by)


def district(name: str) -> District:
    return District.objects.get(name=name)


def test_t24_a_contact_is_logged_in_five_steps(people, as_person):
    client = as_person("anna.ek")
    assert reverse("contact_new") in client.get(reverse("contacts")).content.decode()  # 1: new
    form = client.get(reverse("contact_new")).context["form"]
    sent = {
        # Filled in already, and accepted as it stands.
        "on": form["on"].value(),
        "direction": form["direction"].value(),
        "channel": "helpline",  # 2
        "kind": "advice",  # 3
        "outcome": "Råd om samtal.",  # 4
    }
    client.post(reverse("contact_new"), sent)  # 5: save
    contact = Contact.objects.get()
    assert (contact.on, contact.direction) == (timezone.localdate(), "in")


def test_an_empty_log_says_so(people, as_person):
    page = as_person("anna.ek").get(reverse("contacts")).content.decode()
    assert "Inga kontakter är registrerade under perioden." in page


@pytest.mark.parametrize(
    "text",
    [
        "Ring upp 070-123 45 67",
        "Ring +46 70 123 45 67 i morgon",
        "Nummer 0701234567",
        "Tel 019–21 10 00 på dagtid",
        "Svara kim@example.se",
        "Svara kim (at) example.se",
        "Gäller 811228-9874",
        "Ringde kl. 14.32",
        "Ringde klockan 9",
        "Samtal 23:15 på kvällen",
    ],
)
def test_a_text_that_could_tell_who_called_is_refused_and_kept_in_the_form(people, as_person, text):
    with pytest.raises(NotForThisText):
        logged(people["anna.ek"], outcome=text)
    sent = values(outcome=text, district="", minutes="")
    page = as_person("anna.ek").post(reverse("contact_new"), sent).content.decode()
    assert text in page
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "Råd enligt OSL 10:15 a och OSL 10:27",
        "Möte 2026-05-12 om metodstödet",
        "Perioden 2024-2025, dnr Ks 670/2017",
        "Kostar 1 250 000 kr för 3,5 tjänster",
        "Pratade om en elev i årskurs 8",
    ],
)
def test_a_text_that_tells_of_nobody_passes(people, text):
    assert logged(people["anna.ek"], outcome=text).outcome == text


def test_a_time_of_day_is_refused_for_calls_to_the_helpline_only(people):
    assert logged(people["anna.ek"], channel="county", outcome="Möte kl. 9.30 på fredag")


def test_neither_the_row_nor_the_log_of_what_was_done_ties_a_call_to_a_time(people):
    contact = logged(people["anna.ek"])
    kept = {field.name for field in Contact._meta.fields}
    assert not {name for name in kept if name.endswith("_at")}
    assert not log.events(on=contact).exists()
    event = log.events().filter(event="knowledge.contact.logged").get()
    assert (event.object_label, event.object_key) == ("", "")


def test_strategic_coordinators_see_all_contacts_and_others_their_own(people, as_person):
    logged(people["maria.sten"], outcome="Marias samtal")
    logged(people["jonas.berg"], outcome="Jonas samtal")

    def shown(username: str) -> list[str]:
        page = as_person(username).get(reverse("contacts"))
        return sorted(one.outcome for one in page.context["list"].rows)

    assert shown("anna.ek") == ["Jonas samtal", "Marias samtal"]
    assert shown("maria.sten") == ["Marias samtal"]
    theirs = Contact.objects.get(outcome="Jonas samtal")
    client = as_person("maria.sten")
    assert client.get(reverse("contact_change", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("contact_remove", args=[theirs.pk])).status_code == 404
    file = client.get(reverse("contacts_export"))
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "Marias samtal" in text
    assert "Jonas samtal" not in text


@pytest.mark.parametrize(
    "username", ["nils.frisk", "per.holm", "ulla.vik", "bo.kvist", "stina.alm", "gun.malm"]
)
def test_for_everyone_else_the_log_does_not_exist(people, as_person, username):
    contact = logged(people["anna.ek"], outcome="Kanariefågel")
    client = as_person(username)
    for name in ("contacts", "contacts_export", "contact_new"):
        assert client.get(reverse(name)).status_code == 404
    assert client.get(reverse("contact_change", args=[contact.pk])).status_code == 404
    assert f'{reverse("contacts")}"' not in client.get(reverse("knowledge")).content.decode()
    found = client.get(reverse("search") + "?q=kanariefågel").content.decode()
    assert "Kanariefågel" not in found


def test_a_contact_is_corrected_and_never_over_somebody_elses_correction(people, as_person):
    contact = logged(people["anna.ek"])
    contacts.change(
        contact=contact, values=values(outcome="Rättat."), revision=1, by=people["oskar.lind"]
    )
    with pytest.raises(ChangedMeanwhile):
        contacts.change(contact=contact, values=values(), revision=1, by=people["anna.ek"])
    sent = values(outcome="Mitt.", district="", minutes="", version="1")
    page = as_person("anna.ek").post(reverse("contact_change", args=[contact.pk]), sent)
    assert "Rättat." in page.content.decode()
    assert "Mitt." in page.content.decode()


def test_what_should_not_have_been_written_is_erased_for_good(people, as_person):
    contact = logged(people["maria.sten"])
    as_person("maria.sten").post(reverse("contact_remove", args=[contact.pk]))
    assert not Contact.objects.exists()


def log_some(by: User, where: District | None, count: int, on: date, **other: object) -> None:
    for _time in range(count):
        logged(by, district=where, on=on, **other)


def told(user: User, half: HalfYear, today: date) -> dict[str, list[tuple[str, int]] | None]:
    return {one.heading: one.rows for one in contact_figures.of(user, half, today).breakdowns}


def test_figures_by_district_are_shown_only_when_none_of_them_is_small(people):
    today = timezone.localdate()
    anna, half = people["anna.ek"], HalfYear.of(today)
    vivalla, oxhagen, almby = map(district, ("Vivalla", "Oxhagen", "Almby"))
    log_some(anna, vivalla, 5, today)
    log_some(anna, None, 5, today)
    place = told(anna, half, today)["Bostadsområde"]
    assert place == [("Vivalla", 5), ("Inget bostadsområde", 5)]
    # One call from Oxhagen: districts are gone, the part of the city tells of nobody.
    log_some(anna, oxhagen, 1, today)
    place = told(anna, half, today)["Stadsdel"]
    assert place == [("Väster", 6), ("Inget bostadsområde", 5)]
    # And one from another part: not even that.
    log_some(anna, almby, 1, today)
    assert told(anna, half, today)["Bostadsområde"] is None
    assert contact_figures.of(anna, half, today).total == 12


ENDED = HalfYear(2025, second=False)
LATER = date(2025, 9, 1)


@pytest.mark.parametrize("username", ["ulla.vik", "bo.kvist"])
def test_who_does_not_read_the_log_is_told_no_small_figure_of_it(people, username):
    anna, reader = people["anna.ek"], people[username]
    log_some(anna, district("Vivalla"), 4, date(2025, 1, 10))
    assert contact_figures.of(reader, ENDED, LATER).total is None
    assert set(told(reader, ENDED, LATER).values()) == {None}
    # Months are too small each, quarters are not; one channel is.
    log_some(anna, district("Vivalla"), 1, date(2025, 2, 10), channel="cve")
    shown = told(reader, ENDED, LATER)
    assert shown["Kvartal"] == [("Januari till mars", 5), ("April till juni", 0)]
    assert shown["Kanal"] is None
    assert shown["Bostadsområde"] == [("Vivalla", 5)]
    assert contact_figures.of(reader, ENDED, LATER).total == 5
    # Who reads the rows is told all of it.
    assert told(anna, ENDED, LATER)["Månad"][:2] == [("Januari", 4), ("Februari", 1)]


def test_others_see_no_half_year_that_can_change_from_day_to_day(people):
    anna, ulla = people["anna.ek"], people["ulla.vik"]
    log_some(anna, None, 6, date(2025, 1, 10))
    seen = [one.code for one in contact_figures.halves(ulla, LATER)]
    # The one under way is not there, nor those that contacts are erased from: two years are kept.
    assert seen == ["2025-1", "2024-2", "2024-1"]
    assert "2025-1" not in {one.code for one in contact_figures.halves(ulla, date(2025, 7, 31))}
    assert contact_figures.of(ulla, ENDED, date(2025, 7, 31)).total == 0
    assert contact_figures.halves(anna, LATER)[0].code == "2025-2"


def test_a_manager_opens_figures_and_nothing_else_of_the_log(people, as_person):
    logged(people["anna.ek"], outcome="Kanariefågel")
    client = as_person("ulla.vik")
    figures = reverse("contact_figures")
    page = client.get(f"{figures}?half={HalfYear.of(timezone.localdate()).code}").content.decode()
    assert "Kanariefågel" not in page
    assert reverse("contacts") not in page.replace(figures, "")
    assert figures in client.get(reverse("knowledge")).content.decode()
    assert as_person("per.holm").get(figures).status_code == 404


def test_the_list_is_not_narrowed_by_district(people, as_person):
    logged(people["anna.ek"], district=district("Vivalla"))
    logged(people["anna.ek"])
    vivalla = district("Vivalla").pk
    page = as_person("anna.ek").get(f"{reverse('contacts')}?district={vivalla}")
    assert page.context["list"].total == 2


def test_a_file_holds_no_district(people, as_person):
    logged(people["anna.ek"], district=district("Vivalla"))
    file = as_person("anna.ek").get(reverse("contacts_export"))
    assert "Vivalla" not in b"".join(file.streaming_content).decode("utf-8-sig")


def test_contacts_are_erased_when_the_rule_of_the_day_says_so(people):
    anna, today = people["anna.ek"], timezone.localdate()
    # What the portal is delivered with: two years, decided by nobody.
    rule = contacts.kept_for(today)
    assert (rule.months, rule.reviewed) == (24, False)
    logged(anna, on=today - timedelta(days=800), outcome="Gammal")
    logged(anna, on=today - timedelta(days=400), outcome="Nyare")
    logged(anna, outcome="Ny")
    assert contacts.erase() == 1
    contacts.decide_retention(months=12, basis="KS 2026/1", valid_from=today, by=anna)
    assert contacts.erase() == 1
    assert contacts.erase() == 0
    assert [one.outcome for one in Contact.objects.all()] == ["Ny"]
    erased = log.events().filter(event="knowledge.contact.erased")
    assert [event.facts for event in erased] == [{"rows": 1}, {"rows": 1}]


def test_a_rule_to_come_erases_nothing_before_its_day(people):
    anna, today = people["anna.ek"], timezone.localdate()
    logged(anna, on=today - timedelta(days=400))
    contacts.decide_retention(
        months=6, basis="KS 2026/2", valid_from=today + timedelta(days=10), by=anna
    )
    assert contacts.erase() == 0
    with time_machine.travel(timezone.now() + timedelta(days=11), tick=False):
        assert contacts.erase() == 1


def test_two_rules_do_not_begin_the_same_day_and_none_in_the_past(people):
    anna, today = people["anna.ek"], timezone.localdate()
    contacts.decide_retention(months=6, basis="KS 1", valid_from=today, by=anna)
    with pytest.raises(contacts.AlreadyDecided):
        contacts.decide_retention(months=12, basis="KS 2", valid_from=today, by=anna)
    with pytest.raises(WrongState):
        contacts.decide_retention(
            months=12, basis="KS 3", valid_from=today - timedelta(days=1), by=anna
        )
    assert ContactRetention.objects.count() == 2


def test_a_half_year_is_read_from_its_code_and_knows_its_days():
    half = HalfYear.read("2026-1")
    assert (half.first, half.last) == (date(2026, 1, 1), date(2026, 6, 30))
    assert half.before.code == "2025-2"
    assert HalfYear.of(date(2026, 7, 1)).code == "2026-2"
    assert HalfYear.read("2026-3") is None


def test_the_list_costs_the_same_at_one_row_and_at_thirty(people, as_person):
    logged(people["anna.ek"], district=district("Vivalla"))
    client = as_person("anna.ek")
    few = cost(client, reverse("contacts"))
    for _time in range(29):
        logged(people["anna.ek"], district=district("Vivalla"))
    assert cost(client, reverse("contacts")) == few
