"""The audit app: its guards are put in place after every migration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def install_guards(*, using: str, **_: Any) -> None:
    from coordination.audit import append_only

    append_only.install(connections[using])


class AuditConfig(AppConfig):
    name = "coordination.audit"
    label = "audit"

    def ready(self) -> None:
        # Not in a migration: SQLite rebuilds a table to alter it, and its triggers go with it.
        post_migrate.connect(install_guards, sender=self)
