"""People and their accounts: found, invited, closed when nobody uses them, and opened again."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.http import base36_to_int, int_to_base36
from django.utils.translation import gettext as _

from coordination.access import people as accounts
from coordination.access import policy
from coordination.access.models import Absence, User
from coordination.access.refused import Refused
from coordination.access.vocabulary import ROLES
from coordination.actors.models import DistrictMembership, OrganisationMembership
from coordination.audit import log
from coordination.jobs import mail

from . import roles
from .models import ClosingNotice, Closure, RoleRequest
from .roles import Held, Wanted

INACTIVE = timedelta(days=90)
"""An account that nobody has signed in with for so long is closed."""
WARNING = timedelta(days=14)
"""So long before, the person is told."""
USERNAME = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")


# Finding -----------------------------------------------------------------------------------------


def everyone() -> QuerySet[User]:
    """Every account, with its notice if it is to be closed (see `closes_on`)."""
    return with_life_sign(User.objects.all()).select_related("closing_notice")


def with_life_sign(users: QuerySet[User]) -> QuerySet[User]:
    """With `active_at`: the last sign-in, or when the account was made or opened again."""
    opened = Closure.objects.filter(user=OuterRef("pk"), reopened_at__isnull=False)
    return users.annotate(
        active_at=Greatest(
            Coalesce("last_login", "date_joined"),
            "date_joined",
            Coalesce(
                Subquery(opened.order_by("-reopened_at").values("reopened_at")[:1]), "date_joined"
            ),
        )
    )


def closes_on(user: Any) -> date | None:
    """The day an account from `everyone` is closed unless somebody signs in, once that is told."""
    notice = getattr(user, "closing_notice", None)
    if not user.is_active or notice is None or notice.active_at != user.active_at:
        return None
    return notice.closes_on


def named(users: QuerySet[User], text: str) -> QuerySet[User]:
    """Those whose name or user name holds every word of the text."""
    for word in text.split():
        users = users.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
        )
    return users


def able_to_stand_in(user: User, *, by: Any) -> QuerySet[User]:
    """Who may be made a deputy: open accounts but the person's own and that of who decides (V15)."""
    others = User.objects.filter(is_active=True).exclude(pk__in=(user.pk, by.pk))
    return others.order_by("first_name", "last_name", "pk")


def with_role(users: QuerySet[User], role: str, on: date) -> QuerySet[User]:
    """Those who hold the role that day, anywhere."""
    holding = Q()
    for table in policy.membership_models():
        held = table._default_manager.active(on).filter(role=role)
        holding |= Q(pk__in=held.values("user_id"))
    return users.filter(holding)


def without_role(users: QuerySet[User], on: date) -> QuerySet[User]:
    """Open accounts that hold nothing that day, and wait for nothing."""
    held = Q()
    for table in policy.membership_models():
        rows = table._default_manager.filter(Q(valid_to=None) | Q(valid_to__gte=on))
        held |= Q(pk__in=rows.filter(user__isnull=False).values("user_id"))
    asked = RoleRequest.objects.filter(state=RoleRequest.State.WAITING)
    return users.filter(is_active=True).exclude(held).exclude(pk__in=asked.values("user_id"))


def at_organisation(users: QuerySet[User], organisation: int, on: date) -> QuerySet[User]:
    """Those who hold a role at the organisation that day."""
    held = OrganisationMembership.objects.active(on).filter(organisation=organisation)
    return users.filter(pk__in=held.values("user_id"))


@dataclass
class Roles:
    """What one person holds on a day, in words."""

    names: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


def roles_of(users: Iterable[User], on: date) -> dict[int, Roles]:
    """For each of these people their roles and where they hold them, in the order of the table.

    Seats count as roles, but no forum is named: its name may be more than an administrator may know.
    """
    keys = [user.pk for user in users]
    codes: dict[int, set[str]] = {key: set() for key in keys}
    found = {key: Roles() for key in keys}
    placed = (OrganisationMembership, DistrictMembership)
    tables = [
        table._default_manager.active(on)
        .filter(user_id__in=keys)
        .order_by()
        .values_list(
            "user_id", "role", F(table.place_name) if table in placed else Value(""), named=False
        )
        for table in policy.membership_models()
    ]
    for user_id, role, place in tables[0].union(*tables[1:], all=True):
        codes[user_id].add(role)
        if place and place not in found[user_id].places:
            found[user_id].places.append(place)
    for key, held in codes.items():
        found[key].names = [str(role.name) for code, role in ROLES.items() if code in held]
        found[key].places.sort()
    return found


@dataclass(frozen=True)
class Seated:
    """A role held in a table of another app, without saying where."""

    role: str
    valid_from: date
    valid_to: date | None


