"""`manage.py close_restored`: after a backup was restored, before anybody enters."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.administration import restored


class Command(BaseCommand):
    help = "Closes every account and ends every session, until open_restored is given."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{restored.close()} accounts closed.")
