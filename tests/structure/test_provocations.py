"""Each check is provoked: given what it is there to find, it finds it.

Some are provoked beside the check itself: addresses and policies in test_urls, rows of the matrix in
test_matrix, words in the source in test_source, grants and choices in test_models.
"""

import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import isolate_apps
from django.urls import clear_url_caches, get_resolver
from django.urls import path as bare_path

from coordination.access.declaration import Open
from coordination.access.urls import path, public
from forums.models import Forum
from tests.conftest import WatchfulClient
from tests.forums.test_pages_queries import cost
from tests.structure import test_identity_numbers, test_models, test_urls
from tests.structure.browsing import Form

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def addresses(*more) -> types.ModuleType:
    module = types.ModuleType("provoked")
    module.urlpatterns = [*more, *get_resolver().url_patterns]
    return module


@contextmanager
def one_more_page(view: Callable[[HttpRequest], HttpResponse]) -> Iterator[str]:
    """The portal with a page that somebody wrote without thinking; its address."""
    policy = public("a test", methods=("GET", "POST"))
    with override_settings(ROOT_URLCONF=addresses(path("x/", view, name="x", policy=policy))):
        clear_url_caches()
        yield "/x/"
    clear_url_caches()


# Models ----------------------------------------------------------------------------------------


@isolate_apps("forums")
def test_a_model_without_an_access_declaration_is_found():
    class Annex(models.Model):
        class Meta:
            app_label = "forums"

        def __str__(self) -> str:
            return "annex"

    assert test_models.undecided_access(Annex) == "declare access = Access(…) or Open(…)"
    Annex.access = Open("public")
    assert test_models.undecided_access(Annex) == "say why it is open"
    assert test_models.undecided_access(Forum) == ""


def test_a_reviewed_model_that_declares_access_now_is_found(monkeypatch):
    monkeypatch.setitem(test_models.BELOW_ACCESS, "forums.Forum", "a test")
    assert "take it out" in test_models.undecided_access(Forum)


def test_a_model_that_nobody_decided_to_audit_or_not_is_found(monkeypatch):
    assert test_models.undecided_audit("forums.Annex") == "decide whether forums.Annex is audited"
    monkeypatch.setitem(test_models.NOT_AUDITED, "forums.Forum", "a test")
    assert test_models.undecided_audit("forums.Forum") == "decide whether forums.Forum is audited"


def test_a_model_whose_event_nothing_records_is_found(monkeypatch):
    monkeypatch.setitem(test_models.AUDITED, "forums.Annex", "forums.annex.")
    assert test_models.undecided_audit("forums.Annex") == "nothing records forums.annex.…"


# Addresses -------------------------------------------------------------------------------------


def test_an_address_without_a_policy_is_found():
    module = addresses(bare_path("open/", lambda request: HttpResponse(), name="open"))
    found = test_urls.policies(get_resolver(module))
    assert test_urls.without_policy(found) == {"open"}


# Canaries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["body", "header"])
def test_a_text_of_a_forum_that_is_shown_to_somebody_else_is_found(world, where):
    purpose = world.forums["sig"].purpose

    def leaking(request: HttpRequest) -> HttpResponse:
        if where == "header":
            return HttpResponse(headers={"X-Subject": purpose})
        return HttpResponse(purpose)

    with one_more_page(leaking) as address:
        WatchfulClient(world, "maria.sten").get(address)
        with pytest.raises(AssertionError, match=r"ulla\.vik was shown"):
            WatchfulClient(world, "ulla.vik").get(address)
        with pytest.raises(AssertionError, match="nobody was shown"):
            WatchfulClient(world, "").get(address)


# Lists -----------------------------------------------------------------------------------------


def test_a_list_that_asks_once_for_each_row_is_found(world):
    def growing(request: HttpRequest) -> HttpResponse:
        rows = Forum.objects.order_by("pk")[: int(request.GET["rows"])]
        return HttpResponse(str([row.seats.count() for row in rows]))

    with one_more_page(growing) as address:
        client = Client()
        client.force_login(world.person("anna.ek"))
        assert cost(client, f"{address}?rows=5") == cost(client, f"{address}?rows=1") + 4


# Texts -----------------------------------------------------------------------------------------


def test_a_text_field_that_takes_an_identity_number_is_found(world):
    def keeping(request: HttpRequest) -> HttpResponse:
        Forum.objects.filter(pk=world.forums["bra"].pk).update(purpose=request.POST["purpose"])
        return HttpResponse("Sparat")

    form = Form("post", "", values={"purpose": [""]}, texts=["purpose"])
    with one_more_page(keeping) as address:
        client = Client()
        client.force_login(world.person("anna.ek"))
        tried, wrong = test_identity_numbers.unguarded(client, "x", address, form)
    assert tried == 1
    assert wrong == ["x: purpose was stored by ('', '')", "x: purpose does not say why"]
