"""The guides of the help page about meetings."""

from django.utils.translation import gettext_lazy

from coordination.frame import contributions
from coordination.frame.contributions import Guide

FORUM_ROLES = {"strategic_coordinator", "partnership_coordinator", "chair", "secretary", "member"}

contributions.guide(
    Guide(
        title=gettext_lazy("Log a meeting"),
        roles=("chair", "secretary", "strategic_coordinator"),
        steps=(
            gettext_lazy(
                "Open the forum under Meetings and choose Create next meeting. Time, place,"
                " participants, standing items and open actions are already there."
            ),
            gettext_lazy("Choose Send invitation."),
            gettext_lazy(
                "At the meeting, choose Take minutes. Mark who is present, write under each item,"
                " and add decisions and actions as they come. Everything is saved while you write."
            ),
            gettext_lazy(
                "Choose Finish the meeting. The minutes are made, and everyone who got an action is"
                " mailed their own."
            ),
        ),
        note=gettext_lazy(
            "Was there no network? Print the agenda, and choose Record a past meeting afterwards:"
            " it is one page."
        ),
    )
)
contributions.guide(
    Guide(
        title=gettext_lazy("Take part in a forum"),
        roles=tuple(sorted(FORUM_ROLES)),
        steps=(
            gettext_lazy(
                "Meetings shows the forums where you have a seat, their meetings and their minutes."
            ),
            gettext_lazy(
                "When you are called to a meeting, say on its page whether you are coming. If not, you"
                " may say who comes instead."
            ),
            gettext_lazy(
                "Subscribe with a calendar, under Meetings, puts your meetings into your own calendar."
            ),
            gettext_lazy(
                "Actions shows what you have taken on. Say there that an action is done, or give it"
                " a new date."
            ),
            gettext_lazy(
                "The search at the top finds meetings, decisions and actions that you may open."
            ),
        ),
    )
)
