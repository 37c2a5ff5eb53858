from datetime import date
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KnowledgeConfig(AppConfig):
    name = "coordination.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        post_migrate.connect(_contacts_come_to_an_end, sender=self)


def _contacts_come_to_an_end(using: str = "default", **kwargs: Any) -> None:
    """Contacts are erased from the first day on, as nobody has decided yet, after a flush too."""
    from .models import ContactRetention

    basis = "Förslag som ingen har beslutat: två år, så att två årsrapporter kan bygga på loggen."
    ContactRetention.objects.using(using).get_or_create(
        valid_from=date(2015, 11, 1), defaults={"months": 24, "basis": basis}
    )
