"""`manage.py demo`: fills an empty portal with invented people and a year of their work."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone, translation

from coordination.access.models import User
from coordination.frame import demo
from coordination.jobs import mail

OLD_NEWS = timedelta(days=2)


class Command(BaseCommand):
    help = "Fills an empty portal with the demo. Does nothing when it is already there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=2015)
        parser.add_argument("--scale", type=int, default=1, help="how many times as much")

    def handle(self, *args: Any, seed: int, scale: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Set PORTAL_DEMO=1: the demo has no place in an installation.")
        if User.objects.filter(username="anna.ek").exists():
            self.stdout.write("The demo is already there.")
            return
        if User.objects.exists():
            raise CommandError("The portal has people in it. The demo needs an empty one.")
        scene = demo.Scene(now=timezone.now(), seed=seed, scale=scale, say=self.stdout.write)
        with translation.override("sv"), transaction.atomic():
            demo.build(scene)
            mail.let_lie(before=scene.now - OLD_NEWS)