def seats_of(user: User, on: date) -> list[Seated]:
    """The person's seats, present and to come. The forum is not named."""
    found = []
    for table in policy.membership_models():
        if table in (OrganisationMembership, DistrictMembership):
            continue
        rows = table._default_manager.filter(Q(valid_to=None) | Q(valid_to__gte=on), user=user)
        for role, first, last in rows.order_by("valid_from", "pk").values_list(
            "role", "valid_from", "valid_to"
        ):
            found.append(Seated(str(ROLES[role].name), first, last))
    return found


def memberships_of(user: User, *, ended: bool, on: date) -> list[Held]:
    """The person's roles at organisations and in districts: those in force or to come, or the ended."""
    over = Q(valid_to__lt=on)
    rows: list[Held] = []
    rows += OrganisationMembership.objects.filter(
        over if ended else ~over, user=user
    ).select_related("organisation")
    rows += DistrictMembership.objects.filter(over if ended else ~over, user=user).select_related(
        "district"
    )
    order = list(ROLES)
    return sorted(rows, key=lambda held: (order.index(held.role), held.valid_from, held.pk))


def absences_of(user: User, on: date) -> list[Absence]:
    """When the person is away, now and to come."""
    rows = Absence.objects.filter(user=user, valid_to__gte=on).select_related("user", "deputy")
    return list(rows.order_by("valid_from"))


def deputised_by(user: User, on: date) -> list[Absence]:
    """For whom the person stands in, now and to come."""
    rows = Absence.objects.filter(deputy=user, valid_to__gte=on).select_related("user", "deputy")
    return list(rows.order_by("valid_from"))


# Inviting ----------------------------------------------------------------------------------------


