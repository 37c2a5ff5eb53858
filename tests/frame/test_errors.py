"""Error pages: what happened and what to do, and nothing that gives anything away."""

import logging
import re

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, override_settings
from django.urls import clear_url_caches, get_resolver, reverse

from coordination.access.urls import path, public

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

SECRET = "hemligt i felet"


def broken(request):
    raise RuntimeError(SECRET)


def unreadable(request):
    raise SuspiciousOperation(SECRET)


@pytest.fixture(autouse=True)
def broken_pages():
    class Addresses:
        urlpatterns = [
            path("broken/", broken, name="broken", policy=public("a test")),
            path("unreadable/", unreadable, name="unreadable", policy=public("a test")),
            *get_resolver().url_patterns,
        ]
        handler400 = "coordination.frame.errors.bad_request"
        handler403 = "coordination.frame.errors.forbidden"
        handler404 = "coordination.frame.errors.not_found"
        handler500 = "coordination.frame.errors.failed"

    with override_settings(ROOT_URLCONF=Addresses):
        clear_url_caches()
        yield
    clear_url_caches()


@pytest.fixture
def anna(world) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.person("anna.ek"))
    return client


@pytest.fixture
def answers(world, anna) -> dict:
    """One error page of each kind."""
    reader = Client(raise_request_exception=False)
    reader.force_login(world.person("gun.malm"))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.person("anna.ek"))
    plan = reverse("meeting_plan_next", args=[world.forums["bra"].pk])
    return {
        400: anna.get("/unreadable/"),
        403: reader.post(plan),
        "403 token": strict.post(plan),
        404: anna.get("/finns/inte/"),
        500: anna.get("/broken/"),
    }


def test_no_error_page_holds_a_token_a_form_or_what_was_asked_for(answers):
    for kind, answer in answers.items():
        page = answer.content.decode()
        assert "csrfmiddlewaretoken" not in page, kind
        assert "<form" not in page, kind
        assert SECRET not in page, kind
        assert "finns/inte" not in page, kind
        assert "csrftoken" not in answer.cookies, kind


def test_no_error_page_names_the_person_or_shows_the_navigation(answers):
    for kind, answer in answers.items():
        page = answer.content.decode()
        assert "Anna Ek" not in page, kind
        assert "Gun Malm" not in page, kind
        assert "site-nav" not in page, kind


def test_each_says_in_swedish_what_happened_and_leads_on(answers):
    for kind, answer in answers.items():
        page = answer.content.decode()
        assert re.search(r'<html lang="sv"', page), kind
        assert len(re.findall(r"<h1>[^<]{5,}</h1>", page)) == 1, kind
        assert re.search(r"<title>[^<]{10,}</title>", page), kind
        if kind != 500:
            assert 'href="/"' in page
            assert 'href="/hjalp/"' in page


def test_a_fault_shows_a_reference_that_stands_in_the_log_and_no_traceback(anna, caplog):
    with caplog.at_level(logging.ERROR):
        answer = anna.get("/broken/")
    assert answer.status_code == 500
    page = answer.content.decode()
    reference = re.search(r"\b[0-9A-F]{8}\b", page).group()
    assert reference in caplog.text
    for trace in ("Traceback", "RuntimeError", "broken", ".py", SECRET):
        assert trace not in page


def test_two_faults_have_two_references(anna):
    found = {
        re.search(r"\b[0-9A-F]{8}\b", anna.get("/broken/").content.decode()).group()
        for _time in range(2)
    }
    assert len(found) == 2


def test_the_fault_page_speaks_the_persons_language(world):
    oskar = world.person("oskar.lind")
    oskar.language = "en"
    oskar.save()
    client = Client(raise_request_exception=False)
    client.force_login(oskar)
    page = client.get("/broken/").content.decode()
    assert "Something went wrong" in page
    assert '<html lang="en"' in page


def test_a_fault_is_answered_to_somebody_not_signed_in_too():
    page = Client(raise_request_exception=False).get("/broken/")
    assert page.status_code == 500
    assert b"<h1>" in page.content


def test_messages_wait_for_a_page_of_the_portal(world, anna):
    action = world.held["bra"].actions.order_by("pk").first()
    anna.post(reverse("action_done", args=[action.pk]))
    assert "åtgärden är markerad" not in anna.get("/finns/inte/").content.decode().lower()
    assert "alert--success" in anna.get("/").content.decode()


def test_an_unknown_host_is_refused_without_a_trace(client):
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil" not in answer.content
    assert b"ALLOWED_HOSTS" not in answer.content


def test_too_large_a_form_is_400(anna):
    fields = {f"f{number}": "x" for number in range(2_100)}
    assert anna.post("/sprak/", fields).status_code == 400
    assert anna.post("/sprak/", {"next": "x" * 2_600_000}).status_code == 400
