"""The work of this app that the queue carries out: the receipt, files of many reports, and letters to
those whose turn it is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation
from coordination.jobs import mail, queue
from coordination.jobs.models import Job
from coordination.ui import dates

from . import board, compiling, inviting, occasions, receipts, reminding, requesting, sending
from .models import Invitation, Reminder, Report, SentRequest, Version, Window


@queue.periodic("resources.reminders")
def remind() -> None:
    """Reminds those who miss, on the days that the year's window says."""
    occasions.post()


@queue.handler(sending.PDF, lease=timedelta(minutes=5), attempts=5)
def receipt_pdf(job: Job) -> None:
    """Makes the receipt of a version; done again after a crash it replaces its own file."""
    receipts.render_pdf(version_id=int(job.ids["version"]))


@queue.handler(compiling.KIND, lease=timedelta(minutes=10), attempts=4)
def compilation(job: Job) -> None:
    """Makes a file of many reports; done again after a crash it replaces its own."""
    compiling.make(job)


@queue.periodic("resources.compilations")
def remove_old_compilations() -> None:
    """Removes the files whose days are over."""
    compiling.sweep()


def _report(
    user: Any, ids: dict[str, int | str], permission: Permission, state: str
) -> Report | None:
    """The report, while it is in that state and this person's to do something with."""
    theirs = Report.objects.visible_to(user, permission).filter(pk=ids["report"], state=state)
    return theirs.select_related("window").first()


