"""Every form of every page that arrives twice, as by a double click, is carried out once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from coordination.access.models import STAFF, Denials, FactorState, Identity
from coordination.access.urls import every_url
from coordination.actors.models import Organisation
from coordination.assignments import guidelines
from coordination.assignments.models import Assignment
from coordination.audit.models import Event
from coordination.jobs.models import Job
from coordination.writing import drafts, saved_views
from coordination.writing.models import Draft, Submission
from coordination.writing.once import FIELD
from forums import agenda, agreed, assigned, cancelling, meetings, proceedings, register
from forums.models import AgendaItem
from forums.views.log_page import draft_place
from tests import LONG
from tests.structure.browsing import Form, read
from tests.structure.module_world import undone
from tests.structure.pages import ONE_OF, Samples, name_of, pages

pytestmark = pytest.mark.django_db

WHO = (
    *("anna.ek", "oskar.lind", "stina.alm", "bo.kvist", "tove.lind", "leila.amiri"),
    *("lars.nord", "maria.sten"),
)
"""Coordinators, an administrator, a reviewer, one who is asked about what they did, and a reporter."""
OTHERWISE = ("text", "notes", "number", "contacts")
"""The last part of names of fields in which other words are written than stand there."""
CHOSEN_ANEW = ("status", "way")
"""Lists in which another is chosen than stands there: of the ways in, the one that begins a draft."""
LEFT_OPEN = ("secretary-who",)
"""Lists where nothing is chosen: nobody is chair and secretary both."""
TRIES = 6
"""So many times a button is looked for where pressing it does something."""

TWICE_IS_ONCE = "without a key: ONCE_NOT_NEEDED in test_source.py says why"
KEEPS = "an autosave: kept twice is kept, see below"
SHOWN_FIRST = (
    "its days are shown before they are planned: tests/forums/test_series.py sends it twice"
)
NOT_SENT = {
    "meeting_series": SHOWN_FIRST,
    "meeting_series_change": (
        "what changes is shown before it is changed: tests/forums/test_rescheduling.py sends it twice"
    ),
    **dict.fromkeys(
        (
            *("attendance_autosave", "log_item_autosave", "meeting_afterwards_draft"),
            "minutes_edit_autosave",
        ),
        KEEPS,
    ),
    **dict.fromkeys(
        (
            *("account_login", "account_logout", "app_add", "codes_again", "confirm"),
            *("factor_remove", "invitation", "key_add", "mfa_authenticate", "notice"),
            *(
                "cases_names",
                "cases_search",
                "password_change",
                "recovery_codes",
                "session",
                "sessions_end",
                "set_language",
            ),
        ),
        TWICE_IS_ONCE,
    ),
    **dict.fromkeys(
        ("destruction_answer", "destruction_new", "hold", "hold_lift"),
        "those who decide on destruction: tests/cases/test_destroying.py sends them twice",
    ),
    "assignment_new": (
        "owners are ticked by hand: it is sent twice in tests/assignments/test_pages.py"
    ),
    "actor_imports": "a file is chosen by hand: it is sent twice in tests/actors/test_importing.py",
    "library_start": (
        "stands in an empty library alone: tests/knowledge/test_library.py sends it twice"
    ),
    "assignment_file_new": (
        "a file is chosen by hand: it is sent twice in tests/assignments/test_files.py"
    ),
    "agreement_file_new": (
        "a file is chosen by hand: tests/agreements/test_files_and_warnings.py sends it twice"
    ),
    **dict.fromkeys(
        ("report_attest", "report_begin"),
        "the report is in another state: tests/resources/test_pages.py sends them twice",
    ),
    **dict.fromkeys(
        (
            *("case_close", "case_closing", "case_closing_refuse", "case_conflict"),
            *("case_consent_new", "case_glimpse_end", "case_hand_over"),
            *("glimpse_approve", "glimpse_new"),
        ),
        "the case must be brought so far first: tests/cases/test_sent_twice.py sends it twice",
    ),
    "activities_paste": (
        "what is sent is shown first: tests/resources/test_from_excel.py confirms it twice"
    ),
    "document_new": (
        "a file is chosen by hand: it is sent twice in tests/forums/test_documents.py"
    ),
}
"""Addresses that take what is sent and are not tried as forms, each with the reason."""


@pytest.fixture(scope="module")
def samples(world, logged) -> Samples:
    """The world, with something to do on the pages that show a form only then."""
    anna, oskar = world.person("anna.ek"), world.person("oskar.lind")
    running, written = logged["bra"], world.held["bra"].items.in_order().first()
    proceedings.save_item(item=written, notes="Nytt", version=written.version, by=anna)
    proceedings.mark_all_present(meeting=running, by=anna)
    torn = draft_place(running.items.in_order().first())
    drafts.keep(user=oskar, place=torn, data={"notes": "Min text"})
    starts_at = timezone.now() + timedelta(minutes=5)
    meetings.plan(
        forum=world.forums["bra"],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        by=anna,
    )
    # A called meeting with something new to tell.
    proposed = world.next["bra"].items.in_order().last()
    AgendaItem.objects.filter(pk=proposed.pk).update(title="Nytt namn på punkten")
    # A forum without a next meeting.
    for one in agenda.ahead(world.forums["oxhagen"], now=timezone.now()):
        cancelling.cancel(meeting=one, reason="Sjukdom", by=anna)
    # A membership with a last day, that may go on.
    member = world.forums["bra"].seats.filter(role="member", user__isnull=False).earliest("pk")
    register.end_seat(seat=member, on=timezone.localdate() + timedelta(days=30), by=anna)
    # A decision that is about no assignment and no agreement.
    assigned.assign(decision=written.decisions.get(), assignment=None, by=anna)
    agreed.agree(decision=written.decisions.get(), agreement=None, by=anna)
    # A newer guideline, that nobody has said of which assignments go on under it.
    guidelines.establish(
        title="Nyare riktlinjer",
        decided_by="Kommunstyrelsen",
        decided_on=timezone.localdate(),
        in_force_from=timezone.localdate() + timedelta(days=100),
        text="# Prov\n\nProv på en riktlinje.",
        by=anna,
    )
    saved_views.save(user=anna, page="meetings", name="Kommande", query="period=ahead")
    failed = Job.objects.filter(state="due").earliest("pk")
    Job.objects.filter(pk=failed.pk).update(
        state="failed", last_error="Prov", done_at=timezone.now()
    )
    # Ulla has a second step, which takes no more codes, and is known to a provider.
    ulla = world.person("ulla.vik")
    Authenticator.objects.create(user=ulla, type=Authenticator.Type.TOTP, data={"secret": "prov"})
    Identity.objects.create(
        user=ulla, provider=STAFF, issuer="prov", subject="prov", bound_at=timezone.now()
    )
    FactorState.objects.update_or_create(user=ulla, defaults={"frozen_at": timezone.now()})
    return Samples(world, logged)


@dataclass(frozen=True)
class Sending:
    """One button of one form, as somebody presses it."""

    who: str
    address: str
    button: tuple[str, str]
    data: dict[str, Any]

    @property
    def name(self) -> str:
        return resolve(self.address.partition("?")[0]).view_name or self.address

    @property
    def words(self) -> str:
        """The address and the button, whatever it concerns."""
        return f"{self.name} {self.button[1].partition(':')[0]}".strip()


def client_of(samples: Samples, who: str) -> Client:
    client = Client()
    client.force_login(samples.world.person(who))
    return client


def send(client: Client, one: Sending, **more: Any) -> HttpResponse:
    return client.post(one.address, one.data | more, headers={"Referer": "http://testserver/"})


def compared() -> list[type[Model]]:
    """Every model of ours: what is stored, what was logged, what is to be mailed and done.

    Left out are the keys of forms, which a second sending is known by, and what is counted of denied
    requests.
    """
    return [
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in ("coordination", "forums", "training", "cases")
        and model not in (Submission, Denials)
    ]


@cache
def openings() -> frozenset[str]:
    """What the log calls the openings of pages."""
    return frozenset(one[1].callback.policy.reads for one in every_url()) - {""}


def rows_of(model: type[Model]) -> list:
    """Its rows, without when a draft was kept, and that the second sending found nothing any more:
    that is logged like any address that is not there. Nor that a page was shown: each time that what is
    wrong is said on a page of a case, it is one more opening of it (V24)."""
    fields = [one for one in model._meta.concrete_fields if one.name != "saved_at"]
    if model is Draft:
        # Kept again with its fields in another order it is the same draft.
        found = model._base_manager.values_list(*(one.attname for one in fields))
        return sorted(found, key=str)
    columns = ", ".join(f'"{one.column}"' for one in fields)
    seen = sorted({"access.denied", *openings()}) if model is Event else []
    but = f" WHERE event NOT IN ({', '.join(['%s'] * len(seen))})" if seen else ""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}"{but}', seen)
        return sorted(map(repr, cursor.fetchall()))


def state() -> dict[str, list]:
    return {model._meta.label: rows_of(model) for model in compared()}


class Watched:
    """What stands in the tables, read anew only where a statement has named the table: it is asked
    for a thousand times."""

    def __init__(self) -> None:
        self.written = ""
        self.times = 0
        self.rows = state()

    def __call__(self, execute: Callable, sql: str, *rest: Any) -> Any:
        """Wraps the execution of every statement."""
        if not sql.lstrip().upper().startswith("SELECT"):
            self.written += sql
        return execute(sql, *rest)

    @contextmanager
    def while_it_lasts(self) -> Iterator[None]:
        """Watches what will be taken back. That nothing was written which it did not see is looked at
        every tenth time, and in the long run each time."""
        before, self.times = self.rows, self.times + 1
        with connection.execute_wrapper(self):
            yield
            if LONG or self.times % 10 == 1:
                assert changed(self.now(), state()) == []
        self.written, self.rows = "", before

    def now(self) -> dict[str, list]:
        written, self.written = self.written, ""
        named = {model for model in compared() if f'"{model._meta.db_table}"' in written}
        self.rows = self.rows | {model._meta.label: rows_of(model) for model in named}
        return self.rows


def changed(before: dict[str, list], after: dict[str, list]) -> list[str]:
    return [label for label in after if after[label] != before[label]]


# What is sent ------------------------------------------------------------------------------------


def filled(form: Form, button: tuple[str, str]) -> dict[str, Any]:
    """The form with something in each field that is still empty, and other words in some."""
    written = {name: written_in(name) for name in form.texts if not any(form.values.get(name, []))}
    for name in form.texts:
        if name.rsplit("-", 1)[-1] in OTHERWISE and any(form.values.get(name, [])):
            written[name] = f"{form.values[name][0]} igen"
    data = form.filled(button, **written)
    for name, offered in form.choices.items():
        if name in LEFT_OPEN:
            continue
        if name in CHOSEN_ANEW:
            data[name] = [offered[-1]]
        if not any(data.get(name, [])) and any(offered):
            data[name] = [next(one for one in offered if one)]
    return data


def written_in(name: str) -> str:
    today = timezone.localdate()
    special = {
        "due": today + timedelta(days=40),
        "due_other": today + timedelta(days=40),
        "valid_from": today + timedelta(days=50),
        "valid_to": today + timedelta(days=60),
        "next_on": today + timedelta(days=40),
        "signed_on": today,
        "follow_up_on": today + timedelta(days=40),
        "decided_on": today,
        "in_force_from": today + timedelta(days=400),
        "text": "# Prov",
        "who": "Anna Ek",
        "owners": "Anna Ek",
        "from_age": 15,
        "under_age": 21,
        "length": 5,
        "minutes": 10,
        "fte": 1,
        "cost": 700_000,
        "email": "prov@example.se",
        "phone": "019-21 10 00",
        "username": "prov.provsson",
        "url": "https://example.se/",
        "reviewed_on": today,
        "usual_start": "13.00",
        "usual_end": "14.30",
        "substitute": "",
        "presenter": "",
    }
    return str(special.get(name.rsplit("-", 1)[-1], "Prov"))


def sendings(who: str, address: str, page: HttpResponse) -> Iterator[Sending]:
    for form in read(page).forms:
        if form.method == "post" and FIELD in form.values:
            for button in dict.fromkeys(form.buttons or [("", "")]):
                yield Sending(who, form.action or address, button, filled(form, button))


def addresses(samples: Samples) -> Iterator[str]:
    """Every page, and some with another meeting, forum or filter."""
    for page, parameters in pages().items():
        one_of = page in ONE_OF or not parameters
        target = samples.targets(parameters, page)[0] if one_of else "bra"
        yield samples.address(page, parameters, target)
    planned = samples.world.forums["bra"].meetings.filter(state="planned").soonest_first().first()
    for page in ("meeting", "meeting_plan"):
        yield reverse(page, args=[planned.pk])
    yield reverse("meeting", args=[samples.world.next["bra"].pk])
    yield reverse("forum", args=[samples.world.forums["oxhagen"].pk])
    yield reverse("agreement", args=[ONE_OF["agreement_discard"](samples.world)])
    yield reverse("meetings") + "?period=ahead"
    yield f"{reverse('meetings_call')}?meeting={planned.pk}"
    ordered = Assignment.objects.standing().earliest("number")
    yield f"{reverse('assignments_ask')}?uppdrag={ordered.pk}"
    late = Organisation.objects.get(name="Gymnasieförvaltningen")
    yield f"{reverse('resources_remind')}?organisation={late.pk}"
    merged = ONE_OF["actor_merge_undo"](samples.world)
    yield reverse("actor", args=[merged])
    goes = reverse("actor_merge", args=[ONE_OF["actor_merge"](samples.world)])
    into = Organisation.objects.exclude(pk=merged).latest("pk").pk
    yield f"{goes}?into={into}&on={timezone.localdate()}"
    todo = samples.world.held["bra"].actions.open().first()
    for page, shown in (
        ("picture", "picture_change"),
        ("plan", "plan_decide"),
        ("measure", "measure_change"),
    ):
        yield reverse(page, args=[ONE_OF[shown](samples.world)])
    yield from (f"{reverse('actions_bulk')}?action={todo.pk}&do={do}" for do in ("done", "move"))


def found_on_pages(samples: Samples) -> dict[str, list[Sending]]:
    found: dict[str, list[Sending]] = {}
    for who in WHO:
        client = client_of(samples, who)
        for address in addresses(samples):
            with undone():
                page = client.get(address)
            if page.status_code == 200:
                for one in sendings(who, address, page):
                    found.setdefault(one.words, []).append(one)
    return found


# The walk ----------------------------------------------------------------------------------------


@dataclass
class Walk:
    did: set[str]
    twice: list[str]
    tried: int = 0
    watched: Watched = field(default_factory=Watched)

    def send_twice(self, client: Client, one: Sending) -> tuple[HttpResponse, bool]:
        """Sends the form two times; notes, and returns, whether the first did something, and notes
        when the second did too."""
        self.tried += 1
        start = self.watched.now()
        first = send(client, one)
        once = self.watched.now()
        did = bool(changed(start, once))
        if did:
            self.did.add(one.words)
        send(client, one)
        if more := changed(once, self.watched.now()):
            self.twice.append(f"{one.words}: {', '.join(more)}")
        return first, did

    def try_out(self, samples: Samples, one: Sending) -> bool:
        """Also the forms that the page shows next: a further step, or Undo."""
        with undone(), self.watched.while_it_lasts():
            client = client_of(samples, one.who)
            first, did = self.send_twice(client, one)
            address = first.get("Location", one.address)
            page = client.get(address) if "Location" in first else first
            if page.status_code == 200:
                for then in sendings(one.who, address, page):
                    if then.words not in self.did:
                        self.send_twice(client, then)
        return did


def test_every_form_that_arrives_twice_is_carried_out_once(samples, capsys):
    found_there = found_on_pages(samples)
    walk = Walk(set(), [])
    for found in found_there.values():
        any(walk.try_out(samples, one) for one in found[:TRIES])
    assert walk.twice == []
    takes = {name_of(*one) for one in every_url() if "POST" in one[1].callback.policy.methods}
    did = {words.partition(" ")[0] for words in walk.did}
    assert takes - did - NOT_SENT.keys() == set(), "nothing was done there, so nothing is proved"
    assert NOT_SENT.keys() - (takes - did) == set(), "these are tried now: take them out"
    with capsys.disabled():
        print(
            f"\nFIGURE forms sent twice: {walk.tried}, of which {len(walk.did)} did something, once"
        )


def test_a_form_with_another_key_is_another_form(samples):
    """Were every second sending without effect for some other reason, the walk would prove nothing."""
    address = samples.address("log_item", pages()["log_item"], "bra")
    client = client_of(samples, "anna.ek")
    found = {one.words: one for one in sendings("anna.ek", address, client.get(address))}
    add = found["log_item decision"]
    with undone():
        send(client, add)
        once = state()
        send(client, add, **{FIELD: "7b0d2c9e-5f0a-4f0b-9f5e-0a1b2c3d4e5f"})
        assert "forums.Decision" in changed(once, state())


def test_an_autosave_that_arrives_twice_keeps_once(samples):
    shown = {
        "log_item_autosave": "log_item",
        "attendance_autosave": "attendance",
        "meeting_afterwards_draft": "meeting_afterwards",
        "minutes_edit_autosave": "minutes_edit",
    }
    assert shown.keys() == {name for name, reason in NOT_SENT.items() if reason == KEEPS}
    client = client_of(samples, "anna.ek")
    for autosave, page in shown.items():
        address = samples.address(autosave, pages()[autosave], "bra")
        form = next(
            sendings("anna.ek", address, client.get(samples.address(page, pages()[page], "bra")))
        )
        with undone():
            start = state()
            client.post(address, form.data)
            once = state()
            assert changed(start, once), autosave
            client.post(address, form.data)
            assert changed(once, state()) == [], autosave
