"""Acts made of several acts write to the log once, at the end: whoever waits for the log then holds
no row that another writer needs."""

import re
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.actors import demo as cast
from coordination.actors.models import Organisation
from coordination.administration import people, simulation
from coordination.administration import people_leaving as leaving
from coordination.administration.models import Closure
from coordination.administration.roles import Wanted

pytestmark = pytest.mark.django_db

WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


def invite(world, stina) -> None:
    place = Organisation.objects.get(name=cast.SOCIAL)
    people.invite(
        by=stina,
        first_name="Åsa",
        last_name="Öberg",
        email="asa@example.org",
        username="asa.oberg",
        wanted=Wanted("reporter", place, timezone.localdate()),
    )


def close(world, stina) -> None:
    people.close(by=stina, user=world.person("per.holm"), why=Closure.Why.DECIDED)


def leave(world, stina) -> None:
    jonas = world.person("jonas.berg")
    successor = world.people["sara.nyman"].pk
    left = leaving.everything_of(jonas, seen_by=stina)
    to = {one.key: min(one.only) if one.only else successor for one in left}
    leaving.leave(by=stina, user=jonas, to=to)


@pytest.mark.parametrize("act", [invite, close, leave])
def test_nothing_is_written_after_the_log(act: Callable, world):
    stina = world.person("stina.alm")
    with CaptureQueriesContext(connection) as queries:
        act(world, stina)
    tables = [match[1] for query in queries if (match := WRITES.match(query["sql"]))]
    first = tables.index("audit_event")
    assert first > 1
    assert set(tables[first:]) <= {"audit_event", "audit_person"}
    assert tables.count("audit_event") > 1


def test_an_example_that_is_taken_back_never_reaches_for_the_log(world):
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        simulation.preview("member")
    assert not any("audit_event" in query["sql"] for query in queries)
