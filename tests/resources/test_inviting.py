"""A colleague is let into one report, until a day, and into nothing else."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.access import people
from coordination.actors import demo as cast
from coordination.actors.models import OrganisationMembership
from coordination.audit import log
from coordination.frame import start
from coordination.jobs.models import OutgoingMail
from coordination.resources import filling, inviting, reviewing, sending, snapshots, tasks
from coordination.resources.models import Invitation, Report, Version
from coordination.resources.refusals import Missing, WrongState
from coordination.writing.once import FIELD

CANARY = "kanarieinbjudenq"


@pytest.fixture
def report(scene) -> Report:
    """Per's, of this year, with a row; his of last year is sent in."""
    before = scene.begin(cast.SOCIAL, window=scene.before)
    scene.add(before, "Förra årets", "1", 650_000)
    scene.fill(before)
    scene.file(before, "gunnar.ask")
    made = scene.begin(cast.SOCIAL)
    scene.add(made, CANARY, "1", 650_000)
    return made


def invite(scene, report, name="hanna.falk", by="per.holm", **more) -> Invitation:
    until = more.pop("valid_to", timezone.localdate() + timedelta(days=20))
    people_ = scene.people
    return inviting.invite(
        report=report, user=people_[name], valid_to=until, by=people_[by], **more
    )


def status(client, report) -> list[int]:
    part = report.parts.get(number=2)
    pages = (("report", report.pk), ("report_check", report.pk), ("report_part", part.pk))
    return [client.get(reverse(page, args=[key])).status_code for page, key in pages]


def test_a_colleague_writes_in_this_report_and_reaches_nothing_else(scene, report, as_person):
    hanna = as_person("hanna.falk")
    assert status(hanna, report) == [404] * 3
    invite(scene, report)
    assert status(hanna, report) == [200] * 3
    part = reverse("report_part", args=[report.parts.get(number=2).pk])
    said = {"version": "1", "enough": "partly", "enough_why": "Två tjänster saknas."}
    assert hanna.post(part, said).status_code == 302
    report.refresh_from_db()
    assert report.enough_why == "Två tjänster saknas."
    shown = hanna.get(reverse("report", args=[report.pk])).content.decode()
    assert "Sparad av Hanna Falk" in shown
    before = Version.objects.get(report__organisation=report.organisation_id)
    other = scene.begin()
    for page, key in (
        ("report_version", before.pk),
        ("report_compare", before.pk),
        ("report_pdf", before.pk),
        ("report", before.report_id),
        ("report", other.pk),
        ("report_attest", report.pk),
        ("report_invite", report.pk),
    ):
        assert hanna.get(reverse(page, args=[key])).status_code == 404, page
    for page in ("resources", "requests", "resources_export"):
        assert hanna.get(reverse(page)).status_code == 404, page
    for link in (reverse("resources"), reverse("report_version", args=[before.pk])):
        assert f'href="{link}"' not in shown, link


def test_it_is_told_in_a_letter_and_among_the_tasks_and_is_logged(scene, report):
    made = invite(scene, report)
    hanna = scene.people["hanna.falk"]
    posted = OutgoingMail.objects.get(letter=inviting.LETTER)
    assert posted.user_id == hanna.pk
    letter = tasks.invited(user=hanna, ids=posted.ids)
    assert letter.url == reverse("report", args=[report.pk])
    assert CANARY not in letter.subject + letter.body
    assert [one.url for one in start.tasks(hanna, timezone.now()) if one.kind == "resources"] == [
        letter.url
    ]
    inviting.end(invitation=made, by=scene.people["per.holm"])
    assert tasks.invited(user=hanna, ids=posted.ids) is None
    events = [one.event for one in log.events(on=made)]
    assert events == ["resources.invitation.ended", "resources.invitation.made"]


