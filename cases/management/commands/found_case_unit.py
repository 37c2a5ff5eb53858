"""`manage.py found_case_unit`: a unit that carries cases, for which board, and for which districts."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from cases import units
from coordination.access.models import User
from coordination.actors.models import District, Organisation


class Command(BaseCommand):
    help = "Sets up a unit that carries individual cases, from a day on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--organisation", required=True, help="where its coordinators work")
        parser.add_argument("--board", required=True, help="the board (nämnd) whose the cases are")
        parser.add_argument("--social", action="store_true", help="the social welfare board")
        parser.add_argument("--administration", help="the board's own administration")
        parser.add_argument("--district", action="append", default=[], help="one that it serves")
        parser.add_argument(
            "--protected",
            action="append",
            default=[],
            metavar="USERNAME",
            help="who receives cases of protected identities; at least two, in one unit alone",
        )
        parser.add_argument("--since", type=date.fromisoformat, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        since = options["since"] or timezone.localdate()
        with transaction.atomic():
            unit = units.found(
                name=options["name"],
                organisation=_one(Organisation, options["organisation"]),
                authority=options["board"],
                is_social=options["social"],
                administration=_one(Organisation, options["administration"])
                if options["administration"]
                else None,
                receives_protected=bool(options["protected"]),
                since=since,
                by=None,
            )
            for name in options["district"]:
                units.serve(unit=unit, district=_one(District, name), since=since, by=None)
            for username in options["protected"]:
                user = User.objects.filter(username=username, is_active=True).first()
                if user is None:
                    raise CommandError(f"Nobody has the user name {username}.")
                units.receive_protected(unit=unit, user=user, since=since, by=None)
        self.stdout.write(f"{unit} carries cases from {since.isoformat()}.")


def _one(model: Any, name: str) -> Any:
    found = model.objects.filter(name=name).first()
    if found is None:
        raise CommandError(f"There is no {model._meta.verbose_name} named {name}.")
    return found
