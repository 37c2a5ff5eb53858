"""What a case says is nowhere in the open: not in the database as whoever steals it reads it, not in the
queue, the outbox, the sessions or the files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from tests.world import CASES

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def rows() -> Iterator[tuple[str, str]]:
    """Every value of every table as text, and where it stands."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    for table in sorted(tables & set(connection.introspection.table_names())):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    yield f"{table}.{name}", str(value)


def canaries(world) -> set[str]:
    keys = {*CASES, "ärendeutkast"}
    return {word for word, key in world.canaries.items() if key in keys}


def test_no_word_of_a_case_stands_in_the_database_or_in_a_file(world):
    mine = canaries(world)
    assert len(mine) > 100
    found = {place for place, value in rows() for word in mine if word in value}
    assert found == set()
    for file in Path(settings.FILES_DIR).rglob("*"):
        assert not file.is_file() or not [w for w in mine if w.encode() in file.read_bytes()]


def test_the_search_for_words_finds_those_of_a_forum(world):
    """The test above can fail: what coordination writes stands in the open."""
    word = next(word for word, key in world.canaries.items() if key == "bra")
    assert any(word in value for _place, value in rows())