def test_it_ends_when_it_is_taken_back_and_on_its_last_day_and_with_the_employment(
    scene, report, as_person
):
    hanna = as_person("hanna.falk")
    made = invite(scene, report)
    Invitation.objects.filter(pk=made.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert status(hanna, report) == [404] * 3
    again = invite(scene, report)
    assert status(hanna, report) == [200] * 3
    held = OrganisationMembership.objects.get(user=scene.people["hanna.falk"])
    people.end_role(by=None, held=held, on=timezone.localdate() - timedelta(days=1))
    assert status(hanna, report) == [404] * 3
    held.valid_to = None
    held.save()
    page = reverse("report_invite", args=[report.pk])
    as_person("per.holm").post(page, {"end": again.pk})
    assert status(hanna, report) == [404] * 3
    assert Report.objects.get(pk=report.pk).activities.filter(name=CANARY).exists()


def test_approving_ends_it_and_taking_the_approval_back_gives_it_back(scene, report, as_person):
    invite(scene, report)
    scene.fill(report)
    version = scene.file(report, "gunnar.ask")
    anna, now = scene.people["anna.ek"], timezone.now()
    reviewing.approve(version=version, by=anna, now=now)
    page = reverse("report", args=[report.pk])
    assert as_person("hanna.falk").get(page).status_code == 404
    with pytest.raises(WrongState):
        invite(scene, report, "ebbe.wall")
    reviewing.undo_approval(version=version, by=anna, now=now + timedelta(minutes=5))
    assert as_person("hanna.falk").get(page).status_code == 200


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("leila.amiri", 5),
        ("per.holm", 5),
        ("ny.person", 5),
        ("hanna.falk", -1),
        ("hanna.falk", 999),
    ],
)
def test_only_a_colleague_who_does_not_write_already_and_not_beyond_the_year(
    scene, report, name, days
):
    with pytest.raises(Missing):
        invite(scene, report, name, valid_to=timezone.localdate() + timedelta(days=days))
    assert not Invitation.objects.exists()


def test_only_reporters_and_managers_of_the_organisation_invite(scene, report, as_person):
    invite(scene, report)
    page, ebbe = reverse("report_invite", args=[report.pk]), scene.people["ebbe.wall"]
    sent = {"user": ebbe.pk, "valid_to": str(timezone.localdate())}
    for name in ("hanna.falk", "leila.amiri", "ulla.vik", "anna.ek", "ebbe.wall"):
        assert as_person(name).post(page, sent).status_code == 404, name
    for name in ("hanna.falk", "leila.amiri"):
        with pytest.raises(WrongState):
            invite(scene, report, "ebbe.wall", by=name)
    per, key = as_person("per.holm"), {FIELD: str(uuid.uuid4())}
    assert per.post(page, sent | key).url == per.post(page, sent | key).url == page
    assert Invitation.objects.filter(user=ebbe).count() == 1


def test_an_absent_reporter_is_replaced_by_the_manager_and_the_colleague_files(scene, as_person):
    place = scene.organisation(cast.SOCIAL)
    people.end_role(
        by=None,
        held=OrganisationMembership.objects.get(user=scene.people["per.holm"]),
        on=timezone.localdate() - timedelta(days=1),
    )
    gunnar, key = as_person("gunnar.ask"), {FIELD: str(uuid.uuid4())}
    assert "Bjud in en kollega" in gunnar.get(reverse("resources")).content.decode()
    sent = {"organisation": place.pk, **key}
    page = gunnar.post(reverse("report_replace"), sent).url
    assert gunnar.post(reverse("report_replace"), sent).url == page
    until = str(timezone.localdate() + timedelta(days=10))
    gunnar.post(page, {"user": scene.people["hanna.falk"].pk, "valid_to": until})
    report, hanna = Report.objects.get(organisation=place), scene.people["hanna.falk"]
    filling.report_nothing(report=report, reason="Ingen verksamhet.", by=hanna)
    assert (
        as_person("hanna.falk").post(reverse("report_check", args=[report.pk])).status_code == 302
    )
    assert Report.objects.get(pk=report.pk).sent_by == hanna
    scene.attest(report, "gunnar.ask")
    other = {"organisation": scene.organisation().pk}
    assert gunnar.post(reverse("report_replace"), other).status_code == 404


def test_a_manager_who_is_replaced_while_the_report_waits_needs_no_restart(scene, as_person):
    """Whoever holds the role attests; whoever held it does not."""
    report = scene.begin()
    filling.report_nothing(report=report, reason="Ingen verksamhet.", by=report.begun_by)
    sending.send(report=report, by=report.begun_by)
    page = reverse("report_attest", args=[report.pk])
    sha256 = snapshots.fingerprint(snapshots.snapshot(Report.objects.get(pk=report.pk)))
    held = OrganisationMembership.objects.get(user=scene.people["ulla.vik"])
    people.end_role(by=None, held=held, on=timezone.localdate() - timedelta(days=1))
    people.give_role(
        by=None,
        user=scene.people["gun.malm"],
        membership=OrganisationMembership,
        role="manager",
        valid_from=timezone.localdate(),
        organisation=report.organisation,
    )
    assert as_person("ulla.vik").post(page, {"sha256": sha256}).status_code == 404
    sent = as_person("gun.malm").post(page, {"sha256": sha256})
    version = Version.objects.get(report=report)
    assert sent.url == reverse("report_version", args=[version.pk])
    assert (version.filed_by, version.attested_by.username) == (report.begun_by, "gun.malm")
