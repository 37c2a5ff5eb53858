"""Step-up: a sensitive act asks for a factor that was shown lately, and loses nothing."""

import re

import pytest
from django.test import Client, override_settings
from django.urls import clear_url_caches, path, reverse

from coordination.access import urls as policies
from coordination.access.models import FactorState
from tests.access.factor_hands import PASSWORD, code_now, later, type_password, with_app

pytestmark = pytest.mark.django_db

DONE: list[dict] = []


def sensitive(request):
    from django.http import HttpResponse

    if request.method == "POST":
        DONE.append(request.POST.dict())
    return HttpResponse("here")


@pytest.fixture
def sensitive_page():
    """A sensitive act beside the portal's own pages."""
    import types

    from coordination import urls as ours

    module = types.ModuleType("with_sensitive")
    module.__dict__.update({k: v for k, v in vars(ours).items() if k.startswith("handler")})
    module.urlpatterns = [
        *ours.urlpatterns,
        policies.path(
            "kansligt/",
            sensitive,
            name="sensitive",
            policy=policies.signed_in("a test", methods=policies.BOTH, fresh=True),
        ),
        path("unused/", sensitive),
    ]
    DONE.clear()
    with override_settings(ROOT_URLCONF=module):
        clear_url_caches()
        yield "/kansligt/"
    clear_url_caches()


def test_right_after_signing_in_a_sensitive_page_asks_for_nothing(anna, sensitive_page):
    client, _secret = with_app(anna)
    assert client.get(sensitive_page).content == b"here"


def test_after_five_minutes_it_asks_and_leads_back(anna, sensitive_page):
    client, secret = with_app(anna)
    with later(6):
        answer = client.get(sensitive_page + "?x=1")
        assert answer["Location"] == reverse("confirm") + "?next=%2Fkansligt%2F%3Fx%3D1"
        page = client.get(answer["Location"])
        assert page.status_code == 200
        wrong = client.post(
            reverse("confirm"), {"_confirm": "1", "_confirm_code": "1", "next": "/kansligt/?x=1"}
        )
        assert wrong.status_code == 200
        right = {"_confirm": "1", "_confirm_code": code_now(secret), "next": "/kansligt/?x=1"}
        assert client.post(reverse("confirm"), right)["Location"] == "/kansligt/?x=1"
        assert client.get(sensitive_page).content == b"here"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "foo",
        "forum",
        "account_logout",
        "//example.org/",
        "https://example.org/",
        "http://testserver/",
    ],
)
def test_a_word_or_another_address_to_come_back_to_leads_to_the_start_page(anna, elsewhere):
    client, secret = with_app(anna)
    with later(6):
        right = {"_confirm": "1", "_confirm_code": code_now(secret), "next": elsewhere}
        assert client.post(reverse("confirm"), right)["Location"] == reverse("start")
        assert client.get(reverse("account")).status_code == 200


def test_a_form_sent_too_late_is_not_carried_out_and_not_lost(anna, sensitive_page):
    client, secret = with_app(anna)
    with later(6):
        answer = client.post(sensitive_page, {"reason": "en <lång> text", "many": ["1", "2"]})
        assert answer.status_code == 403
        assert DONE == []
        held = dict(re.findall(r'name="(reason|many)" value="([^"]*)"', answer.content.decode()))
        assert held == {"reason": "en &lt;lång&gt; text", "many": "2"}
        wrong = client.post(
            sensitive_page, {"reason": "text", "_confirm": "1", "_confirm_code": "9"}
        )
        assert (wrong.status_code, DONE) == (403, [])
        right = {"reason": "text", "_confirm": "1", "_confirm_code": code_now(secret)}
        assert client.post(sensitive_page, right).content == b"here"
        assert DONE[0]["reason"] == "text"


def test_a_form_without_a_token_uses_up_no_tries(anna, sensitive_page):
    client, _secret = with_app(anna)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    with later(6):
        for _n in range(3):
            answer = strict.post(sensitive_page, {"_confirm": "1", "_confirm_code": "1"})
            assert answer.status_code == 403
    assert FactorState.objects.filter(user=anna, failures__gt=0).count() == 0


def test_somebody_without_a_factor_confirms_with_the_password(gun, sensitive_page):
    client = Client()
    type_password(client, "gun.malm")
    with later(6):
        assert client.get(sensitive_page).status_code == 302
        client.post(reverse("confirm"), {"_confirm": "1", "_confirm_password": PASSWORD})
        assert client.get(sensitive_page).content == b"here"


def test_in_the_demo_the_code_stands_on_the_page_and_nowhere_else(world, settings, sensitive_page):
    client = Client()
    client.force_login(world.person("anna.ek"))
    with later(6):
        assert "demo_code" not in client.get(reverse("confirm")).context
        settings.DEMO = True
        code = client.get(reverse("confirm")).context["demo_code"]
        wrong = "000000" if code != "000000" else "111111"
        client.post(reverse("confirm"), {"_confirm": "1", "_confirm_code": wrong})
        assert client.get(sensitive_page).status_code == 302
        code = client.get(reverse("confirm")).context["demo_code"]
        client.post(reverse("confirm"), {"_confirm": "1", "_confirm_code": code})
        assert client.get(sensitive_page).content == b"here"
