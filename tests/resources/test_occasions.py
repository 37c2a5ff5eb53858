"""Reminders that the portal sends by itself: to those who miss, once an occasion, and never to those who
have filed."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from coordination.actors import demo as cast
from coordination.jobs.models import OutgoingMail
from coordination.resources import (
    filling,
    inviting,
    occasions,
    reminding,
    sending,
    tasks,
    windows,
)
from coordination.resources.models import Reminder, Report, Window
from tests.resources.conftest import at

YEAR = 2035
"""Far from the windows of the scene, so that only this one has a day that comes."""


@pytest.fixture
def window(scene) -> Window:
    """1 April to 15 May, reminded of as the tables say, with nothing posted yet."""
    OutgoingMail.objects.all().delete()
    first, last = (at(f"{YEAR + 1}-{day}").date() for day in ("04-01 00:00", "05-15 00:00"))
    return windows.decide(year=YEAR, opens_on=first, last_day=last, by=scene.people["anna.ek"])


def on(day: str, hour: str = "08:00") -> int:
    """Lets the portal's work of a day be done, at eight or at another hour."""
    return occasions.post(now=at(f"{YEAR + 1}-{day} {hour}"))


def reached(scene) -> dict[str, int]:
    """By person how many reminders were posted."""
    names = {one.pk: name for name, one in scene.people.items()}
    found: dict[str, int] = {}
    for one in OutgoingMail.objects.filter(letter=reminding.LETTER):
        found[names[one.user_id]] = found.get(names[one.user_id], 0) + 1
    return found


def filed(scene, window, name: str, manager: str = "") -> Report:
    """Nothing to report, sent to be attested; attested when a manager is named."""
    report = begun(scene, window, name)
    sending.send(report=report, by=report.begun_by)
    if manager:
        scene.attest(report, manager)
    return report


def begun(scene, window, name: str) -> Report:
    report = scene.begin(name, window=window, now=at(f"{YEAR + 1}-04-10 09:00"))
    filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    return Report.objects.get(pk=report.pk)


REPORTERS = {"leila.amiri": 1, "per.holm": 1, "sofia.dahl": 1, "lars.nord": 1}
"""Those of the four organisations that have somebody; a manager where nobody reports."""


def test_it_tells_of_the_opening_and_reminds_two_weeks_and_three_days_before_and_a_day_after(
    scene, window
):
    days = [f"{one:%m-%d}" for one in occasions.days(window)]
    assert days == ["04-01", "05-01", "05-12", "05-16", "05-22"]
    assert on("03-31") == 0
    for number, day in enumerate(days[:4], start=1):
        assert on(day, "05:59") == 0
        assert on(day) == 4, day
        assert reached(scene) == dict.fromkeys(REPORTERS, number), day
    assert on("05-20") == 0


def test_a_week_after_the_last_day_the_managers_get_it_too(scene, window):
    assert on("05-22") == 4
    managers = {"ulla.vik": 1, "gunnar.ask": 1, "rolf.dahlin": 1}
    assert reached(scene) == REPORTERS | managers


def test_filed_three_weeks_early_and_still_told_every_few_days_that_it_was_late(scene, window):
    """What users of a federal reporting portal met: the report was in, and the mail went on saying that
    it was missing."""
    on("04-01")
    OutgoingMail.objects.all().delete()
    filed(scene, window, cast.SOCIAL, "gunnar.ask")
    filed(scene, window, cast.UPPER_SECONDARY)
    for day in ("05-01", "05-12", "05-16", "05-22"):
        on(day)
    found = reached(scene)
    for done in ("per.holm", "gunnar.ask", "leila.amiri"):
        assert done not in found, done
    # Whose turn it is to attest is not the one who filed.
    assert found["ulla.vik"] == 4
    assert found["sofia.dahl"] == 4


