"""The link by which a person's calendar reads their meetings: what it shows, to whom, and its end."""

import logging
from datetime import timedelta

import icalendar
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.access import people as accounts
from coordination.administration import restored
from coordination.audit.models import Event
from coordination.writing.models import Submission
from forums import agenda, cancelling, meetings, register, subscriptions
from forums.models import CalendarLink, Meeting, Seat
from tests.forums.test_pages_queries import cost

PAGE = "/moten/prenumerera/"
FEED = "/moten/kalender/"


@pytest.fixture
def called(sample) -> Meeting:
    meeting = sample.plan(place="Rådhuset, sal 3")
    meetings.call(meeting=meeting, by=sample.anna)
    return meeting


def read(secret: str):
    return Client().get(FEED, {"nyckel": secret})


def events(secret: str) -> list[icalendar.Event]:
    response = read(secret)
    assert response.status_code == 200
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")


def uids(secret: str) -> set[str]:
    return {str(one["UID"]) for one in events(secret)}


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_meetings_that_one_is_called_to_are_read_without_signing_in(sample, called):
    secret = subscriptions.new_link(by=sample.gun)
    (event,) = events(secret)
    assert event["SUMMARY"] == called.forum.name
    assert event.start == called.starts_at
    assert "ATTENDEE" not in event
    response = read(secret)
    assert icalendar.Calendar.from_ical(response.content)["X-PUBLISHED-TTL"] == "PT1H"
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="moten.ics"'
    assert response["Cache-Control"] == "no-store"


def test_what_is_only_planned_and_what_others_are_called_to_is_not_read(sample, called):
    sample.plan(days=14)
    secret = subscriptions.new_link(by=sample.gun)
    assert uids(secret) == {str(called.calendar_uid)}
    # Oskar keeps the neighbour's forum, and is called to none of its meetings.
    theirs = sample.plan(sample.other)
    meetings.call(meeting=theirs, by=sample.anna)
    assert uids(subscriptions.new_link(by=sample.oskar)) == {str(called.calendar_uid)}


def test_who_loses_their_seat_reads_nothing_at_the_next_request(sample, called):
    """Access is asked for at each request: the link itself opens nothing."""
    secret = subscriptions.new_link(by=sample.gun)
    assert uids(secret)
    seat = Seat.objects.get(forum=sample.council, user=sample.gun)
    register.end_seat(seat=seat, by=sample.anna, on=sample.today - timedelta(days=1))
    assert uids(secret) == set()


def test_a_cancelled_meeting_stays_as_cancelled(sample, called):
    secret = subscriptions.new_link(by=sample.gun)
    cancelling.cancel(meeting=called, reason="Ordföranden är sjuk", by=sample.anna)
    (event,) = events(secret)
    assert event["STATUS"] == "CANCELLED"


def test_a_forum_about_individuals_is_not_named(sample):
    canary = "kanarieforum"
    closed = sample.closed
    type(closed).objects.filter(pk=closed.pk).update(name=canary)
    closed.refresh_from_db()
    meeting = sample.plan(closed)
    meetings.call(meeting=meeting, by=sample.maria)
    secret = subscriptions.new_link(by=sample.nils)
    assert [one["SUMMARY"] for one in events(secret)] == ["Samverkansmöte"]
    assert canary not in read(secret).content.decode()


def test_a_long_past_meeting_is_no_longer_read(sample, called):
    secret = subscriptions.new_link(by=sample.gun)
    past = called.ends_at + subscriptions.LOOKS_BACK + timedelta(minutes=1)
    assert list(subscriptions.meetings_of(sample.gun, now=past)) == []
    assert uids(secret)


def test_a_new_link_ends_the_old_one(sample, called):
    old = subscriptions.new_link(by=sample.gun)
    new = subscriptions.new_link(by=sample.gun)
    assert read(old).status_code == 404
    assert uids(new) == {str(called.calendar_uid)}
    assert CalendarLink.objects.count() == 1


