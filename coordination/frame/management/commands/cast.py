"""`manage.py cast`: who can be signed in as in the demo, a line each."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from coordination.access import policy
from coordination.access.models import User
from coordination.access.vocabulary import ROLES


class Command(BaseCommand):
    help = "Prints user name, name and roles of everybody with an account."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("sv"):
            for user in User.objects.filter(is_active=True).order_by("pk"):
                held = policy.roles_of(user)
                roles = ", ".join(str(role.name) for code, role in ROLES.items() if code in held)
                self.stdout.write(f"{user.username:14} {user!s:14} {roles or '–'}")
