"""`manage.py rebuild_access [--check]`: grants from memberships, or what differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination.access import grants


class Command(BaseCommand):
    help = "Rebuilds every grant from memberships. --check only says what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        if check:
            lines = grants.differences()
            for line in lines:
                self.stdout.write(line)
            if lines:
                raise CommandError(f"{len(lines)} grants differ from the memberships.")
            self.stdout.write("Grants and memberships agree.")
        else:
            self.stdout.write(f"{grants.rebuild()} grants changed.")
