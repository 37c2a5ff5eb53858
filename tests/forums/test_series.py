"""A series of meetings: its days, what is passed over, and the meetings it plans."""

import itertools
from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coordination.audit.models import Event
from forums import agenda, holidays, meetings, series, series_dates
from forums.models import Meeting, MeetingSeries
from forums.refusals import Missing
from forums.series_dates import Rhythm

DAYS = st.dates(date(2024, 1, 1), date(2060, 12, 31))
RHYTHMS = st.sampled_from(Rhythm.values)


def all_days(rhythm: str, first: date, until: date | None = None) -> list[date]:
    end = until or series_dates.end_of(first)
    return [one.day for one in series_dates.days(rhythm=rhythm, first=first, until=end)]


@given(RHYTHMS, DAYS)
def test_every_day_has_the_weekday_of_the_first_and_lies_within_eighteen_months(rhythm, first):
    days = all_days(rhythm, first, first + timedelta(days=3000))
    assert days == sorted(set(days))
    assert {day.weekday() for day in days} <= {first.weekday()}
    assert all(first <= day <= series_dates.end_of(first) for day in days)
    assert len(days) <= 79


@given(DAYS)
def test_a_weekly_series_leaves_out_no_week_and_every_other_takes_half(first):
    weekly = all_days(Rhythm.WEEKLY, first)
    gaps = {later - day for day, later in itertools.pairwise(weekly)}
    assert gaps == {timedelta(weeks=1)}
    assert all_days(Rhythm.BIWEEKLY, first) == weekly[::2]


@given(DAYS)
def test_a_monthly_series_meets_once_every_month_in_the_same_place_of_it(first):
    days = all_days(Rhythm.MONTHLY, first)
    months = [day.year * 12 + day.month for day in days]
    assert months == list(range(months[0], months[0] + len(months)))
    if series_dates.number_in_month(first) < 5:
        assert {series_dates.number_in_month(day) for day in days} == {
            series_dates.number_in_month(first)
        }


@given(DAYS)
def test_the_last_such_weekday_has_none_after_it_in_its_month(first):
    for day in all_days(Rhythm.MONTHLY_LAST, first):
        assert (day + timedelta(weeks=1)).month != day.month


@given(RHYTHMS, DAYS)
def test_a_day_is_passed_over_exactly_when_it_is_free(rhythm, first):
    for one in series_dates.days(rhythm=rhythm, first=first, until=series_dates.end_of(first)):
        assert bool(one.skipped) == holidays.is_free(one.day)
    everything = series_dates.days(
        rhythm=rhythm,
        first=first,
        until=series_dates.end_of(first),
        skip_holidays=False,
        skip_summer=False,
    )
    assert not any(one.skipped for one in everything)


@given(RHYTHMS, DAYS)
def test_the_clock_on_the_wall_shows_the_same_time_all_year(rhythm, first):
    for day in all_days(rhythm, first):
        at = timezone.localtime(agenda.local(day, time(13, 0)))
        assert (at.date(), at.time()) == (day, time(13, 0))


def test_eighteen_months_after_the_last_of_august_is_the_last_of_february():
    assert series_dates.end_of(date(2026, 8, 31)) == date(2028, 2, 29)
    assert series_dates.end_of(date(2025, 8, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    "day",
    [date(2027, 6, 25), date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 6), date(2027, 5, 6)],
)
def test_eves_that_are_kept_as_holidays_are_passed_over(day):
    (one,) = series_dates.days(rhythm=Rhythm.WEEKLY, first=day, until=day)
    assert one.skipped


def planned(sample, count: int = 6, **more) -> MeetingSeries:
    first = sample.today + timedelta(days=7)
    days = [first + timedelta(weeks=week) for week in range(count)]
    values = {
        "rhythm": Rhythm.WEEKLY,
        "first": first,
        "until": days[-1],
        "chosen": days,
        "starts": time(13, 0),
        "ends": time(14, 30),
        "place": "",
    }
    return series.plan_series(
        forum=sample.council, by=sample.anna, now=sample.now, **{**values, **more}
    )


def test_each_chosen_day_becomes_a_meeting_that_knows_its_series_and_is_in_the_log(sample):
    made = planned(sample)
    assert made.meetings.count() == 6
    assert {one.place for one in made.meetings.all()} == {sample.council.usual_place}
    assert all(one.items.count() == 4 for one in made.meetings.all())
    assert all(one.participations.count() == 11 for one in made.meetings.all())
    assert Event.objects.filter(event="forums.meeting.planned").count() == 6
    assert Event.objects.filter(event="forums.series.planned").count() == 1


