from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ActorsConfig(AppConfig):
    name = "coordination.actors"
    label = "actors"

    def ready(self) -> None:
        post_migrate.connect(_rows_of_the_guideline, sender=self)


def _rows_of_the_guideline(using: str = "default", **kwargs: Any) -> None:
    """The guideline's three prevention levels and its areas of work are always there, after a flush
    too."""
    from .models import AreaOfWork, PreventionLevel

    for model in (PreventionLevel, AreaOfWork):
        rows = model._base_manager.using(using)
        for position, code in enumerate(model.Code.values, start=1):
            rows.get_or_create(code=code, defaults={"position": position})
