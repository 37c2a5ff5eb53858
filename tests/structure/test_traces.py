"""What the portal leaves behind: mail, titles, addresses, file names, messages and logs (V17)."""

import email
import email.policy
import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import clear_url_caches, get_resolver, reverse
from django.utils import timezone

from coordination.access.urls import path, public
from coordination.audit import log
from coordination.jobs import queue
from coordination.jobs.models import Job, OutgoingMail
from forums.models import Forum
from tests import LONG
from tests.conftest import WatchfulClient
from tests.structure.browsing import read
from tests.structure.module_world import undone
from tests.structure.pages import Samples, pages
from tests.world import KEEPERS

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

FORUM_NAME = "namn"
PLACES = ("plats", "rum", "lokal")
OWN_ACTION = ("åtgärd", "struken")
TYPED = "ordsomnågonskrev"
CLOSED = ("sig", "special")
"""Forums that may handle individuals: not even their names leave the portal."""


def kinds(world, text: str) -> set[tuple[str, str]]:
    """The canaries in a text, as (what kind of text they stand for, whose)."""
    return {
        (re.fullmatch(rf"kanarie(\w+?){key}\d+q", word).group(1), key)
        for word, key in world.canaries.items()
        if word in text
    }


def names_of_people(world) -> list[str]:
    """Names, user names and addresses of the cast."""
    return [
        words
        for person in world.people.values()
        for words in (str(person), person.username, person.email)
    ]


@pytest.fixture(scope="module")
def sent(world, logged) -> list[tuple[str, email.message.EmailMessage]]:
    """Every mail of the world, with the user name of its receiver."""
    with override_settings(EMAIL_BACKEND="coordination.jobs.mail.FolderBackend"):
        while queue.sweep():  # each stops after its budget
            pass
        # A second letter of a kind on one day waits for the next morning's.
        with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
            while queue.sweep():
                pass
    assert not Job.objects.exclude(state="done").exists(), "a job of the world did not end well"
    mails = []
    for file in sorted(Path(settings.MAIL_DIR).glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        mails.append((message["To"].split("@")[0], message))
    assert len(mails) == OutgoingMail.objects.filter(state="sent").count() > 15
    return mails


@pytest.fixture(scope="module")
def samples(world, logged, sent) -> Samples:
    return Samples(world, logged)


VISITORS = {
    "bra": "anna.ek gun.malm leila.amiri bo.kvist",
    "vivalla": "maria.sten per.holm",
    "oxhagen": "jonas.berg eva.strand",
    "sig": "maria.sten per.holm",
    "special": "jonas.berg nils.frisk",
    "-": "anna.ek maria.sten leila.amiri ulla.vik bo.kvist stina.alm ny.person ida.rask kaj.berg",
    "one": "anna.ek maria.sten leila.amiri ulla.vik bo.kvist stina.alm tove.lind lars.nord ida.rask kaj.berg",
}
"""For each forum one who keeps it, one who reads it, and whoever is called; and who visits lists."""


@pytest.fixture(scope="module")
def visited(samples) -> list[tuple[str, str, HttpResponse]]:
    """Every page of every forum as each of its visitors: (who, page, response)."""
    found = []
    with_password = samples.world.person("anna.ek")
    with_password.set_password("sol vind och vatten")  # only they are shown how to change it
    with_password.save()
    for target, usernames in VISITORS.items():
        for username in usernames.split():
            client = WatchfulClient(samples.world, username)
            for name, parameters in pages().items():
                if target in samples.targets(parameters, name):
                    address = samples.address(name, parameters, target)
                    found.append((username, name, client.get(address)))
    return found


# Mail ----------------------------------------------------------------------------------------------


def said(message: email.message.EmailMessage) -> str:
    """Subject, body and calendar file of a mail: all that its receiver reads. The file holds the
    receiver's own address, and that once."""
    body = message.get_body()
    assert body is not None
    text = f"{message['Subject']}\n{body.get_content()}"
    for part in message.iter_attachments():
        file = part.get_content().replace("\r\n ", "")
        assert file.count(message["To"]) == 1
        text += "\n" + file.replace(message["To"], "")
    return text


def test_v17_a_mail_holds_the_forum_the_place_and_the_receivers_own_actions_and_no_other_text(
    world, sent
):
    for receiver, message in sent:
        text = said(message)
        for kind, key in kinds(world, text):
            allowed = {*PLACES} if key in CLOSED else {FORUM_NAME, *PLACES, *OWN_ACTION}
            assert kind in allowed, f"{kind} of {key} was mailed to {receiver}"
            if kind in OWN_ACTION:
                mine = world.held[key].actions.filter(owners__user=world.person(receiver))
                assert any(action.text in text for action in mine)
        assert not [word for word in world.foreign_to(receiver) if word in text]


def test_v17_the_subject_of_a_mail_holds_at_most_the_name_of_an_open_forum(world, sent):
    for _receiver, message in sent:
        found = kinds(world, message["Subject"])
        assert {kind for kind, _key in found} <= {FORUM_NAME}
        assert not {key for _kind, key in found} & set(CLOSED)


def test_v17_no_mail_names_anybody(world, sent):
    for receiver, message in sent:
        text = said(message)
        assert not [name for name in names_of_people(world) if name in text], receiver
        assert "Forum" not in str(message["From"])


def test_v17_no_header_and_no_file_of_a_mail_names_anybody_but_its_receiver(world, sent):
    for receiver, message in sent:
        rest = "\n".join(f"{k}: {v}" for k, v in message.items() if k not in ("Subject", "To"))
        assert not kinds(world, rest)
        assert message["To"] == f"{receiver}@example.org"
        for part in message.iter_attachments():
            assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "mote.ics")
    for file in Path(settings.MAIL_DIR).iterdir():
        assert not [name for name in names_of_people(world) if name in file.name]


