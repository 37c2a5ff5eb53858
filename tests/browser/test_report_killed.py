"""kill -9 of the web server or the worker between attesting and the receipt: one submission with one
receipt, or a page that says that the report is not submitted."""

import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.portal import Portal, start, until
from tests.browser.test_worker_killed import go_on, kill_at_work


@pytest.fixture
def waiting(portal: Portal, visit) -> tuple[int, Page]:
    """A report that waits to be attested, and Gunnar, who has it open."""
    place = portal.stage.administration()
    report = portal.stage.ready_report(organisation=place["pk"], sent=True)
    gunnar = visit("gunnar.ask")
    gunnar.goto(f"/resurser/{report}/attestera/")
    return report, gunnar


@contextmanager
def posted(portal: Portal, page: Page) -> Iterator[None]:
    """The form that attests is sent as the browser would, and its answer never read: the browser would
    call it a fault that the server is gone."""
    form = page.locator("form:has(input[name=sha256])")
    fields = {
        one.get_attribute("name"): one.input_value() for one in form.locator("input[name]").all()
    }
    body = urlencode(fields)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    path = page.url.removeprefix(portal.address)
    with socket.create_connection(("localhost", portal.port)) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost:{portal.port}\r\nCookie: {cookies}\r\n"
            f"Origin: {portal.address}\r\nReferer: {page.url}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
        )
        yield


def kill_web(portal: Portal) -> None:
    os.killpg(portal.web.process.pid, signal.SIGKILL)
    portal.web.process.wait()


def start_web(portal: Portal) -> None:
    """As the launcher does when the server has fallen."""
    portal.web.start()
    until(lambda: start.health(portal.port)[0] == 200, "the web server answers again")


def one_submission(portal: Portal, report: int) -> None:
    told = portal.stage.report_told(report=report)
    (version,) = told["versions"]
    assert (told["state"], version["has_file"]) == ("submitted", True)
    assert (portal.files / version["file"]).read_bytes().startswith(b"%PDF")
    assert told["told"] == ["anna.ek", "oskar.lind"]


def test_web_killed_before_it_is_saved_says_that_it_is_not_submitted(portal, visit, waiting):
    report, gunnar = waiting
    writer = sqlite3.connect(portal.data.folder / "portal.sqlite3", isolation_level=None)
    try:
        # Nobody else can write: what is posted gets as far as its own writing, and waits.
        writer.execute("BEGIN IMMEDIATE")
        with posted(portal, gunnar):
            gunnar.wait_for_timeout(1_000)
            kill_web(portal)
    finally:
        writer.close()
        start_web(portal)
    assert portal.stage.report_told(report=report)["versions"] == []
    per = visit("per.holm")
    per.goto(f"/resurser/{report}/")
    expect(per.locator("main")).to_contain_text("Rapporten är inte inskickad än.")
    gunnar.get_by_role("button", name="Attestera och skicka in").click()
    gunnar.wait_for_url("**/resurser/inskickad/**")
    portal.settle()
    one_submission(portal, report)


def test_web_killed_before_it_answers_leaves_one_submission_and_leads_to_it(portal, waiting):
    report, gunnar = waiting
    with posted(portal, gunnar):
        until(lambda: portal.stage.report_told(report=report)["versions"], "it is submitted")
        kill_web(portal)
    start_web(portal)
    # Who saw nothing come of it presses again.
    gunnar.get_by_role("button", name="Attestera och skicka in").click()
    gunnar.wait_for_url("**/resurser/inskickad/**")
    portal.settle()
    one_submission(portal, report)


def test_worker_killed_while_the_receipt_is_made_makes_one(portal, waiting):
    report, gunnar = waiting
    portal.settle()
    portal.kill_worker()
    before = portal.stored()
    try:
        gunnar.get_by_role("button", name="Attestera och skicka in").click()
        gunnar.wait_for_url("**/resurser/inskickad/**")
        expect(gunnar.locator("main")).to_contain_text("Rapporten är attesterad och inskickad.")
        expect(gunnar.locator("main")).to_contain_text("Kvittot skapas")
        kill_at_work(portal, "resources.receipt_pdf")
        go_on(portal)
    finally:
        if portal.worker.process.poll() is not None:
            portal.start_worker()
    one_submission(portal, report)
    (version,) = portal.stage.report_told(report=report)["versions"]
    assert portal.stored() - before == {version["file"]}
    # The page waits for it by itself.
    expect(gunnar.get_by_role("link", name="Kvitto (PDF)")).to_be_visible()
