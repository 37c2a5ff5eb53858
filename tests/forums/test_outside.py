"""Those who are called and have no account: what they are mailed, and for how long they are known."""

import email
import email.policy
from datetime import timedelta
from pathlib import Path

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.audit.models import Event
from coordination.jobs import queue
from coordination.jobs.models import Job, OutgoingMail
from forums import cancelling, letters, meetings, outside
from forums.models import Meeting, OutsideAddress
from forums.refusals import NotOfThisForum, WrongState
from tests.forums.test_planning import change

ADDRESS = "kanarie.gast@example.org"


@pytest.fixture
def planned(sample) -> Meeting:
    """The council has two places that are held by a function, without an account."""
    return sample.plan(place="Rådhuset, sal 3")


def guest(meeting):
    return outside.people(meeting)[0]


def keep(meeting, by, text=ADDRESS, row=None) -> int:
    row = row or guest(meeting)
    return outside.keep(meeting=meeting, addresses={row.pk: text}, by=by)


def posted(letter: str) -> int:
    return OutgoingMail.objects.filter(letter=letter).count()


@pytest.fixture
def sent(tmp_path: Path, settings):
    settings.EMAIL_BACKEND = "coordination.jobs.mail.FolderBackend"
    settings.MAIL_DIR = tmp_path / "mail"

    def send() -> list[email.message.EmailMessage]:
        """What has been sent to the address, the first first."""
        while queue.sweep(now=timezone.now() + timedelta(seconds=1)):
            pass
        read = [
            email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            for file in sorted(settings.MAIL_DIR.glob("*.eml"), key=lambda one: one.stat().st_mtime)
        ]
        return [one for one in read if one["To"] == ADDRESS]

    return send


def event_of(message) -> tuple[str, icalendar.Event]:
    (part,) = message.iter_attachments()
    read = icalendar.Calendar.from_ical(part.get_content())
    (event,) = read.walk("VEVENT")
    return str(read["METHOD"]), event


def test_a_call_reaches_them_with_time_place_and_file_and_names_no_forum(sample, planned, sent):
    keep(planned, sample.anna)
    assert len(meetings.call(meeting=planned, by=sample.anna)) == 1
    (message,) = sent()
    body = message.get_body().get_content()
    method, event = event_of(message)
    assert message["Subject"].startswith("Samverkansmöte, ")
    assert "Rådhuset, sal 3" in body
    assert "://" not in body
    assert (method, event["SUMMARY"]) == ("REQUEST", "Samverkansmöte")
    assert event.start == planned.starts_at
    assert "DESCRIPTION" not in event
    assert planned.forum.name not in f"{message['Subject']}{body}{event.to_ical().decode()}"


def test_a_change_and_a_cancellation_reach_them_too(sample, planned, sent):
    keep(planned, sample.anna)
    meetings.call(meeting=planned, by=sample.anna)
    sent()
    change(planned, place="Biblioteket")
    assert [event_of(one)[1]["LOCATION"] for one in sent()] == ["Rådhuset, sal 3", "Biblioteket"]
    cancelling.cancel(meeting=planned, reason="Kanarieskäl", by=sample.anna)
    messages = sent()
    method, event = event_of(messages[-1])
    assert messages[-1]["Subject"].startswith("Inställt: samverkansmöte")
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert "Kanarieskäl" not in messages[-1].get_body().get_content()


def test_who_gets_an_address_after_the_call_is_called_at_once(sample, planned):
    meetings.call(meeting=planned, by=sample.anna)
    assert keep(planned, sample.anna) == 1
    assert keep(planned, sample.anna) == 0
    assert keep(planned, sample.anna, "annan@example.org") == 1
    assert posted("forums.outside_call") == 2


def test_an_address_that_is_taken_away_gets_nothing_more(sample, planned, sent):
    keep(planned, sample.anna)
    meetings.call(meeting=planned, by=sample.anna)
    keep(planned, sample.anna, "")
    assert sent() == []
    assert not OutsideAddress.objects.exists()


