"""The choice of notices, and the report of a page that showed too much."""

import pytest
from django.utils import timezone

from coordination.access.models import User
from coordination.audit import log
from coordination.frame import incidents
from coordination.jobs.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("choice", ["at_once", "daily", "overdue"])
def test_a_person_chooses_when_mail_comes(world, signed_in_as, choice):
    client = signed_in_as("maria.sten")
    client.post("/aviseringar/", {"notices": choice})
    assert world.person("maria.sten").notices == choice
    page = client.get("/aviseringar/").content.decode()
    assert page.count("checked") == 1
    assert User.objects.exclude(notices="at_once").count() == (choice != "at_once")
    assert log.events(by=world.person("maria.sten")).first().event == "access.notices.chosen"


def test_another_word_is_no_choice(world, signed_in_as):
    answer = signed_in_as("maria.sten").post("/aviseringar/", {"notices": "never"})
    assert answer.context["form"].errors
    assert world.person("maria.sten").notices == "at_once"


def test_every_page_leads_to_the_report_with_its_name_and_nothing_more(world, signed_in_as):
    client = signed_in_as("anna.ek")
    meeting = world.held["bra"]
    page = client.get(f"/moten/{meeting.pk}/").content.decode()
    assert 'href="/hjalp/sett-nagot/?sida=meeting"' in page


def test_one_button_mails_support_logs_the_page_and_gives_a_receipt(
    world, signed_in_as, settings, mailoutbox
):
    client = signed_in_as("ulla.vik")
    answer = client.post("/hjalp/sett-nagot/", {"page": "meeting"})
    reference = answer.headers["Location"].rpartition("=")[2]
    assert incidents.REFERENCE.fullmatch(reference)
    assert reference in client.get(answer.headers["Location"]).content.decode()
    event = log.events().first()
    assert event.event == "frame.incident.reported"
    assert event.facts == {"page": "meeting", "reference": reference, "mailed": True}
    row = OutgoingMail.objects.get(letter=incidents.LETTER)
    text = incidents.tell_support(user=None, ids=row.ids)
    assert reference in text.subject
    assert "Ulla" not in text.subject + text.body
    assert "/moten/…/" in text.body


@pytest.mark.parametrize("page", ["", "Anna Ek sa att", "no_such_page", "<b>", "x" * 500])
def test_what_is_no_page_of_the_portal_is_kept_as_unknown(world, page):
    incidents.report(by=world.person("anna.ek"), page=page, now=timezone.now())
    assert log.events().first().facts["page"] == "unknown"


def test_the_same_form_twice_is_one_report(world, signed_in_as):
    client = signed_in_as("anna.ek")
    key = "0f2b8f60-4b53-4a3c-9c3d-1c1a5a5a0002"
    for _ in range(2):
        client.post("/hjalp/sett-nagot/", {"page": "start", "_once": key})
    assert OutgoingMail.objects.filter(letter=incidents.LETTER).count() == 1


def test_many_reports_are_each_kept_but_mail_support_five_times_an_hour_for_each_person(
    world, signed_in_as
):
    letters = OutgoingMail.objects.filter(letter=incidents.LETTER)
    client = signed_in_as("ny.person")
    answers = [client.post("/hjalp/sett-nagot/", {"page": "start"})["Location"] for _ in range(8)]
    assert letters.count() == incidents.MOST_LETTERS == 5
    events = log.events(by=world.person("ny.person")).filter(event=incidents.EVENT)
    assert events.count() == 8
    for answer, event in zip(answers, events.order_by("sequence"), strict=True):
        page = client.get(answer).content.decode()
        assert event.facts["reference"] in page
        assert ("inget mejl om den" in page) is not event.facts["mailed"]
    signed_in_as("anna.ek").post("/hjalp/sett-nagot/", {"page": "start"})
    assert letters.count() == 6
    later = timezone.now() + incidents.HOUR
    assert incidents.report(by=world.person("ny.person"), page="start", now=later).mailed


def test_an_account_without_a_role_can_report_too(world, signed_in_as):
    assert signed_in_as("ny.person").get("/hjalp/sett-nagot/").status_code == 200


def test_a_receipt_that_nobody_gave_is_not_repeated(world, signed_in_as):
    page = signed_in_as("anna.ek").get("/hjalp/sett-nagot/?kvitto=<script>X").content.decode()
    assert "<script>X" not in page
