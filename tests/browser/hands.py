"""One person at the keyboard and the mouse: every act on a page goes through here and is counted.

A step is one click or tap, or one field typed or chosen. Shortcuts, Tab and what was filled in
already cost nothing.
"""

import re
from contextlib import AbstractContextManager
from typing import Any

from playwright.sync_api import Error, Locator, Page, expect

Words = str | re.Pattern[str]
ROLES = ("button", "link", "radio", "checkbox", "menuitem")


def field(scope: Locator, label: Words, *, exact: bool) -> Locator:
    """The field with that label; a section may bear the same words."""
    controls = scope.locator("input:not([type=radio], [type=checkbox]), textarea, select")
    return scope.get_by_label(label, exact=exact).and_(controls)


class Hands:
    """A page that can be acted on in counted ways only; `seen` is for looking."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.steps = 0
        self.done: list[str] = []

    # Acts: one step each ---------------------------------------------------------------------

    def press(self, words: Words, *, within: str = "main", exact: bool = False) -> None:
        """Click the one button or link that reads so."""
        button = self._page.locator(within).get_by_role("button", name=words, exact=exact)
        link = self._page.locator(within).get_by_role("link", name=words, exact=exact)
        self._click(button.or_(link), words)

    def pick(self, words: str, *, within: str = "main") -> None:
        """Choose a radio button or a box, by the label that people see and click."""
        begins = re.compile(rf"^\s*{re.escape(words)}\b")
        page, scope = self._page, self._page.locator(within)
        box = page.get_by_role("radio", name=begins).or_(page.get_by_role("checkbox", name=begins))
        expect(scope.locator(box)).to_have_count(1)
        self._click(scope.locator("label", has=box).or_(scope.locator(box)).first, words)

    def unfold(self, words: Words, *, within: str = "main") -> None:
        """Open what is folded away."""
        self._click(self._page.locator(within).locator("summary").filter(has_text=words), words)

    def _click(self, target: Locator, words: Words) -> None:
        self._count(f"click {words}")
        target.click()

    def write(self, label: Words, text: str, *, within: str = "main", exact: bool = True) -> None:
        """Type into the field with that label, in place of what stands there."""
        self._count(f"write {label}")
        self._field(label, within, exact).fill(text)

    def choose(self, label: Words, option: str, *, within: str = "main") -> None:
        """Choose in a list."""
        self._count(f"choose {label}")
        self._field(label, within, exact=False).select_option(label=option)

    def _field(self, label: Words, within: str, exact: bool) -> Locator:
        return field(self._page.locator(within), label, exact=exact)

    def _count(self, what: str) -> None:
        self.steps += 1
        self.done.append(what)

    # Acts that are no steps ------------------------------------------------------------------

    def shortcut(self, keys: str) -> None:
        assert keys in ("Control+Enter", "Tab", "Shift+Tab"), keys
        if keys == "Control+Enter":
            with self._page.expect_navigation():
                self._page.keyboard.press(keys)
        else:
            self._page.keyboard.press(keys)

    def open(self, address: str) -> None:
        """Where the task begins; getting there is not counted.

        A page that waits for a file fetches itself anew, and may do so while another address is asked
        for: whoever asked then asks again.
        """
        try:
            self._page.goto(address)
        except Error as error:
            if "net::ERR_ABORTED" not in str(error):
                raise
            self._page.goto(address)

    # Looking -----------------------------------------------------------------------------------

    @property
    def seen(self) -> "Seen":
        return Seen(self._page)

    @property
    def protocol(self) -> str:
        return "\n".join(f"{number:3} {what}" for number, what in enumerate(self.done, start=1))


class Seen:
    """What can be read off the page, and nothing that changes it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.url = page.url

    def text(self, words: Words) -> None:
        """The words are there to be seen, at once or in a moment."""
        expect(self._page.get_by_text(words).locator("visible=true").first).to_be_visible()

    def heading(self, words: Words) -> None:
        expect(self._page.get_by_role("heading", level=1)).to_contain_text(words)

    def address(self, pattern: str) -> None:
        expect(self._page).to_have_url(re.compile(pattern))

    def body(self, within: str = "main") -> str:
        return self._page.locator(within).inner_text()

    def holds(self, words: str) -> None:
        """The words are on the page, folded away or not."""
        expect(self._page.locator("main")).to_contain_text(words)

    def ticked(self, name: str) -> int:
        return self._page.locator(f"main input[name='{name}']:checked").count()

    def value(self, label: Words) -> str:
        return field(self._page.locator("main"), label, exact=True).input_value()

    def download(self, words: Words) -> AbstractContextManager[Any]:
        return self._page.expect_download()
