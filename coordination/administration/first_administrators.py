"""The first administrators of an empty portal, and a second one where a single one is left.

Everybody else is invited in the portal, by an administrator, and a sensitive role needs two of them
(V15). Neither can happen before there are two. So whoever runs the server makes them, by a command.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from coordination.access import people as accounts
from coordination.access.models import User
from coordination.access.refused import Refused
from coordination.actors import organisations
from coordination.actors.models import Organisation, OrganisationMembership
from coordination.audit import log
from coordination.jobs import mail

from . import people, roles
from .roles import ADMINISTRATOR, LEAST, REVIEWER, Wanted


class Enough(Exception):
    """There are administrators enough: they invite others in the portal."""


class NotSoMany(Exception):
    """Another number of people is missing. `missing` says how many."""

    def __init__(self, missing: int) -> None:
        super().__init__(missing)
        self.missing = missing


class Unfit(Exception):
    """What was given about a person or the organisation cannot be used; the text says why."""


@dataclass(frozen=True)
class Newcomer:
    first_name: str
    last_name: str
    username: str
    email: str


def missing(now: datetime | None = None) -> int:
    """How many administrators the portal lacks before it can look after itself."""
    active = roles.holders(ADMINISTRATOR, timezone.localdate(now)).count()
    return max(0, LEAST - active)


def appoint(
    *, organisation: str, kind: str, newcomers: Sequence[Newcomer], now: datetime | None = None
) -> list[User]:
    """Accounts with the role system administrator at the organisation, which is added when it is new.

    Raises `Enough` while two administrators are active, `NotSoMany` unless as many people are given
    as are missing, and `Unfit`. An administrator who is left, and the reviewers, are told by mail.
    """
    now = now or timezone.now()
    with transaction.atomic():
        told = {*roles.holders(ADMINISTRATOR), *roles.holders(REVIEWER)}
        lacking = missing(now)
        if not lacking:
            raise Enough
        if len(newcomers) != lacking:
            raise NotSoMany(lacking)
        try:
            place = _organisation(organisation, kind)
            made = [_administrator(newcomer, place, now) for newcomer in newcomers]
        except Refused as refusal:
            raise Unfit(str(refusal)) from refusal
        letter = "administration.administrator_made"
        for reader in told:
            for user in made:
                key = f"{letter}:{user.pk}:{reader.pk}"
                mail.post(to=reader.pk, letter=letter, ids={}, key=key)
        for user in made:
            log.record(by=None, event="administration.account.link_made", on=user, at=now)
    return made


def links_again(now: datetime | None = None) -> list[User]:
    """The administrators who have never signed in; their earlier links may be too old.

    That they get new links is logged.
    """
    now = now or timezone.now()
    with transaction.atomic():
        waiting = list(roles.holders(ADMINISTRATOR).filter(last_login=None).order_by("pk"))
        for user in waiting:
            log.record(by=None, event="administration.account.link_made", on=user, at=now)
    return waiting


def _organisation(name: str, kind: str) -> Organisation:
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise Unfit("The name of the organisation has 1 to 120 characters.")
    if kind not in Organisation.Kind.values or kind in Organisation.EXTERNAL:
        raise Unfit(
            "Administrators are of the municipality: municipality, administration, company."
        )
    found = Organisation.objects.filter(name__iexact=name).first()
    return found or organisations.add_organisation(by=None, name=name, kind=kind)


def _administrator(newcomer: Newcomer, place: Organisation, now: datetime) -> User:
    today = timezone.localdate(now)
    names = {"first_name": newcomer.first_name.strip(), "last_name": newcomer.last_name.strip()}
    if not all(0 < len(name) <= 80 for name in names.values()):
        raise Unfit("A first name and a last name have 1 to 80 characters each.")
    try:
        validate_email(newcomer.email)
    except ValidationError:
        raise Unfit(f"{newcomer.email} is no e-mail address.") from None
    people.refuse_unfit(username=newcomer.username, email=newcomer.email)
    user = accounts.add(by=None, username=newcomer.username, email=newcomer.email, **names)
    roles.check(user=user, wanted=Wanted(ADMINISTRATOR, place, today), on=today)
    accounts.give_role(
        by=None,
        user=user,
        membership=OrganisationMembership,
        role=ADMINISTRATOR,
        valid_from=today,
        organisation=place,
    )
    return user
