"""`manage.py open_restored NAME …`: lets administrators in after a restore; `--all`, then everybody."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination.administration import restored


class Command(BaseCommand):
    help = (
        "Opens the accounts of the named administrators, so that they can end the roles that were "
        "ended after the backup was made. --all opens the rest, when they have."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("usernames", nargs="*", metavar="NAME")
        parser.add_argument("--all", action="store_true")

    def handle(self, *args: Any, usernames: list[str], **options: Any) -> None:
        if bool(usernames) == options["all"]:
            raise CommandError("Name administrators, or say --all.")
        if options["all"]:
            self.stdout.write(f"{restored.open_everybody()} accounts opened.")
            return
        try:
            opened = restored.open_administrators(usernames)
        except restored.NotWaiting as name:
            raise CommandError(f"{name} is no administrator whose account waits.") from None
        self.stdout.write(f"{len(opened)} accounts opened, {restored.waiting().count()} wait.")
