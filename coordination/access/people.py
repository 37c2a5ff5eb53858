"""Accounts: made, given roles and relieved of them, always with who did it."""

from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from coordination.audit import log

from . import grants, letters, limits, sessions
from .models import Absence, Membership, User


def add(
    *, by: Any, username: str, first_name: str, last_name: str, email: str, language: str = "sv"
) -> User:
    """Makes an account without a password and without a role."""
    with transaction.atomic():
        user = User(
            username=username,
            first_name=first_name,
            last_name=last_name,
            email=email,
            language=language,
        )
        user.set_unusable_password()
        user.save()
        log.record(by=by, event="access.person.added", on=user)
    return user


def give_role(
    *,
    by: Any,
    user: User,
    membership: type[Membership],
    role: str,
    valid_from: date,
    valid_to: date | None = None,
    **anchor: models.Model,
) -> Membership:
    """Gives a role at an anchor between two days, and derives what follows from it."""
    with transaction.atomic():
        held = membership._default_manager.create(
            user=user, role=role, valid_from=valid_from, valid_to=valid_to, **anchor
        )
        grants.rebuild()
        log.record(by=by, event="access.role.given", on=held, facts={"role": role})
    return held


def end_role(*, by: Any, held: Membership, on: date) -> None:
    """Ends a role: that day is its last. A day in the past takes effect at the next request.

    A role that would end before it began was given by mistake: its row goes, and the log keeps both.
    """
    with transaction.atomic():
        _end(held, on)
        grants.rebuild()
        log.record(by=by, event="access.role.ended", on=held, facts={"role": held.role})


def _end(row: Membership | Absence, on: date) -> None:
    same = type(row)._default_manager.filter(pk=row.pk)
    if on < row.valid_from:
        same.delete()
    else:
        row.valid_to = on
        same.update(valid_to=on)


def move_role(*, by: Any, held: Membership, valid_from: date, valid_to: date | None) -> None:
    """Gives a role other days, and derives what follows."""
    with transaction.atomic():
        held.valid_from, held.valid_to = valid_from, valid_to
        held.save(update_fields=["valid_from", "valid_to"])
        grants.rebuild()
        log.record(
            by=by,
            event="access.role.moved",
            on=held,
            fields=("valid_from", "valid_to"),
            facts={"role": held.role},
        )


def be_away(
    *, by: Any, user: User, deputy: User | None, valid_from: date, valid_to: date
) -> Absence:
    """The person is away between two days; the deputy, if any, holds what they hold."""
    with transaction.atomic():
        absence = Absence.objects.create(
            user=user, deputy=deputy, valid_from=valid_from, valid_to=valid_to
        )
        grants.rebuild()
        facts = {"from": valid_from.isoformat(), "to": valid_to.isoformat()}
        log.record(by=by, event="access.absence.set", on=absence, facts=facts)
    return absence


def end_absence(*, by: Any, absence: Absence, on: date) -> None:
    """That day is its last. An absence that would end before it began goes; the log keeps it."""
    with transaction.atomic():
        _end(absence, on)
        grants.rebuild()
        log.record(by=by, event="access.absence.ended", on=absence)


def set_active(*, by: Any, user: User, active: bool, why: str = "") -> bool:
    """Opens or closes an account. False when it is so already.

    A closed account is signed out everywhere at its next request, and holds nothing.
    """
    with transaction.atomic():
        changed = User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active)
        if not changed:
            return False
        user.is_active = active
        grants.rebuild()
        if not active:
            sessions.end_all(by=by, user=user)
            limits.forget_places(user)
        facts = {"why": why} if why else None
        event = "access.person.opened" if active else "access.person.closed"
        log.record(by=by, event=event, on=user, facts=facts)
    return True


def close_all(*, by: Any, why: str) -> int:
    """Closes every open account, as `set_active` closes one. Returns how many."""
    with transaction.atomic():
        there = list(User.objects.filter(is_active=True).order_by("pk"))
        User.objects.filter(is_active=True).update(is_active=False)
        grants.rebuild()
        for user in there:
            sessions.end_all(by=by, user=user)
            limits.forget_places(user)
            log.record(by=by, event="access.person.closed", on=user, facts={"why": why})
    return len(there)


def set_password(*, user: User, password: str) -> bool:
    """The person's own new password. False when it was changed by somebody else meanwhile."""
    with transaction.atomic():
        before = user.password
        user.set_password(password)
        changed = User.objects.filter(pk=user.pk, password=before).update(password=user.password)
        if changed:
            letters.tell(user, "access.password_chosen")
            log.record(by=user, event="access.person.password_chosen", on=user)
    return bool(changed)


def change_password(*, user: User, password: str) -> None:
    """Another password instead of one's own, and a letter that says so. Ends no session by itself:
    what every session is checked against changes with the password."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        letters.tell(user, "access.password_changed")
        log.record(by=user, event="access.password.changed", on=user)


def choose_language(*, user: User, language: str) -> None:
    """The person's own choice of language; kept with the account."""
    User.objects.filter(pk=user.pk).update(language=language)


def notice_read(*, user: User) -> None:
    """The person has been told how data about them is handled; kept the first time."""
    User.objects.filter(pk=user.pk, notice_read_at=None).update(notice_read_at=timezone.now())
