"""`manage.py resign_checkpoints`: after a change of PORTAL_SECRET_KEY, signs with the new one."""

from typing import Any

from django.core.management.base import BaseCommand

from coordination.audit import checkpoints


class Command(BaseCommand):
    help = "Signs the checkpoints of the audit log with the current PORTAL_SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{checkpoints.resign()} signed anew.")
