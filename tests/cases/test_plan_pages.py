"""The pages on which who carries a case assesses, plans, follows up and notes, as plain HTML."""

import re
from datetime import timedelta
from html import unescape
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import closing, consents, documenting, triage
from cases.documenting import Stood
from cases.handing_in import Agreed
from cases.models import Assessment, Case, Factor, FollowUp, Goal, Note, Stage
from coordination.audit import log
from coordination.ui import dates
from tests.cases.test_documenting import add_goal, assess
from tests.forums.test_pages_queries import cost
from tests.structure.browsing import Form, read

pytestmark = pytest.mark.django_db

SHIPPED = import_module("cases.migrations.0003_factors")
PAGES = ("case_plan", "case_assess", "case_goal_new", "case_follow_up", "case_events")


@pytest.fixture
def maria(wall):
    if not Factor.objects.exists():
        SHIPPED.ship(apps, None)
    return wall.people["maria.sten"]


@pytest.fixture
def case(wall, maria) -> Case:
    today = timezone.localdate()
    until = dates.months_after(today, 6)
    found = wall.case(consent=Agreed("oral", today, ("school", "leisure"), until, True))
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    return found


def address(name: str, case: Case) -> str:
    return reverse(name, args=[case.pk])


def form_at(client: Client, url: str, action: str = "") -> Form:
    """The form of the page itself; with `action` the one that is sent to that address."""
    page = read(client.get(url))
    return next(one for one in page.forms if one.method == "post" and one.action == action)


def shown(answer: Any) -> str:
    return unescape(" ".join(answer.content.decode().split()))


def errors_of(answer: Any) -> list[tuple[str, str]]:
    """What the summary says, with the field that it leads to, which says the same."""
    text = answer.content.decode()
    summary = re.search(r'class="error-summary".*?</ul>', text, re.DOTALL)
    assert summary, "no error is shown"
    found = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary[0])
    for field, said in found:
        assert f'id="{field}"' in text
        assert text.count(said) >= 2, "the field says it too"
    return [(field, unescape(said)) for field, said in found]


def openings(case: Case) -> list[str]:
    log_of = log.events(zone=log.Zone.CASES, on=case).order_by("sequence")
    return [one.facts["page"] for one in log_of if one.event == "cases.case.opened"]


def test_maria_assesses_plans_begins_and_follows_up_as_in_the_example(as_person, maria, case):
    client = as_person("maria.sten")
    there = address("case_plan", case)
    first = form_at(client, address("case_assess", case)).filled(
        needs="Vuxenkontakt, fritid.",
        childs_best="Att skolan fungerar och att han är trygg.",
        outcome="individual",
        family="yes",
        family_basis="God relation till mormor.",
        leisure="yes",
        leisure_basis="Spelar fotboll.",
        violence_shown="yes",
        violence_shown_basis="Visade en film med misshandel.",
        isolation="no",
    )
    assert client.post(address("case_assess", case), first).url == there
    assert documenting.answers_of(Assessment.objects.get())["weapons"].answer == "unknown"
    for text, intervention, who in (
        ("Jag vill ha någon att prata med.", "mentor", "Kultur- och fritidsförvaltningen"),
        ("Jag vill klara skolan.", "talks", "Elevstödjare"),
        ("Vi vill bråka mindre hemma.", "parents", "Föräldrastöd"),
    ):
        form = form_at(client, address("case_goal_new", case))
        sent = form.filled(text=text, intervention=intervention, responsible=who)
        assert client.post(address("case_goal_new", case), sent).url == there
    goals = list(Goal.objects.order_by("made_at"))
    today = timezone.localdate()
    assert {one.follow_up_on for one in goals} == {dates.months_after(today, 3)}
    assert "Ange numret i verksamhetssystemet" in shown(client.get(there))
    number = form_at(client, address("case_journal", case)).filled(number="SOC-2026-17")
    assert client.post(address("case_journal", case), number).url == there
    begin = form_at(client, there, address("case_begin", case))
    assert client.post(address("case_begin", case), begin.filled()).url == there
    assert Case.objects.get().stage == Stage.INTERVENTION

    standing = {f"{one.pk}-standing": "on_track" for one in goals[:2]}
    form = form_at(client, address("case_follow_up", case))
    sent = form.filled(**standing, **{f"{goals[2].pk}-standing": "reached"})
    written = [name for name, value in sent.items() if value != form.values.get(name)]
    steps = 1 + len(written) + 1
    assert steps <= 3 + len(goals), "T18: to the page, what is said there, and to save"
    assert client.post(address("case_follow_up", case), sent).url == there
    assert Case.objects.get().stage == Stage.FOLLOW_UP
    assert [one.state for one in Goal.objects.order_by("made_at")] == [
        *("under_way", "under_way", "reached")
    ]
    page = shown(client.get(there))
    assert "God relation till mormor." in page
    assert page.index("Skyddsfaktorer") < page.index("Riskfaktorer")
    assert "Kim" not in page
    for page_name in PAGES:
        title = read(client.get(address(page_name, case))).title
        assert case.number in title
        assert "Kim" not in title


