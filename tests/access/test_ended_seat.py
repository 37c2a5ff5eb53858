"""What a seat showed ends with the seat, and a guest keeps the meeting they were called to."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forums import register
from forums.models import Participation
from tests.world import BRA, OXHAGEN, SIG


def addresses(world, key):
    held, coming = world.held[key], world.next[key]
    action = held.actions.order_by("pk").last()
    return [
        reverse("forum", args=[world.forums[key].pk]),
        reverse("meeting", args=[held.pk]),
        reverse("minutes", args=[held.pk]),
        reverse("action", args=[action.pk]),
        reverse("meeting", args=[coming.pk]),
        reverse("meeting_agenda", args=[coming.pk]),
    ]


@pytest.mark.parametrize(("key", "member"), [(SIG, "per.holm"), (OXHAGEN, "eva.strand")])
def test_an_ended_seat_shows_nothing_at_the_next_request(world, signed_in_as, key, member):
    client = signed_in_as(member)
    assert [client.get(url).status_code for url in addresses(world, key)] == [200] * 6
    seat = world.forums[key].seats.get(user__username=member)
    register.end_seat(
        seat=seat, by=world.person("maria.sten"), on=timezone.localdate() - timedelta(days=1)
    )
    assert [client.get(url).status_code for url in addresses(world, key)] == [404] * 6
    # What they took on is still theirs to do, until somebody else takes it over; nothing else is.
    page = client.get(reverse("start")).content.decode()
    seen = [word for word, forum in world.canaries.items() if forum == key and word in page]
    assert not [word for word in seen if "åtgärd" not in word and "namn" not in word]


def test_an_ended_seat_leaves_its_place_at_meetings_to_come_and_keeps_it_at_those_held(world):
    seat = world.forums[SIG].seats.get(user__username="per.holm")
    register.end_seat(
        seat=seat, by=world.person("maria.sten"), on=timezone.localdate() - timedelta(days=1)
    )
    assert not Participation.objects.filter(meeting=world.next[SIG], seat=seat).exists()
    assert Participation.objects.filter(meeting=world.held[SIG], seat=seat).exists()


def test_a_guest_without_a_seat_keeps_the_meeting_they_were_called_to(world, signed_in_as):
    leila = signed_in_as("leila.amiri")
    assert leila.get(reverse("meeting", args=[world.held[BRA].pk])).status_code == 200
    assert leila.get(reverse("forum", args=[world.forums[BRA].pk])).status_code == 404
