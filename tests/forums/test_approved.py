"""What reviewers read of forums: minutes that are approved, and nothing else."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from coordination.access import grants, policy
from coordination.access.declaration import Access
from coordination.access.vocabulary import Permission
from forums import adjusting
from forums import minutes as documents
from forums.models import Forum, Meeting
from tests.forums.adjusting_hands import finished, locked, sent

READ = Permission.READ_APPROVED


@pytest.fixture
def bo(sample) -> Client:
    client = Client()
    client.force_login(sample.bo)
    return client


def status(client: Client, meeting: Meeting) -> set[int]:
    pages = ("approved", "approved_pdf", "meeting", "minutes")
    return {client.get(reverse(page, args=[meeting.pk])).status_code for page in pages}


def test_minutes_are_read_once_they_are_locked_and_the_meeting_never(sample, bo):
    sending = sent(sample)
    meeting = sending.meeting
    assert status(bo, meeting) == {404}
    assert not bo.get(reverse("approved_list")).context["list"].rows
    for one in (sample.jonas, sample.anna):
        adjusting.adjust(meeting=meeting, sha256=sending.sha256, by=one)
    assert bo.get(reverse("approved", args=[meeting.pk])).status_code == 200
    assert list(bo.get(reverse("approved_list")).context["list"].rows) == [meeting]
    for page in ("meeting", "minutes"):
        assert bo.get(reverse(page, args=[meeting.pk])).status_code == 404


def test_a_correction_is_read_with_the_text_it_corrects(sample, bo):
    meeting = locked(sample)
    adjusting.correct(meeting=meeting, text="Det var i Oxhagen.", by=sample.oskar)
    page = bo.get(reverse("approved", args=[meeting.pk])).content.decode()
    assert "Det var i Oxhagen." in page
    assert "Vi börjar i Vivalla." in page


def test_the_page_says_that_the_pdf_is_being_made_and_offers_it_when_it_is(sample, bo):
    meeting = locked(sample)
    page, file = (reverse(name, args=[meeting.pk]) for name in ("approved", "approved_pdf"))
    waiting = bo.get(page)
    assert waiting["Refresh"] == "4"
    assert f"{page}?vanta=nej" in waiting.content.decode()
    assert file not in waiting.content.decode()
    documents.render_pdf(version_id=meeting.minutes.newest_first()[0].pk)
    made = bo.get(page)
    assert "Refresh" not in made
    assert file in made.content.decode()


def test_minutes_of_a_forum_about_individuals_are_not_there(sample, bo):
    meeting = finished(sample, sample.closed)
    sending = adjusting.send(meeting=meeting, chair=sample.maria, by=sample.maria)
    adjusting.adjust(meeting=meeting, sha256=sending.sha256, by=sample.maria)
    assert status(bo, meeting) == {404}
    assert not bo.get(reverse("approved_list")).context["list"].rows


def test_a_forum_that_comes_to_handle_individuals_takes_its_minutes_away(sample, bo):
    meeting = locked(sample)
    Forum.objects.filter(pk=sample.council.pk).update(information_class="individuals")
    grants.rebuild(Forum)
    assert status(bo, meeting) == {404}


def test_nothing_under_a_forum_but_locked_meetings_is_held_by_reading_approved_minutes(sample):
    locked(sample)
    for model in apps.get_app_config("forums").get_models():
        if isinstance(getattr(model, "access", None), Access) and model is not Meeting:
            assert not model._default_manager.visible_to(sample.bo, READ).exists(), model


def test_the_list_of_readers_and_the_check_of_one_agree(sample):
    sending = sent(sample)
    assert not policy.who_may(READ, sending.meeting).exists()
    for one in (sample.jonas, sample.anna):
        adjusting.adjust(meeting=sending.meeting, sha256=sending.sha256, by=one)
    readers = policy.who_may(READ, sending.meeting)
    assert {one.username for one in readers} == {"bo.kvist", "ida.rask", "kaj.berg"}
    assert all(policy.may(one, READ, sending.meeting) for one in readers)
    assert not policy.may(sample.gun, READ, sending.meeting)


def test_the_search_finds_approved_minutes_by_what_stands_in_them_and_no_others(sample, bo):
    meeting = locked(sample)
    waiting = finished(sample, sample.closed)
    found = bo.get(reverse("search") + "?q=börjar+vivalla").content.decode()
    assert reverse("approved", args=[meeting.pk]) in found
    assert reverse("approved", args=[waiting.pk]) not in found
    other = Client()
    other.force_login(sample.nils)
    page = other.get(reverse("search") + "?q=börjar+vivalla").content.decode()
    assert reverse("approved", args=[meeting.pk]) not in page
