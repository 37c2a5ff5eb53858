"""A finished report on its way: to a manager to be attested, back again, or in."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.jobs import files, queue

from . import comparing, filling, requesting, snapshots, windows
from .models import Activity, Part, Remark, Report, Version
from .refusals import Missing, WrongState, clean
from .telling import tell

SAID, ANSWER, UNCHANGED = 300, 500, 200
PDF = "resources.receipt_pdf"


class NotReady(Refused):
    """Something has to be answered before the report can be sent."""


def missing(report: Report) -> list[Part]:
    """The parts that must be done before the report can be sent; none when there is nothing to
    report."""
    if report.nothing:
        return []
    parts = report.parts.exclude(state=Part.State.DONE).order_by("number")
    return [part for part in parts if not part.is_optional]


def unchecked(report: Report) -> int:
    """How much still stands as it was copied from last year: rows, and parts without rows."""
    if report.nothing:
        return 0
    rows = report.activities.filter(is_checked=False).count()
    return rows + report.parts.filter(is_checked=False).exclude(number=1).count()


def send(
    *,
    report: Report,
    by: Any,
    checked: bool = False,
    answers: dict[int, str] | None = None,
    unchanged_why: str = "",
    now: datetime | None = None,
) -> None:
    """Sends the report to the organisation's managers to be attested. Any of them may do it.

    `checked` says that everything copied from last year is looked at; `answers` are what is said to
    the reviewer's remarks, by their key; `unchanged_why` says why it is right that the activities are
    the same for the second year running. Raises NotReady while a part is not done, Missing for a
    remark without an answer, copied figures that are not checked or a report that stays the same
    without a word, and WrongState.
    """
    now = now or timezone.now()
    kept = _answers(report, answers or {})
    with transaction.atomic():
        filling.touch(report, by=by, now=now)
        # As it is now that nobody else can write.
        report = Report.objects.select_related("window", "organisation").get(pk=report.pk)
        if missing(report):
            raise NotReady(_("Some parts are not done. Open them, answer and save."))
        left = unchecked(report)
        if left and not checked:
            raise Missing(
                _("Check %(count)s rows from last year before you send the report")
                % {"count": left},
                field="checked",
            )
        said = _why_unchanged(report, unchanged_why)
        Activity.objects.filter(report=report).update(is_checked=True)
        report.parts.update(is_checked=True)
        for remark, answer in kept:
            Remark.objects.filter(pk=remark).update(answer=answer, answered_by=by)
        moved = Report.objects.filter(pk=report.pk, state=report.state).update(
            state=Report.State.ATTESTING,
            came_from=report.state,
            sent_by=by,
            sent_at=now,
            said_back="",
            unchanged_why=said,
        )
        if not moved:
            raise _moved_on()
        tell(report, Permission.ATTEST_RESOURCES, "resources.to_attest", now)
        log.record(by=by, event="resources.report.sent", on=report, at=now)


def is_unchanged_again(content: dict[str, Any], before: list[Version]) -> bool:
    """Whether the activities are as last year, when they were as the year before that too; `before` are
    the versions of those years, the latest first, as `snapshots.years_before` gives them."""
    if len(before) < 2:
        return False
    last, earlier = before
    return comparing.is_unchanged(content, last.content) and comparing.is_unchanged(
        last.content, earlier.content
    )


def _why_unchanged(report: Report, said: str) -> str:
    if report.nothing or not is_unchanged_again(
        snapshots.snapshot(report), snapshots.years_before(report)
    ):
        return ""
    return clean(
        said,
        label=_("Why is it the same as last year?"),
        limit=UNCHANGED,
        field="unchanged_why",
        needed=_("Write in a sentence why it is the same for the second year running"),
    )


def open_remarks(report: Report) -> list[Remark]:
    """What the reviewer wants completed before the report comes again."""
    if report.state != Report.State.RETURNED:
        return []
    last = report.versions.order_by("-number").first()
    return list(last.remarks.order_by("part")) if last else []


def _answers(report: Report, given: dict[int, str]) -> list[tuple[int, str]]:
    return [
        (
            one.pk,
            clean(
                given.get(one.pk, ""),
                label=_("Your answer"),
                limit=ANSWER,
                field=f"answer_{one.pk}",
                needed=_("Answer the comment"),
                lines=True,
            ),
        )
        for one in open_remarks(report)
    ]


def take_back(*, report: Report, by: Any, now: datetime | None = None) -> None:
    """The organisation writes on. Raises WrongState when it does not wait to be attested."""
    now = now or timezone.now()
    with transaction.atomic():
        _back(report, "", by, now)
        log.record(by=by, event="resources.report.taken_back", on=report, at=now)


def send_back(*, report: Report, said: str, by: Any, now: datetime | None = None) -> None:
    """A manager does not attest, and says why. Raises Missing without a reason, and WrongState."""
    now = now or timezone.now()
    kept = clean(
        said,
        label=_("What needs to be changed?"),
        limit=SAID,
        field="said",
        needed=_("Write what needs to be changed"),
        lines=True,
    )
    with transaction.atomic():
        _back(report, kept, by, now)
        tell(report, Permission.REPORT_RESOURCES, "resources.sent_back", now)
        log.record(by=by, event="resources.report.sent_back", on=report, at=now)


def _back(report: Report, said: str, by: Any, now: datetime) -> None:
    for state in Report.WRITABLE:
        waiting = Report.objects.filter(pk=report.pk, state=Report.State.ATTESTING, came_from=state)
        if waiting.update(state=state, said_back=said, touched_by=by, touched_at=now):
            return
    raise _moved_on()


def attest(*, report: Report, sha256: str, by: Any, now: datetime | None = None) -> Version:
    """A manager attests what they read, and it is sent in: frozen, with its receipt to come.

    Late is what comes after the last day as it stands now, by the local day. Raises WrongState when
    it does not wait to be attested, or says something else than what has `sha256`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        moved = Report.objects.filter(pk=report.pk, state=Report.State.ATTESTING).update(
            state=Report.State.SUBMITTED, touched_by=by, touched_at=now
        )
        if not moved:
            raise _moved_on()
        report = Report.objects.select_related("window", "organisation").get(pk=report.pk)
        content = snapshots.snapshot(report)
        if snapshots.fingerprint(content) != sha256:
            raise WrongState(_("The report was changed after you opened it. Read it again."))
        version = _freeze(report, content, by=by, now=now)
        tell(report, Permission.REVIEW_RESOURCES, "resources.submitted", now, version=version)
        log.record(
            by=by,
            event="resources.report.attested",
            on=report,
            facts={"version": version.number, "late": version.is_late},
            at=now,
        )
    return version


def _freeze(report: Report, content: dict[str, Any], *, by: Any, now: datetime) -> Version:
    last = report.versions.order_by("-number").first()
    version = Version.objects.create(
        report=report,
        number=last.number + 1 if last else 1,
        content=content,
        sha256=snapshots.fingerprint(content),
        is_late=windows.is_late(report.window, now),
        filed_by=report.sent_by,
        attested_by=by,
        attested_at=now,
        file=files.new_name(".pdf"),
    )
    requesting.bring(version=version, now=now)
    queue.enqueue(kind=PDF, ids={"version": version.pk}, key=f"{PDF}:{version.pk}")
    return version


def _moved_on() -> WrongState:
    return WrongState(
        _("The report is not where it was. Somebody else has done something with it.")
    )