def propose_username(first_name: str, last_name: str) -> str:
    """anna.ek; with a number when somebody has it. Empty without a name."""
    parts = (_plain(first_name), _plain(last_name))
    base = ".".join(part for part in parts if part)[:140]
    if not base:
        return ""
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    names = [base, *(f"{base}{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def invite(
    *,
    by: Any,
    first_name: str,
    last_name: str,
    email: str,
    username: str,
    wanted: Wanted,
    now: datetime | None = None,
) -> tuple[User, bool]:
    """A new account with a role, and a mail with a link to choose a password.

    Also says whether the role is given at once; a sensitive one waits for another administrator.
    Refuses a user name or an e-mail address that is taken, and what `roles.give` refuses.
    """
    with transaction.atomic():
        refuse_unfit(username=username, email=email)
        user = accounts.add(
            by=by, username=username, first_name=first_name, last_name=last_name, email=email
        )
        given = roles.give(by=by, user=user, wanted=wanted, now=now)
        send_link(by=by, user=user, now=now)
    return user, not isinstance(given, RoleRequest)


def refuse_unfit(*, username: str, email: str) -> None:
    """Raises Refused for a user name or an e-mail address that is taken, or no user name at all."""
    if not USERNAME.fullmatch(username):
        raise Refused(
            _("A user name has small letters a–z, digits, full stops and hyphens."),
            field="username",
        )
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(_("Somebody has that user name. Choose another."), field="username")
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(_("There is already an account with that e-mail address."), field="email")


def send_link(*, by: Any, user: User, now: datetime | None = None) -> None:
    """Mails the person a link to choose a password. Refuses a closed account."""
    now = now or timezone.now()
    if not user.is_active:
        raise Refused(_("The account is closed. Open it first."))
    with transaction.atomic():
        mail.post(
            to=user.pk,
            letter="administration.invitation",
            ids={"user": user.pk},
            key=f"administration.invitation:{user.pk}:{now:%Y%m%dT%H%M%S}",
        )
        log.record(by=by, event="administration.account.link_sent", on=user, at=now)


def link_key(user: User) -> str:
    """What the link carries: good once, for PASSWORD_RESET_TIMEOUT, until the person signs in."""
    return f"{int_to_base36(user.pk)}-{default_token_generator.make_token(user)}"


def invited(key: str) -> User | None:
    """Whose link it is; nobody's when it is used, too old, withdrawn or never was."""
    number, _dash, token = key.partition("-")
    try:
        pk = base36_to_int(number)
    except ValueError:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if default_token_generator.check_token(user, token) else None


# Closing and opening -----------------------------------------------------------------------------


def close(*, by: Any, user: User, why: str, now: datetime | None = None) -> None:
    """Closes the account: the person is out at the next request, and holds nothing while it is so.

    Refuses one's own account, the last administrator's and one that is closed. Roles stand, for the
    day that it is opened again.
    """
    now = now or timezone.now()
    if by is not None and by.pk == user.pk:
        raise Refused(_("You cannot close your own account. Ask another administrator."))
    today = timezone.localdate(now)
    with transaction.atomic():
        if roles.holders(roles.ADMINISTRATOR, today).filter(pk=user.pk).exists():
            roles.refuse_without_administrator(besides=user, on=today)
        if not accounts.set_active(by=by, user=user, active=False, why=why):
            raise Refused(_("The account is already closed."))
        ClosingNotice.objects.filter(user=user).delete()
        closure = Closure.objects.create(user=user, why=why, closed_by=by, closed_at=now)
        log.record(by=by, event="administration.account.closed", on=closure, facts={"why": why})


def reopen(*, by: Any, user: User, now: datetime | None = None) -> None:
    """Opens a closed account, with the roles that still stand. Refuses one that is open.

    One's own account cannot be closed, so nobody opens their own either.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if not accounts.set_active(by=by, user=user, active=True):
            raise Refused(_("The account is already open."))
        Closure.objects.filter(user=user, reopened_at=None).update(reopened_by=by, reopened_at=now)
        log.record(by=by, event="administration.account.reopened", on=user, at=now)


def close_inactive(*, now: datetime | None = None) -> tuple[int, int]:
    """Warns those whose account is soon to be closed, and closes those who were warned in time.

    Returns how many were warned and closed. Nobody is closed without WARNING's notice, and never
    the last administrator; who is left alone is told. Safe to do again.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    warned = closed = 0
    silent = with_life_sign(User.objects.filter(is_active=True)).filter(
        active_at__lte=now - (INACTIVE - WARNING)
    )
    notices = {notice.user_id: notice for notice in ClosingNotice.objects.all()}
    for user in silent:
        notice = notices.pop(user.pk, None)
        if notice is None or notice.active_at != user.active_at:
            _warn(user, now)
            warned += 1
        elif notice.closes_on <= today:
            try:
                _close_inactive(user, now)
            except Refused:
                continue
            closed += 1
    # Who is not silent any longer has signed in since.
    ClosingNotice.objects.filter(pk__in=[notice.pk for notice in notices.values()]).delete()
    return warned, closed


def _close_inactive(user: User, now: datetime) -> None:
    today = timezone.localdate(now)
    with transaction.atomic():
        administers = roles.holders(roles.ADMINISTRATOR, today).filter(pk=user.pk).exists()
        close(by=None, user=user, why=Closure.Why.INACTIVE, now=now)
        if administers and roles.are_administrators_few(today):
            for pk in roles.holders(roles.ADMINISTRATOR, today).values_list("pk", flat=True):
                letter = "administration.few_administrators"
                key = f"{letter}:{pk}:{now:%Y%m%dT%H%M%S}"
                mail.post(to=pk, letter=letter, ids={"administrator": pk}, key=key)


def _warn(user: Any, now: datetime) -> None:
    day = max(timezone.localdate(user.active_at + INACTIVE), timezone.localdate(now + WARNING))
    with transaction.atomic():
        notice, _new = ClosingNotice.objects.update_or_create(
            user=user, defaults={"active_at": user.active_at, "closes_on": day}
        )
        mail.post(
            to=user.pk,
            letter="administration.account_closing",
            ids={"notice": notice.pk},
            key=f"administration.account_closing:{user.pk}:{day}",
        )
        facts = {"closes_on": day.isoformat()}
        log.record(by=None, event="administration.account.warned", on=notice, facts=facts)


def closing_soon() -> list[User]:
    """Whose account will be closed unless they sign in, soonest first."""
    told = everyone().filter(is_active=True, closing_notice__isnull=False)
    return [user for user in told.order_by("closing_notice__closes_on", "pk") if closes_on(user)]


# Away --------------------------------------------------------------------------------------------


def be_away(
    *,
    by: Any,
    user: User,
    deputy: User | None,
    valid_from: date,
    valid_to: date,
    now: datetime | None = None,
) -> Absence:
    """The person is away for these days, and the deputy holds what their memberships give.

    Never the roles that are not deputised. Refused: days in the wrong order or over, another absence
    in the same days, a deputy with a closed account, the person, or oneself (V15).
    """
    today = timezone.localdate(now)
    if valid_to < valid_from:
        raise Refused(_("The last day cannot be before the first."), field="valid_to")
    if valid_to < today:
        raise Refused(_("The date must be today or later"), field="valid_to")
    if deputy is not None:
        if deputy.pk == user.pk or not deputy.is_active:
            raise Refused(_("Choose somebody else with an open account."), field="deputy")
        if deputy.pk == by.pk:
            raise Refused(
                _("You cannot make yourself a deputy. Ask another administrator."), field="deputy"
            )
    with transaction.atomic():
        roles.one_at_a_time(user)
        others = Absence.objects.filter(
            user=user, valid_from__lte=valid_to, valid_to__gte=valid_from
        )
        if others.exists():
            raise Refused(
                _("The person is already away in some of these days."), field="valid_from"
            )
        return accounts.be_away(
            by=by, user=user, deputy=deputy, valid_from=valid_from, valid_to=valid_to
        )