def test_an_assessment_is_shown_beside_the_one_before_and_unknown_is_not_no(as_person, maria, case):
    for outcome in ("individual", "specific", "general"):
        assess(case, maria, outcome=outcome, needs=f"Behov {outcome}.")
    client = as_person("maria.sten")
    page = shown(client.get(address("case_plan", case)))
    assert "Bedömning 3, nuvarande" in page
    assert "Bedömning 2, tidigare" in page
    assert "Behov individual." not in page
    row = re.search(r"<tr><th[^>]*>Har skaffat eller söker vapen</th>(.*?)</tr>", page)
    assert row
    assert row[1].count("Vet inte") == 2
    isolation = re.search(r"<tr><th[^>]*>Har dragit sig undan andra</th>(.*?)</tr>", page)
    assert isolation
    assert isolation[1].count(">Nej<") == 2
    first = shown(client.get(address("case_plan", case) + "?beside=1"))
    assert "Behov individual." in first
    assert "Behov specific." not in first


def test_the_next_assessment_begins_with_what_the_last_one_said(as_person, maria, case):
    assess(case, maria)
    client = as_person("maria.sten")
    form = form_at(client, address("case_assess", case))
    assert form.values["needs"] == ["Vuxenkontakt och fritid."]
    assert form.values["leisure"] == ["yes"]
    assert form.values["leisure_basis"] == ["Spelar fotboll."]
    assert form.values["isolation"] == ["no"]
    assert form.values["weapons"] == ["unknown"]
    assert form.values["childs_best"] == ["Att skolan fungerar."]


def test_an_adult_is_not_asked_about_the_childs_best(as_person, wall, maria):
    grown = wall.case(born=timezone.localdate().year - 25)
    triage.decide(case=grown, outcome="open", level="individual", reason="Ja.", by=maria)
    form = form_at(as_person("maria.sten"), address("case_assess", grown))
    assert "childs_best" not in form.values


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(as_person, maria, case):
    client = as_person("maria.sten")
    there = address("case_assess", case)
    sent = form_at(client, there).filled(
        needs="Något som inte ska försvinna.", violence="yes", outcome="specific"
    )
    answer = client.post(there, sent)
    assert [field for field, _said in errors_of(answer)] == [
        "id_childs_best",
        "id_violence_basis",
    ]
    assert (
        shown(answer).count("Beskriv vad har använt, hotat med eller planerat våld bygger på") == 2
    )
    assert "<title>Fel: " in shown(answer)
    assert "Något som inte ska försvinna." in shown(answer)
    assert not Assessment.objects.exists()

    assess(case, maria)
    there = address("case_goal_new", case)
    late = dates.months_after(timezone.localdate(), 7)
    sent = form_at(client, there).filled(text="Börja spela igen.", follow_up_on=str(late))
    fields = [field for field, _said in errors_of(client.post(there, sent))]
    assert fields == ["id_intervention", "id_responsible"]
    sent |= {"intervention": ["leisure"], "responsible": ["Föreningen"]}
    answer = client.post(there, sent)
    assert [field for field, _said in errors_of(answer)] == ["id_follow_up_on"]
    assert "Börja spela igen." in shown(answer)
    assert not Goal.objects.exists()


