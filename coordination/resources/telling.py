"""Whom a step of a report reaches, and the letters to them."""

from datetime import datetime

from django.utils import timezone

from coordination.access.models import Absence, User
from coordination.access.vocabulary import Permission
from coordination.actors.models import OrganisationMembership
from coordination.jobs import mail

from .models import Invitation, Report, Version

ROLES = {
    Permission.REPORT_RESOURCES: "reporter",
    Permission.ATTEST_RESOURCES: "manager",
    Permission.REVIEW_RESOURCES: "strategic_coordinator",
}


def people(report: Report, permission: Permission) -> list[User]:
    """Those who may do this with the report today: the organisation's own reporters (and colleagues
    who are invited) or managers, or the strategic coordinators."""
    if permission is Permission.REVIEW_RESOURCES:
        return holders(ROLES[permission])
    found = holders(ROLES[permission], report.organisation_id)
    if permission is Permission.REPORT_RESOURCES:
        found += [one for one in invited(report.pk) if one not in found]
    return found


def invited(report: int) -> list[User]:
    """The colleagues who may write in that report today."""
    living = Invitation.objects.living().filter(report=report).values("user")
    return sorted(User.objects.filter(pk__in=living, is_active=True), key=str)


def holders(role: str, organisation: int | None = None) -> list[User]:
    """Who holds the role today, at that organisation or anywhere; deputies of the absent too."""
    today = timezone.localdate()
    held = OrganisationMembership.objects.active(today).filter(role=role)
    if organisation is not None:
        held = held.filter(organisation=organisation)
    own = set(held.values_list("user_id", flat=True))
    away = Absence.objects.active(today).filter(user_id__in=own, user__is_active=True)
    own |= set(away.exclude(deputy=None).values_list("deputy_id", flat=True))
    return sorted(User.objects.filter(pk__in=own, is_active=True), key=str)


def tell(
    report: Report,
    permission: Permission,
    letter: str,
    now: datetime,
    *,
    version: Version | None = None,
) -> None:
    about = {"version": version.pk} if version else {"report": report.pk}
    turn = f"{report.pk}:{now.timestamp()}"
    for person in people(report, permission):
        mail.post(
            to=person.pk, letter=letter, ids=about, key=f"{letter}:{turn}:{person.pk}", now=now
        )
