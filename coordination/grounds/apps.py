from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate


class GroundsConfig(AppConfig):
    name = "coordination.grounds"
    label = "grounds"

    def ready(self) -> None:
        post_migrate.connect(_ship_candidates, sender=self)


def _ship_candidates(using: str = "default", apps: Any = installed, **kwargs: Any) -> None:
    """The candidates are always there for a lawyer to settle, after a flush too; not on the way back to
    tables that do not have what they say."""
    from . import candidates

    try:
        apps.get_model("grounds", "RetentionRule")
    except LookupError:
        return
    candidates.ship(using=using)
