"""Requests for extra resources: asked for, an opinion, a decision, and who must not see them."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import Organisation
from coordination.audit.models import Event
from coordination.frame import start
from coordination.jobs.models import OutgoingMail
from coordination.resources import parts, requesting, reviewing, sending, tasks, windows
from coordination.resources.models import Report, SentRequest, Version
from coordination.resources.refusals import ChangedMeanwhile, Missing, WrongState
from coordination.writing.once import FIELD
from tests.forums.test_pages_queries import cost

WHAT = "kanariebegäranq"
ASKED = {"what": WHAT, "why": "Flerspråkiga saknas.", "fte": 2, "cost": 1_050_000}


@pytest.fixture
def report(scene) -> Report:
    """Leila's report with a request, filled in, and Kommunledningskontoret deciding."""
    this = scene.this
    windows.decide(
        year=this.year,
        opens_on=this.opens_on,
        last_day=this.last_day,
        rules={"decides": Organisation.objects.get(name=cast.OFFICE)},
        revision=this.revision,
        by=scene.people["anna.ek"],
    )
    made = scene.begin(copy=True)
    scene.fill(made)
    ask(made, ASKED)
    return made


def ask(report: Report, *asked: dict) -> None:
    part = report.parts.select_related("report").get(number=6)
    rows = [{"from_day": timezone.localdate(), **one} for one in asked]
    parts.save_requests(part=part, requests=rows, revision=part.revision, by=report.begun_by)


@pytest.fixture
def asked(scene, report) -> SentRequest:
    scene.file(report)
    return SentRequest.objects.select_related("report__window").get()


def give(scene, asked, opinion="supported", revision=1, **more) -> None:
    requesting.give_opinion(
        request=asked,
        opinion=opinion,
        why="Behovet är visat.",
        revision=revision,
        by=scene.people["anna.ek"],
        **more,
    )


def decide(scene, asked, decision="in_part", revision=2, by="lars.nord", **more) -> None:
    requesting.decide(
        request=asked,
        decision=decision,
        why="Ett halvår.",
        on=timezone.localdate(),
        revision=revision,
        by=scene.people[by],
        **more,
    )


def text(response) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace")


def test_a_request_is_only_a_draft_until_the_report_is_sent_in(scene, report, as_person):
    assert not SentRequest.objects.exists()
    for name in ("anna.ek", "lars.nord"):
        for page in ("requests", "requests_export", "start"):
            assert WHAT not in text(as_person(name).get(reverse(page))), (name, page)


def test_the_asker_the_strategic_function_and_the_deciding_managers_see_it_and_nobody_else(
    scene, asked, as_person
):
    page = reverse("request", args=[asked.pk])
    for name in ("leila.amiri", "ulla.vik", "anna.ek", "oskar.lind", "lars.nord"):
        client = as_person(name)
        assert client.get(page).status_code == 200, name
        for shown in (reverse("requests"), reverse("requests_export")):
            assert WHAT in text(client.get(shown)), (name, shown)
    for name in ("per.holm", "gunnar.ask", "sofia.dahl"):
        client = as_person(name)
        assert client.get(page).status_code == 404, name
        found = client.get(reverse("requests"))
        assert "0 stycken" in text(found) or "Ingenting är begärt" in text(found), name
        for shown in (reverse("requests"), reverse("requests_export"), reverse("start")):
            assert WHAT not in text(client.get(shown)), (name, shown)
        assert "Inga träffar" in text(client.get("/sok/", {"q": WHAT})), name
    for name in ("bo.kvist", "maria.sten", "nils.frisk", "tove.lind", "stina.alm"):
        client = as_person(name)
        assert client.get(page).status_code == 404, name
        assert client.get(reverse("requests")).status_code == 404, name


def test_only_the_strategic_function_gives_an_opinion_and_only_management_decides(
    scene, asked, as_person
):
    opinion, decision = (
        reverse(name, args=[asked.pk]) for name in ("request_opinion", "request_decision")
    )
    said = {"opinion": "supported", "opinion_why": "Ja", "version": "1"}
    decided = {"decision": "refused", "decision_why": "Nej", "on": "2026-01-02", "version": "1"}
    for name in ("leila.amiri", "ulla.vik", "lars.nord", "per.holm"):
        assert as_person(name).post(opinion, said).status_code == 404, name
    for name in ("leila.amiri", "ulla.vik", "anna.ek", "gunnar.ask"):
        assert as_person(name).post(decision, decided).status_code == 404, name
    with pytest.raises(WrongState, match="inte yttrat sig"):
        decide(scene, asked, revision=1)
    give(scene, asked)
    with pytest.raises(WrongState, match="inte längre den roll"):
        decide(scene, asked, by="ulla.vik")
    asked.refresh_from_db()
    assert (asked.opinion, asked.decision) == ("supported", "")


def test_from_opinion_to_decision_on_the_pages_each_with_who_why_and_when(scene, asked, as_person):
    anna, lars, leila = map(as_person, ("anna.ek", "lars.nord", "leila.amiri"))
    opinion, decision, page = (
        reverse(name, args=[asked.pk])
        for name in ("request_opinion", "request_decision", "request")
    )
    empty = text(anna.post(opinion, {"version": "1"}))
    assert "Välj ett av alternativen" in empty
    assert "Skriv varför" in empty
    key = {"version": "1", FIELD: str(uuid.uuid4())}
    said = {"opinion": "passed_on", "opinion_why": "Ledningen får väga.", **key}
    assert anna.post(opinion, said).url == anna.post(opinion, said).url == page
    assert [one.title for one in tasks_of("lars.nord")] == [
        "Besluta om en begäran om extra resurser"
    ]
    assert "Till ledningen" in text(leila.get(page))
    late = {"decision": "approved", "decision_why": "Ja.", "version": "2"}
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert "inte vara efter i dag" in text(lars.post(decision, late | {"on": str(tomorrow)}))
    done = lars.post(decision, late | {"on": str(timezone.localdate())})
    assert done.url == page
    shown = text(leila.get(page))
    for told in ("Beviljad", "Lars Nord", "Ledningen får väga.", "Anna Ek"):
        assert told in shown, told
    assert not tasks_of("lars.nord")
    events = Event.objects.filter(event__startswith="resources.request.").order_by("pk")
    assert [one.event for one in events] == [
        "resources.request.opinion",
        "resources.request.decided",
    ]


