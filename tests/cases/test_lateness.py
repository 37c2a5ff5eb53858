"""The manager of a unit is told that something is late, in numbers, and nothing of any case."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cases import lateness
from cases.models import Case
from coordination.jobs.models import OutgoingMail

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def late(wall):
    """A worry that nobody has decided on for a month."""
    case = wall.case()
    then = timezone.now() - timedelta(days=30)
    Case.objects.filter(pk=case.pk).update(received_at=then, stage_since=then)
    return case


def test_the_manager_reads_how_many_and_not_which(late, as_person):
    page = text_of(as_person("rut.ahl").get("/att-gora/"))
    assert "Partnerskap Väster: 1 ärende väntar på förhandsbedömning" in page
    assert late.number not in page
    assert "Kim" not in page
    for who in ("maria.sten", "anna.ek", "ulla.vik"):
        assert "Fråga dina samordnare" not in text_of(as_person(who).get("/att-gora/"))


def test_what_came_today_is_not_late(wall, as_person):
    wall.case()
    assert lateness.of(wall.people["rut.ahl"], timezone.localdate()) == []


def test_the_letter_is_neutral_and_comes_once_a_week(late, wall):
    now = timezone.now()
    lateness.tell(now=now)
    lateness.tell(now=now)
    posted = OutgoingMail.objects.get(letter="cases.late")
    assert posted.user_id == wall.people["rut.ahl"].pk
    assert set(posted.ids) == {"unit"}
    lateness.tell(now=now + timedelta(days=7))
    assert OutgoingMail.objects.filter(letter="cases.late").count() == 2
