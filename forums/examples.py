"""Made-up forums for the page that shows what a role sees. Everything here is taken back."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.vocabulary import FORUM_ROLES, Permission
from coordination.administration.simulation import Example, Stage, example

from . import actions, meetings, register
from .models import Forum
from .owners import Owner


@example
def forums(stage: Stage) -> Iterator[Example]:
    """A forum of each kind that differs, each with a planned meeting and an open action."""
    kinds = (
        (_("Example: the forum where the person has a seat"), None, "aggregate", True),
        (_("Example: a forum of the person's own housing district"), stage.district, "none", False),
        (_("Example: a forum of another housing district"), stage.elsewhere, "none", False),
        (
            _("Example: a forum that may handle information about individuals"),
            None,
            "individuals",
            False,
        ),
    )
    for name, district, information_class, is_own in kinds:
        if is_own and stage.role not in FORUM_ROLES:
            continue
        yield from _one(stage, name, district, information_class, is_own)


def _one(
    stage: Stage, name: str, district: object, information_class: str, is_own: bool
) -> Iterator[Example]:
    seats = [register.NewSeat(stage.organisation, role="chair", user=stage.colleague)]
    if is_own:
        seats.append(register.NewSeat(stage.organisation, role=stage.role, user=stage.user))
    forum: Forum = register.establish(
        name=name,
        seats=seats,
        districts=[district] if district else [],  # type: ignore[list-item]
        information_class=information_class,
        by=stage.colleague,
    )
    starts_at = stage.now + timedelta(days=7)
    meeting = meetings.plan(
        forum=forum,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        by=stage.colleague,
    )
    action = actions.create(
        forum=forum,
        text=_("Example of an action"),
        owners=[Owner(user=stage.colleague)],
        due=timezone.localdate(starts_at),
        by=stage.colleague,
    )
    yield Example(_("Forums"), forum, name, Permission.VIEW_FORUM)
    yield Example(_("Meetings"), meeting, name, Permission.VIEW_FORUM, (Permission.LOG_MEETINGS,))
    yield Example(_("Actions"), action, name, Permission.VIEW_FORUM, (Permission.KEEP_ACTION,))
