"""`manage.py first_administrators`: for an empty portal, and for one with a single administrator left."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import translation

from coordination.access.models import User
from coordination.administration import first_administrators, people
from coordination.administration.first_administrators import Enough, Newcomer, NotSoMany, Unfit


class Command(BaseCommand):
    help = (
        "Makes the portal's first two administrators, or a second one when a single one is left, and "
        "prints a link for each: it works once, and the person chooses a password with it. "
        "--links prints new links for administrators who have never signed in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", help="where they work, as the municipality")
        parser.add_argument("--kind", default="municipality", help="municipality, if it is new")
        parser.add_argument(
            "--person",
            nargs=4,
            action="append",
            default=[],
            metavar=("FIRST", "LAST", "USERNAME", "EMAIL"),
            help="once for each",
        )
        parser.add_argument("--links", action="store_true")

    def handle(self, *args: Any, links: bool, organisation: str | None, **options: Any) -> None:
        with translation.override("en"):
            if links:
                self.tell(first_administrators.links_again())
                return
            if not organisation:
                raise CommandError("Say where they work: --organisation NAME.")
            self.tell(self.appoint(organisation, options["kind"], options["person"]))

    def appoint(self, organisation: str, kind: str, given: list[list[str]]) -> list[User]:
        try:
            return first_administrators.appoint(
                organisation=organisation,
                kind=kind,
                newcomers=[Newcomer(*each) for each in given],
            )
        except Enough:
            raise CommandError(
                "There are two administrators: they invite others in the portal."
            ) from None
        except NotSoMany as refusal:
            raise CommandError(f"Give --person {refusal.missing} times.") from None
        except Unfit as refusal:
            raise CommandError(str(refusal)) from None

    def tell(self, users: list[User]) -> None:
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        for user in users:
            address = f"{settings.BASE_URL}{reverse('invitation')}?nyckel={people.link_key(user)}"
            self.stdout.write(f"{user} ({user.username}): {address}")
        self.stdout.write(f"{len(users)} links. Each works once, for {days} days.")