# Pages -----------------------------------------------------------------------------------------------


def test_every_page_was_visited_by_somebody_who_may_see_it(visited, capsys):
    shown = {name for _who, name, response in visited if response.status_code == 200}
    # The feed opens to a secret alone: tests/forums/test_subscriptions.py reads it.
    answers = {name: set[int]() for name in set(pages()) - shown - {"calendar_feed"}}
    for _who, name, response in visited:
        if name in answers:
            answers[name].add(response.status_code)
    assert {name: found for name, found in answers.items() if not found & {302, 405}} == {}
    with capsys.disabled():
        print(f"\nFIGURE canaries: 0 leaked in {len(visited)} pages")
    assert len(visited) > 300


def test_v17_no_page_title_names_a_person_or_holds_free_text(world, visited):
    for _who, name, response in visited:
        title = read(response).title
        assert {kind for kind, _key in kinds(world, title)} <= {FORUM_NAME}, f"{name}: {title}"
        assert not [person for person in names_of_people(world) if person in title], name


def test_v17_no_address_on_any_page_holds_a_name_or_a_text(world, visited):
    allowed = f"mailto:{settings.SUPPORT_EMAIL}"
    for _who, name, response in visited:
        for address in [*read(response).addresses, response.get("Location", "")]:
            assert not kinds(world, address), f"{name}: {address}"
            assert not [one for one in names_of_people(world) if one in address], address
            assert (
                re.fullmatch(r"(/|\?|#)[^@]*|", address)
                or address == allowed
                or (address.startswith("tel:"))
            ), f"{name}: {address}"


