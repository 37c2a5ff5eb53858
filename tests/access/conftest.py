import pytest
from django.test import Client

from coordination.access.models import User
from tests.access.factor_hands import with_password
from tests.structure.module_world import logged, own_folders, world

__all__ = ["logged", "own_folders", "world"]


@pytest.fixture
def anna(world) -> User:
    """A strategic coordinator: her role asks for a second factor."""
    return with_password(world, "anna.ek")


@pytest.fixture
def gun(world) -> User:
    """Has a seat in a forum and nothing else: a password is enough."""
    return with_password(world, "gun.malm")


@pytest.fixture
def stina(world) -> Client:
    """An administrator, at her desk."""
    client = Client()
    client.force_login(world.person("stina.alm"))
    return client
