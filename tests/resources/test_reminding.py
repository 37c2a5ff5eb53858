"""Reminders go to those who miss, and to nobody a second time within three days by accident."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.audit.models import Event
from coordination.jobs import mail
from coordination.jobs.models import OutgoingMail
from coordination.resources import filling, reminding, reviewing, sending, tasks
from coordination.resources.models import Reminder, Report, Window


def test_only_those_who_miss_are_reminded_and_whose_turn_it_is(scene):
    OutgoingMail.objects.all().delete()
    waits, sent = scene.begin(), scene.begin(cast.SOCIAL)
    for report in (waits, sent):
        filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    sending.send(report=waits, by=waits.begun_by)
    scene.file(Report.objects.get(pk=sent.pk), "gunnar.ask")
    names = (cast.UPPER_SECONDARY, cast.SOCIAL, cast.HOUSING, "Grundskoleförvaltningen")
    keys = [scene.organisation(name).pk for name in names]
    OutgoingMail.objects.all().delete()
    anna, now = scene.people["anna.ek"], timezone.now()

    def remind(**how):
        reached = reminding.remind(window=scene.this, organisations=keys, by=anna, **how)
        return {one.organisation.name: [str(who) for who in one.people] for one in reached}

    first = remind(now=now)
    assert first == {cast.UPPER_SECONDARY: ["Ulla Vik"], cast.HOUSING: ["Sofia Dahl"]}
    assert remind(now=now + timedelta(days=2)) == {}
    assert remind(now=now + timedelta(days=2), again=True) == first
    assert remind(now=now + timedelta(days=6)) == first
    ulla, sofia = scene.people["ulla.vik"], scene.people["sofia.dahl"]
    of = {one.user_id: one.ids for one in OutgoingMail.objects.order_by("-pk")}
    assert str(scene.this.year) in tasks.reminder(user=sofia, ids=of[sofia.pk]).subject
    scene.attest(waits)
    assert tasks.reminder(user=ulla, ids=of[ulla.pk]) is None
    assert tasks.reminder(user=ulla, ids=of[sofia.pk]) is None


def test_anna_sees_whom_it_reaches_before_it_is_sent(scene, as_person):
    anna, address = as_person("anna.ek"), reverse("resources_remind")
    keys = [scene.organisation().pk, scene.organisation(cast.HOUSING).pk]
    shown = anna.get(address, {"organisation": keys}).content.decode()
    assert "Leila Amiri" in shown
    assert "Påminnelse: resursrapporten" in shown
    assert not OutgoingMail.objects.filter(letter=reminding.LETTER).exists()
    sent = anna.post(address, {"organisation": ",".join(map(str, keys))}, follow=True)
    assert "2 personer är påminda." in sent.content.decode()
    assert "senaste tre dagarna" in anna.get(address, {"organisation": keys}).content.decode()


# By the clock -------------------------------------------------------------------------------------


def clock(day: date, hour: int = 7) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def told() -> list[tuple[date, str]]:
    """The day of each reminder, and whom it went to."""
    mails = OutgoingMail.objects.filter(letter=reminding.LETTER).order_by("posted_at", "user_id")
    people = User.objects.in_bulk([one.user_id for one in mails])
    return [(timezone.localdate(one.posted_at), str(people[one.user_id])) for one in mails]


def test_reminders_to_those_who_already_filed(scene):
    """Through every day of the window: each occasion once, its managers last, and never to who has
    sent in, has answered that there is nothing to report, or only waits for a manager."""
    waits, sent = scene.begin(), scene.begin(cast.SOCIAL)
    for report in (waits, sent):
        filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    answered = scene.begin(cast.HOUSING)
    filling.report_nothing(report=answered, reason="Inget.", by=answered.begun_by)
    sending.send(report=waits, by=waits.begun_by)
    scene.file(Report.objects.get(pk=sent.pk), "gunnar.ask")
    last = scene.this.last_day
    day = scene.this.opens_on - timedelta(days=2)
    while day < last + timedelta(days=12):
        for hour in (5, 7, 23):
            reminding.post(now=clock(day, hour))
        day += timedelta(days=1)
    expected = [scene.this.opens_on, *(last + timedelta(days=off) for off in (-14, -3, 1, 7))]
    missing = ("Lars Nord", "Ulla Vik")
    assert sorted(told()) == [(one, who) for one in expected for who in missing]
    made = Reminder.objects.exclude(occasion="")
    assert {one.by for one in made} == {None}
    assert Event.objects.filter(event="resources.reminder.sent").count() == len(expected) * len(
        missing
    )


def test_the_last_reminder_goes_to_the_managers_too_and_a_returned_answer_is_asked_for(scene):
    report = scene.begin()
    filling.report_nothing(report=report, reason="Inget.", by=report.begun_by)
    last = scene.this.last_day
    assert reminding.misses(scene.this, report.organisation_id, managers_too=True) == []
    reviewing.return_(
        version=scene.file(report), remarks={1: "Vad gör ni?"}, by=scene.people["anna.ek"]
    )
    reminding.post(now=clock(last + timedelta(days=1)))
    first = {who for _day, who in told()}
    assert first >= {"Leila Amiri", "Per Holm", "Sofia Dahl"}
    assert not first & {"Ulla Vik", "Gunnar Ask"}
    week = last + timedelta(days=7)
    reminding.post(now=clock(week))
    later = {who for day, who in told() if day == week}
    assert later >= {"Leila Amiri", "Ulla Vik", "Per Holm", "Gunnar Ask"}


def test_a_run_that_is_killed_goes_on_where_it_was_and_mails_nobody_twice(scene, monkeypatch):
    now, real, calls = clock(scene.this.last_day - timedelta(days=3)), mail.post, []

    def dies(**how):
        calls.append(how)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(**how)

    monkeypatch.setattr(mail, "post", dies)
    with pytest.raises(KeyboardInterrupt):
        reminding.post(now=now)
    monkeypatch.setattr(mail, "post", real)
    assert len(told()) == 1
    reminding.post(now=now + timedelta(hours=1))
    reminding.post(now=now + timedelta(hours=2))
    whom = [who for _day, who in told()]
    assert sorted(whom) == sorted(set(whom))
    assert {"Leila Amiri", "Per Holm", "Sofia Dahl"} <= set(whom)


def test_moved_days_and_other_occasions_are_followed_and_what_is_over_is_left(scene):
    window, organisation = scene.this, scene.organisation().pk
    far = window.last_day + timedelta(days=7) + reminding.CATCH_UP
    assert reminding.due(window, far) is not None
    assert reminding.due(window, far + timedelta(days=1)) is None
    assert reminding.post(now=clock(window.last_day - timedelta(days=3))) > 0
    Window.objects.update(last_day=window.last_day + timedelta(days=2))
    assert reminding.post(now=clock(window.last_day - timedelta(days=1))) > 0
    mine = Reminder.objects.filter(organisation=organisation).exclude(occasion="")
    assert mine.count() == 2
    window.reminders_on = [{"from": "last_day", "days": -5, "managers": False}]
    assert [one.day for one in reminding.occasions(window)] == [window.last_day - timedelta(days=5)]


def test_the_letter_of_the_clock_is_dropped_when_the_report_has_been_sent_meanwhile(scene):
    window, leila = scene.this, scene.people["leila.amiri"]
    reminding.post(now=clock(window.opens_on))
    made = Reminder.objects.get(window=window, organisation=scene.organisation())
    opening = tasks.reminder(user=leila, ids={"reminder": made.pk})
    assert opening.subject.startswith("Resursrapporten för")
    report = scene.begin()
    scene.add(report, "Elevstödjare", "5", 2_250_000)
    scene.fill(report)
    sending.send(report=report, by=leila)
    assert tasks.reminder(user=leila, ids={"reminder": made.pk}) is None
    assert tasks.reminder(user=scene.people["ulla.vik"], ids={"reminder": made.pk}) is not None