@mail.letter("resources.to_attest")
def to_attest(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """For the managers of the organisation, as long as nobody has attested."""
    report = _report(user, ids, Permission.ATTEST_RESOURCES, Report.State.ATTESTING)
    if report is None:
        return None
    return mail.Letter(
        subject=_("Attest the resource report for %(year)s") % {"year": report.year},
        body=_("The resource report of your organisation is ready to be attested."),
        url=reverse("report_attest", args=[report.pk]),
    )


@mail.letter("resources.sent_back")
def sent_back(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """For the reporters, when a manager did not attest."""
    for state in Report.WRITABLE:
        report = _report(user, ids, Permission.REPORT_RESOURCES, state)
        if report is not None and report.said_back:
            return mail.Letter(
                subject=_("Change the resource report for %(year)s") % {"year": report.year},
                body=_("A manager has sent the report back. The report says why."),
                url=reverse("report", args=[report.pk]),
            )
    return None


@mail.letter("resources.submitted", mail.Urgency.CAN_WAIT)
def submitted(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """For those who review, as long as nobody has settled it."""
    version = (
        Version.objects.visible_to(user, Permission.REVIEW_RESOURCES)
        .filter(pk=ids["version"], state=Version.State.WAITING)
        .select_related("report__window")
        .first()
    )
    if version is None:
        return None
    return mail.Letter(
        subject=_("A resource report for %(year)s has come in") % {"year": version.report.year},
        body=_("It waits to be reviewed. Approve it, or return it with comments."),
        url=reverse("report_version", args=[version.pk]),
    )


@mail.letter("resources.returned")
def returned(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """For the reporters, while it is to be completed."""
    report = _report(user, ids, Permission.REPORT_RESOURCES, Report.State.RETURNED)
    if report is None:
        return None
    return mail.Letter(
        subject=_("Complete the resource report for %(year)s") % {"year": report.year},
        body=_("The strategic function has commented on the report. Answer, and send it again."),
        url=reverse("report", args=[report.pk]),
    )


@mail.letter("resources.approved", mail.Urgency.CAN_WAIT)
def approved(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """For the reporters, when it is in order."""
    report = _report(user, ids, Permission.REPORT_RESOURCES, Report.State.APPROVED)
    if report is None:
        return None
    return mail.Letter(
        subject=_("The resource report for %(year)s is approved") % {"year": report.year},
        body=_("Nothing more needs to be done. Next year you can begin with these figures."),
        url=reverse("report", args=[report.pk]),
    )


def reminder_text(window: Window) -> mail.Letter:
    """What a reminder says: the same to everyone, and nothing of any report."""
    return mail.Letter(
        subject=_("Reminder: the resource report for %(year)s is due by %(date)s.")
        % {"year": window.year, "date": dates.day(window.last_day)},
        body=_(
            "The resource report of your organisation is not sent in yet. Last year's information can be"
            " copied, and there may be nothing to report: that is an answer too."
        ),
        url=reverse("resources"),
    )


def opening_text(window: Window) -> mail.Letter:
    """What is said on the first day."""
    return mail.Letter(
        subject=_("The resource report for %(year)s can be filed, at the latest %(date)s")
        % {"year": window.year, "date": dates.day(window.last_day)},
        body=_(
            "Last year's information can be copied, and there may be nothing to report: that is an answer"
            " too."
        ),
        url=reverse("resources"),
    )


@mail.letter(reminding.LETTER, mail.Urgency.LATE)
def reminder(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """For those who are to file or attest, unless the report has been sent in meanwhile."""
    made = Reminder.objects.select_related("window").get(pk=ids["reminder"])
    row = board.rows(made.window).filter(pk=made.organisation_id).first()
    if row is None or row.standing in board.SENT:
        return None
    waits = row.standing == Report.State.ATTESTING
    if row.answered_nothing and not waits:
        return None
    # Whoever has sent it to be attested has done their part, also after the mail was posted.
    roles = ("manager",) if waits else ("reporter", "manager")
    invited = Invitation.objects.living().filter(report=row.report, user=user)
    if not Organisation.objects.held_by(user, roles).filter(pk=row.pk).exists():
        if waits or not invited.exists():
            return None
        return replace(reminder_text(made.window), url=reverse("report", args=[row.report]))
    is_opening = made.occasion is not None and made.occasion == made.window.opens_on
    return opening_text(made.window) if is_opening else reminder_text(made.window)


@mail.letter(inviting.LETTER)
def invited(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """For a colleague, as long as the invitation stands."""
    living = Invitation.objects.living().filter(pk=ids["invitation"], user=user)
    found = living.select_related("report__window").first()
    if found is None:
        return None
    return mail.Letter(
        subject=_("Help with the resource report for %(year)s") % {"year": found.report.year},
        body=_(
            "A colleague asks you to write in your organisation's resource report, until %(date)s."
        )
        % {"date": dates.day(found.valid_to)},
        url=reverse("report", args=[found.report_id]),
    )


def _request(user: Any, ids: dict[str, int | str], permission: Permission) -> SentRequest | None:
    theirs = SentRequest.objects.visible_to(user, permission)
    return theirs.filter(pk=ids["request"], withdrawn_at=None).first()


@mail.letter(requesting.TO_DECIDE, mail.Urgency.CAN_WAIT)
def request_to_decide(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """For the managers who decide, until it is decided."""
    found = _request(user, ids, Permission.DECIDE_REQUESTS)
    if found is None or not found.waits_for_decision:
        return None
    return mail.Letter(
        subject=_("A request for extra resources waits for a decision"),
        body=_("The strategic function has given its opinion on a request for extra resources."),
        url=reverse("request_decision", args=[found.pk]),
    )


@mail.letter(requesting.OPINION, mail.Urgency.CAN_WAIT)
def request_opinion(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """For those who asked, until it is decided."""
    found = _request(user, ids, Permission.READ_REQUESTS)
    if found is None or not found.waits_for_decision:
        return None
    return mail.Letter(
        subject=_("The strategic function has given its opinion on your request"),
        body=_("The request for extra resources now waits for management to decide."),
        url=reverse("request", args=[found.pk]),
    )


@mail.letter(requesting.DECIDED, mail.Urgency.CAN_WAIT)
def request_decided(*, user: Any, ids: dict[str, int | str]) -> mail.Letter | None:
    """For those who asked, while the decision stands."""
    found = _request(user, ids, Permission.READ_REQUESTS)
    if found is None or not found.decision:
        return None
    return mail.Letter(
        subject=_("Your request for extra resources is decided"),
        body=_("The decision and the reason for it can be read in the portal."),
        url=reverse("request", args=[found.pk]),
    )
