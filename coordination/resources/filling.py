"""Writing a report: begun once a year, with last year's figures when somebody asks for them, and never
while it waits for others."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.actors.models import District, Organisation
from coordination.assignments.models import AssignmentOwner
from coordination.audit import log
from coordination.ui import dates

from . import prefill, snapshots, windows
from .models import (
    PARTS,
    Activity,
    AssignmentAnswer,
    ForumAnswer,
    Need,
    Part,
    Report,
    Window,
)
from .refusals import ChangedMeanwhile, WrongState, clean

NOTHING = 300


def begin(
    *,
    window: Window,
    organisation: Organisation,
    by: Any,
    copy: bool = False,
    now: datetime | None = None,
) -> Report:
    """The organisation's report of that year, with its six parts; the one there is if somebody else
    was first. With `copy` it begins with what was sent in last year, each thing unchecked.

    Raises WrongState before the first day.
    """
    now = now or timezone.now()
    if not windows.is_open(window, now):
        raise WrongState(
            _("Reporting for %(year)s opens %(date)s.")
            % {"year": window.year, "date": dates.day(window.opens_on)}
        )
    try:
        with transaction.atomic():
            report = Report.objects.create(
                window=window,
                organisation=organisation,
                begun_by=by,
                begun_at=now,
                touched_by=by,
                touched_at=now,
            )
            for number in PARTS:
                Part.objects.create(report=report, number=number)
            if copy:
                _copy(report, by, now)
                report.refresh_from_db(fields=["copied_from", "key_functions"])
            log.record(by=by, event="resources.report.begun", on=report, at=now)
    except IntegrityError:
        there = Report.objects.filter(window=window, organisation=organisation).first()
        if there is None:
            raise
        return there
    return report


def touch(report: Report, *, by: Any, now: datetime) -> None:
    """Holds the report for a change of what it says; to be called first in the change's transaction,
    so that sending and writing wait for each other. Raises WrongState when it may not be changed."""
    held = Report.objects.filter(pk=report.pk, state__in=Report.WRITABLE).update(
        touched_by=by, touched_at=now
    )
    if not held:
        raise WrongState(
            _("The report is sent and cannot be changed now. Open it to see where it is.")
        )


def claim(part: Part, *, revision: int | None, state: str, by: Any, now: datetime) -> None:
    """Writes that the part was saved. With a `revision`: raises ChangedMeanwhile when it is not the
    part's any longer."""
    rows = Part.objects.filter(pk=part.pk)
    if revision is not None:
        rows = rows.filter(revision=revision)
    saved = rows.update(
        state=state,
        is_checked=True,
        revision=F("revision") + 1,
        changed_by=by,
        changed_at=now,
    )
    if not saved:
        raise ChangedMeanwhile(Part.objects.select_related("changed_by").get(pk=part.pk).changed_by)


def report_nothing(*, report: Report, reason: str, by: Any, now: datetime | None = None) -> None:
    """Answers that there is nothing to report, and why. What was written stays, and does not count.
    Raises Missing without a reason, and WrongState."""
    now = now or timezone.now()
    kept = clean(
        reason,
        label=_("Why is there nothing to report?"),
        limit=NOTHING,
        field="reason",
        needed=_("Write why there is nothing to report"),
        lines=True,
    )
    with transaction.atomic():
        touch(report, by=by, now=now)
        Report.objects.filter(pk=report.pk).update(nothing=kept)
        log.record(by=by, event="resources.report.nothing", on=report, at=now)


def report_after_all(*, report: Report, by: Any, now: datetime | None = None) -> None:
    """Takes back that there is nothing to report. Raises WrongState."""
    now = now or timezone.now()
    with transaction.atomic():
        touch(report, by=by, now=now)
        Report.objects.filter(pk=report.pk).update(nothing="")
        log.record(by=by, event="resources.report.after_all", on=report, at=now)


# Last year's -----------------------------------------------------------------------------------


def may_copy(report: Report) -> bool:
    """Whether last year's figures may still be fetched: until anything is written."""
    untouched = not report.parts.exclude(state=Part.State.NOT_BEGUN).exists()
    return report.is_writable and untouched and snapshots.last_year(report) is not None


def _copy(report: Report, by: Any, now: datetime) -> None:
    """Parts 1, 3, 4 and 5 as they were or as they stand in the portal, all of it to be checked. Part 2
    is answered anew each year."""
    last = snapshots.last_year(report)
    if last is None:
        return
    Report.objects.filter(pk=report.pk).update(
        copied_from=report.year - 1, key_functions=last.content["key_functions"]
    )
    done = [1] if _copy_activities(report, last.content, by, now) else []
    for row in last.content["needs"]:
        Need.objects.create(report=report, **row)
    done += [3] if last.content["needs"] or last.content["key_functions"] else []
    done += [4] if _copy_assignments(report) else []
    for one in prefill.attended(report.organisation, report.year):
        ForumAnswer.objects.create(
            report=report, forum=one.forum, held=one.held, attended=one.attended, agrees=True
        )
    # In no forum is an answer too, and checked with the rest.
    done += [5]
    report.parts.filter(number__in=done).update(
        state=Part.State.DONE, is_checked=False, changed_by=by, changed_at=now
    )


def _copy_activities(report: Report, content: dict[str, Any], by: Any, now: datetime) -> bool:
    """Those that had not ended. A district that is no longer there is left out of its row, and the
    others share equally then."""
    districts = {one.name: one for one in District.objects.active(timezone.localdate(now))}
    rows = [row for row in content["activities"] if not row["ended"]]
    for row in rows:
        made = Activity.objects.create(
            report=report,
            line=row["line"],
            name=row["name"],
            level=row["level"],
            fte=Decimal(row["fte"]),
            cost=Decimal(row["cost"]),
            calculated=row["calculated"],
            is_checked=False,
            changed_by=by,
            changed_at=now,
        )
        there = [districts[name] for name in row["districts"] if name in districts]
        made.districts.set(there)
        split = snapshots.split_of(row)
        if split and len(there) == len(row["districts"]):
            made.split = {str(place.pk): split[place.name] for place in there}
            made.save(update_fields=["split"])
    return bool(rows)


def _copy_assignments(report: Report) -> bool:
    """What was said last of each assignment; whether something was said of every one. Without any
    there is nothing to answer."""
    said = []
    for owner, status, sentence in standing(report):
        if sentence:
            AssignmentAnswer.objects.create(
                report=report, owner=owner, status=status, sentence=sentence
            )
        said.append(bool(sentence))
    return all(said)


def standing(report: Report) -> list[tuple[AssignmentOwner, str, str]]:
    """The assignments that the organisation answers for, with the status and the sentence that were
    given last in the portal."""
    owners = AssignmentOwner.objects.standing().filter(
        organisation=report.organisation_id, assignment__ended_on=None
    )
    found = []
    for owner in owners.select_related("assignment").order_by("assignment__number", "pk"):
        last = owner.updates.order_by("-at", "-pk").first()
        found.append((owner, str(owner.status), last.happened if last else ""))
    return found


def new_line() -> str:
    """What a new activity is known by through the years."""
    return uuid4().hex
