"""Reminders go to those who miss, and to nobody a second time within three days by accident."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from coordination.actors import demo as cast
from coordination.jobs.models import OutgoingMail
from coordination.resources import filling, reminding, sending, tasks
from coordination.resources.models import Report


def test_only_those_who_miss_are_reminded_and_whose_turn_it_is(scene):
    OutgoingMail.objects.all().delete()
    waits, sent = scene.begin(), scene.begin(cast.SOCIAL)
    for report in (waits, sent):
        filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    sending.send(report=waits, by=waits.begun_by)
    scene.file(Report.objects.get(pk=sent.pk), "gunnar.ask")
    names = (cast.UPPER_SECONDARY, cast.SOCIAL, cast.HOUSING, "Grundskoleförvaltningen")
    keys = [scene.organisation(name).pk for name in names]
    OutgoingMail.objects.all().delete()
    anna, now = scene.people["anna.ek"], timezone.now()

    def remind(**how):
        reached = reminding.remind(window=scene.this, organisations=keys, by=anna, **how)
        return {one.organisation.name: [str(who) for who in one.people] for one in reached}

    first = remind(now=now)
    assert first == {cast.UPPER_SECONDARY: ["Ulla Vik"], cast.HOUSING: ["Sofia Dahl"]}
    assert remind(now=now + timedelta(days=2)) == {}
    assert remind(now=now + timedelta(days=2), again=True) == first
    assert remind(now=now + timedelta(days=6)) == first
    ulla, sofia = scene.people["ulla.vik"], scene.people["sofia.dahl"]
    of = {one.user_id: one.ids for one in OutgoingMail.objects.order_by("-pk")}
    assert str(scene.this.year) in tasks.reminder(user=sofia, ids=of[sofia.pk]).subject
    scene.attest(waits)
    assert tasks.reminder(user=ulla, ids=of[ulla.pk]) is None
    assert tasks.reminder(user=ulla, ids=of[sofia.pk]) is None


def test_anna_sees_whom_it_reaches_before_it_is_sent(scene, as_person):
    anna, address = as_person("anna.ek"), reverse("resources_remind")
    keys = [scene.organisation().pk, scene.organisation(cast.HOUSING).pk]
    shown = anna.get(address, {"organisation": keys}).content.decode()
    assert "Leila Amiri" in shown
    assert "Påminnelse: resursrapporten" in shown
    assert not OutgoingMail.objects.filter(letter=reminding.LETTER).exists()
    sent = anna.post(address, {"organisation": ",".join(map(str, keys))}, follow=True)
    assert "2 personer är påminda." in sent.content.decode()
    assert "senaste tre dagarna" in anna.get(address, {"organisation": keys}).content.decode()
