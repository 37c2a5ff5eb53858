"""The month as a calendar: each meeting on its day, whatever the clock does, for those who may see it."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from forums import agenda, holidays, meetings
from forums.models import Meeting
from forums.month import Month

months = st.builds(Month, st.integers(2001, 2099), st.integers(1, 12))


# The calendar --------------------------------------------------------------------------------------


@given(months)
def test_a_month_is_whole_weeks_in_which_each_of_its_days_stands_once(month):
    weeks = month.weeks()
    days = [day for week in weeks for day in week]
    assert all(len(week) == 7 and week[0].weekday() == 0 for week in weeks)
    assert days == [days[0] + dt.timedelta(days=n) for n in range(len(days))]
    assert {day.isocalendar().week for day in weeks[0]} == {weeks[0][0].isocalendar().week}
    own = [day for day in days if day in month]
    assert own[0] == month.first
    assert (own[-1] + dt.timedelta(days=1)).day == 1
    assert len(days) - len(own) < 14


@given(months)
def test_months_follow_each_other_without_gap_or_overlap(month):
    assert month.next.previous == month.previous.next == month
    assert month.bounds[1] == month.next.bounds[0]
    assert Month.read(str(month)) == month
    begins, ends = month.bounds
    assert timezone.localtime(begins).time() == timezone.localtime(ends).time() == dt.time()


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-13", "2026-00", "1999-12", "2101-01", "2026-1", "٢٠٢٦-01", "2026-11 "],
)
def test_what_is_no_month_is_not_read(text):
    assert Month.read(text) is None


def test_the_calendar_has_an_end_in_both_directions():
    assert Month(2000, 1).previous is None
    assert Month(2100, 12).next is None


@pytest.mark.parametrize(
    ("month", "hours"),
    [(Month(2026, 3), 31 * 24 - 1), (Month(2026, 10), 31 * 24 + 1), (Month(2026, 5), 31 * 24)],
)
def test_a_month_in_which_the_clock_is_changed_is_an_hour_shorter_or_longer(month, hours):
    begins, ends = month.bounds
    # Subtracted as moments: wall clocks would not know of the change.
    assert ends.astimezone(dt.UTC) - begins.astimezone(dt.UTC) == dt.timedelta(hours=hours)


def test_the_weeks_of_a_year_turn_have_their_iso_numbers():
    def numbers(month: Month) -> list[int]:
        return [week[0].isocalendar().week for week in month.weeks()]

    assert numbers(Month(2026, 12)) == [49, 50, 51, 52, 53]
    assert numbers(Month(2027, 1)) == [53, 1, 2, 3, 4]
    assert numbers(Month(2024, 12)) == [48, 49, 50, 51, 52, 1]


@given(st.integers(2001, 2099))
def test_each_holiday_has_a_name(year):
    found = holidays.named(year)
    assert set(found) == holidays.of_year(year)
    assert all(str(name) for name in found.values())


# The page ------------------------------------------------------------------------------------------


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def planned(sample, day: dt.date, at: dt.time, minutes: int = 60, **more) -> Meeting:
    starts_at = agenda.local(day, at)
    return meetings.plan(
        forum=sample.council,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=minutes),
        by=sample.anna,
        now=starts_at - dt.timedelta(days=1),
        **more,
    )


def shown(client: Client, month: str, more: str = "") -> dict[int, list[int]]:
    """The keys of the meetings on each day of the page."""
    context = client.get(f"/moten/manad/?month={month}{more}").context
    return {
        day.date.day: [meeting.pk for meeting, _status in day.rows]
        for _number, week in context["weeks"]
        for day in week
        if day.rows
    }


def test_meetings_around_midnight_stand_in_the_month_of_the_wall_clock(sample):
    """At 00.15 on the first of October it is still September in UTC."""
    last = planned(sample, dt.date(2026, 9, 30), dt.time(23, 30))
    first = planned(sample, dt.date(2026, 10, 1), dt.time(0, 15))
    client = client_of(sample.anna)
    assert shown(client, "2026-09") == {30: [last.pk]}
    assert shown(client, "2026-10") == {1: [first.pk]}


@pytest.mark.parametrize(
    ("day", "month"), [(dt.date(2027, 3, 28), "2027-03"), (dt.date(2026, 10, 25), "2026-10")]
)
def test_on_the_day_the_clock_is_changed_each_hour_stands_on_that_day(sample, day, month):
    made = [planned(sample, day, dt.time(hour)).pk for hour in (0, 1, 4, 13, 23)]
    client = client_of(sample.anna)
    assert shown(client, month) == {day.day: made}
    html = client.get(f"/moten/manad/?month={month}").content.decode()
    assert re.findall(r">(\d\d\.\d\d) ", html) == [
        "00.00",
        "01.00",
        "04.00",
        "13.00",
        "23.00",
    ]


def test_a_year_turn_shows_each_year_its_own_days(sample):
    old = planned(sample, dt.date(2026, 12, 31), dt.time(13))
    new = planned(sample, dt.date(2027, 1, 1), dt.time(13))
    client = client_of(sample.anna)
    assert shown(client, "2026-12") == {31: [old.pk]}
    assert shown(client, "2027-01") == {1: [new.pk]}
    html = client.get("/moten/manad/?month=2026-12").content.decode()
    assert "Nyårsafton" in html
    assert "Nyårsdagen" not in html
    assert "januari 2027" in html


def test_holidays_are_named(sample):
    html = client_of(sample.anna).get("/moten/manad/?month=2027-06").content.decode()
    assert "Sveriges nationaldag" in html
    assert "Midsommarafton" in html


def test_without_a_month_or_with_nonsense_it_is_this_one(sample):
    with time_machine.travel(dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC), tick=False):
        client = client_of(sample.anna)
        # In Sweden it is December.
        for asked in ("", "?month=", "?month=2026-99", "?month=x"):
            response = client.get(f"/moten/manad/{asked}")
            assert response.context["name"] == "december 2026", asked
            assert response.content.decode().count('aria-current="date"') == 1
        assert (
            'aria-current="date"' not in client.get("/moten/manad/?month=2027-01").content.decode()
        )


def test_the_filters_follow_from_month_to_month_and_to_the_list_and_back(sample):
    wanted = planned(sample, dt.date(2027, 2, 3), dt.time(13))
    starts_at = agenda.local(dt.date(2027, 2, 3), dt.time(9))
    meetings.plan(
        forum=sample.other,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=1),
        by=sample.anna,
    )
    client, forum = client_of(sample.anna), sample.council.pk
    assert shown(client, "2027-02", f"&forum={forum}") == {3: [wanted.pk]}
    assert len(shown(client, "2027-02")[3]) == 2
    html = client.get(f"/moten/manad/?forum={forum}&month=2027-02").content.decode()
    assert f'href="?forum={forum}&amp;month=2027-01" rel="prev"' in html
    assert f'href="?forum={forum}&amp;month=2027-03" rel="next"' in html
    assert f'href="/moten/?forum={forum}"' in html
    # Taken away, the filter leaves the month.
    assert 'href="?month=2027-02"' in html
    assert (
        f'href="/moten/manad/?forum={forum}"'
        in client.get(f"/moten/?forum={forum}").content.decode()
    )


def test_an_empty_month_says_so_and_says_when_filters_are_why(sample):
    client = client_of(sample.anna)
    said = client.get("/moten/manad/?month=2027-02").content.decode()
    assert "Inga möten i februari 2027." in said
    planned(sample, dt.date(2027, 3, 3), dt.time(13))
    said = client.get(f"/moten/manad/?month=2027-02&forum={sample.council.pk}").content.decode()
    assert "Inga möten i februari 2027 med de här filtren." in said


def test_a_month_too_full_for_one_page_is_turned(sample, monkeypatch):
    made = [planned(sample, dt.date(2027, 2, day), dt.time(13)).pk for day in (1, 2, 3)]
    monkeypatch.setattr("forums.views.month.PER_PAGE", 2)
    client = client_of(sample.anna)
    assert shown(client, "2027-02") == {1: made[:1], 2: made[1:2]}
    assert shown(client, "2027-02", "&page=2") == {3: made[2:]}


@pytest.mark.parametrize(
    "username", ["anna.ek", "per.holm", "leila.amiri", "eva.strand", "ulla.vik"]
)
def test_each_person_sees_in_the_months_what_their_list_holds_and_nothing_else(
    world, signed_in_as, username
):
    """The client of the tests cries at another's canary."""
    client = signed_in_as(username)
    mine = set(Meeting.objects.visible_to(world.person(username)).values_list("pk", flat=True))
    months = {str(Month.of(meeting.day)) for meeting in Meeting.objects.all()}
    found: set[int] = set()
    for month in sorted(months):
        found |= {key for keys in shown(client, month).values() for key in keys}
    assert found == mine
    assert client.answers == len(months) > 1