def test_who_has_answered_that_there_is_nothing_to_report_is_not_reminded(scene, window):
    on("04-01")
    OutgoingMail.objects.all().delete()
    begun(scene, window, cast.SOCIAL)
    for day in ("05-01", "05-12", "05-16", "05-22"):
        on(day)
    assert not {"per.holm", "gunnar.ask"} & set(reached(scene))


def test_a_mail_that_was_posted_before_the_report_came_in_is_not_sent_after(scene, window):
    on("05-12")
    posted = {one.user_id: one.ids for one in OutgoingMail.objects.filter(letter=reminding.LETTER)}
    per, sofia = scene.people["per.holm"], scene.people["sofia.dahl"]
    assert str(YEAR) in tasks.reminder(user=sofia, ids=posted[sofia.pk]).subject
    filed(scene, window, cast.SOCIAL)
    assert tasks.reminder(user=per, ids=posted[per.pk]) is None


class Killed(Exception):
    """The worker ends before what it wrote is kept."""


def killed(day: str) -> None:
    with transaction.atomic():
        on(day)
        raise Killed


def test_a_worker_that_is_killed_or_runs_twice_sends_once(scene, window):
    with pytest.raises(Killed):
        killed("05-12")
    assert reached(scene) == {}
    assert not Reminder.objects.filter(window=window).exists()
    for hour in ("08:00", "09:00", "17:00"):
        on("05-12", hour)
    on("05-13")
    assert reached(scene) == REPORTERS
    assert Reminder.objects.filter(window=window).count() == 4


def test_two_that_run_at_once_send_once(scene, window, race):
    now = at(f"{YEAR + 1}-05-12 08:00")
    race(lambda: occasions.post(now=now), lambda: occasions.post(now=now))
    sent = race.alone(lambda: Reminder.objects.filter(window=window).count())
    assert sent == 4


def test_a_worker_that_stood_still_sends_the_latest_alone_and_nothing_that_is_a_week_old(
    scene, window
):
    assert on("05-17") == 4
    assert reached(scene) == REPORTERS
    assert on("06-15") == 0


def test_the_days_are_what_the_strategic_function_has_said(scene, window, as_person):
    said = {
        "opens_on": str(window.opens_on),
        "last_day": str(window.last_day),
        "reminded": "-7, 3",
        "copied_from": "3",
        "version": "1",
    }
    anna, address = as_person("anna.ek"), f"{reverse('report_windows')}?year={YEAR}"
    wrong = anna.post(address, said | {"reminded": "snart"}).content.decode()
    assert "Ange dagar som heltal" in wrong
    assert 'value="snart"' in wrong
    assert anna.post(address, said).status_code == 302
    window.refresh_from_db()
    assert [f"{one:%m-%d}" for one in occasions.days(window)] == ["05-08", "05-18"]
    assert on("05-18") == 4
    assert "ulla.vik" in reached(scene)
    new = windows.decide(
        year=YEAR + 1,
        opens_on=window.opens_on + timedelta(days=365),
        last_day=window.last_day + timedelta(days=365),
        by=scene.people["anna.ek"],
    )
    assert (new.reminded, new.reminds_at_opening, new.copied_from) == ([-7, 3], False, 3)


def test_the_board_says_when_an_organisation_was_reminded(scene, window, as_person):
    on("05-01")
    assert "Påmind 1 maj" in as_person("anna.ek").get(reverse("resources")).content.decode()


def test_an_invited_colleague_is_reminded_of_the_report_and_led_to_it(scene, window):
    hanna = scene.people["hanna.falk"]
    report = scene.begin(cast.SOCIAL, window=window, now=at(f"{YEAR + 1}-04-10 09:00"))
    inviting.invite(report=report, user=hanna, valid_to=window.last_day, by=report.begun_by)
    on("05-12")
    posted = OutgoingMail.objects.filter(letter=reminding.LETTER, user_id=hanna.pk).get()
    letter = tasks.reminder(user=hanna, ids=posted.ids)
    assert letter.url == reverse("report", args=[report.pk])
