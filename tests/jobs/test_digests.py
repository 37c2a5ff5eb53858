"""When a mail is sent: at once, in the morning's digest, or not at all, as its receiver chose."""

import email
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import policy
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from coordination.jobs import mail, queue
from coordination.jobs.mail import Choice, Urgency
from coordination.jobs.models import Job, OutgoingMail

pytestmark = pytest.mark.django_db

State = OutgoingMail.State
NOON = timezone.make_aware(datetime.fromisoformat("2026-05-12 12:00"))
MORNING = timezone.make_aware(datetime.fromisoformat("2026-05-13 07:00"))


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """What is posted of the past is told at once, so the days of these tests must be today."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def portal(tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_BACKEND = "coordination.jobs.mail.FolderBackend"
    settings.MAIL_DIR = tmp_path / "mail"
    settings.SUPPORT_EMAIL = "support@example.org"
    monkeypatch.setattr(mail, "_letters", {})
    monkeypatch.setattr(mail, "_urgencies", {})

    def write(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
        if ids.get("void"):
            return None
        return mail.Letter(f"Ämne {ids['n']}", f"Text {ids['n']}", f"/sida/{ids['n']}/")

    mail.letter("t.call")(write)
    mail.letter("t.own", Urgency.CAN_WAIT)(write)
    mail.letter("t.other", Urgency.CAN_WAIT)(write)
    mail.letter("t.late", Urgency.LATE)(write)


@pytest.fixture
def anna() -> Any:
    return get_user_model().objects.create_user("anna", "anna@example.org", language="sv")


def choose(user: Any, choice: Choice) -> None:
    get_user_model().objects.filter(pk=user.pk).update(notices=choice)


def post(user: Any, n: int, letter: str = "t.own", now: datetime = NOON, **more: Any) -> Any:
    with transaction.atomic():
        return mail.post(
            to=user.pk, letter=letter, ids={"n": n, **more}, key=f"{letter}-{n}", now=now
        )


def sent(settings: Any, at: datetime) -> list[Any]:
    queue.sweep(now=at)
    return [
        email.message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted(settings.MAIL_DIR.glob("*"))
    ]


def test_who_chose_nothing_gets_mail_at_once(anna, settings):
    post(anna, 1)
    [message] = sent(settings, timezone.now() + timedelta(seconds=1))
    assert message["Subject"] == "Ämne 1"


def test_the_second_of_a_kind_on_one_day_waits_for_the_morning_and_another_kind_does_not(anna):
    assert post(anna, 1).state == State.WAITING
    assert post(anna, 2, now=NOON + timedelta(hours=2)).state == State.HELD
    assert post(anna, 3, "t.other").state == State.WAITING
    assert post(anna, 4, now=NOON + timedelta(days=1)).state == State.WAITING


def test_calls_are_always_sent_at_once(anna):
    for choice in Choice:
        choose(anna, choice)
        row = post(anna, list(Choice).index(choice), "t.call")
        assert row.state == State.WAITING


def test_the_digest_is_one_mail_of_at_most_six_lines_and_one_link(anna, settings):
    choose(anna, Choice.DAILY)
    rows = [post(anna, n) for n in range(9)]
    assert {row.state for row in rows} == {State.HELD}
    assert Job.objects.count() == OutgoingMail.objects.filter(letter="jobs.digest").count() == 1
    assert sent(settings, MORNING - timedelta(seconds=1)) == []
    [message] = sent(settings, MORNING)
    text = message.get_content()
    body, _space, link = text.strip().rpartition("\n\n")
    assert len(body.splitlines()) <= 6
    assert text.count("://") == 1
    assert link.endswith("/")
    assert "Ämne 0" in body
    assert "5" in body.splitlines()[-1]
    assert set(OutgoingMail.objects.exclude(letter="jobs.digest").values_list("state")) == {
        (State.DIGESTED,)
    }


def test_one_held_mail_is_sent_as_it_is(anna, settings):
    choose(anna, Choice.DAILY)
    post(anna, 7)
    [message] = sent(settings, MORNING)
    assert message["Subject"] == "Ämne 7"
    assert "/sida/7/" in message.get_content()


def test_what_is_posted_before_seven_is_told_the_same_morning(anna):
    choose(anna, Choice.DAILY)
    row = post(anna, 1, now=MORNING - timedelta(minutes=30))
    assert row.digest.job.due_at == MORNING
    late = post(anna, 2, now=MORNING)
    assert late.digest.job.due_at == MORNING + timedelta(days=1)


def test_what_is_settled_by_the_morning_is_not_told_and_nothing_left_is_no_mail(anna, settings):
    choose(anna, Choice.DAILY)
    post(anna, 1, void=1)
    assert sent(settings, MORNING) == []
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {State.NOT_NEEDED}


def test_only_overdue_lets_late_letters_through_and_no_other(anna):
    choose(anna, Choice.OVERDUE)
    assert post(anna, 1).state == State.NOT_NEEDED
    assert post(anna, 2, "t.late").state == State.WAITING


def test_posting_twice_with_a_key_is_one_mail_held_or_not(anna):
    choose(anna, Choice.DAILY)
    assert post(anna, 1).pk == post(anna, 1).pk
    assert OutgoingMail.objects.filter(letter="t.own").count() == 1
    with pytest.raises(queue.KeyTaken):
        post(anna, 1, more=2)


def test_a_held_mail_goes_with_the_transaction_that_it_belongs_to(anna):
    choose(anna, Choice.DAILY)
    with transaction.atomic():
        mail.post(to=anna.pk, letter="t.own", ids={"n": 1}, key="k", now=NOON)
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()
    assert not Job.objects.exists()


def test_a_digest_sent_but_not_marked_is_one_mail_after_the_retry(anna, settings):
    choose(anna, Choice.DAILY)
    post(anna, 1)
    post(anna, 2)
    sent(settings, MORNING)
    # As after kill -9 between the server's answer and the mark.
    OutgoingMail.objects.filter(letter="jobs.digest").update(state=State.SENDING, sent_at=None)
    OutgoingMail.objects.exclude(letter="jobs.digest").update(state=State.HELD)
    Job.objects.update(state="due", done_at=None)
    assert len(sent(settings, MORNING)) == 1
    assert not OutgoingMail.objects.filter(state__in=(State.HELD, State.SENDING)).exists()


def test_nothing_is_held_for_a_digest_that_has_begun_to_be_sent(anna):
    choose(anna, Choice.DAILY)
    begun = post(anna, 1).digest
    OutgoingMail.objects.filter(pk=begun.pk).update(state=State.SENDING)
    assert post(anna, 2).digest.job.due_at == MORNING + timedelta(days=1)


def test_the_support_function_gets_mail_without_an_account(settings):
    with transaction.atomic():
        mail.post(to=mail.SUPPORT, letter="t.call", ids={"n": 1}, key="s")
    [message] = sent(settings, timezone.now() + timedelta(seconds=1))
    assert message["To"] == "support@example.org"


def test_two_of_a_kind_that_were_posted_at_the_same_time_are_still_one_mail_that_day(
    anna, settings
):
    """Who posts does not see what another transaction has posted and not committed."""
    first = post(anna, 1)
    with transaction.atomic():
        second = mail._put(
            to=anna.pk, letter="t.own", ids={"n": 2}, key="t.own-2", due=None, now=NOON
        )
    assert first.state == second.state == State.WAITING
    assert [told["subject"] for told in sent(settings, NOON)] == ["Ämne 1"]
    second.refresh_from_db()
    assert second.state == State.HELD
    assert not Job.objects.filter(pk=second.job_id, state=Job.State.DUE).exists()


def test_a_kind_that_cannot_wait_is_sent_however_many_there_are(anna, settings):
    post(anna, 1, "t.call")
    post(anna, 2, "t.call")
    assert len(sent(settings, NOON)) == 2