def test_a_removed_a_replaced_an_invented_link_and_a_closed_account_get_one_answer(sample):
    replaced = subscriptions.new_link(by=sample.gun)
    subscriptions.new_link(by=sample.gun)
    removed = subscriptions.new_link(by=sample.per)
    assert subscriptions.remove_link(by=sample.per)
    assert not subscriptions.remove_link(by=sample.per)
    closed = subscriptions.new_link(by=sample.sofia)
    accounts.set_active(by=sample.anna, user=sample.sofia, active=False)
    answers = {
        (response.status_code, response.content)
        for response in map(read, [replaced, removed, closed, "x" * 43, "x" * 4000, "", "å"])
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_after_a_restored_backup_no_link_works(sample, called):
    """One that was replaced since would be back, and nobody would know."""
    secret = subscriptions.new_link(by=sample.gun)
    restored.close()
    restored.open_everybody()
    assert read(secret).status_code == 404


def test_the_secret_stands_nowhere_but_in_the_link(sample, caplog, settings):
    with caplog.at_level(logging.DEBUG):
        client = signed_in(sample.gun)
        client.post(PAGE, {"do": "make"})
        page = client.get(PAGE).content.decode()
        secret = page.partition("nyckel=")[2].partition('"')[0]
        assert len(secret) == 43
        assert uids(secret) == set()
        assert read(secret[:-1]).status_code == 404
        # A fault of ours while the calendar is read.
        meetings.call(meeting=sample.plan(), by=sample.anna)
        settings.BASE_URL = None
        faulty = Client(raise_request_exception=False)
        assert faulty.get(FEED, {"nyckel": secret}).status_code == 500
    assert FEED in caplog.text
    assert secret not in caplog.text
    assert secret[:-1] not in caplog.text
    link = CalendarLink.objects.get()
    assert secret not in str(vars(link))
    assert secret not in str(dict(client.session))
    for table in (Event, Submission, Session):
        assert secret not in str(list(table.objects.values()))


def test_the_page_shows_a_new_link_for_ten_minutes(sample, called):
    client = signed_in(sample.gun)
    assert "nyckel=" not in client.get(PAGE).content.decode()
    client.post(PAGE, {"do": "make"})
    assert "nyckel=" in client.get(PAGE).content.decode()
    # Nobody else is shown it, and another session of one's own is not either.
    assert "nyckel=" not in signed_in(sample.gun).get(PAGE).content.decode()
    CalendarLink.objects.update(made_at=timezone.now() - timedelta(minutes=11))
    page = client.get(PAGE).content.decode()
    assert "nyckel=" not in page
    assert "Skapa ny länk – den gamla slutar fungera" in page


def test_a_link_that_was_replaced_elsewhere_is_not_shown(sample):
    client = signed_in(sample.gun)
    client.post(PAGE, {"do": "make"})
    subscriptions.new_link(by=sample.gun)
    assert "nyckel=" not in client.get(PAGE).content.decode()


def test_removing_the_link_on_the_page(sample):
    client = signed_in(sample.gun)
    client.post(PAGE, {"do": "make"})
    response = client.post(PAGE, {"do": "remove"}, follow=True)
    assert not CalendarLink.objects.exists()
    assert "Länken fungerar inte längre." in response.content.decode()


def test_the_list_of_meetings_leads_to_the_page(sample):
    page = signed_in(sample.gun).get(reverse("meetings")).content.decode()
    assert f'href="{PAGE}"' in page


def test_many_meetings_cost_as_many_queries_as_one(sample, called):
    secret = subscriptions.new_link(by=sample.gun)
    one = cost(Client(), f"{FEED}?nyckel={secret}")
    for days in range(8, 14):
        meetings.call(meeting=sample.plan(days=days), by=sample.anna)
    assert len(uids(secret)) == 7
    assert cost(Client(), f"{FEED}?nyckel={secret}") == one


def test_who_is_called_without_a_seat_reads_that_meeting_and_no_other(sample, called):
    guest = agenda.Invited(
        organisation=Seat.objects.filter(user=sample.gun).get().organisation,
        user=sample.sara,
        is_guest=True,
    )
    meeting = sample.plan(days=9, invited=[guest])
    meetings.call(meeting=meeting, by=sample.anna)
    assert uids(subscriptions.new_link(by=sample.sara)) == {str(meeting.calendar_uid)}
