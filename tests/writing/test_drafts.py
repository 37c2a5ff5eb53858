"""Half-written text: kept for its writer, for that place, for a while, and for nobody else."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from coordination.jobs import queue
from coordination.writing import drafts
from coordination.writing.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return get_user_model().objects.create(username="anna.ek")


@pytest.fixture
def oskar():
    return get_user_model().objects.create(username="oskar.lind")


def test_what_was_typed_last_is_what_is_kept(anna):
    drafts.keep(user=anna, place="log:1", data={"notes": "Först"})
    drafts.keep(user=anna, place="log:1", data={"notes": "Sedan", "due": ""})
    assert drafts.of(user=anna, place="log:1").data == {"notes": "Sedan", "due": ""}
    assert Draft.objects.count() == 1


def test_a_draft_is_its_writers_alone(anna, oskar):
    drafts.keep(user=anna, place="log:1", data={"notes": "Annas"})
    assert drafts.of(user=oskar, place="log:1") is None
    drafts.keep(user=oskar, place="log:1", data={"notes": "Oskars"})
    assert drafts.of(user=anna, place="log:1").data == {"notes": "Annas"}
    drafts.drop(user=oskar, place="log:1")
    assert drafts.of(user=anna, place="log:1") is not None


def test_a_draft_is_for_its_place_alone(anna):
    drafts.keep(user=anna, place="log:1", data={"notes": "Ett"})
    assert drafts.of(user=anna, place="log:11") is None
    assert drafts.of(user=anna, place="log:") is None


def test_an_emptied_draft_is_thrown_away(anna):
    drafts.keep(user=anna, place="log:1", data={"notes": "Text"})
    drafts.keep(user=anna, place="log:1", data={"notes": "", "due": None})
    assert not Draft.objects.exists()


def test_a_used_draft_is_thrown_away_and_throwing_away_twice_is_nothing(anna):
    drafts.keep(user=anna, place="log:1", data={"notes": "Text"})
    drafts.drop(user=anna, place="log:1")
    drafts.drop(user=anna, place="log:1")
    assert drafts.of(user=anna, place="log:1") is None


def test_when_it_was_kept_is_told(anna):
    now = timezone.now() - timedelta(minutes=5)
    assert drafts.keep(user=anna, place="log:1", data={"notes": "x"}, now=now) == now
    assert drafts.of(user=anna, place="log:1").saved_at == now


def test_drafts_that_nobody_came_back_to_are_swept_and_younger_ones_kept(anna):
    now = timezone.now()
    drafts.keep(user=anna, place="old", data={"a": "x"}, now=now - timedelta(days=31))
    drafts.keep(user=anna, place="new", data={"a": "x"}, now=now - timedelta(days=29))
    assert drafts.sweep(now=now) == 1
    assert drafts.of(user=anna, place="new") is not None
    assert drafts.of(user=anna, place="old") is None


def test_the_clock_sweeps_them(anna):
    drafts.keep(user=anna, place="old", data={"a": "x"}, now=timezone.now() - timedelta(days=31))
    assert queue.ring("writing.sweep")
    assert not Draft.objects.exists()


def test_a_draft_goes_with_its_writers_account(anna):
    drafts.keep(user=anna, place="log:1", data={"a": "x"})
    anna.delete()
    assert not Draft.objects.exists()


def test_what_no_database_keeps_in_a_text_is_left_out(anna):
    drafts.keep(user=anna, place="log:1", data={"a\x00": "x\x00y\ud800", "saved": ["\x00", 1]})
    assert drafts.of(user=anna, place="log:1").data == {"a": "xy", "saved": ["", 1]}