LISTS = (
    "moten|beslut|atgarder|uppdrag|aktorer|listor|rader|roda-traden|overenskommelser|atgardsplan"
    "|bibliotek|studiebesok|forslag|kontakter|resursrapporter|verksamheter|resurssammanstallning"
    "|begaranden"
)
FILE_NAME = re.compile(
    r'attachment; filename="('
    r"(protokoll|minutes)-\d{4}-\d\d-\d\d-v\d+\.pdf|resursrapport-\d{4}-v\d+\.pdf"
    r"|(underlag|uppdragsfil|overenskommelse)-\d+\.pdf|(mote|meeting)\.ics"
    rf'|({LISTS})-\d{{4}}-\d\d-\d\d\.(csv|xlsx))"'
)
"""A fixed word with a number or a day."""


def test_v17_no_file_is_named_by_a_person_or_a_text(world, visited):
    found = set()
    for _who, name, response in visited:
        if "Content-Disposition" in response:
            found.add(name)
            assert FILE_NAME.fullmatch(response["Content-Disposition"])
    # A list of the log is made by a job: tests/administration/test_log_exports.py reads its name.
    lists = {name for name in pages() if name.endswith("_export")} - {"review_log_export"}
    files = {"document", "assignment_file", "agreement_file", "actor_import_rows"}
    files |= {"minutes_pdf", "approved_pdf", "report_pdf", "meeting_calendar"}
    files |= {"activities_template"}
    assert found == files | lists
    for file in Path(settings.FILES_DIR).rglob("*.pdf"):
        assert re.fullmatch(r"[\w-]{30,}\.pdf", file.name)


def test_v17_no_message_after_an_act_names_a_person_or_repeats_a_text(samples):
    world, said, sent_to = samples.world, [], set()
    # In an ordinary run an open forum, and one that may handle individuals.
    for key in world.forums if LONG else ("bra", "sig"):
        client = Client()
        client.force_login(world.person(KEEPERS[key].split()[0]))
        for name, parameters in pages().items():
            if not parameters:
                continue
            address = samples.address(name, parameters, key)
            if address in sent_to and not LONG:
                continue  # about no forum: the keeper of the one before has sent it
            sent_to.add(address)
            forms = [("", {}), *_sendings(client, address)]
            for where, data in forms:
                with undone():
                    response = client.post(where or address, data)
                    said += [str(message) for message in get_messages(response.wsgi_request)]
    for text in said:
        assert not kinds(world, text), text
        assert TYPED not in text, text
        assert not [one for one in names_of_people(world) if one in text], text
    assert len(set(said)) >= 5, "too few messages were seen to mean something"


def _sendings(client: Client, address: str) -> Iterator[tuple[str, dict]]:
    """Each form of the page with each of its buttons: as it stands, and with its texts written."""
    response = client.get(address)
    response.close()
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
        return
    for form in read(response).forms:
        if form.method == "post" and "logout" not in form.action:
            for button in form.buttons or [("", "")]:
                yield form.action or address, form.filled(button)
                empty = [name for name in form.texts if not "".join(form.values.get(name, ""))]
                if empty:
                    yield form.action or address, form.filled(button, **dict.fromkeys(empty, TYPED))


# Logs, jobs and events ---------------------------------------------------------------------------------


