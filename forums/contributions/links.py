"""The links of the navigation to forums, and the lists whose views can be saved."""

from typing import Any

from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import contributions
from coordination.frame.contributions import Link
from coordination.ui.lists import codes_of
from coordination.writing import saved_views
from forums.forms.decisions import DecisionFilter
from forums.forms.filters import ActionFilter, MeetingFilter
from forums.models import Action, Meeting

from .guides import FORUM_ROLES


def _takes_part(user: Any) -> bool:
    """Whether the person sits in a forum, coordinates, or has been called to a meeting."""
    return bool(policy.roles_of(user) & FORUM_ROLES) or Meeting.objects.visible_to(user).exists()


def _has_actions(user: Any) -> bool:
    return bool(policy.roles_of(user) & FORUM_ROLES) or Action.objects.visible_to(user).exists()


contributions.link(Link("meetings", gettext_lazy("Meetings"), "meetings", _takes_part))
contributions.link(
    Link(
        "approved",
        gettext_lazy("Minutes that are approved"),
        "approved_list",
        lambda user: policy.may(user, Permission.REVIEW_LOG),
    )
)
contributions.link(Link("decisions", gettext_lazy("Decisions"), "decisions", _takes_part))
contributions.link(Link("actions", gettext_lazy("Actions"), "actions", _has_actions))

saved_views.offer(
    "meetings",
    codes_of(MeetingFilter, sort=("date", "forum", "place")),
    numbers=("forum", "district"),
)
saved_views.offer(
    "decisions", codes_of(DecisionFilter, sort=("decision", "forum", "date")), numbers=("forum",)
)
saved_views.offer(
    "actions", codes_of(ActionFilter, sort=("action", "forum", "due")), numbers=("owner", "forum")
)
