"""Headers that stand on every kind of response, whatever made it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import clear_url_caches, get_resolver, reverse
from django.utils import timezone

from coordination.access.urls import path, public
from coordination.audit import checkpoints
from coordination.jobs import queue
from coordination.jobs.models import Job, PeriodicRun

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def broken(request) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def unreadable(request) -> HttpResponse:
    raise SuspiciousOperation("unreadable on purpose")


@pytest.fixture
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
def asked(world, broken_pages) -> dict[str, Callable[[], Any]]:
    """Every kind of response: how it is asked for."""

    def somebody(username: str = "", **kwargs: Any) -> Client:
        client = Client(raise_request_exception=False, **kwargs)
        if username:
            client.force_login(world.person(username))
        return client

    queue.plan_periodic()
    PeriodicRun.objects.update(due_next=timezone.now() + timedelta(hours=1))
    Job.objects.filter(state="due").update(due_at=timezone.now())
    checkpoints.write()
    forum = world.forums["bra"].pk
    plan = reverse("meeting_plan_next", args=[forum])
    held = world.held["bra"].pk
    return {
        "200 page": lambda: somebody("anna.ek").get("/"),
        "200 page for all": lambda: somebody().get("/hjalp/"),
        "200 sign-in": lambda: somebody().get("/konto/login/"),
        "200 JSON": lambda: somebody().get("/health/"),
        "302 to sign in": lambda: somebody().get("/moten/"),
        "302 to a page": lambda: somebody("anna.ek").post("/sprak/", {"language": "sv"}),
        "302 signed out": lambda: somebody("anna.ek").post(reverse("account_logout")),
        "301 missing slash": lambda: somebody("anna.ek").get("/moten"),
        "302 while the PDF is made": lambda: somebody("anna.ek").get(
            reverse("minutes_pdf", args=[held, 1])
        ),
        "400 unreadable": lambda: somebody("anna.ek").get("/unreadable/"),
        "400 unknown host": lambda: somebody("anna.ek").get("/", headers={"Host": "evil.example"}),
        "401 fragment": lambda: somebody().get("/moten/", headers={"HX-Request": "true"}),
        "403 may not do": lambda: somebody("gun.malm").post(plan),
        "403 no token": lambda: somebody("anna.ek", enforce_csrf_checks=True).post(plan),
        "404 no address": lambda: somebody("anna.ek").get("/finns/inte/"),
        "404 may not see": lambda: somebody("ulla.vik").get(reverse("forum", args=[forum])),
        "404 nobody": lambda: somebody().get("/finns/inte/"),
        "405 method": lambda: somebody("anna.ek").get(plan),
        "500 broken": lambda: somebody("anna.ek").get("/broken/"),
    }


KINDS = (
    "200 page",
    "200 page for all",
    "200 sign-in",
    "200 JSON",
    "302 to sign in",
    "302 to a page",
    "302 signed out",
    "301 missing slash",
    "302 while the PDF is made",
    "400 unreadable",
    "400 unknown host",
    "401 fragment",
    "403 may not do",
    "403 no token",
    "404 no address",
    "404 may not see",
    "404 nobody",
    "405 method",
    "500 broken",
)


def policy_of(response) -> dict[str, str]:
    """The content security policy, directive by directive."""
    parts = [part.split(maxsplit=1) for part in response["Content-Security-Policy"].split(";")]
    return {name: "".join(value) for name, *value in parts}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_response_carries_every_header(asked, kind):
    response = asked[kind]()
    assert response.status_code == int(kind[:3])
    assert {name: response.get(name) for name in ALWAYS} == ALWAYS
    assert policy_of(response) == DIRECTIVES
    assert response["Cache-Control"] == "no-store"
    assert "Cookie" in response["Vary"]
    assert "Server" not in response
    assert "X-Powered-By" not in response


def test_the_list_of_kinds_is_whole(asked):
    assert set(asked) == set(KINDS)


def test_nothing_unsafe_stands_in_the_content_security_policy():
    assert "unsafe" not in str(DIRECTIVES)
    assert not re.search(r"\*|https?:|data:|blob:", str(DIRECTIVES))


@pytest.fixture
def static(tmp_path):
    """A portal whose static files are one style sheet."""
    (tmp_path / "a.css").write_text("p{}")
    with override_settings(STATIC_ROOT=tmp_path):
        yield Client()


def test_static_files_carry_the_same_headers_and_are_open_to_no_other_site(static):
    response = static.get("/static/a.css")
    response.close()
    assert response.status_code == 200
    assert {name: response.get(name) for name in ALWAYS} == ALWAYS
    assert policy_of(response) == DIRECTIVES
    assert "Access-Control-Allow-Origin" not in response
    assert "no-store" not in response["Cache-Control"]
    assert "Set-Cookie" not in response.headers
    assert not response.cookies


def test_a_static_file_that_does_not_exist_is_a_404_like_others(static):
    response = static.get("/static/finns-inte.css")
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"


def test_a_pdf_is_an_attachment_that_no_browser_guesses_about(world):
    version = world.held["bra"].minutes.get()
    job = Job.objects.get(kind="forums.minutes_pdf", ids__version=version.pk)
    assert queue.run(job.pk)
    client = Client()
    client.force_login(world.person("gun.malm"))
    response = client.get(reverse("minutes_pdf", args=[version.meeting_id, version.number]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert {name: response.get(name) for name in ALWAYS} == ALWAYS
    assert response["Cache-Control"] == "no-store"
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    response.close()


def test_with_tls_the_browser_is_told_to_stay_with_it(client):
    with override_settings(
        SECURE_HSTS_SECONDS=63_072_000,
        SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
        SECURE_SSL_REDIRECT=True,
    ):
        assert Client().get("/hjalp/").status_code == 301
        response = Client().get("/hjalp/", secure=True)
        assert response["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
