"""The app of forums, meetings, minutes and action points."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


def install_guards(*, using: str, **_: Any) -> None:
    from . import locked

    locked.install(connections[using])


def lift_guards(*, using: str, plan: list, **_: Any) -> None:
    from . import locked

    if plan:
        locked.make_way(connections[using])


class ForumsConfig(AppConfig):
    name = "forums"
    label = "forums"
    verbose_name = _("Forums and meetings")

    def ready(self) -> None:
        from coordination.audit import append_only

        from . import examples, grants, handover, locked  # noqa: F401

        grants.register()
        # Not in a migration: SQLite rebuilds a table to alter it, and its triggers go with it.
        pre_migrate.connect(lift_guards, sender=self)
        post_migrate.connect(install_guards, sender=self)
        append_only.lift_with(install=locked.install, remove=locked.remove)
