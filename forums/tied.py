"""That a decision is about one thing of another app, at most: said, said anew, and taken back."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from .models import Decision
from .refusals import WrongState


def say(through: Any, *, decision: Decision, by: Any, now: datetime, **about: Any) -> bool:
    """The decision is about this from now on, and about nothing else of its kind; with None, about
    nothing. `through` is the table that keeps it. In the caller's transaction, with its event.

    Returns whether that was news. The minutes are not changed by it. Raises WrongState while the
    meeting has no minutes.
    """
    if not decision.item.meeting.has_minutes:
        raise WrongState(_("Finish the meeting first. Its decisions can be linked after that."))
    held = through.objects.filter(decision=decision)
    if None in about.values():
        gone, _by_model = held.delete()
        return bool(gone)
    if held.filter(**about).exists():
        return False
    through.objects.update_or_create(
        decision=decision, defaults={**about, "said_by": by, "said_at": now}
    )
    return True
