"""The people and places of the cast, as where knowledge is tested: an agreement needs no forum."""

from tests.knowledge.conftest import as_person, people

__all__ = ["as_person", "people"]
