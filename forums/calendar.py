"""Meetings as calendars read them (RFC 5545): one event each, in the portal's time zone, nothing personal."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vText,
)

from .models import Meeting

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//Samordningsportalen//Samordningsportalen//SV"

READ_AGAIN = "PT1H"
"""How often a program that subscribes is asked to read the calendar again."""

STATUSES = {Meeting.State.PLANNED: "TENTATIVE", Meeting.State.CANCELLED: "CANCELLED"}
"""What a calendar calls it; any other meeting is confirmed."""

SUMMER_TIME = {"FREQ": "YEARLY", "BYMONTH": 3, "BYDAY": "-1SU"}
WINTER_TIME = {"FREQ": "YEARLY", "BYMONTH": 10, "BYDAY": "-1SU"}
"""When the clocks change everywhere in the EU, at 01.00 UTC (directive 2000/84/EC)."""
BEGAN = 1996
"""The first year of that rule."""


def file_of(meeting: Meeting) -> bytes:
    """The meeting as a file to put into one's calendar. In the language that is active."""
    return _bound([_event(meeting, _told_at(meeting))], method="PUBLISH")


def feed(meetings: Iterable[Meeting]) -> bytes:
    """The meetings as one calendar, for programs that read it again and again."""
    return _bound([_event(one, _told_at(one)) for one in meetings], asked_every=READ_AGAIN)


def invitation(
    meeting: Meeting, *, to: str, outside: bool = False, withdrawn: bool = False
) -> bytes:
    """The file that goes with the mail of a call, a change or a cancellation to that address; for
    somebody `outside` without the forum's name and without a link that they cannot follow. Once the
    invitation is `withdrawn` the meeting is cancelled for that person alone, without a link either.

    A request, or the end of one, so that programs replace what they have (docs/decisions/0011). It
    names the portal as the organiser and no receiver but the one it is sent to.
    """
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    event = _event(meeting, _told_at(meeting))
    if outside:
        event["summary"] = vText(_("Cooperation meeting"))
    if withdrawn:
        event["status"] = vText("CANCELLED")
    if outside or withdrawn:
        del event["description"]
    organiser = vCalAddress(f"mailto:{address}")
    if name:
        organiser.params["CN"] = name
    event.add("organizer", organiser)
    receiver = vCalAddress(f"mailto:{to}")
    # The answer is given in the portal: nobody reads what is sent back to its address.
    receiver.params.update({"PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
    event.add("attendee", receiver)
    return _bound([event], method=method_of(meeting, withdrawn=withdrawn))


def method_of(meeting: Meeting, *, withdrawn: bool = False) -> str:
    """What a mail asks the receiver's calendar to do with the meeting."""
    ends = withdrawn or meeting.state == Meeting.State.CANCELLED
    return "CANCEL" if ends else "REQUEST"


def _bound(events: Iterable[Event], *, method: str = "", asked_every: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if asked_every:
        # No standard's names, but those that Outlook, Apple's and Google's calendars know.
        calendar.add("x-wr-calname", "Samordningsportalen")
        calendar.add("x-published-ttl", asked_every)
    calendar.add_component(_time_zone())
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


def _event(meeting: Meeting, told_at: datetime) -> Event:
    zone = ZoneInfo(settings.TIME_ZONE)
    event = Event()
    event.add("uid", str(meeting.calendar_uid))
    event.add("dtstamp", told_at.astimezone(UTC))
    event.add("sequence", meeting.call_sequence)
    event.add("status", STATUSES.get(Meeting.State(meeting.state), "CONFIRMED"))
    event.add("summary", title_of(meeting))
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    if meeting.place:
        event.add("location", meeting.place)
    event.add("description", settings.BASE_URL + reverse("meeting", kwargs={"meeting": meeting.pk}))
    return event


def title_of(meeting: Meeting) -> str:
    """The forum's name; a forum that may handle individuals is named in no calendar."""
    return _("Cooperation meeting") if meeting.forum.handles_individuals else meeting.forum.name


def _told_at(meeting: Meeting) -> datetime:
    """When what the event says was last told, so that the same event is the same file."""
    # In Python, so that calls that were fetched with the meetings serve a whole feed.
    said = max((one.at for one in meeting.calls.all()), default=meeting.called_at)
    return meeting.cancelled_at or said or meeting.planned_at


def _time_zone() -> Timezone:
    """The zone by the rule, not by the days of some years: Outlook reads the rule alone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    winter, summer = (_offset(zone, month) for month in (1, 7))
    described = Timezone()
    described.add("tzid", settings.TIME_ZONE)
    described.add_component(_observance(TimezoneStandard(), 10, summer, winter))
    if summer != winter:
        described.add_component(_observance(TimezoneDaylight(), 3, winter, summer))
    return described


def _offset(zone: ZoneInfo, month: int) -> timedelta:
    return datetime(timezone.now().year, month, 15, tzinfo=zone).utcoffset() or timedelta()


def _observance(
    part: TimezoneStandard | TimezoneDaylight, month: int, before: timedelta, after: timedelta
) -> TimezoneStandard | TimezoneDaylight:
    """What the clock shows from the last Sunday of that month on."""
    day = datetime(BEGAN, month, 31, 1)  # noqa: DTZ001 - as the clock on the wall before the change
    day -= timedelta(days=(day.weekday() + 1) % 7)
    part.add("dtstart", day + before)
    if before != after:
        part.add("rrule", SUMMER_TIME if month == 3 else WINTER_TIME)
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    return part
