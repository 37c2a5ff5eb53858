"""What a double click does on a page of the portal."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from coordination.writing.models import Submission
from forums import cancelling
from forums.models import PLAN_STATES, Action, Meeting

pytestmark = pytest.mark.django_db


def test_a_double_click_plans_one_meeting_and_leads_both_to_its_plan(world):
    client = Client()
    client.force_login(world.person("maria.sten"))
    keeper = world.person("maria.sten")
    for plan in world.forums["sig"].meetings.filter(state__in=PLAN_STATES):
        cancelling.cancel(meeting=plan, reason="Sjukdom", by=keeper)
    address = reverse("meeting_plan_next", args=[world.forums["sig"].pk])
    before, key = Meeting.objects.count(), str(uuid.uuid4())
    answers = [client.post(address, {"_once": key}) for _click in range(2)]
    assert answers[0].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Meeting.objects.count() == before + 1


def test_a_form_sent_by_somebody_who_may_not_leaves_no_key(world):
    client = Client()
    client.force_login(world.person("gun.malm"))
    action = world.held["bra"].actions.order_by("pk").first()
    address = reverse("action_done", args=[action.pk])
    assert client.post(address, {"_once": str(uuid.uuid4())}).status_code == 403
    assert not Submission.objects.exists()
    assert Action.objects.get(pk=action.pk).is_open
    assert not connection.needs_rollback
