"""What is done with a case as a whole is done once, however often its form arrives."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import carrying, closing, glimpses, triage
from cases.models import Case, CaseUnit, Closing, Conflict, Consent, Glimpse, Handover
from coordination.audit import log
from tests.cases.test_closing_pages import SAID
from tests.cases.test_handing_over import reviewed
from tests.cases.test_handing_over_pages import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(wall) -> Case:
    found = wall.case()
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    carrying.name(case=found, user=sara, role="deputy", by=maria)
    return found


def twice(client: Any, address: str, data: dict[str, Any] | None = None) -> list[Any]:
    """The same form, sent two times: done once, and one outcome for both."""
    sent = {**(data or {}), "_once": str(uuid4())}
    before = log.events(zone=log.Zone.CASES).exclude(event="cases.case.opened").count()
    answers = [client.post(address, sent) for _ in range(2)]
    after = log.events(zone=log.Zone.CASES).exclude(event="cases.case.opened").count()
    assert after == before + 1
    return [(one.status_code, one.get("Location")) for one in answers]


def alike(answers: list[Any]) -> bool:
    return answers[0] == answers[1] and answers[0][0] == 302


def test_a_case_is_proposed_refused_and_closed_once(wall, case, as_person):
    maria, sara = as_person("maria.sten"), as_person("sara.nyman")
    assert alike(twice(maria, reverse("case_close", args=[case.pk]), SAID))
    asked = Closing.objects.get()
    no = reverse("case_closing_refuse", args=[case.pk, asked.pk])
    assert alike(twice(sara, no, {"why": "Vänta."}))
    again = closing.ask(case=case, by=wall.people["maria.sten"], **SAID)
    assert alike(twice(sara, reverse("case_closing", args=[case.pk, again.pk])))


def test_a_consent_is_noted_once(case, as_person):
    sent = {"given": "oral", "on": "i dag", "covers": ["school"], "until": "om 3 månader"}
    new = reverse("case_consent_new", args=[case.pk])
    assert alike(twice(as_person("maria.sten"), new, sent))
    assert Consent.objects.count() == 1


def test_a_case_is_handed_over_once(wall, case, as_person):
    basis = reviewed(wall.people, receivers=["police", "security_service"])
    there = reverse("case_hand_over", args=[case.pk])
    assert alike(twice(as_person("maria.sten"), there, typed(basis, sure="1")))
    assert Handover.objects.count() == 1


def test_who_steps_aside_does_so_once_and_then_there_is_no_such_page(case, as_person):
    there = reverse("case_conflict", args=[case.pk])
    first, second = twice(as_person("maria.sten"), there, {"sure": "on"})
    assert (first[0], second[0]) == (302, 404)
    assert Conflict.objects.count() == 1


def test_an_opening_in_an_emergency_begins_once_and_ends_once(wall, as_person):
    case, maria = wall.case(), wall.people["maria.sten"]
    triage.decide(case=case, outcome="open", level="individual", reason="Ja.", by=maria)
    sara = as_person("sara.nyman")
    sent = {"number": case.number, "ground": "danger", "reason": "Nu."}
    assert alike(twice(sara, "/arenden/nodoppna/", sent))
    assert Glimpse.objects.count() == 1
    first, second = twice(sara, reverse("case_glimpse_end", args=[case.pk]))
    assert (first[0], second[0]) == (302, 404)
    assert glimpses.live(case, wall.people["sara.nyman"], timezone.now()) is None


def test_another_lets_somebody_open_a_protected_case_once(wall, as_person):
    case, sara = wall.case(protected="yes"), wall.people["sara.nyman"]
    Case.objects.filter(pk=case.pk).update(unit=CaseUnit.objects.get(name="Partnerskap Väster"))
    asked = glimpses.ask(number=case.number, ground="danger", reason="Nu.", by=sara)
    assert asked is not None
    assert alike(twice(as_person("mats.orn"), reverse("glimpse_approve", args=[asked.pk])))
