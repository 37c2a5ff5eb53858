"""A form is carried out once, however often and from wherever it arrives."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import IntegrityError, connection
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone

from coordination.actors.models import CityPart
from coordination.writing import once as module
from coordination.writing.models import Submission
from coordination.writing.once import once

pytestmark = pytest.mark.django_db


def sending(user, key: str = ""):
    request = RequestFactory().post("/", {"_once": key} if key else {})
    request.user = user
    return request


def person(username: str = "anna.ek"):
    return get_user_model().objects.create(username=username)


class Act:
    """Makes a part of the city and leads to a page of its own, counting how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        CityPart.objects.create(name=f"Del {self.times}")
        return f"/del/{self.times}/"


@pytest.fixture
def act() -> Act:
    return Act()


def test_the_second_sending_does_nothing_and_leads_to_the_first_ones_outcome(act):
    anna, key = person(), str(uuid.uuid4())
    assert [once(sending(anna, key), act) for _time in range(4)] == ["/del/1/"] * 4
    assert act.times == 1
    assert CityPart.objects.count() == 1


def test_another_form_is_another_act(act):
    anna = person()
    assert once(sending(anna, str(uuid.uuid4())), act) == "/del/1/"
    assert once(sending(anna, str(uuid.uuid4())), act) == "/del/2/"


def test_a_key_is_its_senders_own(act):
    key = str(uuid.uuid4())
    assert once(sending(person("anna.ek"), key), act) == "/del/1/"
    assert once(sending(person("oskar.lind"), key), act) == "/del/2/"


@pytest.mark.parametrize("key", ["", "x", "1", "0" * 400, "'; drop table"])
def test_without_a_key_or_with_a_forged_one_the_form_is_just_carried_out(act, key):
    anna = person()
    once(sending(anna, key), act)
    once(sending(anna, key), act)
    assert act.times == 2
    assert not Submission.objects.exists()


def test_a_failure_keeps_nothing_and_the_corrected_form_can_be_sent_with_the_same_key(act):
    anna, key = person(), str(uuid.uuid4())

    def refused() -> str:
        act()
        raise ValueError("not like this")

    with pytest.raises(ValueError, match="not like this"):
        once(sending(anna, key), refused)
    assert not CityPart.objects.exists()
    assert not Submission.objects.exists()
    act.times = 0
    assert once(sending(anna, key), act) == "/del/1/"


def test_a_form_without_a_key_that_fails_keeps_nothing_either(act):
    def refused() -> str:
        act()
        raise ValueError

    with pytest.raises(ValueError):
        once(sending(person()), refused)
    assert not CityPart.objects.exists()


def test_a_broken_rule_of_the_database_in_the_act_is_not_taken_for_a_second_sending():
    CityPart.objects.create(name="Väster")

    def doubled() -> str:
        CityPart.objects.create(name="Väster")
        return "/"

    with pytest.raises(IntegrityError):
        once(sending(person(), str(uuid.uuid4())), doubled)
    assert not Submission.objects.exists()


def test_the_act_runs_in_a_transaction():
    def look() -> str:
        block = connection.atomic_blocks[-1]
        return str(not getattr(block, "_from_testcase", False))

    anna = person()
    assert once(sending(anna, str(uuid.uuid4())), look) == "True"
    assert once(sending(anna), look) == "True"


def test_every_rendering_of_a_form_has_a_key_of_its_own():
    template = engines["django"].from_string("{% once %}")
    first, second = template.render(), template.render()
    assert first != second
    assert first.startswith('<input type="hidden" name="_once" value="')
    assert uuid.UUID(first.split('"')[5])


def test_old_keys_are_forgotten_and_fresh_ones_kept():
    anna, now = person(), timezone.now()
    for age in (timedelta(days=3), timedelta(hours=1)):
        Submission.objects.create(user=anna, key=uuid.uuid4(), outcome="/", at=now - age)
    assert module.sweep(now=now) == 1
    assert Submission.objects.get().at == now - timedelta(hours=1)


def test_the_same_key_with_another_text_is_not_carried_out_and_the_sender_is_warned(act):
    anna, key = person(), str(uuid.uuid4())

    def send(**typed):
        request = RequestFactory().post("/", {"_once": key, **typed})
        request.user, request.session = anna, {}
        request._messages = FallbackStorage(request)
        outcome = once(request, act)
        return outcome, [str(one) for one in request._messages]

    assert send(text="Ett", version="1") == ("/del/1/", [])
    assert send(text="Ett", version="2", csrfmiddlewaretoken="x") == ("/del/1/", [])
    assert send(text="Två", version="1") == ("/del/1/", [str(module.SENT_BEFORE)])
    assert act.times == 1


def test_an_outcome_too_long_to_be_kept_is_the_pages_own_address():
    anna, key = person(), str(uuid.uuid4())
    assert once(sending(anna, key), lambda: "/" + "x" * 900) == "/"
    assert once(sending(anna, key), lambda: "/other/") == "/"