def test_a_form_that_is_sent_twice_makes_one_row(as_person, maria, case):
    client = as_person("maria.sten")
    assess(case, maria)
    goal = add_goal(case, maria)
    sendings = (
        ("case_assess", Assessment, {}),
        ("case_goal_new", Goal, {"text": "Sova.", "intervention": "other", "responsible": "BUP"}),
        ("case_follow_up", FollowUp, {f"{goal.pk}-standing": "reached"}),
        ("case_events", Note, {"kind": "objection", "text": "Det stämmer inte."}),
    )
    for page, model, written in sendings:
        before = model.objects.count()
        sent = form_at(client, address(page, case)).filled(**written)
        for _time in range(2):
            assert client.post(address(page, case), sent).status_code == 302
        assert model.objects.count() == before + 1


def test_another_tab_that_was_first_is_shown_and_what_was_typed_stays(as_person, maria, case):
    client = as_person("maria.sten")
    assess(case, maria)
    goal = add_goal(case, maria)
    there = address("case_assess", case)
    sent = form_at(client, there).filled(needs="Min text.")
    assess(case, maria, needs="Den andra textens behov.")
    answer = client.post(there, sent)
    assert answer.status_code == 200
    assert "Min text." in shown(answer)
    assert "Den andra textens behov." in shown(answer)
    assert Assessment.objects.count() == 2
    again = next(one for one in read(answer).forms if one.method == "post" and not one.action)
    assert client.post(there, again.filled()).status_code == 302
    assert documenting.last_number(case) == 3

    there = address("case_follow_up", case)
    sent = form_at(client, there).filled(
        **{f"{goal.pk}-standing": "off_track", f"{goal.pk}-text": "Vi ses inte."}
    )
    documenting.follow_up(
        goal=goal, held_on=timezone.localdate(), standing="reached", then="end", by=maria
    )
    answer = client.post(there, sent)
    assert "Vi ses inte." in shown(answer)
    assert FollowUp.objects.count() == 1


def test_of_two_who_write_at_once_the_second_is_told_and_no_plan_has_six_goals(race, maria, case):
    assess(case, maria)
    goals = [add_goal(case, maria) for _number in range(4)]
    answers = race(
        *(lambda: assess(case, maria, after=1) for _time in range(2)),
        *(lambda: add_goal(case, maria) for _time in range(2)),
    )
    refused = sorted(type(one).__name__ for one in answers if isinstance(one, Exception))
    assert refused == ["ChangedMeanwhile", "Missing"]
    stood = {goals[0]: Stood("on_track", "go_on", next_on=goals[0].follow_up_on)}
    today = timezone.localdate()

    def follow_up() -> None:
        documenting.follow_up_plan(case=case, held_on=today, goals=stood, seen=0, by=maria)

    refused = [type(one).__name__ for one in race(follow_up, follow_up) if one is not None]
    assert refused == ["ChangedMeanwhile"]
    kept = race.alone(lambda: (Assessment.objects.count(), Goal.objects.count()))
    assert kept == (2, 5)
    assert race.alone(FollowUp.objects.count) == 1


def test_an_intervention_is_changed_at_a_follow_up_and_the_earlier_one_is_remembered(
    as_person, maria, case
):
    assess(case, maria)
    goal, other = add_goal(case, maria), add_goal(case, maria, text="Sova bättre.")
    client = as_person("maria.sten")
    there = address("case_follow_up", case)
    sent = form_at(client, there).filled(
        **{
            f"{goal.pk}-standing": "off_track",
            f"{goal.pk}-text": "Mentorn har slutat.",
            f"{goal.pk}-then": "change",
        }
    )
    assert errors_of(client.post(there, sent))[0][0] == f"id_{goal.pk}-intervention"
    sent |= {
        f"{goal.pk}-intervention": ["support_person"],
        f"{goal.pk}-responsible": ["Socialtjänsten"],
    }
    assert client.post(there, sent).status_code == 302
    goal.refresh_from_db()
    [made] = FollowUp.objects.all()
    assert (goal.intervention, goal.responsible) == ("support_person", "Socialtjänsten")
    assert (made.intervention_before, made.responsible_before) == (
        "mentor",
        "Kultur- och fritidsförvaltningen",
    )
    assert not other.follow_ups.exists()
    page = shown(client.get(there))
    assert "Till dess: Mentor, Kultur- och fritidsförvaltningen" in page


