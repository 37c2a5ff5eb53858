"""The log as reviewers see it: who, what and when, never a value or a text; for nobody else."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.administration import log_reading
from coordination.audit import checkpoints, log
from coordination.jobs.models import PeriodicRun
from tests import world as the_world

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


PUBLISHED = (
    *("besök", "avtal", "grunder", "lägesbild", "resursgodkänd", "resursgodkändbegäran"),
    "ärendeglimt",
)


def page(client, **filters):
    answer = client.get("/logg/", filters)
    assert answer.status_code == 200
    return answer


def sentences(client, **filters):
    return [row.event for row in page(client, **filters).context["rows"]]


def record(by, event, *, at=None, on=None, times=1):
    with transaction.atomic():
        for _ in range(times):
            log.record(by=by, event=event, on=on, at=at)


@pytest.mark.parametrize(
    "username", ["anna.ek", "maria.sten", "nils.frisk", "stina.alm", "hanna.falk", "ulla.vik"]
)
@pytest.mark.parametrize("address", ["/logg/", "/logg/utdrag/", "/logg/kontroll/"])
def test_the_log_does_not_exist_for_others_than_reviewers(world, signed_in_as, username, address):
    assert signed_in_as(username).get(address).status_code == 404


def test_a_reviewer_reads_who_did_what_and_meets_no_text(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    answer = page(client, event="forums.meeting.registered")
    body = answer.content.decode()
    meeting = world.held[the_world.BRA]
    assert str(meeting.pk) in body
    assert "Anna Ek" in body
    # The watchful client fails on any canary but those of approved minutes, and of what is published for
    # reviewers too; the log holds none at all.
    published = {word for word, of in world.canaries.items() if of in PUBLISHED}
    assert world.foreign_to("bo.kvist") >= set(world.canaries) - world.approved - published
    for number in range(1, 12):
        body += client.get("/logg/", {"page": number}).content.decode()
    assert not [word for word in world.canaries if word in body]
    assert client.answers > 10


def test_the_role_is_the_one_held_on_the_day(world, signed_in_as):
    record(world.person("maria.sten"), "access.signed_in")
    [row] = [
        one
        for one in page(signed_in_as("bo.kvist"), event="access.signed_in").context["rows"]
        if one.person == "Maria Sten"
    ][:1]
    assert row.roles in ("Partnership coordinator", "Partnerskapssamordnare")
    years_ago = timezone.now() - timedelta(days=2000)
    record(world.person("maria.sten"), "access.signed_out", at=years_ago)
    rows = page(signed_in_as("bo.kvist"), event="access.signed_out").context["rows"]
    assert [one.roles for one in rows if one.person == "Maria Sten"] == [""]


def test_a_denied_attempt_is_told_with_its_page_and_never_with_what_was_asked_for(
    world, signed_in_as
):
    stranger = signed_in_as("ulla.vik")
    stranger.get(f"/moten/{world.held[the_world.BRA].pk}/")
    [row] = page(signed_in_as("bo.kvist"), denied="on").context["rows"]
    assert (row.person, row.denied, row.number) == ("Ulla Vik", True, "/moten/…/")


def test_the_filters_narrow_by_person_period_object_and_event(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    anna = world.person("anna.ek")
    rows = page(client, person=anna.pk).context["rows"]
    assert {row.person for row in rows} == {"Anna Ek"}
    rows = page(client, object="forums.action").context["rows"]
    assert {row.event.rpartition(".")[0] for row in rows} == {"forums.action"}
    assert set(sentences(client, sort="signed_in")) <= {"access.signed_in", "access.signed_out"}
    assert sentences(client, event="forums.action.struck") == ["forums.action.struck"] * 5
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert sentences(client, first=tomorrow) == []
    assert page(client, first=tomorrow).content.decode().count("<tbody>") == 0
    assert sentences(client, last=tomorrow, event="forums.forum.established") != []


def test_one_object_is_found_by_its_number(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    held = world.held[the_world.BRA]
    rows = page(client, object="forums.meeting", number=str(held.pk)).context["rows"]
    assert rows
    assert {row.number for row in rows} == {str(held.pk)}
    assert sentences(client, object="forums.meeting", number="4711") == []
    assert "Objektets nummer: 4711" in page(client, number="4711").content.decode()


def test_who_signed_in_from_a_new_device_is_told_and_can_be_narrowed_to(world, signed_in_as):
    anna, per = world.person("anna.ek"), world.person("per.holm")
    told = {
        ("known", "known"): "Känd enhet",
        ("new", "known"): "Ny enhet, känt nätverk",
        ("new", "new"): "Ny enhet och nytt nätverk",
    }
    for device, network in told:
        with transaction.atomic():
            facts = {"device": device, "network": network}
            log.record(by=anna, event="access.signed_in", facts=facts)
    record(per, "access.signed_out")
    client = signed_in_as("bo.kvist")
    rows = page(client, person=anna.pk, event="access.signed_in").context["rows"]
    assert [row.device for row in rows[:3]] == list(reversed(told.values()))
    assert page(client, event="access.signed_out").context["rows"][0].device == ""
    only = page(client, person=anna.pk, new_device="on").context["rows"]
    assert {row.device for row in only} <= {"Ny enhet, känt nätverk", "Ny enhet och nytt nätverk"}
    assert len(only) >= 2


def test_a_filter_that_is_no_filter_is_left_out(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    for odd in ({"person": "1 OR 1=1"}, {"first": "soon"}, {"object": "auth.user"}, {"sort": "x"}):
        assert len(sentences(client, **odd)) == 25


@pytest.mark.parametrize(
    ("moment", "outside"),
    [
        ("2026-05-12 06:59", True),
        ("2026-05-12 07:00", False),
        ("2026-05-12 17:59", False),
        ("2026-05-12 18:00", True),
        ("2026-05-16 12:00", True),
        ("2026-12-01 07:00", False),
        ("2026-12-01 06:59", True),
    ],
)
def test_office_hours_are_weekdays_seven_to_six_by_the_local_clock(world, moment, outside):
    at = timezone.make_aware(datetime.fromisoformat(moment))
    record(world.person("anna.ek"), "access.signed_in", at=at)
    found = log.events().filter(log_reading.outside_office_hours(), at=at)
    assert found.exists() is outside


def test_thirty_rows_and_one_cost_the_same_few_questions(world, signed_in_as):
    checkpoints.write()
    client = signed_in_as("bo.kvist")
    page(client)

    def asked(**filters):
        with CaptureQueriesContext(connection) as queries:
            page(client, **filters)
        return len(queries)

    record(world.person("anna.ek"), "access.signed_out")
    one = asked(event="access.signed_out")
    for name in world.people:
        record(world.person(name), "access.signed_out", times=2)
    assert asked(event="access.signed_out") == one <= 13


def test_more_than_a_thousand_events_are_paged_by_key(world, signed_in_as):
    record(world.person("anna.ek"), "access.signed_out", times=1100)
    client = signed_in_as("bo.kvist")
    answer = page(client, event="access.signed_out", page=40)
    last = answer.context["rows"][-1].key
    beyond = page(client, event="access.signed_out", after=last).context["rows"]
    assert len(beyond) == 25
    assert beyond[0].key < last


def test_a_forgotten_person_has_no_name(world, signed_in_as):
    tove = world.person("tove.lind")
    record(tove, "access.signed_out")
    log.forget(by=None, person=tove)
    rows = page(signed_in_as("bo.kvist"), event="access.signed_out").context["rows"]
    assert rows[0].person in ("Removed person", "Borttagen person")
    assert "Tove" not in rows[0].person


def test_the_page_says_when_the_log_was_verified_and_how_much_is_open(world, signed_in_as):
    client = signed_in_as("bo.kvist")
    trust = page(client).context["trust"]
    assert (trust.passed_at, trust.is_late) == (None, True)
    assert trust.open_rows == log.events().count()
    checkpoints.write()
    record(world.person("anna.ek"), "access.signed_out", times=3)
    trust = page(client).context["trust"]
    assert (trust.open_rows, trust.age_minutes) == (3, 0)
    assert (trust.is_late, trust.failed) == (False, False)


def test_a_verification_that_stopped_is_told_at_once_the_signing_is_late(world, signed_in_as):
    PeriodicRun.objects.update_or_create(
        name="audit.checkpoint",
        defaults={"due_next": timezone.now(), "last_error": "LogIsWrong"},
    )
    for folder in checkpoints.files():
        folder.unlink()
    assert page(signed_in_as("bo.kvist")).context["trust"].failed


def test_the_reviewers_menu_leads_to_the_log_and_nobody_elses_does(world, signed_in_as):
    assert 'href="/logg/"' in signed_in_as("bo.kvist").get("/").content.decode()
    assert 'href="/logg/"' not in signed_in_as("anna.ek").get("/").content.decode()
