"""Every address is decided about: who it is for, what it answers, and what it is asked with."""

import re
import types
from itertools import pairwise

import pytest
from django.conf import settings
from django.core import checks
from django.test import Client, override_settings
from django.urls import clear_url_caches, get_resolver, path, reverse
from django.views.generic import View

from coordination.access.urls import Policy, StalePolicy, Who, about, every_url, govern, public
from coordination.access.urls import path as governed_path
from coordination.access.vocabulary import Permission
from tests.structure import matrix
from tests.structure.pages import MEETING_OF, Samples, insider, name_of, outsider, pages, urlconf

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

PUBLIC = {
    "account_login",
    "accessibility",
    "calendar_feed",
    "demo_sign_in",
    "gallery",
    "health",
    "help",
    "invitation",
    "mfa_authenticate",
    "oidc",
    "privacy",
    "public_information",
    "set_language",
}
"""Pages that answer somebody who is not signed in. Reviewed; a change here is a decision."""
SPECIAL = {"demo_sign_in", "gallery", "oidc"}
"""Pages that exist in the demo alone, in development alone, and where a provider is set up."""
SIGNED_IN = {
    "account",
    "account_logout",
    "app_add",
    "app_square",
    "codes_again",
    "confirm",
    "factor_choice",
    "factor_remove",
    "incident",
    "key_add",
    "notice",
    "password_change",
    "recovery_codes",
    "session",
    "sessions_end",
    "start",
}
"""Pages that answer an account without a role: the start page, the way out and one's own account."""

FRESH = {
    "absence_end",
    "app_add",
    "app_square",
    "basis_review",
    "codes_again",
    "district_role",
    "district_role_end",
    "factor_remove",
    "key_add",
    "organisation_role",
    "organisation_role_end",
    "password_change",
    "person_absence",
    "person_close",
    "person_codes_again",
    "person_factors_reset",
    "person_identity_forget",
    "person_invite",
    "person_leaves",
    "person_link",
    "person_reopen",
    "person_role_new",
    "recovery_codes",
    "retention_review",
    "review_log_export",
    "review_log_exports",
    "role_request",
}
"""Sensitive acts: a factor of five minutes ago is not enough. Whatever gives, takes or moves a role
or an account, changes how somebody signs in, takes the log out, or puts in force what lets secrets be
handed over or records destroyed. Reviewed."""


def policies(resolver=None) -> dict[str, Policy | None]:
    return {
        name_of(route, pattern): getattr(pattern.callback, "policy", None)
        for route, pattern in every_url(resolver)
    }


def everything() -> dict[str, Policy | None]:
    return policies(get_resolver(urlconf(DEMO=True, DEBUG=True, OIDC=[{}])))


# Policies --------------------------------------------------------------------------------------


def without_policy(found: dict[str, Policy | None]) -> set[str]:
    return {name for name, policy in found.items() if not isinstance(policy, Policy)}


def test_every_address_has_a_policy():
    assert without_policy(everything()) == set()


def test_the_public_pages_are_those_that_were_reviewed():
    found = {name for name, policy in everything().items() if policy.who is Who.PUBLIC}
    assert found == PUBLIC
    assert len(found - SPECIAL) <= 10


def test_only_the_reviewed_pages_answer_an_account_without_a_role():
    found = {name for name, policy in everything().items() if policy.who is Who.SIGNED_IN}
    assert found == SIGNED_IN


def test_the_reviewed_sensitive_acts_and_no_others_ask_for_a_fresh_factor():
    assert {name for name, policy in everything().items() if policy.fresh} == FRESH


def test_some_pages_exist_in_their_own_kind_of_installation_only():
    ordinary = policies(get_resolver(urlconf(DEMO=False, DEBUG=False)))
    assert everything().keys() - ordinary.keys() == SPECIAL