def test_a_follow_up_says_what_is_missing(as_person, maria, case):
    assess(case, maria)
    goal = add_goal(case, maria)
    client = as_person("maria.sten")
    there = address("case_follow_up", case)
    form = form_at(client, there)

    def refused(**written: str) -> list[str]:
        sent = form.filled(**{f"{goal.pk}-{name}": text for name, text in written.items()})
        return [field.split("-")[-1] for field, _said in errors_of(client.post(there, sent))]

    assert refused(text="Har pratat.") == ["standing_0"]
    assert refused(standing="off_track") == ["text"]
    assert refused(standing="on_track", next_on="") == ["next_on"]
    nothing = client.post(there, form.filled())
    assert errors_of(nothing) == [(f"id_{goal.pk}-standing_0", "Svara för minst ett mål")]
    tomorrow = str(timezone.localdate() + timedelta(days=1))
    sent = form.filled(held_on=tomorrow, **{f"{goal.pk}-standing": "on_track"})
    assert errors_of(client.post(there, sent))[0][0] == "id_held_on"
    assert not FollowUp.objects.exists()


def test_a_consent_that_ends_before_the_next_follow_up_is_asked_for_again(as_person, maria, case):
    assess(case, maria)
    goal = add_goal(case, maria)
    ends = timezone.localdate() + timedelta(days=30)
    case.consents.update(until=ends)
    client = as_person("maria.sten")
    assert f"Samtycket tar slut {dates.day(ends)}" in shown(client.get(address("case_plan", case)))
    assert "Samtycket gäller skola, fritid" in shown(client.get(address("case_follow_up", case)))
    there = address("case_follow_up", case)
    form = form_at(client, there)
    standing = {f"{goal.pk}-standing": "on_track"}
    assert [one for one, _said in errors_of(client.post(there, form.filled(**standing)))] == [
        "id_consent_0"
    ]
    assert not FollowUp.objects.exists()
    assert client.post(there, form.filled(**standing, consent="oral")).status_code == 302
    again = consents.last(case)
    assert again is not None
    assert again.until == dates.months_after(timezone.localdate(), 6)
    assert (again.given, again.by_guardian, again.covers) == ("oral", True, "school leisure")
    events = [one.event for one in log.events(zone=log.Zone.CASES)]
    assert "cases.consent.noted" in events


def test_a_consent_that_is_not_given_again_is_warned_of_and_the_follow_up_is_kept(
    as_person, maria, case
):
    assess(case, maria)
    goal = add_goal(case, maria)
    case.consents.update(until=timezone.localdate() + timedelta(days=30))
    client, there = as_person("maria.sten"), address("case_follow_up", case)
    sent = form_at(client, there).filled(**{f"{goal.pk}-standing": "on_track", "consent": "no"})
    assert client.post(there, sent).status_code == 302
    assert case.consents.count() == FollowUp.objects.count() == 1
    assert "före nästa uppföljning" in shown(client.get(address("case_plan", case)))


def test_an_objection_of_the_persons_stands_among_what_has_happened(as_person, maria, case):
    client, there = as_person("maria.sten"), address("case_events", case)
    page = shown(client.get(there))
    assert "Journalen förs i det ordinarie verksamhetssystemet" in page
    assert "kan inte ändras eller tas tillbaka" in page
    sent = form_at(client, there).filled(kind="objection", text="Det stämmer inte att jag hotade.")
    assert client.post(there, sent).url == there
    page = shown(client.get(there))
    assert "Personens invändning" in page
    assert "Det stämmer inte att jag hotade." in page
    sent = form_at(client, there).filled(kind="contact", text="x" * 501)
    assert errors_of(client.post(there, sent))[0][0] == "id_text"


def test_how_a_case_ends_stands_among_what_has_happened(as_person, maria, case):
    [consent] = case.consents.all()
    today = timezone.localdate()
    consents.withdraw(consent=consent, on=today, said="Ringde och tog tillbaka det.", by=maria)
    closing.ask(
        case=case,
        reason="declined",
        result="Personen ville inte ha stöd.",
        informed="Ja.",
        reopen_if="Om hoten börjar igen.",
        by=maria,
    )
    page = shown(as_person("maria.sten").get(address("case_events", case)))
    first, then = (page.index(said) for said in ("Förslag att avsluta", "Samtycket återkallat"))
    assert first < then, "the newest stands first"
    assert "Ringde och tog tillbaka det." in page
    assert "Personen ville inte ha stöd." in page


