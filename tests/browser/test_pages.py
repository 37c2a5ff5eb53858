"""Every page: nothing for axe to find, no sideways scroll, one h1, its own title, few bytes, keyboard."""

import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import bra_meeting as bra
from tests.browser import pages
from tests.browser.reading import NARROW, found_wrong, open_page, wrong_with_tab

WEIGHT_LIMIT = 100_000
ALL = {**pages.PAGES, **pages.MORE}
VIEWS = (
    "meetings filtered",
    "decisions without any",
    "decisions that nobody has carried out",
    "actions without any",
    "assignments by deadline",
    "assignments without any",
    "measures that are late",
    "measures without any",
    "actions from the last meeting",
    "actors to be checked",
    "actors without any",
    "summary of resources, narrowed",
    "search with hits",
)
"""Pages that are there already, asked otherwise."""

SENT = """(html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  return {
    title: page.title,
    files: [...page.querySelectorAll("link[rel=stylesheet], script[src]")]
      .map((one) => one.getAttribute("href") || one.getAttribute("src")),
    inline: page.querySelectorAll("script:not([src]), style").length,
  };
}"""


@pytest.fixture
def annas(visit) -> Page:
    """Anna's page, with nothing that moves."""
    page = visit("anna.ek", reduced_motion="reduce")
    visit.watch(page).expect("/finns-inte/")
    return page


def addresses(examples: dict[str, int]) -> Iterator[tuple[str, str]]:
    for name, address in ALL.items():
        yield name, address.format(**examples)


def test_every_address_is_walked():
    known = set(pages.PAGES) | set(pages.OF_OTHERS) | set(pages.ELSEWHERE) | pages.NOT_FOR_READING
    closed = {name for name in pages.names() if name.startswith("account_")} - known
    # The demo's way in exists where the tests themselves run only if they run as a demo.
    assert pages.names() - closed | {"demo_sign_in"} == known


@pytest.mark.parametrize("name", ALL)
def test_a_page_can_be_read_and_reached_by_all(annas, examples, name):
    open_page(annas, ALL[name].format(**examples))
    assert wrong_with_tab(annas) == []
    assert found_wrong(annas) == []


def as_sent(page: Page, address: str) -> dict:
    """What stands in the page as the portal sends it, asked for by the person whose page this is."""
    return page.evaluate(SENT, page.request.get(address).text())


def test_titles_are_their_own(annas, examples):
    titles: dict[str, list[str]] = {}
    for name, address in addresses(examples):
        title = as_sent(annas, address)["title"]
        assert title.endswith(" – Samordningsportalen"), title
        if name not in VIEWS:
            titles.setdefault(title, []).append(name)
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}


def test_pages_weigh_little(portal, annas, examples):
    sizes: dict[str, int] = {}
    heaviest = 0
    for name, address in addresses(examples):
        page = as_sent(annas, address)
        assert page["inline"] == 0, name
        for file in set(page["files"]) - set(sizes):
            sizes[file] = weight_of(portal.address + file)
        weight = sum(sizes[file] for file in page["files"])
        heaviest = max(heaviest, weight)
        assert weight <= WEIGHT_LIMIT, (name, weight)
    print(f"FIGURE heaviest page, CSS and JS as sent: {heaviest} bytes")


def weight_of(address: str) -> int:
    """The bytes that travel when a browser asks for the file."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "br, gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.headers["Content-Encoding"] in ("br", "gzip"), address
        return len(answer.read())


def test_the_skip_link_skips(annas, examples):
    for address in ("/", f"/moten/{examples['log']}/for-protokoll/{examples['item']}/"):
        annas.goto(address)
        annas.evaluate("document.activeElement.blur()")
        annas.locator("a.skip").focus()
        annas.keyboard.press("Enter")
        assert annas.evaluate("document.activeElement.id") == "main"


def test_a_menu_closes_on_escape_and_gives_focus_back(annas, examples):
    annas.goto(f"/moten/{examples['plan']}/")
    summary = annas.locator("main details.menu > summary")
    summary.focus()
    annas.keyboard.press("Enter")
    expect(annas.locator("main details.menu")).to_have_attribute("open", "")
    annas.keyboard.press("Tab")
    annas.keyboard.press("Escape")
    expect(annas.locator("main details.menu")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


@pytest.mark.parametrize("name", ["minutes_version", "meeting_agenda"])
def test_paper_has_the_text_and_no_navigation(annas, examples, name):
    annas.goto(ALL[name].format(**examples))
    annas.emulate_media(media="print")
    for hidden in (".site-nav", ".site-head form", ".skip", "main .page-head__actions", "nav"):
        for one in annas.locator(hidden).all():
            expect(one).to_be_hidden()
    expect(annas.locator("h1")).to_be_visible()
    expect(annas.get_by_text(bra.ITEMS[-1].title).first).to_be_visible()


@pytest.mark.parametrize("name", ["start", "forum", "log_item", "minutes_version", "meeting_plan"])
def test_pictures(annas, examples, name, picture):
    open_page(annas, ALL[name].format(**examples))
    picture(annas, name)
    annas.set_viewport_size(NARROW)
    annas.emulate_media(color_scheme="dark")
    picture(annas, f"{name}-narrow-dark")
