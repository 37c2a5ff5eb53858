"""Reminders of actions: three days before, on the day, a week after; one mail a day at most."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from coordination.access import notices
from coordination.jobs import mail
from coordination.jobs.models import OutgoingMail
from coordination.ui import dates
from forums import actions, letters, reminders
from forums.models import Action
from forums.owners import Owner

pytestmark = pytest.mark.django_db

SIX = timezone.make_aware(datetime.fromisoformat("2026-05-12 06:05"))
DAY = timezone.localdate(SIX)


def action(sample, text, days, owner=None, forum=None):
    made = actions.create(
        forum=forum or sample.council,
        text=text,
        owners=[Owner(user=owner or sample.maria)],
        due=sample.today,
        by=sample.anna,
        now=sample.now,
    )
    Action.objects.filter(pk=made.pk).update(due=DAY + timedelta(days=days))
    return made


def letter(user):
    return letters.actions_due(user=user, ids={"day": DAY.isoformat()})


def posted():
    return OutgoingMail.objects.filter(letter=reminders.LETTER)


@pytest.mark.parametrize(
    ("days", "told"),
    [(4, 0), (3, 1), (2, 0), (1, 0), (0, 1), (-1, 0), (-6, 0), (-7, 1), (-8, 0)],
)
def test_the_owner_is_reminded_on_three_days(sample, days, told):
    action(sample, "Ta fram schema", days)
    assert reminders.post(now=SIX) == told
    assert posted().count() == told


def test_one_mail_a_day_however_many_actions_and_however_often_it_runs(sample):
    for days in (3, 0, -7, 0):
        action(sample, f"Uppgift {days}", days)
    action(sample, "Annat", 0, owner=sample.nils)
    for minutes in (0, 30, 600):
        reminders.post(now=SIX + timedelta(minutes=minutes))
    assert posted().count() == 2
    reminders.post(now=SIX + timedelta(days=1))
    assert posted().count() == 2


def test_it_waits_for_six_and_the_mail_for_seven(sample):
    action(sample, "Ta fram schema", 0)
    assert reminders.post(now=SIX - timedelta(minutes=10)) == 0
    reminders.post(now=SIX)
    assert timezone.localtime(posted().get().job.due_at).hour == 7


def test_it_says_which_and_how_late_and_nobody_elses(sample):
    action(sample, "Ta fram schema", 0)
    action(sample, "Boka lokal", -7)
    action(sample, "Nils sak", 0, owner=sample.nils)
    told = letter(sample.maria)
    assert "Ta fram schema" in told.body
    assert "Boka lokal" in told.body
    assert "Nils sak" not in told.body
    assert "2" in told.subject
    assert told.subject.endswith(dates.day(DAY - timedelta(days=7)))
    assert told.url == "/atgarder/?owner=me&status=open"


def test_many_actions_fit_in_six_lines(sample):
    for number in range(9):
        action(sample, f"Uppgift {number}", 0)
    assert len(letter(sample.maria).body.splitlines()) == 6


def test_a_forum_that_may_handle_individuals_is_never_told_of(sample):
    action(sample, "Kontakta skolan", 0, forum=sample.closed)
    told = letter(sample.maria)
    assert "Kontakta" not in told.subject + told.body
    assert sample.closed.name not in told.subject + told.body
    action(sample, "Ta fram schema", 0)
    told = letter(sample.maria)
    assert "Kontakta" not in told.body
    assert dates.day(DAY) not in told.subject
    assert "1" in told.body.splitlines()[-1]


def test_who_hears_of_overdue_ones_only_reads_of_those_alone(sample):
    action(sample, "Ta fram schema", 0)
    notices.choose(user=sample.maria, choice=mail.Choice.OVERDUE)
    sample.maria.refresh_from_db()
    assert letter(sample.maria) is None
    action(sample, "Boka lokal", -7)
    told = letter(sample.maria)
    assert "Boka lokal" in told.body
    assert "Ta fram schema" not in told.body


def test_with_a_digest_the_reminder_stands_in_the_digest_of_the_same_day(sample):
    notices.choose(user=sample.maria, choice=mail.Choice.DAILY)
    action(sample, "Ta fram schema", 0)
    reminders.post(now=SIX)
    row = posted().get()
    assert row.state == "held"
    assert row.digest.ids == {"day": DAY.isoformat()}


def test_an_action_done_meanwhile_is_not_told_of(sample):
    made = action(sample, "Ta fram schema", 0)
    actions.mark_done(action=Action.objects.get(pk=made.pk), by=sample.maria)
    assert letter(sample.maria) is None
