from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GroundsConfig(AppConfig):
    name = "coordination.grounds"
    label = "grounds"

    def ready(self) -> None:
        post_migrate.connect(_ship_candidates, sender=self)


def _ship_candidates(using: str = "default", **kwargs: Any) -> None:
    """The candidates are always there for a lawyer to settle, after a flush too."""
    from . import candidates

    candidates.ship(using=using)
