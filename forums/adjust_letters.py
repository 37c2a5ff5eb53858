"""The mails about minutes after the meeting: to be adjusted, adjusted, to be changed, corrected, and the
reminders. A forum that may handle individuals is never named in one, nor what its minutes say."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.jobs import mail
from coordination.ui import dates

from . import adjust_reminders, adjusting
from .models import Meeting, MinutesVersion, Sending


def _facts(meeting: Meeting) -> dict[str, str]:
    return {"forum": meeting.forum.name, "day": dates.day(meeting.starts_at)}


def _neutral(url: str) -> mail.Letter:
    """Says that there is something to do, and not for which forum (M128)."""
    return mail.Letter(
        subject=_("You have a new task in the portal"),
        body=_("You have a new task in the portal. Log in to read it."),
        url=url,
    )


def _neutral_news(url: str) -> mail.Letter:
    return mail.Letter(
        subject=_("There is news in the portal"),
        body=_("There is news for you in the portal. Log in to read it."),
        url=url,
    )


def _sending(ids: dict[str, int | str]) -> Sending:
    return Sending.objects.select_related("meeting__forum", "version").get(pk=ids["sending"])


@mail.letter("forums.to_adjust")
def to_adjust(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """To somebody who is asked to adjust; None when they have, or the minutes were taken back."""
    sending = _sending(ids)
    meeting = sending.meeting
    waits = sending.adjusters.filter(user=user.pk, adjusted_at=None).exists()
    if sending.state != Sending.State.WAITING or not waits:
        return None
    if not policy.may(user, Permission.ADJUST_MINUTES, meeting):
        return None
    url = reverse("adjust", kwargs={"meeting": meeting.pk})
    if meeting.forum.handles_individuals:
        return _neutral(url)
    facts = _facts(meeting) | {"due": dates.day(sending.due)}
    if adjusting.needs_second(meeting.forum):
        subject = pgettext("minutes", "Approve the minutes: %(forum)s, %(day)s")
        body = pgettext(
            "minutes",
            "You are asked to approve the minutes of %(forum)s, by %(due)s at the latest.",
        )
    else:
        subject = pgettext("notes", "Approve the notes: %(forum)s, %(day)s")
        body = pgettext(
            "notes", "You are asked to approve the notes of %(forum)s, by %(due)s at the latest."
        )
    return mail.Letter(subject=subject % facts, body=body % facts, url=url)


@mail.letter("forums.adjust_taken_back")
def taken_back(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """To those who were asked, or had adjusted already: the text is being changed. None when it has
    been sent again, since they are asked anew then."""
    meeting = _sending(ids).meeting
    if meeting.state != Meeting.State.WRITING_UP or not _may_read(user, meeting):
        return None
    url = reverse("minutes", kwargs={"meeting": meeting.pk})
    if meeting.forum.handles_individuals:
        return _neutral_news(url)
    return mail.Letter(
        subject=_("The minutes are written up again: %(forum)s, %(day)s") % _facts(meeting),
        body=_(
            "The minutes of %(forum)s are being changed. Nobody's approval of the earlier text counts"
            " any more. You will be asked again."
        )
        % _facts(meeting),
        url=url,
    )


@mail.letter("forums.change_asked")
def change_asked(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """To whoever sent the minutes; None when they have been sent again."""
    sending = _sending(ids)
    meeting = sending.meeting
    if meeting.state != Meeting.State.WRITING_UP or not _may_read(user, meeting):
        return None
    may_write = policy.may(user, Permission.LOG_MEETINGS, meeting)
    url = reverse("minutes_edit" if may_write else "minutes", kwargs={"meeting": meeting.pk})
    if meeting.forum.handles_individuals:
        return _neutral(url)
    count = sending.requests.count()
    return mail.Letter(
        subject=_("A change is requested: %(forum)s, %(day)s") % _facts(meeting),
        body=ngettext(
            "%(count)s change of the minutes of %(forum)s is requested. It stands at its item.",
            "%(count)s changes of the minutes of %(forum)s are requested. They stand at their items.",
            count,
        )
        % {**_facts(meeting), "count": count},
        url=url,
    )


@mail.letter("forums.adjusted", mail.Urgency.CAN_WAIT)
def adjusted(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """To whoever sent the minutes: they are adjusted and locked."""
    meeting = _sending(ids).meeting
    if not meeting.is_locked or not _may_read(user, meeting):
        return None
    url = reverse("minutes", kwargs={"meeting": meeting.pk})
    if meeting.forum.handles_individuals:
        return _neutral_news(url)
    subject = (
        pgettext("minutes", "Approved: %(forum)s, %(day)s")
        if adjusting.needs_second(meeting.forum)
        else pgettext("notes", "Approved: %(forum)s, %(day)s")
    )
    return mail.Letter(
        subject=subject % _facts(meeting),
        body=_("The text is locked. You can add a correction if something is wrong."),
        url=url,
    )


@mail.letter("forums.minutes_locked", mail.Urgency.CAN_WAIT)
def minutes_locked(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """To those who sit in the forum or were called: the minutes are approved, and where they are read.
    Nothing of what they say. None for who may not read them any more."""
    meeting = _sending(ids).meeting
    if not meeting.is_locked or not _may_read(user, meeting):
        return None
    url = reverse("minutes", kwargs={"meeting": meeting.pk})
    if meeting.forum.handles_individuals:
        return _neutral_news(url)
    if adjusting.needs_second(meeting.forum):
        subject = pgettext("minutes", "Minutes to read: %(forum)s, %(day)s")
        body = pgettext(
            "minutes", "The minutes of %(forum)s are approved. Read them in the portal."
        )
    else:
        subject = pgettext("notes", "Notes to read: %(forum)s, %(day)s")
        body = pgettext("notes", "The notes of %(forum)s are approved. Read them in the portal.")
    facts = _facts(meeting)
    return mail.Letter(subject=subject % facts, body=body % facts, url=url)


@mail.letter("forums.corrected", mail.Urgency.CAN_WAIT)
def corrected(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """To those who had the minutes: there is a correction; what it says stands in the portal."""
    version = MinutesVersion.objects.select_related("meeting__forum").get(pk=ids["version"])
    meeting = version.meeting
    if not _may_read(user, meeting):
        return None
    url = reverse("minutes_version", kwargs={"meeting": meeting.pk, "number": version.number})
    if meeting.forum.handles_individuals:
        return _neutral_news(url)
    return mail.Letter(
        subject=_("Correction of the minutes: %(forum)s, %(day)s") % _facts(meeting),
        body=_("A correction has been added to the minutes of %(forum)s. It stands at their end.")
        % _facts(meeting),
        url=url,
    )


def _may_read(user: Any, meeting: Meeting) -> bool:
    return policy.may(user, Permission.VIEW_FORUM, meeting)


# Reminders ---------------------------------------------------------------------------------------


def _reminder(step: adjust_reminders.Step, page: str, words: Callable[[], str]) -> mail.Writer:
    def write(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
        """What waits still; None when nothing does. Several are told as a number."""
        day = date.fromisoformat(str(ids["day"]))
        waiting = [
            one
            for one in adjust_reminders.told_on(day, step, user=user)
            if _may_read(user, one.meeting)
        ]
        if not waiting:
            return None
        named = [one for one in waiting if not one.meeting.forum.handles_individuals]
        url = reverse("start")
        if len(waiting) == 1:
            url = reverse(page, kwargs={"meeting": waiting[0].meeting_id})
        if not named:
            return mail.Letter(
                subject=_("Reminder: you have a task in the portal"),
                body=_("You have a task in the portal that waits. Log in to read it."),
                url=url,
            )
        lines = [
            _("– %(forum)s, %(day)s, by %(due)s")
            % {**_facts(one.meeting), "due": dates.day(one.due)}
            for one in named[:4]
        ]
        rest = len(waiting) - len(lines)
        if rest > 0:
            lines.append(
                ngettext("and %(count)s more.", "and %(count)s more.", rest) % {"count": rest}
            )
        return mail.Letter(
            subject=_("Reminder: minutes wait for approval"),
            body="\n".join([words(), *lines]),
            url=url,
        )

    return write


_FIRST, _SECOND, _THIRD = adjust_reminders.STEPS
LETTERS: dict[str, mail.Writer] = {
    step.letter: mail.letter(step.letter, mail.Urgency.LATE)(_reminder(step, page, words))
    for step, page, words in (
        (_FIRST, "adjust", lambda: _("These minutes wait for you to approve them:")),
        (_SECOND, "minutes", lambda: _("These minutes have waited five days for approval:")),
        (_THIRD, "minutes", lambda: _("These minutes have waited ten days for approval:")),
    )
}
"""What writes each of the reminders."""
