"""A person with a browser, as far as the server can tell: one connection a request, cookies, forms."""

import base64
import hmac
import html
import http.client
import re
import secrets
import ssl
import struct
import time
import urllib.parse
from dataclasses import dataclass, field

SECOND = "/konto/andra-steget/"


def code_now(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = mac[-1] & 15
    number: int = struct.unpack(">I", mac[start : start + 4])[0]
    return f"{number & 0x7FFFFFFF:06}"[-6:]


@dataclass
class Answer:
    status: int
    body: bytes
    location: str
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass
class Visitor:
    """`address` is what stands in the address field: scheme, host and port."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    patience: float = 20
    authority: str = ""
    """The file of the certificate that the proxy's is checked against."""

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, data: dict[str, str]) -> Answer:
        """Send a form. Without a token from a page one is made, as a page would have."""
        secure = self.address.startswith("https")
        name = "__Host-csrftoken" if secure else "csrftoken"
        token = self.cookies.setdefault(name, secrets.token_hex(16))
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **data})
        return self._ask("POST", path, form)

    def sign_in(self, username: str, password: str, secret: str = "") -> Answer:
        """Through the sign-in page, as people do. The answer leads away from it when it went well.

        `secret` is that of the person's authenticator app, whose code is then given too.
        """
        answer = self._password(username, password)
        if not secret or answer.location != SECOND:
            return answer
        self.get(SECOND)
        return self.post(SECOND, {"code": code_now(secret)})

    def _password(self, username: str, password: str) -> Answer:
        page = self.get("/konto/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, f"no form on the sign-in page ({page.status})"
        return self.post(
            "/konto/login/",
            {
                "csrfmiddlewaretoken": html.unescape(token[1]),
                "login": username,
                "password": password,
            },
        )

    def announce(self, path: str, size: int) -> Answer:
        """Say that a body of so many bytes follows, and send none."""
        return self._ask("POST", path, None, {"Content-Length": str(size)})

    def _ask(
        self, method: str, path: str, form: str | None, more: dict[str, str] | None = None
    ) -> Answer:
        parts = urllib.parse.urlsplit(self.address)
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=self.authority or None)
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=self.patience, context=context
            )
        else:
            connection = http.client.HTTPConnection(
                parts.hostname or "", parts.port, timeout=self.patience
            )
        headers = {"Connection": "close", "Referer": self.address + path}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={it}" for name, it in self.cookies.items())
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = self.address
        headers |= more or {}
        try:
            connection.request(method, path, body=form, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(
            answer.status, body, answer.headers.get("Location", ""), dict(answer.headers.items())
        )