def test_each_page_with_an_object_asks_about_every_part_of_its_address():
    for route, pattern in every_url():
        policy = pattern.callback.policy
        if policy.who is Who.HOLDERS:
            parts = set(pattern.pattern.converters)
            assert set(policy.lookups) == parts, f"/{route} does not ask about {parts}"
            assert bool(policy.model) == bool(parts), f"/{route}"


def test_a_page_that_changes_something_asks_for_more_than_to_see():
    for route, pattern in every_url():
        policy = pattern.callback.policy
        if policy.model and "POST" in policy.methods:
            needed = policy.do or policy.see
            assert needed is not Permission.VIEW_FORUM, f"/{route} may be changed by any reader"


def test_the_system_check_accepts_the_portal():
    assert [
        e for e in checks.run_checks(tags=["security"]) if e.id in {"access.E001", "access.E002"}
    ] == []


def faults(*patterns) -> list[str]:
    """What the start says about these addresses."""
    module = types.ModuleType("faulty")
    module.urlpatterns = list(patterns)
    with override_settings(ROOT_URLCONF=module):
        clear_url_caches()
        found = checks.run_checks(tags=["security"])
    clear_url_caches()
    return [f"{error.id} {error.msg}" for error in found if error.id.startswith("access.E00")]


def view(request):
    raise AssertionError("never called")


def test_the_start_stops_at_an_address_without_a_policy():
    assert faults(path("open/", view)) == ["access.E001 /open/ has no policy."]


def test_the_start_stops_at_a_class_based_view_without_a_policy():
    assert faults(path("open/", View.as_view())) == ["access.E001 /open/ has no policy."]


def test_the_start_stops_at_a_public_page_without_a_reason():
    page = governed_path("open/", view, name="open", policy=public(""))
    assert faults(page) == ["access.E002 /open/: a page for everyone needs a reason."]


def test_the_start_stops_at_a_policy_that_asks_about_a_part_the_address_does_not_have():
    policy = about("forums.Forum", see=Permission.VIEW_FORUM, forum="pk")
    found = faults(governed_path("x/<int:meeting>/", view, name="x", policy=policy))
    assert found == ["access.E002 /x/<int:meeting>/: the route has no forum."]


def test_the_start_stops_at_a_policy_about_a_model_that_cannot_be_asked():
    policy = about("actors.District", see=Permission.VIEW_FORUM, district="pk")
    found = faults(governed_path("x/<int:district>/", view, name="x", policy=policy))
    assert found == ["access.E002 /x/<int:district>/: actors.District has no visible_to."]


def test_an_address_without_a_policy_answers_404_where_the_checks_were_skipped(world):
    module = types.ModuleType("faulty")
    module.urlpatterns = [*get_resolver().url_patterns, path("open/", view)]
    with override_settings(ROOT_URLCONF=module):
        clear_url_caches()
        client = Client()
        client.force_login(world.person("anna.ek"))
        assert client.get("/open/").status_code == 404
    clear_url_caches()


def test_a_policy_for_a_third_partys_address_that_is_gone_raises():
    module = types.ModuleType("theirs")
    module.urlpatterns = [path("a/", view, name="a")]
    with pytest.raises(StalePolicy, match="b"):
        govern((module, None, None), {"a": public("x"), "b": public("y")})


def test_a_third_partys_new_address_stops_the_start():
    module = types.ModuleType("theirs")
    module.urlpatterns = [path("a/", view, name="a"), path("new/", view, name="new")]
    patterns, _app, _namespace = govern((module, None, None), {"a": public("x")})
    assert faults(*patterns) == ["access.E001 /new/ has no policy."]


# Samples ---------------------------------------------------------------------------------------


def test_every_part_of_every_address_has_a_sample(world, logged):
    samples = Samples(world, logged)
    for page, parameters in pages().items():
        for target in samples.targets(parameters, page):
            assert samples.address(page, parameters, target)


def test_a_page_with_a_part_that_nobody_gave_a_sample_fails(world, logged):
    samples = Samples(world, logged)
    with pytest.raises(KeyError):
        samples.values("meeting", ["annex"], "bra")
    with pytest.raises(KeyError):
        samples.values("new_page", ["meeting"], "bra")


