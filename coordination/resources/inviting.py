"""Letting a colleague write in a report: one report, until a day, and no longer than it is written."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.access.vocabulary import Permission
from coordination.actors.models import OrganisationMembership
from coordination.audit import log
from coordination.jobs import mail
from coordination.ui import dates

from .models import Invitation, Report
from .refusals import Missing, WrongState

LETTER = "resources.invited"
AFTER = timedelta(days=30)
"""So long after the last day an invitation is proposed to last: a report may be returned."""


def last_possible(report: Report) -> date:
    """The last day that an invitation may have: the last of the year in which the report is due, or
    of this year when it is later than that."""
    return date(max(report.window.last_day.year, timezone.localdate().year), 12, 31)


def proposed(report: Report) -> date:
    """Until when an invitation lasts unless somebody says otherwise."""
    late = max(report.window.last_day, timezone.localdate()) + AFTER
    return min(late, last_possible(report))


def colleagues(report: Report, *, with_invited: bool = False) -> QuerySet[User]:
    """Who may be invited: those who hold a role at the organisation today, whatever it is, and can
    neither write in the report nor are invited already (`with_invited` has those too)."""
    held = OrganisationMembership.objects.active(timezone.localdate()).filter(
        organisation=report.organisation_id
    )
    writing = held.filter(role="reporter").values("user")
    there = User.objects.filter(pk__in=held.values("user"), is_active=True)
    there = there.exclude(pk__in=writing)
    if with_invited:
        return there
    return there.exclude(pk__in=Invitation.objects.living().filter(report=report).values("user"))


def invite(
    *, report: Report, user: User, valid_to: date, by: Any, now: datetime | None = None
) -> Invitation:
    """Lets a colleague write in this report, and tells them. Nothing else of the organisation's becomes
    theirs to read. Raises Missing for a day that has passed or lies in another year, or for
    somebody who is no colleague; and WrongState when the report is approved."""
    now = now or timezone.now()
    if not timezone.localdate(now) <= valid_to <= last_possible(report):
        raise Missing(
            _("Choose a day from today to %(date)s") % {"date": dates.day(last_possible(report))},
            field="valid_to",
        )
    with transaction.atomic():
        _check(report, by)
        # Held: approving ends every invitation, and this one is not to come after that.
        open_ = Report.objects.filter(pk=report.pk).exclude(state=Report.State.APPROVED)
        if not open_.update(state=F("state")):
            raise WrongState(_("The report is approved. Nobody writes in it any more."))
        if not colleagues(report).filter(pk=user.pk).exists():
            raise Missing(_("Choose somebody who works at the organisation"), field="user")
        made = _make(report, user, valid_to, by, now)
        ids, key = {"invitation": made.pk}, f"{LETTER}:{made.pk}"
        mail.post(to=user.pk, letter=LETTER, ids=ids, key=key, now=now)
        log.record(by=by, event="resources.invitation.made", on=made, at=now)
    return made


def _make(report: Report, user: User, valid_to: date, by: Any, now: datetime) -> Invitation:
    # One that let nobody in any longer, because its day had passed.
    Invitation.objects.filter(report=report, user=user, ended_at=None).update(
        ended_by=by, ended_at=now
    )
    try:
        with transaction.atomic():
            return Invitation.objects.create(
                report=report, user=user, invited_by=by, invited_at=now, valid_to=valid_to
            )
    except IntegrityError:
        raise WrongState(_("Somebody else has just invited the same person.")) from None


def end(*, invitation: Invitation, by: Any, now: datetime | None = None) -> None:
    """Takes the invitation back; what the colleague wrote stays. Raises WrongState when it has ended."""
    now = now or timezone.now()
    with transaction.atomic():
        _check(invitation.report, by)
        ended = Invitation.objects.filter(pk=invitation.pk, ended_at=None)
        if not ended.update(ended_by=by, ended_at=now):
            raise WrongState(_("The invitation has ended already."))
        log.record(by=by, event="resources.invitation.ended", on=invitation, at=now)


def end_all(report_id: int, *, by: Any, now: datetime) -> None:
    """Ends every invitation of a report that is approved; in the approval's transaction."""
    Invitation.objects.filter(report=report_id, ended_at=None).update(ended_by=by, ended_at=now)


def give_back(report_id: int, *, ended_at: datetime) -> None:
    """Those that ended when the report was approved, when that is taken back."""
    Invitation.objects.filter(report=report_id, ended_at=ended_at).update(
        ended_by=None, ended_at=None
    )


def of(report: Report) -> list[Invitation]:
    """Those who write in the report by invitation today."""
    living = Invitation.objects.living().filter(report=report)
    return list(living.select_related("user", "invited_by").order_by("invited_at", "pk"))


def _check(report: Report, by: Any) -> None:
    may = Report.objects.visible_to(by, Permission.INVITE_TO_REPORT)
    if not may.filter(pk=report.pk).exists():
        raise WrongState(_("You no longer have the role that this needs."))
