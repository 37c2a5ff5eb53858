"""Whoever approved a report may take it back for ten minutes, and the organisation is told after them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.audit import log
from coordination.jobs.models import Job, OutgoingMail
from coordination.resources import filling, reviewing, tasks
from coordination.resources.models import Report, Version
from coordination.resources.refusals import WrongState


@pytest.fixture
def version(scene) -> Version:
    report = scene.begin()
    filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    return scene.file(report)


def letters() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(letter="resources.approved").order_by("-pk"))


def test_an_approval_is_undone_for_ten_minutes_by_who_gave_it(scene, version):
    anna, oskar = scene.people["anna.ek"], scene.people["oskar.lind"]
    now = timezone.now()
    reviewing.approve(version=version, by=anna, now=now)
    for by, after in ((oskar, timedelta(minutes=1)), (anna, reviewing.UNDO)):
        with pytest.raises(WrongState):
            reviewing.undo_approval(version=version, by=by, now=now + after)
    assert Version.objects.get(pk=version.pk).state == "approved"
    reviewing.undo_approval(version=version, by=anna, now=now + timedelta(minutes=9))
    with pytest.raises(WrongState):
        reviewing.undo_approval(version=version, by=anna, now=now + timedelta(minutes=9))
    kept = Version.objects.get(pk=version.pk)
    assert (kept.state, kept.settled_by, kept.settled_at) == ("waiting", None, None)
    assert Report.objects.get(pk=version.report_id).state == Report.State.SUBMITTED
    events = [one.event for one in log.events(on=version)]
    assert events[:2] == ["resources.version.approval_undone", "resources.version.approved"]


def test_the_organisation_hears_of_an_approval_that_stands_and_once(scene, version):
    anna, leila = scene.people["anna.ek"], scene.people["leila.amiri"]
    # Another day than the approval of last year's, which she has been told of.
    now = timezone.now() + timedelta(days=1)
    before = set(letters())
    reviewing.approve(version=version, by=anna, now=now)
    (first,) = set(letters()) - before
    assert Job.objects.get(pk=first.job_id).due_at == now + reviewing.UNDO
    reviewing.undo_approval(version=version, by=anna, now=now + timedelta(minutes=2))
    assert tasks.approved(user=leila, ids=first.ids) is None
    reviewing.approve(version=version, by=anna, now=now + timedelta(minutes=3))
    (second,) = set(letters()) - before - {first}
    assert tasks.approved(user=leila, ids=first.ids) is None
    assert tasks.approved(user=leila, ids=second.ids) is not None


def test_anna_undoes_on_the_page_and_nobody_else_is_offered_it(scene, version, as_person):
    address, offered = reverse("report_version", args=[version.pk]), 'value="undo"'
    anna, oskar = as_person("anna.ek"), as_person("oskar.lind")
    assert offered not in anna.get(address).content.decode()
    anna.post(address, {"do": "approve"})
    assert offered in anna.get(address).content.decode()
    assert offered not in oskar.get(address).content.decode()
    assert offered not in as_person("leila.amiri").get(address).content.decode()
    refused = oskar.post(address, {"do": "undo"}).content.decode()
    assert "kan inte längre ångras" in refused
    done = anna.post(address, {"do": "undo"}, follow=True).content.decode()
    assert "väntar på granskning" in done
    assert 'value="approve"' in done