def test_no_sample_is_left_from_a_page_that_is_gone():
    assert MEETING_OF.keys() - pages().keys() == set()


def test_a_cell_with_two_rows_or_none_is_refused():
    row = matrix.Row(1, "p", "GET", ("bra",), ("keepers", "readers"), "200")
    also = matrix.Row(2, "p", "GET", ("bra",), ("readers",), "404")
    rest = matrix.Row(3, "p", "GET", ("bra",), ("called", "others", "no_role"), "404")
    cast = ["anna.ek", "per.holm", "leila.amiri", "ny.person", "ulla.vik"]
    with pytest.raises(AssertionError, match="lines 1 and 2 both decide"):
        list(matrix.decided([row, also, rest], "p", "GET", "bra", cast))
    with pytest.raises(AssertionError, match="no row decides about GET p of bra as nobody"):
        list(matrix.decided([row, rest], "p", "GET", "bra", cast))


# Methods ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "LOOK"])
def test_a_method_that_a_page_does_not_take_is_405_for_those_who_may_see_and_404_for_others(
    world, logged, method
):
    samples = Samples(world, logged)
    nobody = Client()
    clients: dict[str, Client] = {}
    for page, parameters in pages().items():
        policy = policies()[page]
        for username in (insider(page, policy), outsider(policy)):
            if username not in clients:
                clients[username] = Client()
                clients[username].force_login(world.person(username))
        keeper = clients[insider(page, policy)]
        address = samples.usual(page, parameters)
        answer = keeper.generic(method, address)
        assert answer.status_code == 405, f"{method} {page}"
        assert set(answer["Allow"].split(", ")) == set(policy.methods)
        for_all = policy.see is Permission.USE_PORTAL and not parameters
        expected = 405 if for_all or policy.who is not Who.HOLDERS else 404
        other = clients[outsider(policy)]
        assert other.generic(method, address).status_code == expected, f"{method} {page}"
        if policy.who is not Who.PUBLIC:
            assert nobody.generic(method, address).status_code == 302, f"{method} {page}"


@pytest.mark.any_engine
def test_head_answers_as_get_does(world, logged):
    samples = Samples(world, logged)
    for username in ("maria.sten", "ulla.vik"):
        client = Client()
        client.force_login(world.person(username))
        for page, parameters in pages().items():
            address = samples.usual(page, parameters)
            assert client.head(address).status_code == client.get(address).status_code, page


# Addresses -------------------------------------------------------------------------------------


def test_no_two_addresses_can_be_meant_by_the_same_words():
    routes = sorted(route for route, _pattern in every_url())
    shapes = [re.sub(r"<[^>]*>", "<>", route) for route in routes]
    assert [one for one, other in pairwise(sorted(shapes)) if one == other] == []


def test_addresses_hold_numbers_and_our_own_words_only():
    for route, pattern in every_url():
        kinds = {type(one).__name__ for one in pattern.pattern.converters.values()}
        assert kinds <= {"IntConverter", "UUIDConverter"}, f"/{route} could hold a name"
        assert re.fullmatch(r"[a-z0-9/<>:_-]*", route), route


def test_reversing_every_page_gives_an_address_that_resolves_to_it(world, logged):
    samples = Samples(world, logged)
    for page, parameters in pages().items():
        address = samples.usual(page, parameters)
        assert get_resolver().resolve(address).url_name == page
    assert reverse("start") == "/"


def test_the_proxy_lets_large_files_through_where_they_are_handed_in_and_nowhere_else():
    text = (settings.BASE_DIR / "deploy" / "Caddyfile").read_text()
    [pattern] = set(re.findall(r"path_regexp (\^\S+)", text))
    for route, one in every_url():
        address = "/" + re.sub(r"<[^>]*>", "1", route)
        takes = getattr(one.callback, "takes_files", False)
        assert bool(re.fullmatch(pattern, address)) == takes, address
