"""Versions of legal bases and retention rules, as administrators enter them and note their reviews."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from coordination.access.models import User
from coordination.grounds import keeping, retention
from coordination.grounds.models import (
    BasisVersion,
    LegalBasis,
    Record,
    RetentionRule,
    RetentionVersion,
)
from tests.knowledge.conftest import as_person, people

__all__ = ["as_person", "people"]

LAWYER = "Kim Juristsson, kommunjurist"
ARCHIVIST = "Lo Arkivsson, kommunarkivarie"


@pytest.fixture
def stina(people: dict[str, User]) -> User:
    return people["stina.alm"]


@pytest.fixture
def version(stina: User) -> Callable[..., BasisVersion]:
    """Another version of the basis with that code, reviewed unless it is said not to be."""

    def make(code: str = "G4", *, reviewed: bool = True, **changed: Any) -> BasisVersion:
        basis = LegalBasis.objects.get(code=code)
        old = basis.versions.earliest("number")
        values = {name: getattr(old, name) for name in keeping.SAYS} | changed
        made = keeping.add_version(basis=basis, values=values, by=stina)
        if reviewed:
            keeping.review(version=made, who=LAWYER, on=timezone.localdate(), by=stina)
            made.refresh_from_db()
        return made

    return make


@pytest.fixture
def rule(stina: User) -> Callable[..., RetentionVersion]:
    """Another version of the retention rule of such records, reviewed unless it is said not to be."""

    def make(
        record: Record = Record.CASE, *, reviewed: bool = True, **changed: Any
    ) -> RetentionVersion:
        of = RetentionRule.objects.get(record=record)
        old = of.versions.earliest("number")
        values = {name: getattr(old, name) for name in retention.SAYS} | changed
        made = retention.add_version(rule=of, values=values, by=stina)
        if reviewed:
            retention.review(version=made, who=ARCHIVIST, on=timezone.localdate(), by=stina)
            made.refresh_from_db()
        return made

    return make
