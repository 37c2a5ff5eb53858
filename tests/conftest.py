"""What every test has at hand: the world, and a client that cries when it sees another's canary."""

import contextlib
import io
import os
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pypdf
import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import management
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpResponse
from django.template import Template
from django.test import Client, override_settings
from django.test.utils import _TestState
from hypothesis import settings as hypothesis_settings

from tests import snapshots
from tests import world as the_world
from tests.racing import Race
from tests.world import CANARY, World

# How long an example takes says something of the machine, not of the portal.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """The database of the tests begins as a copy of one that is migrated, where bin/test has made one:
    in PORTAL_TEST_MIGRATED its file, or on PostgreSQL its name. Otherwise each process migrates its own."""
    made = os.environ.get("PORTAL_TEST_MIGRATED", "")
    if made and connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = made
    command = management.call_command

    def copied_first(name: str, *args: Any, **options: Any) -> Any:
        if name == "migrate":
            patch.undo()
            connection.ensure_connection()
            with contextlib.closing(sqlite3.connect(made)) as source:
                source.backup(connection.connection)
        return command(name, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        if made and connection.vendor == "sqlite":
            patch.setattr(management, "call_command", copied_first)
        yield


@pytest.fixture(autouse=True, scope="session")
def passwords_are_hashed_at_once() -> Iterator[None]:
    """The real way takes half a second on purpose, and the tests sign in a hundred times. Those that
    are about it, and all that run in processes of their own, hash the real way."""
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[quick, *settings.PASSWORD_HASHERS]):
        yield


@pytest.fixture(autouse=True, scope="session")
def cases_have_a_key() -> Iterator[None]:
    """The world holds cases, whatever the installation that runs the tests has."""
    with override_settings(CASES_ENABLED=True, CASE_KEYS=[the_world.CASE_KEY]):
        yield


@pytest.fixture(autouse=True, scope="session")
def nobody_waits_for_the_disk() -> Iterator[None]:
    """What is on the disk matters when a machine loses its power, which no test does to it: as the
    tests' PostgreSQL, they leave it to the machine. Processes of their own wait as they always do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="module")
def rendered_as_in_service(django_test_environment: None) -> Iterator[None]:
    """Django's tests tell of every template that is rendered, each widget too, and keep its context.
    Tests that read some hundred pages, and no context, ask for this."""
    told = Template._render
    Template._render = _TestState.saved_data.template_render
    yield
    Template._render = told


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path) -> None:
    """Files, mail and checkpoints of a test go to its own folder."""
    settings.FILES_DIR = tmp_path / "files"
    settings.MAIL_DIR = tmp_path / "mail"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


@pytest.fixture(autouse=True)
def static_files_as_they_lie(settings, tmp_path) -> None:
    """Names without hashes: the hashed ones exist only after collectstatic."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def world(db) -> World:
    built = snapshots.given(the_world.build)
    the_world.planned_now()
    return built


class WatchfulClient(Client):
    """Reads every response as its reader would, and fails on a text that is not theirs to read."""

    def __init__(self, world: World, username: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.world, self.username = world, username
        self.answers = 0
        if username:
            self.force_login(world.person(username))

    def request(self, **request: Any) -> HttpResponse:
        response = super().request(**request)
        self.answers += 1
        seen = readable(response)
        # Every canary is a word of letters and numbers that begins alike (World.canary).
        seen = " ".join(re.findall(rf"{CANARY}\w*", seen))
        leaked = [w for w in self.world.foreign_to(self.username) if w in seen] if seen else []
        assert not leaked, f"{self.username or 'nobody'} was shown {leaked[:3]}"
        return response


def readable(response: HttpResponse) -> str:
    """Everything a reader of the response could read: headers, body, a PDF's text and metadata,
    every part of a workbook."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response.streaming:
        response.streaming_content = [body]
    text = "\n".join(f"{name}: {value}" for name, value in response.items())
    if body.startswith(b"%PDF"):
        document = pypdf.PdfReader(io.BytesIO(body))
        pages = "\n".join(page.extract_text() for page in document.pages)
        return f"{text}\n{pages}\n{document.metadata}"
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as workbook:
            parts = [workbook.read(name).decode(errors="replace") for name in workbook.namelist()]
        return "\n".join([text, *parts])
    return f"{text}\n{body.decode(errors='replace')}"


@pytest.fixture
def race(transactional_db, tmp_path) -> Iterator[Race]:
    """For acts at once (tests/racing.py)."""
    running = Race(tmp_path)
    yield running
    running.over()


@pytest.fixture
def signed_in_as(world: World) -> Callable[[str], WatchfulClient]:
    """`signed_in_as("anna.ek")`: a watchful client; with "" nobody is signed in."""
    return lambda username: WatchfulClient(world, username)


@pytest.fixture(autouse=True, scope="session")
def transactions_keep_their_connection() -> Iterator[None]:
    """A response that a test closes ends a request for Django, which then closes connections that it
    finds in a transaction: the test's own. SQLite in memory takes no notice, PostgreSQL does."""
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def close_outside(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            close(self)

    BaseDatabaseWrapper.close_if_unusable_or_obsolete = close_outside  # type: ignore[method-assign]
    yield
    BaseDatabaseWrapper.close_if_unusable_or_obsolete = close  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def forced_sign_in_is_whole():
    """`force_login` stands for the whole way in, second factor too. Signing in through the page does
    not come here: the test client's own sign-in is the one without a method."""

    def show_factor(sender, request, user, **kwargs):
        if request.method is None:
            record_authentication(request, user, "mfa")

    user_logged_in.connect(show_factor, weak=False)
    yield
    user_logged_in.disconnect(show_factor)
