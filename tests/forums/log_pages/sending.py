"""What the pages of the log send, as tests send it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

NUMBER = "811218-9876"
"""A made-up personal identity number with a right check digit."""
KEY = "7b0d2c9e-5f0a-4f0b-9f5e-0a1b2c3d4e5f"
"""The hidden key of a form."""


def url(name, meeting, *more):
    return reverse(name, args=[meeting.pk, *(one.pk for one in more)])


def typed(item, do="", **fields):
    """What the item's page sends."""
    item.refresh_from_db()
    return {"do": do, "version": item.version, "notes": item.notes, **fields}


def send(client, item, do="", **fields):
    return client.post(url("log_item", item.meeting, item), typed(item, do, **fields))


def autosave(client, item, **fields):
    return client.post(
        url("log_item_autosave", item.meeting, item),
        typed(item, **fields),
        headers={"X-Autosave": "1"},
    )


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
