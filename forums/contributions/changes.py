"""What changed last in the forums that somebody sees."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.frame import contributions
from coordination.frame.contributions import Change
from forums.models import ActionChange, MinutesVersion

from .naming import named


@contributions.changes
def latest_minutes(user: Any, count: int) -> Iterator[Change]:
    """Minutes that were made."""
    versions = MinutesVersion.objects.visible_to(user).select_related("meeting__forum")
    # What the minutes say is long, and is not shown here.
    versions = versions.defer("content")
    for version in versions.order_by("-made_at", "-pk")[:count]:
        yield Change(
            at=version.made_at,
            title=_("Minutes: %(meeting)s") % {"meeting": named(version.meeting)},
            url=reverse("minutes", args=[version.meeting_id]),
            context="",
        )


@contributions.changes
def latest_action_changes(user: Any, count: int) -> Iterator[Change]:
    """What happened with actions, besides that they were decided: the minutes tell that."""
    changed = (
        ActionChange.objects.visible_to(user)
        .exclude(kind=ActionChange.Kind.CREATED)
        .select_related("action__forum")
    )
    for change in changed.order_by("-at", "-pk")[:count]:
        yield Change(
            at=change.at,
            title=change.action.text,
            url=reverse("action", args=[change.action_id]),
            context=f"{change.get_kind_display()} · {change.action.forum}",
        )
