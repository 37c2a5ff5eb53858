"""What the pages of operation call the work and the letters of forums, and what a restored portal ends."""

from django.utils.translation import gettext_lazy

from coordination.administration import restored, words
from forums import subscriptions

words.kinds({"forums.minutes_pdf": gettext_lazy("Make the PDF of minutes")})
restored.take_along(subscriptions.remove_all)
words.letters(
    {
        "forums.call": gettext_lazy("invitation to a meeting"),
        "forums.call_cancelled": gettext_lazy("a meeting is cancelled"),
        "forums.call_changed": gettext_lazy("an invitation to a meeting has changed"),
        "forums.call_withdrawn": gettext_lazy("somebody is no longer called to a meeting"),
        "forums.outside_call": gettext_lazy("invitation to somebody without an account"),
        "forums.outside_cancelled": gettext_lazy(
            "a meeting is cancelled, to somebody without an account"
        ),
        "forums.proposal_decided": gettext_lazy("what became of a proposed item"),
        "forums.seat_review": gettext_lazy("a seat about individuals was given on the server"),
        "forums.own_actions": gettext_lazy("somebody's own actions"),
        "forums.action_given": gettext_lazy("an action that somebody was given"),
        "forums.actions_due": gettext_lazy("reminder of actions"),
        "forums.to_adjust": gettext_lazy("minutes to approve"),
        "forums.adjust_taken_back": gettext_lazy("minutes that are written up again"),
        "forums.adjusted": gettext_lazy("minutes that were approved"),
        "forums.minutes_locked": gettext_lazy("minutes to read"),
        "forums.change_asked": gettext_lazy("a change of minutes was requested"),
        "forums.corrected": gettext_lazy("a correction of minutes"),
        "forums.adjust_waits": gettext_lazy("reminder of minutes to approve"),
        "forums.adjust_waits_writer": gettext_lazy("reminder of minutes that wait for others"),
        "forums.adjust_waits_chair": gettext_lazy("reminder of minutes that have waited ten days"),
    }
)
words.periodic(
    {
        "forums.documents": words.Work(
            gettext_lazy("Documents"),
            gettext_lazy("Erases the files of documents that were removed a day ago."),
        ),
        "forums.outside_addresses": words.Work(
            gettext_lazy("Addresses of people without an account"),
            gettext_lazy(
                "Erases the addresses that were given for a meeting, once they are not needed."
            ),
        ),
        "forums.reminders": words.Work(
            gettext_lazy("Reminders"),
            gettext_lazy("Reminds people of actions before, on and after their last day."),
        ),
    }
)
