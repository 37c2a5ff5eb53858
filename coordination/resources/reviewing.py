"""The strategic function reads what was sent in, and returns, approves or opens it again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.vocabulary import Permission
from coordination.audit import log

from . import inviting, telling
from .models import PARTS, Remark, Report, Version
from .refusals import Missing, WrongState, clean

REMARK = 500
UNDONE_WITHIN = timedelta(minutes=10)
"""So long after it an approval may be taken back."""


def return_(
    *, version: Version, remarks: Mapping[int, str], by: Any, now: datetime | None = None
) -> None:
    """Asks the organisation to complete parts, by number, each with what is wanted. What is not
    mentioned stays done. Raises Missing without any, and WrongState when it was settled already."""
    now = now or timezone.now()
    kept = {
        number: clean(
            remarks.get(number, ""),
            label=_("Comment"),
            limit=REMARK,
            field=f"remark_{number}",
            lines=True,
        )
        for number in PARTS
    }
    if not any(kept.values()):
        raise Missing(
            _("Write at least one comment on what needs to be completed"), field="remark_1"
        )
    with transaction.atomic():
        _settle(version, Version.State.WAITING, Version.State.RETURNED, by, now)
        _move(version, Report.State.SUBMITTED, Report.State.RETURNED, by, now)
        for number, text in kept.items():
            if text:
                Remark.objects.create(
                    version=version, part=number, text=text, made_by=by, made_at=now
                )
        telling.tell(version.report, Permission.REPORT_RESOURCES, "resources.returned", now)
        log.record(by=by, event="resources.version.returned", on=version, at=now)


def approve(*, version: Version, by: Any, now: datetime | None = None) -> None:
    """The report is in order, and colleagues who were invited to write in it are so no longer. Raises
    WrongState when it was settled already."""
    now = now or timezone.now()
    with transaction.atomic():
        _settle(version, Version.State.WAITING, Version.State.APPROVED, by, now)
        _move(version, Report.State.SUBMITTED, Report.State.APPROVED, by, now)
        inviting.end_all(version.report_id, by=by, now=now)
        telling.tell(version.report, Permission.REPORT_RESOURCES, "resources.approved", now)
        log.record(by=by, event="resources.version.approved", on=version, at=now)


def may_undo(version: Version, now: datetime | None = None) -> bool:
    """Whether the approval may still be taken back."""
    since = (now or timezone.now()) - UNDONE_WITHIN
    at = version.settled_at
    return version.state == Version.State.APPROVED and at is not None and at >= since


def undo_approval(*, version: Version, by: Any, now: datetime | None = None) -> None:
    """The report waits for review again, as if it had not been approved, and those who were invited to
    write in it are so again. Raises WrongState later than ten minutes after it, and when it is not
    approved: then it is opened again, with a reason."""
    now = now or timezone.now()
    with transaction.atomic():
        approved_at = Version.objects.get(pk=version.pk).settled_at
        undone = Version.objects.filter(
            pk=version.pk, state=Version.State.APPROVED, settled_at__gte=now - UNDONE_WITHIN
        ).update(state=Version.State.WAITING, settled_by=None, settled_at=None)
        if not undone or approved_at is None:
            raise WrongState(
                _("An approval can be taken back for %(minutes)s minutes. Open the report again.")
                % {"minutes": UNDONE_WITHIN // timedelta(minutes=1)}
            )
        _move(version, Report.State.APPROVED, Report.State.SUBMITTED, by, now)
        inviting.give_back(version.report_id, ended_at=approved_at)
        log.record(by=by, event="resources.version.approval_undone", on=version, at=now)


def reopen(*, version: Version, reason: str, by: Any, now: datetime | None = None) -> None:
    """An approved report is to be corrected: what comes next is another version, and this one stays.
    Raises Missing without a reason, and WrongState when it is not approved."""
    now = now or timezone.now()
    why = clean(
        reason,
        label=_("Why is it opened again?"),
        limit=REMARK,
        field="reason",
        needed=_("Write why it is opened again"),
        lines=True,
    )
    with transaction.atomic():
        _settle(version, Version.State.APPROVED, Version.State.REOPENED, by, now)
        _move(version, Report.State.APPROVED, Report.State.RETURNED, by, now)
        Remark.objects.create(version=version, part=1, text=why, made_by=by, made_at=now)
        telling.tell(version.report, Permission.REPORT_RESOURCES, "resources.returned", now)
        log.record(by=by, event="resources.version.reopened", on=version, at=now)


def _settle(version: Version, before: str, after: str, by: Any, now: datetime) -> None:
    settled = Version.objects.filter(pk=version.pk, state=before).update(
        state=after, settled_by=by, settled_at=now
    )
    if not settled:
        raise _settled()


def _move(version: Version, before: str, after: str, by: Any, now: datetime) -> None:
    moved = Report.objects.filter(pk=version.report_id, state=before).update(
        state=after, touched_by=by, touched_at=now
    )
    if not moved:
        raise _settled()


def _settled() -> WrongState:
    return WrongState(_("The report is settled already. Somebody else was first."))
