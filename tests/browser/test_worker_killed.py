"""kill -9 of the worker while it works: exactly one PDF, and exactly one letter for each owner."""

import socket

import pytest
from playwright.sync_api import Page, expect

from tests.browser import bra_meeting as bra
from tests.browser.documents import long_day
from tests.browser.portal import Portal, until


@pytest.fixture
def finished(portal: Portal, visit):
    """A meeting with an action for everyone, finished in the browser while no worker runs."""
    portal.settle()
    portal.kill_worker()
    try:
        yield finish(portal, visit("anna.ek"))
    finally:
        if portal.worker.process.poll() is not None:
            portal.start_worker()


def finish(portal: Portal, page: Page):
    forum = portal.stage.council()
    meeting = portal.stage.running(forum=forum["pk"], titles=["Den enda punkten"], present=True)
    page.goto(f"/moten/{meeting['pk']}/for-protokoll/{meeting['items']['Den enda punkten']}/")
    page.get_by_label("Vad", exact=True).fill("Läsa igenom planen")
    names = [username.replace(".", " ").title() for username, _role, _place in bra.MEMBERS]
    page.get_by_label("Ansvarig", exact=True).fill(", ".join(names))
    page.locator(".actions--bar").get_by_role("button", name="Avsluta mötet").click()
    page.wait_for_url("**/protokoll/")
    expect(page.locator("main")).to_contain_text("PDF-filen skapas")
    # The page asks again by itself until the file is there.
    page.goto("/hjalp/")
    return forum, meeting


def kill_at_work(portal: Portal, kind: str) -> None:
    """Start the worker, and kill it with such a job in its hands."""
    portal.start_worker()
    until(lambda: portal.stage.claimed_jobs(kind=kind), f"the worker takes a {kind}")
    portal.kill_worker()


def kill_while_the_mail_server_is_silent(portal: Portal) -> None:
    """The worker takes a letter, reaches a server that never greets it, and is killed as it waits.

    Written to a folder a letter is gone in milliseconds: on a busy machine nobody sees it in the worker's hands.
    """
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        usual = portal.worker.env
        portal.worker.env = usual | {"PORTAL_SMTP_HOST": host, "PORTAL_SMTP_PORT": str(port)}
        try:
            kill_at_work(portal, "jobs.mail")
        finally:
            portal.worker.env = usual


def go_on(portal: Portal) -> None:
    """Time passes, the launcher starts the worker again, and everything is done."""
    portal.stage.let_the_leases_run_out()
    portal.start_worker()
    portal.settle()


def assert_once(portal: Portal, forum, meeting, before: set[str]) -> None:
    (version,) = portal.stage.minutes_of(meeting=meeting["pk"])
    assert version["has_file"]
    assert portal.stored() - before == {version["file"]}
    assert (portal.files / version["file"]).read_bytes().startswith(b"%PDF")
    letters = portal.letters_to_owners(forum["name"], long_day(meeting["day"]))
    assert sorted(letter.to for letter in letters) == sorted(
        f"{username}@example.org" for username, _role, _place in bra.MEMBERS
    )


def test_killed_while_the_minutes_are_rendered(portal, finished):
    before = portal.stored()
    kill_at_work(portal, "forums.minutes_pdf")
    go_on(portal)
    assert_once(portal, *finished, before)


def test_killed_while_letters_are_sent(portal, finished):
    before = portal.stored()
    forum, meeting = finished
    kill_while_the_mail_server_is_silent(portal)
    portal.stage.let_the_leases_run_out()

    portal.start_worker()
    until(
        lambda: portal.letters_to_owners(forum["name"], long_day(meeting["day"])),
        "the first letter is out",
    )
    portal.kill_worker()

    go_on(portal)
    assert_once(portal, forum, meeting, before)
