"""Somebody is denied a page in the moment in which what was counted of them is forgotten."""

from datetime import timedelta
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from coordination.access import denials
from coordination.access.models import Denials, User
from coordination.audit import log


@pytest.mark.django_db(transaction=True)
def test_who_is_denied_while_their_count_is_forgotten_is_counted_anew():
    if connection.vendor == "sqlite":
        # There is one writer at a time, as long as every transaction begins as one.
        assert connection.transaction_mode == "IMMEDIATE"
        return
    ulla = User.objects.create(username="ulla.vik")
    now = timezone.now()
    denials.note(by=ulla, page="forum", now=now - timedelta(hours=3))
    swept, done = Signal(), Signal()

    def sweep() -> None:
        with transaction.atomic():
            denials.sweep(now=now)
            swept.set()
            # Until the other waits for the row that is going.
            done.wait(1)
        connections.close_all()

    sweeper = Thread(target=sweep)
    sweeper.start()
    assert swept.wait(10)
    denials.note(by=ulla, page="forum", now=now)
    done.set()
    sweeper.join()
    assert Denials.objects.get(user=ulla).count == 1
    assert log.events(by=ulla).filter(event="access.denied").count() == 2
