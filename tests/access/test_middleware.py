"""In which order a request is decided, and that what may not be seen is not told from what is not."""

import re
import statistics
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.access import denials
from coordination.access.models import Denials, User
from coordination.audit import log
from forums.models import Action, Meeting
from tests import LONG
from tests.structure.pages import NEVER, Samples, outsider, pages, policy_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rendered_as_in_service")]

SIGN_IN = "/konto/login/"


def signed_in(world, username: str, **kwargs) -> Client:
    """A client whose session has been used already: once a minute an answer, whichever it is,
    carries the session's cookie anew."""
    client = Client(**kwargs)
    client.force_login(world.person(username))
    client.get("/hjalp/")
    return client


# Not signed in ---------------------------------------------------------------------------------


def test_somebody_not_signed_in_is_led_to_sign_in_and_back_to_the_page_with_its_query(
    client, world
):
    answer = client.get("/moten/?q=a&page=2")
    assert answer.status_code == 302
    assert answer["Location"] == f"{SIGN_IN}?next=%2Fmoten%2F%3Fq%3Da%26page%3D2"


def test_from_the_start_page_there_is_nothing_to_come_back_to(client, world):
    assert client.get("/")["Location"] == SIGN_IN


def test_a_form_sent_without_being_signed_in_leads_to_sign_in_and_is_not_sent_again(client, world):
    answer = client.post(reverse("meeting_plan_next", args=[world.forums["bra"].pk]))
    assert answer.status_code == 302
    assert answer["Location"] == SIGN_IN


