"""The demo's forums: a year of life, the gap that must show, and what the sample meeting follows up."""

import itertools
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import Organisation
from coordination.frame import demo
from coordination.jobs.models import OutgoingMail
from forums import demo as forums_demo
from forums import demo_matters, matters, meetings
from forums.models import (
    MINUTES_STATES,
    Action,
    CarriedOut,
    Correction,
    Decision,
    Forum,
    Meeting,
    MinutesVersion,
    Seat,
    Sending,
)

pytestmark = pytest.mark.any_engine

HELD = MINUTES_STATES


def run(command: str, *arguments: str) -> str:
    """What the command prints."""
    said = StringIO()
    call_command(command, *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture
def in_demo(db, settings) -> None:
    settings.DEMO = settings.UPLOADS_UNSCANNED = True


@pytest.fixture
def demo_said(in_demo) -> str:
    """The demo in the database, and what its command said. Built anew each time: it reviews legal bases
    that came with the portal, so its rows cannot be put back beside them."""
    return run("demo")


def test_the_command_makes_a_year_of_the_demo_once(demo_said):
    assert "Forum och ett år av möten" in demo_said
    _assert_a_year(timezone.now())
    _assert_history_mails_nobody()
    _assert_the_cast_is_told()
    before = Meeting.objects.count(), MinutesVersion.objects.count(), OutgoingMail.objects.count()
    assert "The demo is already there." in run("demo")
    assert before == (
        Meeting.objects.count(),
        MinutesVersion.objects.count(),
        OutgoingMail.objects.count(),
    )


def test_the_demo_has_minutes_in_each_state_after_the_meeting(demo_said):
    states = set(Meeting.objects.values_list("state", flat=True))
    assert {"writing_up", "awaiting", "locked"} <= states
    assert set(Sending.objects.values_list("state", flat=True)) == {
        "waiting",
        "adjusted",
        "change_asked",
    }
    assert Correction.objects.exists()
    assert Meeting.objects.exclude(registration_number="").exists()


def test_the_demo_has_a_matter_of_two_forums_and_a_decision_that_is_carried_out(demo_said):
    first, second = Decision.objects.filter(part__isnull=False)
    assert first.item.meeting.forum != second.item.meeting.forum
    anna = User.objects.get(username="anna.ek")
    assert list(matters.related(first, anna)) == [second]
    assert CarriedOut.objects.get().decision.text == demo_matters.CARRIED_OUT


def _assert_history_mails_nobody() -> None:
    """Of a year of decisions only what is open now may be mailed, and of meetings those to come."""
    states = (OutgoingMail.State.WAITING, OutgoingMail.State.HELD)
    waiting = OutgoingMail.objects.filter(state__in=states)
    old = OutgoingMail.objects.filter(posted_at__lt=timezone.now() - timedelta(days=2))
    assert old.filter(letter="forums.own_actions").count() > 50
    assert not old.filter(pk__in=waiting).exists()
    meetings_called = {row.ids["meeting"] for row in waiting.filter(letter="forums.call")}
    assert meetings_called
    assert not Meeting.objects.filter(pk__in=meetings_called, ends_at__lt=timezone.now()).exists()


def _assert_the_cast_is_told() -> None:
    lines = run("cast").splitlines()
    assert len(lines) == User.objects.filter(is_active=True).count() >= 10
    assert any(line.split(maxsplit=1)[0] == "anna.ek" for line in lines)
    [anna] = [line for line in lines if line.startswith("anna.ek")]
    assert anna.split()[:3] == ["anna.ek", "Anna", "Ek"]
    assert anna.endswith("Strategisk samordnare, Ordförande, Sekreterare")


def test_the_command_refuses_a_portal_with_people_in_it(in_demo):
    User.objects.create(username="nagon.annan")
    with pytest.raises(CommandError, match="The portal has people in it"):
        run("demo")
    assert not Forum.objects.exists()


def test_the_command_has_no_place_in_an_installation(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="PORTAL_DEMO"):
        run("demo")
    assert not User.objects.exists()


def test_twice_the_scale_is_about_twice_the_meetings_and_none_at_the_same_time(in_demo):
    run("demo", "--scale", "2")
    held = Meeting.objects.filter(state__in=HELD)
    assert 100 <= held.count() <= 140
    times = list(held.order_by("forum", "starts_at").values_list("forum", "starts_at", "ends_at"))
    assert all(one[0] != other[0] or one[2] <= other[1] for one, other in itertools.pairwise(times))


@pytest.mark.parametrize("scale", [7, 20])
def test_a_forum_meets_at_most_once_a_day_at_any_scale(scale):
    scene = demo.Scene(now=timezone.now(), seed=2015, scale=scale, say=lambda text: None)
    for script in forums_demo.SCRIPTS:
        days = [day for _index, day in forums_demo._days(scene, script)]
        assert len(days) == len(set(days))
        assert days


def _assert_a_year(now: datetime) -> None:
    today = timezone.localdate(now)
    assert Forum.objects.count() == 10
    assert 50 <= Meeting.objects.filter(state__in=HELD).count() <= 70
    # A correction is a version of its own beside what was adjusted.
    held = Meeting.objects.filter(state__in=HELD).count()
    assert MinutesVersion.objects.count() == held + Correction.objects.count()
    assert Meeting.objects.filter(state=Meeting.State.CALLED).count() == 2
    assert Action.objects.overdue(today).exists()
    for state in Action.State.values:
        assert Action.objects.filter(state=state).exists()
    # Invitations go to the two coming meetings only; nobody is mailed about those of the past.
    called = OutgoingMail.objects.filter(letter="forums.call").count()
    assert called <= 20

    council = Forum.objects.get(name__startswith="Brottsförebyggande rådet")
    assert set(council.actions.open().values_list("text", flat=True)) == {
        "Schema för elevstödjare",
        "Inventera föreningar i Varberga",
        "Kontakt med Borlänge om Kunskapshus",
    }
    assert not council.meetings.not_held().exists()
    upper_secondary = Organisation.objects.get(name=cast.UPPER_SECONDARY)
    assert not Seat.objects.filter(organisation=upper_secondary).exists()
    assert Seat.objects.filter(user__username="gun.malm").count() == 1

    chair = council.seats.get(role="chair").user
    following = meetings.plan_next(forum=council, by=chair, now=now)
    assert following.starts_at > now
    assert following.items.filter(is_follow_up=True).count() == 1
