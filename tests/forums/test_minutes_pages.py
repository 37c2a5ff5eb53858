"""Reading minutes, the PDF to keep, and a new version after changes."""

import io
from datetime import timedelta

import pypdf
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forums import finishing, minutes, proceedings
from forums.models import Meeting

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


@pytest.fixture
def anna(sample):
    client = Client()
    client.force_login(sample.anna)
    return client


@pytest.fixture
def finished(sample):
    meeting = sample.running()
    item = sample.item(meeting, "Lägesbild")
    proceedings.save_item(item=item, notes="Lugnt läge.", version=1, by=sample.anna)
    proceedings.add_decision(item=item, text="Vi fortsätter.", by=sample.anna)
    sample.action(item, "Ta fram schema", "Maria")
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    choices = {one.pk: "done" for one in meeting.items.all()}
    finishing.finish(meeting=meeting, by=sample.anna, choices=choices)
    return meeting


def url(name, meeting, *more):
    return reverse(name, args=[meeting.pk, *more])


def test_a_member_reads_the_minutes_and_changes_nothing(sample, finished):
    gun = Client()
    gun.force_login(sample.gun)
    page = gun.get(url("minutes", finished))
    html = page.content.decode()
    for text in ("Lugnt läge.", "§ 3:1", "Vi fortsätter.", "Ta fram schema", "Maria Sten"):
        assert text in html
    assert not page.context["may_log"]
    assert gun.post(url("minutes_new", finished)).status_code == 403


def test_nobody_else_learns_that_there_are_minutes(sample, finished):
    sara = Client()
    sara.force_login(sample.sara)
    for address in (
        url("minutes", finished),
        url("minutes_version", finished, 1),
        url("minutes_pdf", finished, 1),
    ):
        assert sara.get(address).status_code == 404
    assert sara.post(url("minutes_new", finished)).status_code == 404


def test_a_version_of_another_meeting_does_not_exist(sample, anna, finished):
    other = sample.running(sample.other)
    assert anna.get(url("minutes_version", other, 1)).status_code == 404
    assert anna.get(url("minutes_version", finished, 2)).status_code == 404
    assert anna.get(url("minutes", other)).url == url("meeting", other)


def test_while_the_pdf_is_made_the_page_says_so_and_comes_again(anna, finished):
    page = anna.get(url("minutes", finished))
    assert page["Refresh"] == "4"
    assert url("minutes_pdf", finished, 1) not in page.content.decode()
    paused = anna.get(url("minutes_version", finished, 1) + "?vanta=nej")
    assert "Refresh" not in paused
    assert anna.get(url("minutes_pdf", finished, 1)).url == url("minutes_version", finished, 1)


def test_a_pdf_that_does_not_come_is_said_with_what_to_do(anna, finished):
    # A version's own row is fixed, so it is the clock that moves.
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        page = anna.get(url("minutes", finished))
    assert page.context["pdf_is_late"]
    assert "Refresh" not in page


def test_the_pdf_is_downloaded_under_a_name_without_people(anna, finished):
    version = finished.minutes.get()
    minutes.render_pdf(version_id=version.pk)
    assert url("minutes_pdf", finished, 1) in anna.get(url("minutes", finished)).content.decode()
    response = anna.get(url("minutes_pdf", finished, 1))
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert finished.day.isoformat() in response["Content-Disposition"]
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert "Vi fortsätter." in text


def test_after_a_change_a_new_version_is_offered_and_made(sample, anna, finished):
    assert not anna.get(url("minutes", finished)).context["changed"]
    item = sample.item(finished, "Lägesbild")
    proceedings.save_item(item=item, notes="Lugnare läge.", version=item.version, by=sample.anna)
    assert anna.get(url("minutes", finished)).context["changed"]
    response = anna.post(url("minutes_new", finished))
    assert response.url == url("minutes", finished)
    page = anna.get(url("minutes", finished))
    assert "Lugnare läge." in page.content.decode()
    assert [one.number for one in page.context["versions"]] == [2, 1]
    old = anna.get(url("minutes_version", finished, 1))
    assert "Lugnt läge." in old.content.decode()
    assert not old.context["is_latest"]


def test_a_new_version_is_made_once_and_not_without_a_change(anna, sample, finished):
    anna.post(url("minutes_new", finished))
    assert finished.minutes.count() == 1
    item = sample.item(finished, "Lägesbild")
    proceedings.save_item(item=item, notes="Lugnare läge.", version=item.version, by=sample.anna)
    data = {"_once": "7b0d2c9e-5f0a-4f0b-9f5e-0a1b2c3d4e5f"}
    anna.post(url("minutes_new", finished), data)
    anna.post(url("minutes_new", finished), data)
    assert finished.minutes.count() == 2


def test_a_new_version_that_would_lack_something_says_what(sample, anna, finished):
    item = sample.item(finished, "Lägesbild")
    proceedings.add_action(item=item, text="Utan någon", owners="", due=None, by=sample.anna)
    anna.post(url("minutes_new", finished))
    assert finished.minutes.count() == 1
    page = anna.get(url("minutes", finished))
    assert [one.code for one in page.context["missing"]] == ["owner", "due"]
    assert not [one for one in page.context["messages"] if "Utan någon" in str(one)]


def test_a_meeting_without_minutes_leads_to_the_meeting(sample, anna):
    meeting = sample.running()
    assert anna.get(url("minutes", meeting)).url == url("meeting", meeting)
    assert meeting.state == Meeting.State.IN_PROGRESS


def test_the_page_asks_as_much_for_thirty_versions_as_for_one(sample, anna, finished):
    def cost():
        anna.get(url("minutes", finished))
        with CaptureQueriesContext(connection) as captured:
            anna.get(url("minutes", finished))
        return len(captured)

    few = cost()
    item = sample.item(finished, "Lägesbild")
    for number in range(29):
        item.refresh_from_db()
        proceedings.save_item(
            item=item, notes=f"Läge {number}", version=item.version, by=sample.anna
        )
        finishing.make_new_version(meeting=finished, by=sample.anna)
    assert cost() == few
    assert few <= 30
