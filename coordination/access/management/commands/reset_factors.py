"""`manage.py reset_factors NAME`: for somebody who has lost every factor, and the last administrator."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination.access import factors
from coordination.access.models import User
from coordination.access.refused import Refused


class Command(BaseCommand):
    help = "Takes all second factors from an account; its next sign-in leads to a new one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError("There is no such account.")
        try:
            factors.reset(by=None, user=user)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("Done.")
