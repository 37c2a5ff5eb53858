"""One portal, one Chromium and one watch for all browser tests."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser import portal as the_portal
from tests.browser.hands import Hands
from tests.browser.portal import ROOT, Portal, chromium
from tests.browser.watch import Watch

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = ROOT / "test-results" / "browser"

expect.set_options(timeout=10_000)


def launch_options() -> dict:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium(), "headless": True, "args": [*FLAGS, *sandbox]}


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal's data with the demo in it, built once for all processes of the run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, made = shared / "demo", shared / "demo-made"
    with (shared / "demo-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            Portal(folder, the_portal.start.machine.free_port()).build()
            made.touch()
    return folder


@pytest.fixture(scope="session")
def portal(demo_folder: Path) -> Iterator[Portal]:
    """The portal with its demo. Each test acts in a forum of its own."""
    with tempfile.TemporaryDirectory(prefix="portal-browser-") as folder:
        shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
        running = Portal(Path(folder), the_portal.start.machine.free_port())
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser_process(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(**launch_options())
    yield browser
    browser.close()


class Visitors:
    """Opens browser contexts for people, signed in, watched, and closed when the test ends."""

    def __init__(self, portal: Portal, browser: Browser, signed_in: dict[str, Any]) -> None:
        self.portal, self.browser, self.signed_in = portal, browser, signed_in
        self.open: list[tuple[BrowserContext, Watch]] = []

    def __call__(self, username: str = "anna.ek", *, anew: bool = False, **options: Any) -> Page:
        """A new page of that person, on a context of their own; "" for somebody not signed in.

        One sign-in serves all tests, except those that end it: they sign in `anew`.
        """
        kept = None if anew else self.signed_in.get(username)
        context = self.browser.new_context(
            base_url=self.portal.address,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            storage_state=kept,
            **{"viewport": {"width": 1280, "height": 900}, **options},
        )
        context.set_default_timeout(10_000)
        self.open.append((context, Watch(context, self.portal.address)))
        page = context.new_page()
        if username and not kept:
            sign_in(page, username)
            if not anew:
                self.signed_in[username] = context.storage_state()
        return page

    def watch(self, page: Page) -> Watch:
        return next(watch for context, watch in self.open if context == page.context)

    def hands(self, username: str = "anna.ek", **options) -> Hands:
        return Hands(self(username, **options))

    def close(self) -> None:
        for context, _watch in self.open:
            context.close()
        for _context, watch in self.open:
            watch.verify()


START_PAGE = re.compile(r"^https?://[^/]+/$")


def sign_in(page: Page, username: str) -> None:
    """One click in the demo's list of people."""
    page.goto("/konto/login/")
    page.locator(f"button[name=user][value='{username}']").click()
    page.wait_for_url(START_PAGE)


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """What the browser keeps of each person's sign-in."""
    return {}


@pytest.fixture
def visit(
    portal: Portal, browser_process: Browser, signed_in: dict[str, Any]
) -> Iterator[Visitors]:
    """`visit("jonas.berg")` is a page of his; every page is watched until the test ends."""
    visitors = Visitors(portal, browser_process, signed_in)
    yield visitors
    visitors.close()


@pytest.fixture(scope="session")
def examples(portal: Portal) -> dict[str, int]:
    """Keys of one of everything that has a page, by the names in tests/browser/pages.py."""
    found = portal.stage.examples()
    portal.settle()
    return found


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """`picture(page, "log")` keeps what the page looks like in test-results/browser/."""

    def take(page: Page, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{re.sub(r'[^a-z0-9-]', '-', name)}.png", full_page=True)

    return take