@pytest.mark.parametrize(
    "username", ["sara.nyman", "jonas.berg", "anna.ek", "stina.alm", "nils.frisk", "tove.lind"]
)
def test_the_pages_do_not_exist_for_anybody_else(as_person, maria, case, username):
    client = as_person(username)
    nowhere = client.get("/arenden/5b4bfe22-0000-4000-8000-000000000000/plan/")
    for page in (*PAGES, "case_begin"):
        for method in ("get", "post"):
            answer = getattr(client, method)(address(page, case))
            if page == "case_begin" and method == "get" and answer.status_code == 405:
                continue
            assert answer.status_code == 404
            if method == "get":
                assert answer.content == nowhere.content
    assert openings(case) == []


def test_each_page_that_is_opened_is_in_the_log_once(as_person, maria, case):
    assess(case, maria)
    client = as_person("maria.sten")
    for page in PAGES:
        client.get(address(page, case))
    assert openings(case) == list(PAGES)
    wrong = form_at(client, address("case_goal_new", case)).filled()
    client.post(address("case_goal_new", case), wrong)
    assert openings(case)[len(PAGES) :] == ["case_goal_new"] * 2


def test_a_closed_case_is_read_and_not_written_in(as_person, maria, case):
    assess(case, maria)
    add_goal(case, maria)
    client = as_person("maria.sten")
    sent = form_at(client, address("case_goal_new", case)).filled(
        text="Sova.", intervention="other", responsible="BUP"
    )
    Case.objects.update(stage=Stage.CLOSED)
    for page in ("case_plan", "case_follow_up", "case_events"):
        answer = client.get(address(page, case))
        assert answer.status_code == 200
        assert not [one for one in read(answer).forms if one.method == "post" and not one.action]
    for page in ("case_assess", "case_goal_new"):
        assert client.get(address(page, case)).status_code == 404
    answer = client.post(address("case_goal_new", case), sent)
    assert "Sova." in shown(answer)
    assert Goal.objects.count() == 1


def test_what_waits_in_ones_own_cases_stands_on_the_start_page_with_the_number_alone(
    as_person, wall, maria, case
):
    assess(case, maria)
    goal = add_goal(case, maria)
    quiet = wall.case(given="Robin", family="Provsson")
    triage.decide(case=quiet, outcome="open", level="general", reason="Ja.", by=maria)
    client = as_person("maria.sten")
    assert address("case_follow_up", case) not in shown(client.get("/"))

    soon = timezone.localdate() + timedelta(days=7)
    Goal.objects.filter(pk=goal.pk).update(follow_up_on=soon)
    long_ago = timezone.now() - timedelta(days=62)
    Case.objects.filter(pk=quiet.pk).update(received_at=long_ago, stage_since=long_ago)
    page = shown(client.get("/"))
    assert address("case_follow_up", case) in page
    assert address("case_events", quiet) in page
    assert f"Ärende {quiet.number}" in page
    assert "Inget har skrivits på 60 dagar" in page
    assert not {"Kim", "Exempelsson", "Robin", "Provsson"} & set(re.findall(r"\w+", page))
    for username in ("sara.nyman", "jonas.berg", "anna.ek"):
        theirs = shown(as_person(username).get("/"))
        assert str(case.pk) not in theirs
        assert str(quiet.pk) not in theirs


def test_the_pages_and_the_start_page_cost_the_same_for_one_goal_and_for_five(
    as_person, wall, maria, case
):
    assess(case, maria)
    add_goal(case, maria)
    documenting.note(case=case, kind="contact", text="Ringde.", by=maria)
    client = as_person("maria.sten")
    pages = ["/", *(address(page, case) for page in PAGES)]

    def costs() -> dict[str, int]:
        return {page: cost(client, page) for page in pages}

    few = costs()
    for number in range(4):
        assess(case, maria)
        goal = add_goal(case, maria, text=f"Mål {number}.")
        documenting.note(case=case, kind="contact", text="Ringde igen.", by=maria)
        documenting.follow_up(
            goal=goal,
            held_on=timezone.localdate(),
            standing="on_track",
            then="go_on",
            next_on=goal.follow_up_on,
            by=maria,
        )
    Goal.objects.update(follow_up_on=timezone.localdate())
    assert costs() == few
    assert few["/"] <= 35
