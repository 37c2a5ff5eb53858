"""A person's choice of when the mail that can wait is sent; kept with the account."""

from django.db import transaction

from coordination.audit import log
from coordination.jobs.mail import Choice

from .models import User


def choose(*, user: User, choice: Choice) -> None:
    """From the next mail on. What already waits for a digest comes in that digest."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(notices=choice)
        log.record(by=user, event="access.notices.chosen", on=user, fields=("notices",))
