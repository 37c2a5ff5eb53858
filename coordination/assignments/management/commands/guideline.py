"""`manage.py guideline`: establishes the guideline that the portal comes with, and what it orders."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from coordination.access.refused import Refused
from coordination.assignments import shipped


class Command(BaseCommand):
    help = "Establishes the shipped guideline with its assignments. Once, in an empty portal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--decided-by", required=True, help="who decided the guideline")
        parser.add_argument("--decided-on", required=True, type=date.fromisoformat)
        parser.add_argument(
            "--in-force-from", type=date.fromisoformat, help="the day it was decided unless said"
        )
        parser.add_argument(
            "--as",
            dest="names",
            action="append",
            default=[],
            metavar="PARTY=NAME",
            help="what a party of the guideline is called in the list of organisations",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        known = shipped.read().parties
        names = dict(one.partition("=")[::2] for one in options["names"])
        if unknown := sorted(set(names) - set(known)):
            raise CommandError(
                f"No such party: {', '.join(unknown)}. They are {', '.join(sorted(known))}."
            )
        with translation.override("sv"):
            try:
                made = shipped.establish(
                    decided_by=options["decided_by"],
                    decided_on=options["decided_on"],
                    in_force_from=options["in_force_from"],
                    names=names,
                    by=None,
                )
            except Refused as refusal:
                raise CommandError(str(refusal)) from None
            self.stdout.write(f"{made}: {made.mandates.count()} uppdrag.")
