"""Django's `flush`, which empties every table: allowed in test databases only."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections

from coordination.audit import append_only


class Command(flush.Command):
    """Refuses to empty the database of an installation; test cases use it between tests."""

    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        try:
            with append_only.lifted(connection):
                super().handle(**options)
        except append_only.NotATestDatabase:
            raise CommandError(
                "This database holds an audit log, which cannot be emptied. Make a new database."
            ) from None
