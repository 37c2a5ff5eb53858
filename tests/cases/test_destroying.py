"""Destruction: by rule, by two people, with nothing left but a number and a day; and the chain holds."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases import destroying, documenting, tasks, triage
from cases.models import Case, DestroyedCase, Destruction, Hold, Stage, Subject
from cases.refusals import Missing, WrongStage
from coordination.access.models import User
from coordination.audit import log, verify
from coordination.jobs import files, queue
from coordination.jobs.models import Job
from tests.grounds.conftest import rule, stina

__all__ = ["rule", "stina"]

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


@pytest.fixture
def closed(wall):
    """Makes a case that was closed at triage so many days ago."""

    def make(days: int, **how: Any) -> Case:
        case, maria = wall.case(**how), wall.people["maria.sten"]
        triage.decide(
            case=case,
            outcome="close",
            level="general",
            reason="Inget att göra",
            earlier_said="Läst",
            by=maria,
        )
        then = timezone.now() - timedelta(days=days)
        Case.objects.filter(pk=case.pk).update(received_at=then, stage_since=then)
        return Case.objects.get(pk=case.pk)

    return make


@pytest.fixture
def ida(wall) -> User:
    return wall.people["ida.rask"]


@pytest.fixture
def kaj(wall) -> User:
    return wall.people["kaj.berg"]


def numbers(on=None) -> list[str]:
    return [one.case.number for one in destroying.due(on or timezone.localdate())]


# What may be destroyed ---------------------------------------------------------------------------


def test_without_a_reviewed_rule_nothing_may_be_destroyed(closed):
    closed(10_000)
    assert numbers() == []


def test_a_case_stands_on_the_list_when_its_time_has_passed_and_not_a_day_before(rule, closed):
    rule("submission", length=2, unit="years", event="received")
    old, young = closed(731), closed(729)
    assert numbers() == [old.number]
    assert young.number in numbers(timezone.localdate() + timedelta(days=5))


def test_an_open_case_never_stands_on_the_list(rule, wall):
    rule("submission", length=1, unit="days", event="received")
    rule("case", length=1, unit="days", event="received")
    case = wall.case()
    Case.objects.filter(pk=case.pk).update(received_at=timezone.now() - timedelta(days=9_000))
    assert numbers() == []


# By two ------------------------------------------------------------------------------------------


def test_r29_the_archivist_proposes_and_the_official_approves(rule, closed, ida, kaj):
    rule("submission", length=1, unit="days", event="received")
    case = closed(30)
    made = destroying.propose(cases=[case.pk], by=ida)
    assert numbers() == []
    destroying.approve(destruction=made, by=kaj)
    run_jobs()
    assert Case.objects.get(pk=case.pk).stage == Stage.DESTROYED
    made.refresh_from_db()
    assert made.state == Destruction.State.DONE
    assert files.path(made.file).read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("who", ["bo.kvist", "kaj.berg", "maria.sten", "anna.ek", "stina.alm"])
def test_nobody_but_the_archivist_proposes(rule, closed, wall, who):
    rule("submission", length=1, unit="days", event="received")
    case = closed(30)
    with pytest.raises(WrongStage):
        destroying.propose(cases=[case.pk], by=wall.people[who])


@pytest.mark.parametrize("who", ["bo.kvist", "ida.rask", "maria.sten", "anna.ek"])
def test_r29_the_data_protection_officer_and_others_never_approve(rule, closed, wall, ida, who):
    rule("submission", length=1, unit="days", event="received")
    made = destroying.propose(cases=[closed(30).pk], by=ida)
    with pytest.raises(WrongStage):
        destroying.approve(destruction=made, by=wall.people[who])


def test_the_database_refuses_one_person_who_does_both(ida):
    with pytest.raises(IntegrityError), transaction.atomic():
        Destruction.objects.create(
            proposed_by=ida,
            proposed_at=timezone.now(),
            state="approved",
            answered_by=ida,
            answered_at=timezone.now(),
            file="x.pdf",
        )


def test_what_is_held_is_not_proposed_and_is_spared_when_it_is_held_after(rule, closed, ida, kaj):
    rule("submission", length=1, unit="days", event="received")
    first, second = closed(30), closed(31)
    destroying.hold(case=first, reason="request", by=kaj)
    with pytest.raises(WrongStage):
        destroying.propose(cases=[first.pk], by=ida)
    made = destroying.propose(cases=[second.pk], by=ida)
    destroying.approve(destruction=made, by=kaj)
    destroying.hold(case=second, reason="trial", by=ida)
    run_jobs()
    assert Case.objects.get(pk=second.pk).stage == Stage.CLOSED
    assert made.rows.get().spared == DestroyedCase.Spared.HELD
    with pytest.raises(WrongStage):
        destroying.hold(case=second, reason="trial", by=ida)


def test_a_number_that_is_not_there_is_refused_at_its_field(wall):
    unit = wall.case().unit
    for number in ("2001-001", "abc", ""):
        with pytest.raises(Missing) as refused:
            destroying.find(unit=unit, number=number)
        assert refused.value.field == "number"


# What is left ------------------------------------------------------------------------------------


def run_jobs() -> None:
    for job in Job.objects.filter(kind=destroying.KIND, state="due"):
        queue.run(job.pk)


def test_after_destruction_a_number_and_a_day_are_left_and_the_chain_holds(
    rule, wall, closed, ida, kaj
):
    rule("case", length=1, unit="days", event="last_note")
    case, maria = wall.case(), wall.people["maria.sten"]
    triage.decide(case=case, outcome="open", level="individual", reason="Hot", by=maria)
    documenting.assess(
        case=case, needs="Stöd", answers={}, outcome="none", childs_best="Trygghet", by=maria
    )
    documenting.note(case=case, kind="contact", text="Samtal", by=maria)
    then = timezone.now() - timedelta(days=30)
    Case.objects.filter(pk=case.pk).update(stage=Stage.CLOSED, received_at=then, stage_since=then)
    case.notes.update(made_at=then)
    made = destroying.propose(cases=[case.pk], by=ida)
    destroying.approve(destruction=made, by=kaj)
    run_jobs()
    assert left_of(case) == {"cases.DestroyedCase"}
    assert not Subject.objects.filter(case=case).exists()
    assert destroying.tombstone(case) == timezone.localdate()
    assert verify.verify(log.Zone.CASES).ok
    assert str(case.pk) in {one.object_key for one in log.events(zone=log.Zone.CASES, on=case)}


def left_of(case: Case) -> set[str]:
    """The tables that have a row which names the case, the log and the case itself left out."""
    found = set()
    for model in apps.get_models():
        if model._meta.app_label == "audit" or model is Case or model._meta.proxy:
            continue
        columns = [field.column for field in model._meta.concrete_fields]
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            rows = cursor.fetchall()
        keys = {str(case.pk), case.pk.hex}
        if any(key in str(value) for row in rows for value in row for key in keys):
            found.add(model._meta.label)
        assert columns
    return found


def test_a_destruction_that_is_cut_short_goes_on_where_it_was(rule, closed, ida, kaj, monkeypatch):
    rule("submission", length=1, unit="days", event="received")
    made = destroying.propose(cases=[closed(30).pk, closed(31).pk, closed(32).pk], by=ida)
    destroying.approve(destruction=made, by=kaj)
    made.refresh_from_db()
    real, times = destroying._forget, []

    def stop(key: str) -> None:
        times.append(key)
        if len(times) == 2:
            raise KeyboardInterrupt
        real(key)

    monkeypatch.setattr(destroying, "_forget", stop)
    with pytest.raises(KeyboardInterrupt):
        destroying.carry_out(destruction=made)
    assert Case.objects.filter(stage=Stage.DESTROYED).count() == 1
    monkeypatch.setattr(destroying, "_forget", real)
    destroying.carry_out(destruction=made)
    assert Case.objects.filter(stage=Stage.DESTROYED).count() == 3
    events = log.events(zone=log.Zone.CASES).filter(event="cases.case.destroyed")
    assert events.count() == 3
    assert tasks.destroy


# Pages -------------------------------------------------------------------------------------------


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_ida_proposes_in_four_steps_and_kaj_approves_in_two(rule, closed, as_person):
    rule("submission", length=1, unit="days", event="received")
    case = closed(30)
    ida, kaj = as_person("ida.rask"), as_person("kaj.berg")
    page = text_of(ida.get("/gallring/"))
    assert case.number in page
    assert "Exempelsson" not in page
    shown = ida.post("/gallring/ny/", {"cases": [str(case.pk)]})
    assert f"Ärende {case.number}" in text_of(shown)
    assert not Destruction.objects.exists()
    sent = ida.post("/gallring/ny/", {"cases": [str(case.pk)], "confirmed": "1"})
    made = Destruction.objects.get()
    assert sent.url == reverse("destruction", args=[made.pk])
    assert "Någon annan än den som föreslog" in text_of(ida.get(sent.url))
    assert "Besluta om en föreslagen gallring" in text_of(kaj.get("/att-gora/"))
    kaj.post(reverse("destruction_answer", args=[made.pk]), {"answer": "approve"})
    run_jobs()
    assert "Genomförd" in text_of(kaj.get(sent.url))
    record = kaj.get(reverse("destruction_pdf", args=[made.pk]))
    assert record["Content-Type"] == "application/pdf"
    assert record.content.startswith(b"%PDF")


def test_nothing_chosen_is_said_and_nothing_is_proposed(rule, closed, as_person):
    rule("submission", length=1, unit="days", event="received")
    closed(30)
    answer = as_person("ida.rask").post("/gallring/ny/", {}, follow=True)
    assert "Välj minst ett ärende" in text_of(answer)
    assert not Destruction.objects.exists()


def test_a_case_is_held_back_by_its_number_and_let_go_again(wall, as_person):
    case, kaj = wall.case(), as_person("kaj.berg")
    said = {"number": case.number, "unit": case.unit_id, "reason": "supervision"}
    kaj.post("/gallring/sparra/", said)
    held = Hold.objects.get()
    assert held.case == case
    assert case.number in text_of(kaj.get("/gallring/"))
    kaj.post(reverse("hold_lift", args=[held.pk]))
    held.refresh_from_db()
    assert held.lifted_at
    wrong = kaj.post("/gallring/sparra/", said | {"number": "1999-001"})
    assert "Kontrollera numret" in text_of(wrong)


@pytest.mark.parametrize(
    ("who", "status"), [("bo.kvist", 200), ("anna.ek", 404), ("maria.sten", 404)]
)
def test_the_data_protection_officer_reads_and_others_find_nothing(wall, as_person, who, status):
    client = as_person(who)
    assert client.get("/gallring/").status_code == status
    assert client.get("/gallring/sparra/").status_code == 404


def test_what_arrives_twice_is_carried_out_once(rule, wall, closed, as_person):
    rule("submission", length=1, unit="days", event="received")
    case, other = closed(30), wall.case()
    ida, kaj = as_person("ida.rask"), as_person("kaj.berg")

    def twice(client, address: str, key: str, **said) -> None:
        first, second = (client.post(address, said | {"_once": key}) for _ in range(2))
        assert (first.status_code, second.url) == (302, first.url)

    keys = [f"4e0f5b3a-6a57-4a55-9e3d-1f2f3a4b5c6{number}" for number in range(4)]
    twice(ida, "/gallring/ny/", keys[0], cases=[str(case.pk)], confirmed="1")
    made = Destruction.objects.get()
    twice(kaj, reverse("destruction_answer", args=[made.pk]), keys[1], answer="approve")
    said = {"number": other.number, "unit": other.unit_id, "reason": "trial"}
    twice(kaj, "/gallring/sparra/", keys[2], **said)
    twice(ida, reverse("hold_lift", args=[Hold.objects.get().pk]), keys[3])
    events = log.events(zone=log.Zone.CASES).filter(
        event__regex=r"^cases\.(hold\.|destruction\.(proposed|approved))"
    )
    assert events.count() == 4