def test_what_was_postponed_stands_on_the_first_meeting_alone(sample):
    held = sample.running()
    sample.item(held, "Lägesbild")
    Meeting.objects.filter(pk=held.pk).update(
        state="writing_up", finished_by=sample.anna, finished_at=sample.now
    )
    held.items.filter(title="Lägesbild").update(outcome="postponed")
    made = planned(sample)
    copies = [one.items.exclude(carried_from=None).count() for one in made.meetings.soonest_first()]
    assert copies == [1, 0, 0, 0, 0, 0]


def test_open_actions_follow_to_the_meeting_that_begins(sample):
    action = sample.action(sample.item(sample.running(), "Övrigt"), "Ring", "Maria")
    first = planned(sample).meetings.soonest_first().first()
    meetings.start_log(meeting=first, by=sample.anna)
    assert [one.meeting_id for one in action.carried_to.all()] == [first.pk]


def test_the_next_meeting_is_not_made_while_a_series_lies_ahead(sample):
    made = planned(sample)
    with pytest.raises(meetings.NextMeetingExists) as refusal:
        meetings.plan_next(forum=sample.council, by=sample.anna, now=sample.now)
    assert refusal.value.meeting == made.meetings.soonest_first().first()


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"chosen": []}, Missing),
        ({"chosen": [date(2031, 1, 1)]}, series.NoSuchDay),
        ({"until": date(2040, 1, 1)}, series.SeriesTooLong),
        ({"ends": time(12, 0)}, meetings.TimeRefused),
    ],
)
def test_what_cannot_be_planned_is_refused_whole(sample, more, refusal):
    with pytest.raises(refusal):
        planned(sample, **more)
    assert not MeetingSeries.objects.exists()
    assert not Meeting.objects.exists()


def test_a_day_on_which_the_forum_meets_already_is_passed_over(sample):
    meeting = sample.plan(days=7)
    days = series.propose(
        forum=sample.council,
        rhythm=Rhythm.WEEKLY,
        first=meeting.day,
        until=meeting.day,
        skip_holidays=False,
        skip_summer=False,
    )
    assert [bool(one.skipped) for one in days] == [True]


@pytest.fixture
def page(sample):
    client = Client()
    client.force_login(sample.anna)
    address = reverse("meeting_series", args=[sample.council.pk])
    sent = {
        "rhythm": "weekly",
        "first": "2026-12-10",
        "until": "2027-01-14",
        "starts": "13.00",
        "ends": "14.30",
        "place": "Sal 3",
        "skip_holidays": "on",
        "skip_summer": "on",
    }
    first = sample.today + timedelta(days=7)
    sent |= {"first": first.isoformat(), "until": (first + timedelta(weeks=4)).isoformat()}
    return client, address, sent


def test_the_days_are_shown_before_anything_is_planned(page):
    client, address, sent = page
    answer = client.post(address, sent)
    assert len(answer.context["rows"]) == 5
    # Without having been shown, days are not planned even when that is asked for.
    client.post(address, {**sent, "do": "plan"})
    assert not Meeting.objects.exists()


def test_the_ticked_days_are_planned_once_on_a_double_click(page):
    client, address, sent = page
    shown = client.post(address, sent)
    days = [row.one.day.isoformat() for row in shown.context["rows"]][1:4]
    key = "5b7b1a52-6d0c-4a53-9c1c-0b0a2a2b7c11"
    send = {**sent, "do": "plan", "rule": shown.context["rule"], "days": days, "_once": key}
    answers = [client.post(address, send) for _click in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Meeting.objects.count() == 3


def test_another_rhythm_is_shown_again_before_it_is_planned(page):
    client, address, sent = page
    shown = client.post(address, sent)
    days = [row.one.day.isoformat() for row in shown.context["rows"]]
    changed = {**sent, "rhythm": "biweekly", "do": "plan", "rule": shown.context["rule"]}
    answer = client.post(address, {**changed, "days": days})
    assert len(answer.context["rows"]) == 3
    assert not Meeting.objects.exists()


def test_nothing_ticked_is_refused_and_what_was_typed_stays(page):
    client, address, sent = page
    shown = client.post(address, sent)
    answer = client.post(address, {**sent, "do": "plan", "rule": shown.context["rule"]})
    assert answer.status_code == 200
    assert "Sal 3" in answer.content.decode()
    assert answer.context["form"].error_summary
    assert not Meeting.objects.exists()