def test_a_fragment_asked_for_without_being_signed_in_leads_the_whole_page_to_sign_in(
    client, world
):
    answer = client.get("/moten/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == SIGN_IN
    assert answer.content == b""


def test_an_autosave_without_being_signed_in_is_told_so_and_keeps_its_page(client, world, logged):
    item = logged["bra"].items.first()
    address = reverse("log_item_autosave", args=[item.meeting_id, item.pk])
    answer = client.post(address, headers={"X-Autosave": "1"})
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer
    assert "Location" not in answer


def test_not_signed_in_an_address_that_exists_and_one_that_never_did_lead_to_the_same_place(
    client, world, logged
):
    samples = Samples(world, logged)
    for page, parameters in pages().items():
        if not parameters:
            continue
        there = client.get(samples.address(page, parameters, "special"))
        never = client.get(samples.address(page, parameters, "missing"))
        assert there.status_code == never.status_code == 302
        assert there["Location"].startswith(f"{SIGN_IN}?next=")
        assert names(there) == names(never)


def names(response) -> list[str]:
    return sorted(name for name, _value in response.items())


# Before CSRF, before the method ------------------------------------------------------------------


def test_an_outsiders_form_is_404_even_without_a_token(world, logged):
    samples = Samples(world, logged)
    for page, parameters in pages().items():
        if parameters:
            client = signed_in(world, outsider(policy_of(page)), enforce_csrf_checks=True)
            assert client.post(samples.address(page, parameters, "bra")).status_code == 404, page


def test_a_readers_form_is_403_before_the_token_is_looked_at_and_nothing_is_done(world):
    client = signed_in(world, "gun.malm", enforce_csrf_checks=True)
    action = world.held["bra"].actions.order_by("pk").first()
    before = Meeting.objects.count()
    assert client.post(reverse("action_done", args=[action.pk])).status_code == 403
    assert client.post(reverse("meeting_plan_next", args=[action.forum_id])).status_code == 403
    assert Meeting.objects.count() == before
    assert Action.objects.get(pk=action.pk).is_open


def test_a_keepers_form_without_a_token_is_403_and_nothing_is_done(world):
    client = signed_in(world, "anna.ek", enforce_csrf_checks=True)
    action = world.held["bra"].actions.order_by("pk").first()
    answer = client.post(reverse("action_done", args=[action.pk]))
    assert answer.status_code == 403
    assert "Sidan hade varit öppen för länge" in answer.content.decode()
    assert Action.objects.get(pk=action.pk).is_open


def test_every_unsafe_method_of_every_page_asks_for_a_token(world, logged):
    client = signed_in(world, "maria.sten", enforce_csrf_checks=True)
    samples = Samples(world, logged)
    asked = set()
    for page, parameters in pages().items():
        targets = samples.targets(parameters, page)
        target = "vivalla" if "vivalla" in targets else targets[0]
        status = client.post(samples.address(page, parameters, target)).status_code
        assert status in {403, 404, 405}, page
        if status == 403:
            asked.add(page)
    assert asked >= {"meeting_plan_next", "log_item", "finish", "action_done", "set_language"}
    assert len(asked) > 20


def test_a_method_that_does_not_exist_is_404_to_outsiders_and_405_to_readers(world):
    page = reverse("forum", args=[world.forums["bra"].pk])
    assert signed_in(world, "ulla.vik").put(page).status_code == 404
    assert signed_in(world, "gun.malm").put(page).status_code == 405


# Forbidden, missing and malformed are alike --------------------------------------------------------

MALFORMED = ("abc", "-1", "1.0", "01x", "%00", "'--", "١", "9" * 30, "", "..")
"""What cannot name an object. The last but few are numbers that no key can be."""


def told(response) -> tuple:
    """All that a reader could tell two responses apart by."""
    cookies = {
        name: (morsel["path"], morsel["samesite"], morsel["httponly"], morsel["max-age"])
        for name, morsel in response.cookies.items()
    }
    return response.status_code, sorted(response.items()), cookies, response.content


@pytest.mark.any_engine
@pytest.mark.parametrize("method", ["get", "post", "put", "head"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_forbidden_and_missing_are_the_same_bytes_on_every_page(world, logged, method, language):
    User.objects.update(language=language)
    samples = Samples(world, logged)
    references = {}
    for page, parameters in pages().items():
        if not parameters:
            continue
        username = outsider(policy_of(page))
        if username not in references:
            client = signed_in(world, username)
            reference = told(getattr(client, method)("/finns/inte/"))
            assert reference[0] == 404
            assert f"('Content-Language', '{language}')" in str(reference[1])
            references[username] = client, reference
        client, reference = references[username]
        for target in ("bra", "special", "missing"):
            answer = getattr(client, method)(samples.address(page, parameters, target))
            assert told(answer) == reference, f"{page} of {target}"


@pytest.mark.parametrize("key", MALFORMED)
@pytest.mark.parametrize("before", ["forum", "moten", "atgarder"])
def test_a_malformed_key_is_the_same_bytes_as_a_forbidden_one(world, before, key):
    client = signed_in(world, "ulla.vik")
    forbidden = told(client.get(reverse("forum", args=[world.forums["bra"].pk])))
    address = f"/{before}/{key}/detalj/" if key in ("", "..") else f"/{before}/{key}/"
    assert told(client.get(address)) == forbidden


def test_the_first_answer_of_a_session_tells_nothing_either(world):
    answers = []
    for address in (
        reverse("forum", args=[world.forums["bra"].pk]),
        reverse("forum", args=[NEVER]),
        "/forum/abc/",
        "/finns/inte/",
    ):
        client = Client()
        client.force_login(world.person("ulla.vik"))
        answers.append(told(client.get(address)))
    assert all(answer == answers[0] for answer in answers)


def test_a_malformed_key_is_404_for_those_who_may_see_the_right_one(world):
    client = signed_in(world, "anna.ek")
    for key in MALFORMED[:8]:
        for before in ("forum", "moten", "atgarder"):
            assert client.get(f"/{before}/{key}/").status_code == 404, f"{before} {key}"


def test_a_thing_of_another_meeting_is_the_same_bytes_as_none(world, logged):
    client = signed_in(world, "anna.ek")
    mine, theirs = logged["bra"], logged["vivalla"].items.first()
    foreign = client.get(reverse("log_item", args=[mine.pk, theirs.pk]))
    assert foreign.status_code == 404
    assert told(foreign) == told(client.get(reverse("log_item", args=[mine.pk, NEVER])))


def test_the_page_without_its_last_slash_tells_nothing_either(world):
    client = signed_in(world, "ulla.vik")
    forbidden = client.get(f"/forum/{world.forums['bra'].pk}")
    missing = client.get(f"/forum/{NEVER}")
    assert forbidden.status_code == missing.status_code
    assert names(forbidden) == names(missing)


def test_an_account_without_a_role_is_told_nothing_about_lists(world):
    client = signed_in(world, "ny.person")
    reference = told(client.get("/finns/inte/"))
    for name in ("tasks", "forums", "meetings", "actions", "meeting_new_choose"):
        assert told(client.get(reverse(name))) == reference


# What the log keeps of it ------------------------------------------------------------------------


def test_a_denial_is_logged_with_the_page_and_never_with_what_was_asked_for(world):
    client = signed_in(world, "ulla.vik")
    client.get(reverse("forum", args=[world.forums["special"].pk]))
    event = log.events(zone=log.Zone.COORDINATION).first()
    assert event.event == "access.denied"
    assert event.facts == {"page": "forum"}
    assert event.object_key == ""
    assert event.request_id
    assert event.actor not in {log.SYSTEM, log.ANONYMOUS}


def denied(person, event="access.denied") -> int:
    return log.events(zone=log.Zone.COORDINATION, by=person).filter(event=event).count()


def test_an_address_that_leads_nowhere_is_logged_as_a_denied_one_is(world):
    ulla = world.person("ulla.vik")
    client = signed_in(world, "ulla.vik")
    forum = world.forums["special"].pk
    for address in (f"/forum/{forum}/", f"/forum/{NEVER}/", "/forum/abc/"):
        before = denied(ulla)
        assert client.get(address).status_code == 404
        assert denied(ulla) == before + 1, address
    assert Client().get("/forum/abc/").status_code == 404
    assert denied(ulla) == before + 1


def test_what_a_view_does_not_find_is_logged_as_a_denied_page_is_and_once(world, logged):
    anna = world.person("anna.ek")
    client = signed_in(world, "anna.ek")
    mine, theirs = world.forums["bra"].pk, world.held["vivalla"].pk
    item = logged["bra"].items.first()
    decision = reverse("log_item", args=[item.meeting_id, item.pk])
    afterwards = reverse("meeting_afterwards", args=[mine])
    for ask in (
        lambda: client.get(f"{afterwards}?mote={theirs}"),
        lambda: client.get(f"{afterwards}?mote=abc"),
        lambda: client.post(decision, {"do": f"remove-decision:{NEVER}", "version": item.version}),
        lambda: client.get(reverse("log_item", args=[mine, NEVER])),
    ):
        before = denied(anna)
        assert ask().status_code == 404
        assert denied(anna) == before + 1


def test_who_hammers_addresses_neither_fills_the_log_nor_hides_in_it(world):
    ulla, anna = world.person("ulla.vik"), world.person("anna.ek")
    now = timezone.now()
    for second in range(300):
        denials.note(by=ulla, page="forum", now=now + timedelta(seconds=second))
    denials.note(by=anna, page="forum", now=now)
    assert denied(ulla) == denials.EACH == 60
    assert denied(anna) == 1
    # One at once, and then one a minute for four minutes.
    rows = log.events(zone=log.Zone.COORDINATION, by=ulla).filter(event="access.denied_often")
    assert rows.count() == 4
    denials.sweep(now=now + timedelta(minutes=7))
    assert sum(row.facts["count"] for row in rows.all()) == 300 - 60
    # An hour later each has a row of its own again, and nothing is kept of who was denied nothing.
    later = now + timedelta(hours=1, seconds=300)
    denials.note(by=ulla, page="forum", now=later)
    assert denied(ulla) == 61
    denials.sweep(now=later + timedelta(hours=2))
    assert Denials.objects.count() == 0


def test_a_refused_change_is_logged_with_its_object(world):
    client = signed_in(world, "gun.malm")
    client.post(reverse("meeting_plan_next", args=[world.forums["bra"].pk]))
    event = log.events(zone=log.Zone.COORDINATION).first()
    assert (event.event, event.object_label) == ("access.refused", "forums.forum")
    assert event.object_key == str(world.forums["bra"].pk)


def test_who_sends_refused_changes_again_and_again_does_not_fill_the_log(world):
    gun = world.person("gun.malm")
    client = signed_in(world, "gun.malm")
    address = reverse("meeting_plan_next", args=[world.forums["bra"].pk])
    for _time in range(denials.EACH + 20):
        assert client.post(address).status_code == 403
    assert denied(gun, "access.refused") == denials.EACH
    denials.sweep(now=timezone.now() + timedelta(minutes=2))
    rows = log.events(zone=log.Zone.COORDINATION, by=gun).filter(event="access.denied_often")
    assert sum(row.facts["count"] for row in rows) == 20


def test_the_policy_is_asked_after_the_person_is_known_and_before_the_token():
    order = [name.rsplit(".", 1)[1] for name in settings.MIDDLEWARE]
    wanted = [
        "AuthenticationMiddleware",
        "SessionEndMiddleware",
        "PolicyMiddleware",
        "CsrfViewMiddleware",
        "FreshFactorMiddleware",
    ]
    assert [name for name in order if name in wanted] == wanted


# Alike in time -----------------------------------------------------------------------------------

TIMED = (
    "forum",
    "meeting",
    "minutes_version",
    "action_done",
    "saved_view",
    "person",
    "role_request",
)
APART = 0.005
"""Seconds between the medians of the kinds."""


def medians(client: Client, addresses: dict[str, str], status: set[int], times: int) -> dict:
    taken: dict[str, list[float]] = {kind: [] for kind in addresses}
    for _n in range(times):
        for kind, address in addresses.items():
            began = time.perf_counter()
            answer = client.get(address)
            taken[kind].append(time.perf_counter() - began)
            assert answer.status_code in status, (kind, address, answer.status_code)
    return {kind: statistics.median(found) for kind, found in taken.items()}


if LONG:  # it measures time, which only the long run may

    @pytest.mark.parametrize("username", ["ulla.vik", ""])
    @pytest.mark.parametrize("page", TIMED)
    def test_forbidden_missing_and_malformed_take_as_long(world, logged, page, username):
        samples, parameters = Samples(world, logged), pages()[page]
        missing = samples.address(page, parameters, "missing")
        kinds = {"forbidden": samples.usual(page, parameters), "missing": missing}
        kinds["malformed"] = re.sub(str(NEVER), "abc", missing)
        client = signed_in(world, username) if username else Client()
        # Somebody who is not signed in is led to the sign-in, by every address that there is.
        found = medians(client, kinds, {404} if username else {302, 404}, 60)
        compared = kinds if username else ("forbidden", "missing")
        apart = max(found[kind] for kind in compared) - min(found[kind] for kind in compared)
        told = ", ".join(f"{kind} {1000 * took:.2f} ms" for kind, took in found.items())
        print(
            f"FIGURE 404 of {page} as {username or 'nobody'}: {told}, {1000 * apart:.2f} ms apart"
        )
        assert apart <= APART
