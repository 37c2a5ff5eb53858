"""`manage.py reseal_factors`: after a change of PORTAL_FIELD_KEY, seals every secret with the new one."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.access import factors


class Command(BaseCommand):
    help = "Seals the secrets of second factors with the current PORTAL_FIELD_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{factors.reseal()} sealed anew.")
