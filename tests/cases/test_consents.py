"""A consent is noted, withdrawn at any time, and holds nothing from that moment on."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import carrying, consents, letters, triage
from cases.models import Case, Consent
from cases.refusals import Missing, WrongStage
from coordination.jobs.models import OutgoingMail
from coordination.ui import dates

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(wall) -> Case:
    found = wall.case()
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    carrying.name(case=found, user=sara, role="deputy", by=maria)
    return found


def given(case: Case, by: Any, **changed: Any) -> Consent:
    today = timezone.localdate()
    said = {
        "given": "oral",
        "on": today,
        "covers": ["police", "school"],
        "until": dates.months_after(today, 6),
    }
    return consents.note(case=case, by=by, **(said | changed))


def test_a_consent_holds_until_its_day_or_until_it_is_withdrawn(wall, case):
    today, maria = timezone.localdate(), wall.people["maria.sten"]
    made = given(case, maria)
    assert made.covers == "school police"
    assert list(Consent.objects.in_force(today)) == [made]
    assert not Consent.objects.in_force(made.until + timedelta(days=1)).exists()
    consents.withdraw(consent=made, on=today, said="Ringde mig.", by=maria)
    assert not Consent.objects.in_force(today).exists()
    made.refresh_from_db()
    assert (made.withdrawn_note, made.withdrawn_by) == ("Ringde mig.", maria)
    with pytest.raises(WrongStage):
        consents.withdraw(consent=made, on=today, said="Igen.", by=maria)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=made.pk).update(withdrawn_by=None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"covers": []}, "covers"),
        ({"covers": ["everybody"]}, "covers"),
        ({"on": timezone.localdate() + timedelta(days=1)}, "on"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "until"),
        ({"until": timezone.localdate() + timedelta(days=370)}, "until"),
    ],
)
def test_what_cannot_be_of_a_consent_is_refused(wall, case, changed, field):
    with pytest.raises(Missing) as refused:
        given(case, wall.people["maria.sten"], **changed)
    assert refused.value.field == field
    assert not Consent.objects.exists()


def test_nobody_else_notes_or_withdraws_and_who_carries_the_case_is_told(wall, case):
    today = timezone.localdate()
    made = given(case, wall.people["maria.sten"])
    for stranger in ("jonas.berg", "anna.ek", "rut.ahl", "tove.lind", "nils.frisk"):
        by = wall.people[stranger]
        with pytest.raises(WrongStage):
            given(case, by)
        with pytest.raises(WrongStage):
            consents.withdraw(consent=made, on=today, said="Nej.", by=by)
    consents.withdraw(consent=made, on=today, said="Nej.", by=wall.people["sara.nyman"])
    told = OutgoingMail.objects.filter(letter=letters.TASK, user_id=wall.people["maria.sten"].pk)
    assert told.count() == 1


def test_a_consent_is_noted_and_withdrawn_on_its_pages(case, as_person):
    client, today = as_person("maria.sten"), timezone.localdate()
    new, there = (reverse(name, args=[case.pk]) for name in ("case_consent_new", "case_consents"))
    assert client.get(new).status_code == 200
    sent = {"given": "oral", "on": str(today), "until": str(dates.months_after(today, 3))}
    refused = client.post(new, sent).content.decode()
    assert str(dates.months_after(today, 3)) in refused
    client.post(new, sent | {"covers": ["school"]})
    made = Consent.objects.get()
    withdraw = reverse("case_consent_withdraw", args=[case.pk, made.pk])
    assert client.get(withdraw).status_code == 200
    assert client.post(withdraw, {"on": str(today), "said": ""}).status_code == 200
    client.post(withdraw, {"on": str(today), "said": "Sa det till mig."})
    assert "Sa det till mig." in client.get(there).content.decode()
    assert client.get(withdraw).status_code == 404
    for stranger in ("jonas.berg", "anna.ek", "tove.lind", "stina.alm"):
        for address in (new, there, withdraw):
            assert as_person(stranger).get(address).status_code == 404


def test_the_letter_names_nothing_and_ends_with_the_role(wall, case):
    ids = {"case": str(case.pk)}
    written = letters.task(user=wall.people["maria.sten"], ids=ids)
    assert case.number not in written.subject + written.body
    assert letters.task(user=wall.people["jonas.berg"], ids=ids) is None
