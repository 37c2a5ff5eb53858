"""Fifty guesses at the same moment, over real HTTP: no more are tried than of fifty in a queue."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import requests
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.utils import timezone

from coordination.access import limits
from coordination.access.models import User
from tests import LONG
from tests.access.factor_hands import PASSWORD, SIGN_IN

BURST = 50
ROUNDS = 10 if LONG else 1
WRONG, NONE_LEFT = "Användarnamnet eller lösenordet stämmer inte", "Det har varit för många försök"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 2 * BURST


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def portal(transactional_db, settings, tmp_path) -> Iterator[str]:
    """The portal at an address of its own, a thread for each request, each with a connection of its
    own: to the test database of PostgreSQL, or to a copy of it in a file, because SQLite's test
    database is in memory, where the locks are others."""
    settings.PROXIES = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    gun = User(username="gun.malm", email="gun@example.org", notice_read_at=timezone.now())
    gun.set_password(PASSWORD)
    gun.save()
    before = connections.settings["default"]
    if connection.vendor == "sqlite":
        copy = tmp_path / "portal.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        connections.settings["default"] = {**before, "NAME": str(copy)}
    inner = get_wsgi_application()

    def application(environ: dict, start: Any) -> list[bytes]:
        response: Any = inner(environ, start)
        try:
            return [b"".join(response)]
        finally:
            response.close()
            connections.close_all()

    server = make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        connections.settings["default"] = before


class Visitor:
    """A browser at an address; the proxy of ours wrote that address last, the sender the rest."""

    def __init__(self, portal: str, address: str, forged: str = "") -> None:
        self.session = requests.Session()
        passed = f"{forged}, {address}" if forged else address
        self.session.headers.update({"X-Forwarded-For": passed, "Referer": portal})
        self.way = portal + SIGN_IN
        page = self.session.get(self.way, timeout=60).text
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found, page
        self.token = found[1]

    def guesses(self, username: str, password: str) -> str:
        """What became of it: in, wrong (it was tried), or none left."""
        answer = self.session.post(
            self.way,
            {"login": username, "password": password, "csrfmiddlewaretoken": self.token},
            allow_redirects=False,
            timeout=120,
        )
        if answer.status_code == 302:
            return "in"
        found = [said for said in (WRONG, NONE_LEFT) if said in answer.text]
        assert found, (answer.status_code, re.sub(r"(?s)<[^>]+>|\s+", " ", answer.text)[-1500:])
        return found[0]


def test_of_fifty_at_once_as_many_are_tried_as_of_a_queue_and_the_owner_comes_in(portal):
    assert Visitor(portal, "192.0.2.7").guesses("gun.malm", PASSWORD) == "in"
    for number in range(ROUNDS):
        thieves = [
            Visitor(portal, f"10.0.{number}.1", forged=f"198.51.100.{n}") for n in range(BURST)
        ]
        home = Visitor(portal, "192.0.2.7")
        together = threading.Barrier(BURST + 1)

        def guess(visitor: Visitor, home: Visitor = home, together: Any = together) -> str:
            together.wait(timeout=60)
            return visitor.guesses("gun.malm", PASSWORD if visitor is home else "fel")

        with ThreadPoolExecutor(BURST + 1) as pool:
            *theirs, hers = pool.map(guess, [*thieves, home])
        assert Counter(theirs) == {WRONG: limits.PER_PLACE, NONE_LEFT: BURST - limits.PER_PLACE}
        assert hers == "in"
