"""V24: what is opened in the individual zone is in its log before it leaves the server, or does not leave."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect

from cases import checks
from coordination import urls as portal
from coordination.access.middleware import SentInPieces
from coordination.access.urls import BOTH, about, holding, path
from coordination.access.vocabulary import Permission
from coordination.audit import log

pytestmark = pytest.mark.django_db

OPENED = "cases.case.opened"
WAYS = {
    "shown": lambda: HttpResponse("Kim"),
    "wrong": lambda: HttpResponse("Kim", status=422),
    "moved": lambda: redirect("/"),
    "pieces": lambda: StreamingHttpResponse(iter([b"Kim"])),
}


def page(request: HttpRequest, **_which: Any) -> HttpResponse:
    """Answers as it is asked to: tried is the way of an answer, not what stands on a page."""
    way = request.GET.get("way", "shown")
    if way == "gone":
        raise Http404
    if way == "refused":
        raise PermissionDenied
    return WAYS[way]()


def of_a_case(reads: str) -> Any:
    return about("cases.Case", see=Permission.LIST_CASES, methods=BOTH, reads=reads, case_id="pk")


urlpatterns = [
    *portal.urlpatterns,
    path("case/<uuid:case_id>/", page, name="tried", policy=of_a_case(OPENED)),
    # The log takes no such name, so nothing can be appended.
    path("unfit/<uuid:case_id>/", page, name="unfit", policy=of_a_case("No event")),
    path("silent/<uuid:case_id>/", page, name="silent", policy=of_a_case("")),
    path("silent/", page, name="silent_list", policy=holding(Permission.TRIAGE_CASE)),
]
handler400, handler403 = portal.handler400, portal.handler403
handler404, handler500 = portal.handler404, portal.handler500


@pytest.fixture(autouse=True)
def with_pages_to_try(settings):
    settings.ROOT_URLCONF = __name__


def readings(case) -> list:
    return [one for one in log.events(zone=log.Zone.CASES, on=case) if one.event == OPENED]


@pytest.mark.parametrize(
    ("method", "way", "status"),
    [("get", "shown", 200), ("head", "shown", 200), ("post", "wrong", 422)],
)
def test_v24_each_answer_with_what_stands_on_the_page_is_one_reading(
    wall, as_person, method, way, status
):
    case = wall.case()
    answer = getattr(as_person("maria.sten"), method)(f"/case/{case.pk}/?way={way}")
    assert answer.status_code == status
    (reading,) = readings(case)
    assert (reading.object_key, reading.facts) == (str(case.pk), {"page": "tried"})
    mine = log.events(zone=log.Zone.CASES, by=wall.people["maria.sten"])
    assert [one.pk for one in mine if one.event == OPENED] == [reading.pk]


@pytest.mark.parametrize(
    ("who", "method", "way", "status"),
    [
        ("maria.sten", "post", "moved", 302),
        ("maria.sten", "get", "gone", 404),
        ("maria.sten", "get", "refused", 403),
        ("maria.sten", "put", "shown", 405),
        ("jonas.berg", "get", "shown", 404),
        ("anna.ek", "get", "shown", 404),
        ("", "get", "shown", 302),
    ],
)
def test_v24_what_shows_nothing_of_the_case_is_no_reading(
    wall, as_person, who, method, way, status
):
    case = wall.case()
    answer = getattr(as_person(who), method)(f"/case/{case.pk}/?way={way}")
    assert answer.status_code == status
    assert b"Kim" not in answer.content
    assert readings(case) == []


@pytest.mark.parametrize(
    ("address", "why"), [("/unfit/{}/", log.Unfit), ("/case/{}/?way=pieces", SentInPieces)]
)
def test_v24_a_page_whose_reading_cannot_be_logged_does_not_leave(wall, as_person, address, why):
    case = wall.case()
    client = as_person("maria.sten")
    client.raise_request_exception = False
    answer = client.get(address.format(case.pk))
    assert (answer.status_code, answer.exc_info[0]) == (500, why)
    assert b"Kim" not in answer.content
    assert readings(case) == []


def test_v24_a_denied_attempt_is_in_the_log_and_tells_nothing_of_what_was_asked_for(
    wall, as_person
):
    case, jonas = wall.case(), wall.people["jonas.berg"]
    for asked in (case.pk, uuid4()):
        assert as_person("jonas.berg").get(f"/case/{asked}/").status_code == 404
    denied = [one for one in log.events(by=jonas) if one.event == "access.denied"]
    assert [(one.facts, one.object_key) for one in denied] == [({"page": "tried"}, "")] * 2


def test_a_page_of_the_zone_that_does_not_say_what_it_reads_stops_the_start():
    found = checks.every_page_of_the_zone_is_read_on_record(None)
    assert [error.id for error in found] == ["cases.E002"] * 2
    assert all("silent/" in error.msg for error in found)
