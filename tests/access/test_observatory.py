"""The headers of every kind of response, scored by MDN Observatory's published table.

The table and its rules: https://github.com/mdn/mdn-http-observatory (src/grader/charts.js), as of 2026.
The Observatory scores one page of a site; here each kind of response is scored as if it were that page.
"""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client, override_settings

from tests.access.test_headers import KINDS, asked, broken_pages, policy_of

__all__ = ["asked", "broken_pages"]

pytestmark = pytest.mark.django_db

GATE = 100
BONUS_FROM = 90
"""Points above 100 are added only to what has at least this many without them."""
HALF_A_YEAR = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
BROAD = {"*", "http:", "https:", "data:", "blob:", "'unsafe-inline'", "'unsafe-eval'"}

installed = override_settings(
    # Every request of the test client has come over TLS.
    SECURE_PROXY_SSL_HEADER=("SERVER_NAME", "testserver"),
    SECURE_SSL_REDIRECT=True,
    SECURE_HSTS_SECONDS=63_072_000,
    SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
    SECURE_HSTS_PRELOAD=True,
    SESSION_COOKIE_NAME="__Host-sessionid",
    CSRF_COOKIE_NAME="__Host-csrftoken",
    SESSION_COOKIE_SECURE=True,
    CSRF_COOKIE_SECURE=True,
    LANGUAGE_COOKIE_SECURE=True,
)


def content_security_policy(response: Any) -> int:
    if "Content-Security-Policy" not in response:
        return -25
    directives = {name: set(value.split()) for name, value in policy_of(response).items()}
    default = directives.get("default-src", {"*"})
    scripts = directives.get("script-src", default) | directives.get("object-src", default)
    if scripts & BROAD:
        return -20
    if directives.get("style-src", default) & BROAD:
        return 0
    closed = default == {"'none'"} and directives.get("form-action", set()) <= {"'none'", "'self'"}
    return 10 if closed and "form-action" in directives else 5


def cookies(response: Any) -> int:
    # What is taken away is in nobody's jar.
    kept = {name: one for name, one in response.cookies.items() if one["max-age"] != 0}
    if not kept:
        return 0
    for name, cookie in kept.items():
        session = "session" in name.lower()
        if not cookie["secure"]:
            return -40 if session else -20
        if session and not cookie["httponly"]:
            return -30
        if cookie["samesite"] not in ("Lax", "Strict", ""):
            return -20
        if "csrf" in name.lower() and not cookie["samesite"]:
            return -20
    return 5 if all(cookie["samesite"] for cookie in kept.values()) else 0


def cross_origin_sharing(response: Any) -> int:
    shared = response.get("Access-Control-Allow-Origin")
    return -50 if shared and response.get("Access-Control-Allow-Credentials") else 0


def referrer(response: Any) -> int:
    value = response.get("Referrer-Policy")
    if value is None:
        return 0
    return 5 if value in PRIVATE else -5


def strict_transport(response: Any) -> int:
    found = re.search(r"max-age=(\d+)", response.get("Strict-Transport-Security", ""))
    if not found:
        return -20
    # Whether browsers have the address built in is for each installation to ask for.
    return 0 if int(found[1]) >= HALF_A_YEAR else -10


class Scripts(HTMLParser):
    """Where the scripts of a page come from."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sources: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and dict(attrs).get("src"):
            self.sources.append(dict(attrs))


def subresource_integrity(response: Any) -> int:
    if not response["Content-Type"].startswith("text/html") or response.streaming:
        return 0
    sources = Scripts(response.content.decode()).sources
    foreign = [one for one in sources if not re.match(r"/(?!/)", one["src"] or "")]
    if foreign:
        return -5 if all((one["src"] or "").startswith("https:") for one in foreign) else -50
    return 5 if sources and all("integrity" in one for one in sources) else 0


def type_options(response: Any) -> int:
    return 0 if response.get("X-Content-Type-Options") == "nosniff" else -5


def framing(response: Any) -> int:
    if "frame-ancestors" in policy_of(response):
        return 5
    return 0 if response.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else -20


def resource_policy(response: Any) -> int:
    value = response.get("Cross-Origin-Resource-Policy")
    return {None: 0, "same-origin": 10, "same-site": 10, "cross-origin": 0}.get(value, -5)


TABLE: tuple[Callable[[Any], int], ...] = (
    content_security_policy,
    cookies,
    cross_origin_sharing,
    referrer,
    strict_transport,
    subresource_integrity,
    type_options,
    framing,
    resource_policy,
)


def score(response: Any) -> int:
    """The points of one response; that plain HTTP leads to TLS is a test of its own."""
    points = [rule(response) for rule in TABLE]
    without = 100 + sum(point for point in points if point < 0)
    return (
        without + sum(point for point in points if point > 0) if without >= BONUS_FROM else without
    )


@installed
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_response_scores_a_hundred_or_more(asked, kind):
    response = asked[kind]()
    points = score(response)
    assert points >= GATE, {rule.__name__: rule(response) for rule in TABLE}
    print(f"FIGURE Observatory, {kind}: {points} points")


@override_settings(SECURE_SSL_REDIRECT=True)
def test_plain_http_leads_to_tls_on_the_same_host_at_once():
    response = Client().get("/hjalp/")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/hjalp/")


def test_the_table_would_notice_what_is_missing(asked):
    """Without TLS the same page loses what the table takes for that."""
    response = asked["200 sign-in"]()
    assert strict_transport(response) == -20
    for name, lost in (
        ("Content-Security-Policy", -25),
        ("X-Content-Type-Options", -5),
        ("Cross-Origin-Resource-Policy", 0),
        ("Referrer-Policy", 0),
    ):
        whole = asked["200 sign-in"]()
        rule = {
            "Content-Security-Policy": content_security_policy,
            "X-Content-Type-Options": type_options,
            "Cross-Origin-Resource-Policy": resource_policy,
            "Referrer-Policy": referrer,
        }[name]
        del whole[name]
        assert rule(whole) == lost
