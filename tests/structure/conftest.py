from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from tests.structure.module_world import logged, own_folders, world

__all__ = ["logged", "one_moment", "own_folders", "world"]


@pytest.fixture(autouse=True, scope="module")
def no_contexts(rendered_as_in_service: None) -> None:
    """These tests read pages, and not what they were made of."""


@pytest.fixture(autouse=True, scope="module")
def one_moment() -> Iterator[None]:
    """The tests of a module walk over hundreds of pages in the moment in which its world was built.

    However long they take: no session grows old under them, no factor stale, no job late, and the
    day does not change.
    """
    with time_machine.travel(timezone.now(), tick=False):
        yield