def test_only_those_without_an_account_and_before_the_meeting(sample, planned):
    member = planned.participations.get(user=sample.gun)
    with pytest.raises(NotOfThisForum):
        keep(planned, sample.anna, row=member)
    with pytest.raises(NotOfThisForum):
        keep(planned, sample.anna, row=guest(sample.plan(days=9)))
    with pytest.raises(outside.NoAddress):
        keep(planned, sample.anna, "ingen adress")
    meetings.start_log(meeting=planned, by=sample.anna)
    with pytest.raises(WrongState):
        keep(planned, sample.anna)


def test_an_address_is_erased_when_it_is_not_needed(sample, planned):
    cancelled = sample.plan(days=9)
    keep(planned, sample.anna)
    keep(cancelled, sample.anna)
    assert outside.forget() == 0
    cancelling.cancel(meeting=cancelled, reason="Sjukdom", by=sample.anna)
    assert outside.forget() == 0
    tomorrow = timezone.now() + outside.CANCELLED_KEPT + timedelta(minutes=1)
    assert outside.forget(now=tomorrow) == 1
    last = planned.ends_at + outside.KEPT
    assert outside.forget(now=last) == 0
    assert outside.forget(now=last + timedelta(minutes=1)) == 1
    assert not OutsideAddress.objects.exists()
    assert letters.outside_call(user=None, ids={"address": 1, "call": 1}) is None


def test_an_address_stands_in_no_job_no_mail_row_and_no_log(sample, planned):
    keep(planned, sample.anna)
    meetings.call(meeting=planned, by=sample.anna)
    for table in (Job, OutgoingMail, Event):
        assert table.objects.exists()
        assert ADDRESS not in str(list(table.objects.values()))


# The page ----------------------------------------------------------------------------------------


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_page_keeps_addresses_and_says_what_is_wrong_at_the_field(sample, planned):
    client, here = signed_in(sample.anna), reverse("outside_addresses", args=[planned.pk])
    first, second = outside.people(planned)
    page = client.get(here).content.decode()
    assert "Region Örebro" in page
    names = {f"row-{first.pk}-email": ADDRESS, f"row-{second.pk}-email": "inte en adress"}
    refused = client.post(here, names).content.decode()
    assert f'value="{ADDRESS}"' in refused
    assert "Ange e-postadressen som namn@example.org" in refused
    assert not OutsideAddress.objects.exists()
    names[f"row-{second.pk}-email"] = ""
    saved = client.post(here, names, follow=True)
    assert saved.redirect_chain == [(reverse("meeting", args=[planned.pk]), 302)]
    assert OutsideAddress.objects.get().email == ADDRESS


def test_the_pages_say_who_is_still_to_be_told(sample, planned):
    client = signed_in(sample.anna)
    plan = client.get(reverse("meeting_plan", args=[planned.pk])).content.decode()
    assert "2 deltagare har inget konto" in plan
    keep(planned, sample.anna)
    plan = client.get(reverse("meeting_plan", args=[planned.pk])).content.decode()
    assert "1 deltagare har inget konto" in plan
    assert "10 personer får kallelsen som mejl" in plan
    meetings.call(meeting=planned, by=sample.anna)
    page = client.get(reverse("meeting", args=[planned.pk])).content.decode()
    assert "1 deltagare har inget konto" in page
    cancel = client.get(reverse("meeting_cancel", args=[planned.pk])).content.decode()
    reached, _rest = cancel.split("De här har inget konto")
    assert guest(planned).label in reached


def test_members_do_not_see_the_addresses(sample, planned):
    keep(planned, sample.anna)
    meetings.call(meeting=planned, by=sample.anna)
    client = signed_in(sample.gun)
    assert client.get(reverse("outside_addresses", args=[planned.pk])).status_code == 404
    assert ADDRESS not in client.get(reverse("meeting", args=[planned.pk])).content.decode()


def test_a_meeting_where_everyone_has_an_account_says_so(sample):
    meeting = sample.plan(sample.other)
    page = signed_in(sample.anna).get(reverse("outside_addresses", args=[meeting.pk]))
    assert "Alla som är kallade har konto." in page.content.decode()
