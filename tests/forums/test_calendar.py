"""Meetings as calendars read them: the file, read by two programs that are not ours."""

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from dateutil import tz
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from coordination.jobs import mail
from forums import agenda, calendar, cancelling, letters, meetings
from forums.models import Meeting
from tests.forums.test_planning import change

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def of(meeting: Meeting) -> icalendar.Event:
    """The one event of the meeting's file."""
    with translation.override("sv"):
        read = icalendar.Calendar.from_ical(calendar.file_of(meeting))
    (event,) = read.walk("VEVENT")
    return event


@pytest.fixture
def called(sample) -> Meeting:
    meeting = sample.plan(place="Rådhuset, sal 3")
    meetings.call(meeting=meeting, by=sample.anna)
    return meeting


def test_the_file_says_what_when_and_where_and_leads_to_the_meeting(called):
    event = of(called)
    assert event["SUMMARY"] == called.forum.name
    assert event.start == called.starts_at
    assert event.end == called.ends_at
    assert event["DTSTART"].params["TZID"] == "Europe/Stockholm"
    assert event["LOCATION"] == "Rådhuset, sal 3"
    address = settings.BASE_URL + reverse("meeting", args=[called.pk])
    assert event["DESCRIPTION"] == address
    assert event["UID"] == str(called.calendar_uid)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)


def test_another_program_reads_the_same(called):
    read = vobject.readOne(StringIO(calendar.file_of(called).decode()))
    assert read.vevent.dtstart.value == called.starts_at
    assert read.vevent.dtend.value == called.ends_at
    assert read.vevent.location.value == "Rådhuset, sal 3"
    assert read.vevent.uid.value == str(called.calendar_uid)


def test_an_event_has_no_more_than_it_needs(called):
    """No alarm, no rule of its own, and nobody's name or address."""
    event = of(called)
    assert {name.lower() for name in event} == {
        *("uid", "dtstamp", "sequence", "status", "summary", "dtstart", "dtend"),
        *("location", "description"),
    }
    assert event.subcomponents == []


def test_a_forum_that_may_handle_individuals_is_not_named(sample):
    meeting = sample.plan(sample.closed)
    with translation.override("sv"):
        text = calendar.file_of(meeting).decode()
    assert of(meeting)["SUMMARY"] == "Samverkansmöte"
    assert sample.closed.name not in text


def test_a_changed_call_raises_the_sequence_and_keeps_the_identity(called):
    before = of(called)
    change(
        called,
        starts_at=called.starts_at + timedelta(days=1),
        ends_at=called.ends_at + timedelta(days=1),
    )
    after = of(called)
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["UID"] == before["UID"]
    assert after.start == before.start + timedelta(days=1)
    assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt


def test_a_cancelled_meeting_is_cancelled_in_the_calendar(sample, called):
    cancelling.cancel(meeting=called, reason="Ordföranden är sjuk", by=sample.anna)
    event = of(called)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert "sjuk" not in calendar.file_of(called).decode()


def test_a_meeting_that_nobody_is_called_to_is_tentative(sample):
    assert of(sample.plan())["STATUS"] == "TENTATIVE"


def test_the_same_meeting_is_the_same_file(called):
    assert calendar.file_of(called) == calendar.file_of(Meeting.objects.get(pk=called.pk))


def test_no_two_meetings_are_one_to_a_calendar(sample):
    assert sample.plan(days=7).calendar_uid != sample.plan(days=8).calendar_uid


# The file that goes with a mail -------------------------------------------------------------------


def attached(letter) -> tuple[mail.Attachment, icalendar.Event]:
    read = icalendar.Calendar.from_ical(letter.attachment.text)
    assert read["METHOD"] == letter.attachment.parameters["method"]
    assert len(read.walk("VTIMEZONE")) == 1
    (event,) = read.walk("VEVENT")
    return letter.attachment, event


def test_a_call_asks_the_receivers_calendar_to_take_the_meeting_in(sample, called):
    file, event = attached(letters.call(user=sample.gun, ids={"meeting": called.pk}))
    assert (file.media_type, file.parameters) == ("text/calendar", {"method": "REQUEST"})
    assert event["ATTENDEE"] == f"mailto:{sample.gun.email}"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert event["ORGANIZER"] == "mailto:no-reply@example.org"
    assert event["UID"] == str(called.calendar_uid)


