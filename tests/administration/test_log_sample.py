"""The monthly sample: drawn once, answered by reviewers, with a question to the person behind."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from coordination.administration import log_sample, log_words
from coordination.administration.log_models import LogSample, SampledEvent
from coordination.audit import log

pytestmark = pytest.mark.django_db

MAY = date(2026, 5, 1)
ON = date(2026, 6, 1)


def record(by, event, day=12, month=5, zone=log.Zone.COORDINATION, **more):
    at = timezone.make_aware(datetime.fromisoformat(f"2026-{month:02}-{day:02} 13:00"))
    with transaction.atomic():
        log.record(by=by, event=event, at=at, zone=zone, **more)


@pytest.fixture
def sample(world):
    record(world.person("ulla.vik"), "access.denied", facts={"page": "meeting"})
    record(world.person("anna.ek"), "access.refused")
    record(world.person("bo.kvist"), "access.denied", facts={"page": "people"})
    record(world.person("anna.ek"), "access.denied", month=4)
    record(world.person("anna.ek"), "access.signed_in")
    record(None, "access.sign_in_failed")
    return log_sample.draw(on=ON)


def row_of(sample, world, username):
    keys = set(log.events(by=world.person(username)).values_list("pk", flat=True))
    return sample.events.get(event__in=keys)


def answer(client, row, answer):
    return client.post(f"/logg/kontroll/{row.pk}/", {"answer": answer})


def test_every_denied_attempt_of_the_month_is_drawn_and_no_other(world, sample):
    assert sample.month == MAY
    assert sample.events.count() == 3
    assert set(sample.events.values_list("kind", flat=True)) == {"denied"}


def test_twenty_openings_of_cases_are_drawn_at_random(world, monkeypatch):
    opened = log_words.Meaning("Opened a case", log_words.Sort.OPENED)
    monkeypatch.setitem(log_words.EVENTS, "cases.case.opened", opened)
    for day in range(1, 31):
        record(world.person("maria.sten"), "cases.case.opened", day=day, zone=log.Zone.CASES)
    drawn = log_sample.draw(on=ON)
    assert drawn.events.filter(kind="opening").count() == 20
    first = set(drawn.events.values_list("event", flat=True))
    drawn.delete()
    assert set(log_sample.draw(on=ON).events.values_list("event", flat=True)) != first


def test_a_month_is_drawn_once(world, sample):
    assert log_sample.draw(on=ON) is None
    assert log_sample.draw(on=ON + timedelta(days=12)) is None
    assert LogSample.objects.count() == 1
    assert log.events().filter(event="administration.sample.drawn").count() == 1


def test_an_empty_month_says_so(world, signed_in_as):
    log_sample.draw(on=date(2020, 1, 15))
    assert LogSample.objects.get().month == date(2019, 12, 1)
    page = signed_in_as("bo.kvist").get("/logg/kontroll/")
    assert (page.context["sample"].total, page.context["rows"]) == (0, [])
    assert "<table" not in page.content.decode()


def test_before_the_first_sample_the_page_says_when_it_comes(world, signed_in_as):
    assert signed_in_as("bo.kvist").get("/logg/kontroll/").context["sample"] is None


def test_the_reviewer_answers_and_the_progress_follows(world, sample, signed_in_as):
    client = signed_in_as("ida.rask")
    row = row_of(sample, world, "ulla.vik")
    assert answer(client, row, "justified").status_code == 302
    page = client.get("/logg/kontroll/")
    assert (page.context["sample"].settled, page.context["sample"].total) == (1, 3)
    body = page.content.decode()
    assert "1 av 3" in body or "1 of 3" in body
    told = log.events(on=row).values_list("event", "fields")
    assert list(told) == [("administration.sample.judged", ["answer"])]
    start = client.get("/").content.decode()
    assert "/logg/kontroll/" in start


def test_the_question_reaches_the_person_and_their_answer_the_reviewer(world, sample, signed_in_as):
    reviewer, ulla = signed_in_as("ida.rask"), signed_in_as("ulla.vik")
    row = row_of(sample, world, "ulla.vik")
    answer(reviewer, row, "asked")
    address = f"/logg/fraga/{row.pk}/"
    assert address in ulla.get("/").content.decode()
    assert ulla.get(address).status_code == 200
    assert signed_in_as("anna.ek").get(address).status_code == 404
    assert reviewer.get(address).status_code == 404
    ulla.post(address, {"reply": "Jag tryckte fel."})
    assert ulla.get(address).status_code == 404
    assert address not in ulla.get("/").content.decode()
    assert "Jag tryckte fel." in reviewer.get("/logg/kontroll/").content.decode()
    row.refresh_from_db()
    assert (row.asked_of, row.answer) == (None, "asked")
    answer(reviewer, row, "justified")
    row.refresh_from_db()
    assert row.is_settled


@pytest.mark.parametrize("text", ["", "x" * 301, "Det var 19811228-9874"])
def test_an_answer_is_short_and_names_nobody(world, sample, signed_in_as, text):
    row = row_of(sample, world, "ulla.vik")
    answer(signed_in_as("ida.rask"), row, "asked")
    page = signed_in_as("ulla.vik").post(f"/logg/fraga/{row.pk}/", {"reply": text})
    assert page.context["form"].errors["reply"]
    row.refresh_from_db()
    assert row.reply == ""


def test_nobody_reviews_what_they_did_themselves(world, sample, signed_in_as):
    row = row_of(sample, world, "bo.kvist")
    answer(signed_in_as("bo.kvist"), row, "justified")
    row.refresh_from_db()
    assert row.answer == ""
    answer(signed_in_as("ida.rask"), row, "investigate")
    row.refresh_from_db()
    assert row.answer == "investigate"


def test_the_sample_keeps_nobody_who_was_forgotten(world, sample, signed_in_as):
    row = row_of(sample, world, "ulla.vik")
    log.forget(by=None, person=world.person("ulla.vik"))
    client = signed_in_as("ida.rask")
    assert "Ulla Vik" not in client.get("/logg/kontroll/").content.decode()
    answer(client, row, "asked")
    row.refresh_from_db()
    assert row.answer == ""


def test_others_than_reviewers_cannot_answer(world, sample, signed_in_as):
    row = row_of(sample, world, "ulla.vik")
    for username in ("stina.alm", "anna.ek", "ulla.vik"):
        assert answer(signed_in_as(username), row, "justified").status_code == 404
    assert not SampledEvent.objects.exclude(answer="").exists()


def test_many_rows_cost_what_one_does(world, signed_in_as, django_assert_max_num_queries):
    for _ in range(40):
        record(world.person("ulla.vik"), "access.denied", facts={"page": "meeting"})
    log_sample.draw(on=ON)
    client = signed_in_as("ida.rask")
    client.get("/logg/kontroll/")
    with django_assert_max_num_queries(13):
        page = client.get("/logg/kontroll/")
    assert len(page.context["rows"]) == 25
    rest = client.get("/logg/kontroll/", {"month": "2026-05", "after": page.context["next"]})
    assert len(rest.context["rows"]) == 15
    assert rest.context["next"] is None
