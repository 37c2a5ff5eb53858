"""`manage.py rotate_case_keys`: after a change of PORTAL_CASE_KEY, seals every case anew."""

from typing import Any

from django.core.management.base import BaseCommand

from cases import earlier
from cases.vault import rotation


class Command(BaseCommand):
    help = "Seals the fields of cases, and makes the tokens of names, with the current PORTAL_CASE_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        fields, people = rotation.rotate(), earlier.retoken()
        left = sum(rotation.waiting(*one).count() for one in rotation.sealed_fields())
        self.stdout.write(f"{fields} fields sealed anew, {people} names. Left: {left}.")