def tasks_of(username: str) -> list:
    found = start.tasks(User.objects.get(username=username), timezone.now())
    return [row for row in found if "begäran" in row.title]


def test_it_waits_among_the_tasks_of_whoever_is_to_act_and_of_nobody_else(scene, asked):
    assert [one.title for one in tasks_of("anna.ek")] == [
        "Yttra dig över en begäran om extra resurser"
    ]
    for name in ("lars.nord", "leila.amiri", "ulla.vik", "gunnar.ask"):
        assert not tasks_of(name), name
    give(scene, asked)
    assert not tasks_of("anna.ek")
    assert len(tasks_of("lars.nord")) == 1
    assert not tasks_of("gunnar.ask")


def test_an_opinion_and_a_decision_are_taken_back_at_once_or_not_at_all(scene, asked, as_person):
    now = timezone.now()
    give(scene, asked, now=now)
    decide(scene, asked, now=now)
    undo = reverse("request_undo", args=[asked.pk])
    as_person("anna.ek").post(undo)
    assert SentRequest.objects.get().decision == "in_part"
    as_person("lars.nord").post(undo)
    assert SentRequest.objects.get().decision == ""
    anna, later = scene.people["anna.ek"], now + timedelta(minutes=11)
    with pytest.raises(WrongState, match="10 minuter"):
        requesting.undo(request=asked, by=anna, now=later)
    requesting.undo(request=asked, by=anna, now=now + timedelta(minutes=9))
    assert SentRequest.objects.get().waits_for_opinion


def test_the_next_version_keeps_what_was_said_of_the_same_request_and_of_no_other(
    scene, report, asked
):
    give(scene, asked)
    first = Version.objects.get(report=report)
    anna = scene.people["anna.ek"]
    reviewing.return_(version=first, remarks={6: "Beskriv mer."}, by=anna)
    ask(report, ASKED, {**ASKED, "what": "Tolk", "fte": 0})
    again(scene, report)
    same = SentRequest.objects.get(what=WHAT)
    assert (same.pk, same.opinion) == (asked.pk, "supported")
    assert same.version != first
    assert SentRequest.objects.get(what="Tolk").waits_for_opinion
    reviewing.return_(version=same.version, remarks={6: "Kostnaden?"}, by=anna)
    ask(report, {**ASKED, "cost": 2_000_000})
    again(scene, report)
    standing = SentRequest.objects.get(withdrawn_at=None)
    assert (standing.opinion, standing.cost) == ("", 2_000_000)
    asked.refresh_from_db()
    with pytest.raises(WrongState, match="begär inte längre"):
        decide(scene, asked, revision=asked.revision)


def again(scene, report) -> None:
    report = Report.objects.get(pk=report.pk)
    answers = {one.pk: "Här." for one in sending.open_remarks(report)}
    sending.send(report=report, by=report.begun_by, checked=True, answers=answers)
    scene.attest(report)


def test_whoever_is_second_is_told_and_changes_nothing(scene, asked):
    give(scene, asked)
    with pytest.raises(ChangedMeanwhile):
        give(scene, asked, "not_supported")
    decide(scene, asked)
    with pytest.raises(WrongState, match="redan beslutad"):
        decide(scene, asked, "refused", revision=3)
    with pytest.raises(WrongState, match="redan beslutad"):
        give(scene, asked, "not_supported", revision=3)
    with pytest.raises(Missing):
        give(scene, asked, "", revision=3)


def test_letters_say_that_something_is_to_be_read_and_nothing_of_what_it_is(scene, asked):
    give(scene, asked)
    decide(scene, asked)
    written = {
        "resources.request_to_decide": tasks.request_to_decide,
        "resources.request_opinion": tasks.request_opinion,
        "resources.request_decided": tasks.request_decided,
    }
    names = {one.pk: name for name, one in scene.people.items()}
    posted = list(OutgoingMail.objects.filter(letter__in=written))
    reached = {(one.letter, names[one.user_id]) for one in posted}
    askers = ("leila.amiri", "ulla.vik")
    assert reached == {
        ("resources.request_to_decide", "lars.nord"),
        *(("resources.request_opinion", name) for name in askers),
        *(("resources.request_decided", name) for name in askers),
    }
    for one in posted:
        letter = written[one.letter](user=scene.people[names[one.user_id]], ids=one.ids)
        if one.letter != "resources.request_decided":
            assert letter is None
            continue
        said = f"{letter.subject} {letter.body}"
        assert WHAT not in said
        assert "halvår" not in said
    stranger = scene.people["per.holm"]
    assert tasks.request_decided(user=stranger, ids={"request": asked.pk}) is None


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_however_long(scene, report, as_person, count):
    ask(report, *({**ASKED, "what": f"Begäran {number}"} for number in range(count)))
    scene.file(report)
    found = {
        name: cost(as_person(name), reverse("requests"))
        for name in ("anna.ek", "lars.nord", "leila.amiri")
    }
    assert found == QUERIES


QUERIES = {"anna.ek": 8, "lars.nord": 11, "leila.amiri": 11}