def test_a_mail_names_no_other_participant(sample, called):
    text = letters.call(user=sample.gun, ids={"meeting": called.pk}).attachment.text
    others = [user for user in sample.people.values() if user != sample.gun]
    unfolded = text.replace("\r\n ", "")
    assert [one for one in others if one.email in unfolded or str(one) in unfolded] == []


def test_a_changed_call_replaces_and_a_cancelled_one_ends_it(sample, called):
    change(called, place="Biblioteket")
    said = {"meeting": called.pk, "call": 2}
    file, event = attached(letters.call_changed(user=sample.gun, ids=said))
    assert (file.parameters["method"], event["SEQUENCE"]) == ("REQUEST", 1)
    assert event["LOCATION"] == "Biblioteket"
    cancelling.cancel(meeting=called, reason="Ordföranden är sjuk", by=sample.anna)
    file, event = attached(letters.call_cancelled(user=sample.gun, ids=said))
    assert (file.parameters["method"], event["SEQUENCE"]) == ("CANCEL", 2)
    assert (event["STATUS"], event["UID"]) == ("CANCELLED", str(called.calendar_uid))
    assert "sjuk" not in file.text


def test_the_file_of_a_forum_about_individuals_names_it_nowhere(sample):
    meeting = sample.plan(sample.closed)
    meetings.call(meeting=meeting, by=sample.maria)
    ids = {"meeting": meeting.pk, "call": 1}
    told = [write(user=sample.nils, ids=ids) for write in (letters.call, letters.call_changed)]
    cancelling.cancel(meeting=meeting, reason="Förhinder", by=sample.maria)
    told.append(letters.call_cancelled(user=sample.nils, ids=ids))
    for letter in told:
        file, _event = attached(letter)
        assert sample.closed.name not in file.text.replace("\r\n ", "")
        assert file.name in ("meeting.ics", "mote.ics")


# The time zone -----------------------------------------------------------------------------------


def zone() -> tz.tzfile:
    """The zone as the file describes it, read by a program that knows no other."""
    described = calendar._time_zone().to_ical().decode()
    return tz.tzical(StringIO(described)).get()


@given(st.integers(0, 12 * 366 * 24 * 60))
def test_the_zone_that_is_described_is_the_one_that_is_named(minutes):
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert moment.astimezone(zone()).replace(tzinfo=None) == moment.astimezone(STOCKHOLM).replace(
        tzinfo=None
    )


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_the_clocks_change_at_the_minute(day):
    for minutes in range(-1, 2):
        moment = datetime.combine(day, time(1), tzinfo=UTC) + timedelta(minutes=minutes)
        assert moment.astimezone(zone()).utcoffset() == moment.astimezone(STOCKHOLM).utcoffset()


@pytest.mark.parametrize("name", ["Europe/Helsinki", "Atlantic/Reykjavik"])
def test_another_zone_of_the_same_rule_and_one_without(settings, name):
    settings.TIME_ZONE = name
    for month in (1, 3, 7, 10, 12):
        moment = datetime(2027, month, 30, 12, tzinfo=UTC)
        assert (
            moment.astimezone(zone()).utcoffset() == moment.astimezone(ZoneInfo(name)).utcoffset()
        )


def test_meetings_on_both_sides_of_summer_time_stand_at_their_hour(sample):
    """One o'clock is one o'clock, in winter as in summer."""
    meeting = sample.plan()
    for day in (date(2027, 3, 26), date(2027, 3, 29)):
        starts_at = agenda.local(day, time(13))
        Meeting.objects.filter(pk=meeting.pk).update(
            starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
        )
        meeting.refresh_from_db()
        text = calendar.file_of(meeting).decode()
        assert f"DTSTART;TZID=Europe/Stockholm:{day:%Y%m%d}T130000" in text
        read = vobject.readOne(StringIO(text))
        assert read.vevent.dtstart.value == starts_at


# The page ----------------------------------------------------------------------------------------


def test_the_page_gives_a_file_whose_name_tells_nothing(sample, called):
    client = Client()
    client.force_login(sample.gun)
    response = client.get(reverse("meeting_calendar", args=[called.pk]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="mote.ics"'
    assert icalendar.Calendar.from_ical(response.content)["METHOD"] == "PUBLISH"
    page = client.get(reverse("meeting", args=[called.pk])).content.decode()
    assert reverse("meeting_calendar", args=[called.pk]) in page