class Kept(logging.Handler):
    """Keeps each record as the portal prints it, and as it was made."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        formatter = logging.getLogger().handlers[0].formatter
        assert formatter is not None
        self.lines += [formatter.format(record), record.getMessage()]


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """Everything that any logger says, however quiet it was told to be."""
    handler = Kept()
    root = logging.getLogger()
    known = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    loggers = [root, *(one for one in known if not one.propagate)]
    before = root.level
    printing = [one for one in root.handlers if isinstance(one, logging.StreamHandler)]
    assert printing
    root.setLevel(logging.INFO)
    for one in loggers:
        one.addHandler(handler)
    yield handler
    for one in loggers:
        one.removeHandler(handler)
    root.setLevel(before)


def quoting(request):
    """Fails with a text in its error, in its cause, and in its variables."""
    name = Forum.objects.order_by("pk").first().purpose
    try:
        int(name)
    except ValueError as error:
        raise RuntimeError(f"Could not save {name} {request.POST}") from error


@pytest.fixture(scope="module")
def quoting_job() -> Iterator[None]:
    """A kind of job that fails with a text in its error; gone again for the tests after these."""

    @queue.handler("tests.quoting", attempts=1)
    def quote(job: Job) -> None:
        raise RuntimeError(Forum.objects.order_by("pk").first().purpose)

    yield
    del queue._handlers["tests.quoting"]


def trouble(world, samples) -> None:
    """Pages seen, denied and broken; forms with texts in them; a job that fails for good."""
    for username in ("anna.ek", "ulla.vik", ""):
        client = WatchfulClient(world, username, raise_request_exception=False)
        client.get(f"/moten/?q={TYPED}")
        client.get(f"/{TYPED}/")
        client.post("/broken/", {"notes": TYPED})
        client.post("/konto/login/", {"login": TYPED, "password": TYPED})
        for name, parameters in pages().items():
            for target in samples.targets(parameters, name):
                if name != "account_logout" and target not in ("vivalla", "sig", "oxhagen"):
                    with undone():
                        client.get(samples.address(name, parameters, target))
    job = Job.objects.create(
        kind="tests.quoting", key="tests.quoting", ids={}, due_at=world.held["bra"].starts_at
    )
    assert not queue.run(job.pk)


@pytest.fixture(scope="module")
def after_trouble(world, samples, kept, quoting_job) -> Kept:
    class Addresses:
        urlpatterns = [
            path("broken/", quoting, name="broken", policy=public("a test", methods=("POST",))),
            *get_resolver().url_patterns,
        ]
        handler404 = "coordination.frame.errors.not_found"
        handler500 = "coordination.frame.errors.failed"

    with override_settings(ROOT_URLCONF=Addresses):
        clear_url_caches()
        trouble(world, samples)
    clear_url_caches()
    return kept


def test_no_text_and_no_name_reaches_the_log_whatever_fails(world, after_trouble):
    lines = after_trouble.lines
    assert any("RuntimeError" in line for line in lines), "the failure was not logged at all"
    assert any("Error page" in line for line in lines)
    assert any("tests.quoting" in line for line in lines)
    for line in lines:
        assert not kinds(world, line), line
        assert not [one for one in names_of_people(world) if one in line], line
        # An address that somebody made up stands in the log as they wrote it; nothing else does.
        assert TYPED not in line.replace(f"/{TYPED}/", ""), line


def test_a_failed_job_keeps_the_kind_of_its_error_and_nothing_of_its_text(after_trouble):
    job = Job.objects.get(kind="tests.quoting")
    assert (job.state, job.last_error) == ("failed", "RuntimeError")


def test_no_job_and_no_mail_row_holds_a_text_or_a_name(world, after_trouble):
    rows = [*Job.objects.values(), *OutgoingMail.objects.values()]
    assert len(rows) > 30
    text = json.dumps(rows, default=str, ensure_ascii=False)
    assert not kinds(world, text)
    assert not [one for one in names_of_people(world) if one in text]


def test_no_event_of_the_audit_log_holds_a_text_or_a_name(world, after_trouble):
    rows = list(log.events(zone=log.Zone.COORDINATION).values())
    assert len(rows) > 100
    text = json.dumps(rows, default=str, ensure_ascii=False)
    assert not kinds(world, text)
    assert not [one for one in names_of_people(world) if one in text]


def test_the_person_who_did_it_stands_in_the_log_as_a_commitment_only(world, after_trouble):
    keys = {str(person.pk) for person in world.people.values()}
    for event in log.events(zone=log.Zone.COORDINATION):
        assert event.actor not in keys
        if event.object_label == "access.user":
            assert event.object_key not in keys


def test_the_address_of_the_sign_in_page_tells_no_more_than_the_page_that_was_asked_for(client):
    response = client.get(reverse("meetings"), {"q": "x"})
    assert response["Location"] == "/konto/login/?next=%2Fmoten%2F%3Fq%3Dx"
