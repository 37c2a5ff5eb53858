"""Who sits at the log, and the meeting they write."""

import pytest
from django.test import Client


@pytest.fixture
def anna(sample):
    client = Client()
    client.force_login(sample.anna)
    return client


@pytest.fixture
def jonas(sample):
    client = Client()
    client.force_login(sample.jonas)
    return client


@pytest.fixture
def meeting(sample):
    return sample.running()


@pytest.fixture
def item(sample, meeting):
    return sample.item(meeting, "Lägesbild")
