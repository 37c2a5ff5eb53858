"""Pages of other people than Anna, of nobody, and of errors: read and reached as all others are."""

import pytest
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from coordination.frame.errors import failed
from tests.browser import pages
from tests.browser.reading import WIDE, found_wrong, open_page, wrong_with_tab


@pytest.mark.parametrize("name", pages.OF_OTHERS)
def test_a_page_of_somebody_else_can_too(visit, examples, name):
    username, address = pages.OF_OTHERS[name]
    page = visit(username, reduced_motion="reduce")
    open_page(page, address.format(**examples))
    assert wrong_with_tab(page) == []
    assert found_wrong(page) == []


def test_pages_of_somebody_signed_out(visit):
    page = visit("", reduced_motion="reduce")
    for address in (
        "/konto/login/",
        "/hjalp/",
        "/information/",
        "/tillganglighet/",
        "/personuppgifter/",
    ):
        open_page(page, address)
        assert found_wrong(page) == [], address


def refused(page: Page, examples: dict[str, int]) -> None:
    """403: a member sees the forum and does not plan its meetings."""
    page.goto("/aviseringar/")
    page.evaluate(
        """(address) => {
          const form = document.querySelector("main form[method=post]");
          form.action = address;
          form.submit();
        }""",
        f"/forum/{examples['forum']}/nasta-mote/",
    )


def too_old(page: Page, examples: dict[str, int]) -> None:
    """403: the form's token is none of this session's."""
    page.goto("/aviseringar/")
    page.evaluate(
        """() => {
          const form = document.querySelector("main form[method=post]");
          form.querySelector("[name=csrfmiddlewaretoken]").value = "x".repeat(64);
          form.submit();
        }"""
    )


def unreadable(page: Page, examples: dict[str, int]) -> None:
    """400: more fields than any form of the portal has."""
    page.goto("/aviseringar/")
    page.evaluate(
        """() => {
          const form = document.querySelector("main form[method=post]");
          for (let n = 0; n < 5000; n++) {
            const field = document.createElement("input");
            field.type = "hidden";
            field.name = "f" + n;
            form.append(field);
          }
          form.submit();
        }"""
    )


def broken(page: Page, examples: dict[str, int]) -> None:
    """500, as the portal writes it; nothing in it breaks when asked to, so the page is handed over."""
    written = failed(RequestFactory().get("/")).content.decode()
    page.route("**/broken/", lambda route: route.fulfill(body=written, content_type="text/html"))
    page.goto("/broken/")


ERRORS = {
    refused: "Du får inte göra det här",
    too_old: "Sidan hade varit öppen för länge",
    unreadable: "Det du skickade gick inte att läsa",
    broken: "Något gick fel hos oss.",
}


@pytest.mark.parametrize("provoke", ERRORS, ids=lambda provoke: provoke.__name__)
def test_an_error_page_can_be_read_and_reached_by_all(visit, examples, provoke, picture):
    page = visit("per.holm", reduced_motion="reduce")
    visit.watch(page).expect("40[03]")
    page.set_viewport_size(WIDE)
    provoke(page, examples)
    expect(page.locator("main")).to_contain_text(ERRORS[provoke])
    assert wrong_with_tab(page) == []
    assert found_wrong(page) == []
    picture(page, f"error-{provoke.__name__}")


@pytest.mark.parametrize("username", ["ny.person", "nils.frisk", "stina.alm"])
def test_pages_of_others(visit, username):
    page = visit(username, reduced_motion="reduce")
    for address in ("/", "/hjalp/", "/konto/logout/"):
        open_page(page, address)
        assert found_wrong(page) == [], address
