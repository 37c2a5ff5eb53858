"""Watches everything that pages do in the browser: no error, no breach of the policy, no stranger."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

REPORT_BREACHES = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error("Breach of the content security policy: " + event.violatedDirective
    + " " + event.blockedURI);
});
"""
ABANDONED = "net::ERR_ABORTED"
"""The browser gave a request up itself: the page was left, or the answer was a download."""


class Watch:
    """What went wrong on the pages of one context, except what the test said would."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.origin = address
        self.wrong: list[str] = []
        self.expected: list[re.Pattern[str]] = []
        self.requests: list[str] = []
        context.add_init_script(REPORT_BREACHES)
        context.on("page", self._follow)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"script error: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def expect(self, words: str) -> None:
        """Something that would be wrong on any other page belongs to this test."""
        self.expected.append(re.compile(words))

    def verify(self) -> None:
        left = [line for line in self.wrong if not any(one.search(line) for one in self.expected)]
        assert not left, "on the pages: " + "\n".join(left)

    def _note(self, line: str) -> None:
        self.wrong.append(line)

    def _follow(self, page: Page) -> None:
        page.on("crash", lambda _page: self._note("the page crashed"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        self.requests.append(request.url)
        if address.scheme in ("data", "blob", "about"):
            return
        if f"{address.scheme}://{address.netloc}" != self.origin:
            self._note(f"a request to another origin: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != ABANDONED:
            self._note(f"a request failed: {request.url} ({request.failure})")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"status {response.status}: {response.request.method} {response.url}")
