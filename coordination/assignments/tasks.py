"""The letters of this app, and what it does by the clock."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access.vocabulary import Permission
from coordination.jobs import mail, queue

from . import papers, updates
from .models import AssignmentOwner


@mail.letter(updates.LETTER, mail.Urgency.CAN_WAIT)
def update_asked(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """The way to the form; None when somebody has answered, or it is no longer theirs to say."""
    owner = (
        AssignmentOwner.objects.visible_to(user, Permission.UPDATE_ASSIGNMENTS)
        .filter(pk=ids["owner"], requests__answered_at=None, requests__isnull=False)
        .first()
    )
    if owner is None:
        return None
    return mail.Letter(
        subject=_("Tell how an assignment stands"),
        body=_(
            "You are asked to say how an assignment of the guideline stands. It takes a minute:"
            " choose the status and write a sentence."
        ),
        url=reverse("assignment_update", args=[owner.pk]),
    )


@queue.periodic("assignments.files")
def sweep_files() -> None:
    """Erases files that were removed, or that no row came to have."""
    papers.sweep()
