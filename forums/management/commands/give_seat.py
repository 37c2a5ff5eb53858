"""`manage.py give_seat FORUM-NUMBER USER ROLE`: into a forum about individuals that nobody can open."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from coordination.access.models import User
from coordination.access.vocabulary import FORUM_ROLES
from coordination.actors.models import Organisation
from forums import register
from forums.models import Forum
from forums.refusals import Refused


class Command(BaseCommand):
    help = (
        "Gives a person a seat in a forum that may handle individuals. Those who review the log are "
        "told. For a forum where nobody is left to hand a seat over to."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("forum", type=int, metavar="FORUM-NUMBER")
        parser.add_argument("username", metavar="USER")
        parser.add_argument(
            "role", choices=FORUM_ROLES, metavar="ROLE", help=", ".join(FORUM_ROLES)
        )
        parser.add_argument(
            "--organisation", help="where they come from, unless they have a role at just one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        forum = Forum.objects.filter(pk=options["forum"]).first()
        if forum is None:
            raise CommandError("There is no such forum.")
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError("There is no such account.")
        organisation = None
        if options["organisation"]:
            organisation = Organisation.objects.filter(name__iexact=options["organisation"]).first()
            if organisation is None:
                raise CommandError("There is no such organisation.")
        with translation.override("en"):
            try:
                register.give_seat_on_server(
                    forum=forum, user=user, role=options["role"], organisation=organisation
                )
            except Refused as refusal:
                raise CommandError(str(refusal)) from None
        self.stdout.write("Done. Those who review the log are told.")
