"""The register of actors: what each does, where it works, and whom to contact there.

Strategic coordinators keep every actor, partnership coordinators those that work in their own housing
districts. What is known is checked once a year: an old telephone number helps nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.ui.matching import Words

from . import organisations
from .models import (
    AreaOfWork,
    ContactFunction,
    District,
    Organisation,
    OrganisationName,
    PreventionLevel,
)
from .texts import Missing, clean, e_mail, telephone

NAME, NOTES, FUNCTION, PERSON, PHONE, EMAIL = 120, 200, 80, 80, 40, 120
MOST_CONTACTS = 6
CHECK_EVERY = timedelta(days=365)


class ActorChanged(Refused):
    """Somebody else has changed the actor since the page was shown."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else has changed the actor meanwhile. Compare below, and save again.")
        )


class NotYourDistrict(Refused):
    """A partnership coordinator keeps the actors of their own housing districts."""


@dataclass(frozen=True)
class Contact:
    """Whom to turn to: a function, a name, or both, and how to reach them."""

    function: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""

    def cleaned(self, prefix: str) -> "Contact":
        """Fit to be stored. `prefix` begins the names of the fields that are refused."""
        found = Contact(
            function=clean(
                self.function,
                label=_("The function"),
                limit=FUNCTION,
                field=f"{prefix}function",
            ),
            name=clean(self.name, label=_("The name"), limit=PERSON, field=f"{prefix}name"),
            phone=telephone(self.phone, limit=PHONE, field=f"{prefix}phone"),
            email=e_mail(self.email, limit=EMAIL, field=f"{prefix}email"),
        )
        if not (found.function or found.name):
            raise Missing(_("Enter the function or the name"), field=f"{prefix}function")
        return found


@dataclass(frozen=True)
class Profile:
    """What is known of an actor."""

    kind: str
    districts: Iterable[District] = ()
    levels: Iterable[PreventionLevel] = ()
    areas: Iterable[AreaOfWork] = ()
    notes: str = ""
    contacts: Sequence[Contact] = field(default=())


LINKS = ("districts", "levels", "areas")


def add(*, by: Any, name: str, profile: Profile, valid_from: date | None = None) -> Organisation:
    """A new actor, checked the day it is added.

    Raises NameTaken, what texts raise, and NotYourDistrict when a partnership coordinator adds an
    actor that works in none of the coordinator's districts.
    """
    with transaction.atomic():
        known = _cleaned(profile)
        name = clean(
            name,
            label=_("The name"),
            limit=NAME,
            field="name",
            needed=_("Enter the name of the actor"),
        )
        _refuse_districts_of_others(by, before=set(), after=set(known.districts))
        actor = organisations.add_organisation(
            by=by,
            name=name,
            kind=known.kind,
            parent=_parent(known.kind),
            valid_from=valid_from,
        )
        _write(actor, known)
        if by is not None:
            Organisation.objects.filter(pk=actor.pk).update(
                checked_on=timezone.localdate(), checked_by=by
            )
        actor.refresh_from_db()
    return actor


def change(*, by: Any, actor: Organisation, to: Profile, version: int) -> Organisation:
    """Makes what is known of the actor what `to` says.

    Raises ActorChanged when `version` is not the actor's any more, NotYourDistrict, Refused for a
    kind that the roles held there forbid, and what texts raise.
    """
    with transaction.atomic():
        known = _cleaned(to)
        rows = Organisation.objects.filter(pk=actor.pk, version=version)
        if not rows.update(version=F("version") + 1):
            raise ActorChanged
        stored = Organisation.objects.get(pk=actor.pk)
        before = profile_of(stored)
        _refuse_districts_of_others(by, set(before.districts), set(known.districts))
        _refuse_kind(stored, known.kind)
        changed = [name for name in ("kind", "notes", *LINKS) if _differs(before, known, name)]
        if tuple(before.contacts) != tuple(known.contacts):
            changed.append("contacts")
        _write(stored, known)
        log.record(by=by, event="actors.organisation.changed", on=stored, fields=sorted(changed))
        actor.refresh_from_db()
    return actor


def check(*, by: Any, actor: Organisation, on: date | None = None) -> None:
    """Says that what is known of the actor is right today. Saying it again changes nothing."""
    on = on or timezone.localdate()
    with transaction.atomic():
        rows = Organisation.objects.filter(pk=actor.pk).exclude(checked_on=on, checked_by=by)
        if rows.update(checked_on=on, checked_by=by):
            log.record(by=by, event="actors.organisation.checked", on=actor)


def profile_of(actor: Organisation) -> Profile:
    """What is known of the actor now."""
    return Profile(
        kind=actor.kind,
        districts=tuple(actor.districts.order_by("pk")),
        levels=tuple(actor.levels.order_by("position")),
        areas=tuple(actor.areas.order_by("position")),
        notes=actor.notes,
        contacts=tuple(
            Contact(one.function, one.name, one.phone, one.email) for one in contacts_of(actor)
        ),
    )


def contacts_of(actor: Organisation) -> QuerySet[ContactFunction]:
    """The contact functions, in order."""
    return actor.contacts.order_by("position")


def to_check(actors: QuerySet[Organisation], on: date) -> QuerySet[Organisation]:
    """Those in use that day whose contacts nobody has checked for a year."""
    old = Q(checked_on=None) | Q(checked_on__lt=on - CHECK_EVERY)
    return actors.filter(old, Q(valid_to=None) | Q(valid_to__gte=on))


def needs_check(actor: Organisation, on: date) -> bool:
    """As `to_check`, of one actor."""
    ended = actor.valid_to is not None and actor.valid_to < on
    return not ended and (actor.checked_on is None or actor.checked_on < on - CHECK_EVERY)


def found_by(wanted: Words) -> Q:
    """Actors by name, by a name they had, or by a contact."""
    former = OrganisationName.objects.filter(wanted.within("name")).values("subject")
    contacts = ContactFunction.objects.filter(wanted.within("function", "name"))
    return wanted.within("name") | Q(pk__in=former) | Q(pk__in=contacts.values("organisation"))


def keeps_all(user: Any) -> bool:
    """Whether the person keeps actors everywhere."""
    return policy.may(user, Permission.KEEP_ALL_ACTORS)


def _cleaned(profile: Profile) -> Profile:
    if profile.kind not in Organisation.Kind.values:
        raise Missing(_("Choose kind"), field="kind")
    if len(profile.contacts) > MOST_CONTACTS:
        raise Refused(
            _("An actor has at most %(count)s contact functions.") % {"count": MOST_CONTACTS}
        )
    return Profile(
        kind=profile.kind,
        districts=tuple(sorted(profile.districts, key=lambda one: one.pk)),
        levels=tuple(sorted(profile.levels, key=lambda one: one.position)),
        areas=tuple(sorted(profile.areas, key=lambda one: one.position)),
        notes=clean(profile.notes, label=_("The note"), limit=NOTES, field="notes"),
        contacts=tuple(
            contact.cleaned(f"contacts-{index}-") for index, contact in enumerate(profile.contacts)
        ),
    )


def _differs(before: Profile, after: Profile, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _write(actor: Organisation, known: Profile) -> None:
    Organisation.objects.filter(pk=actor.pk).update(kind=known.kind, notes=known.notes)
    for name in LINKS:
        getattr(actor, name).set(getattr(known, name))
    actor.contacts.all().delete()
    ContactFunction.objects.bulk_create(
        ContactFunction(
            organisation=actor,
            position=position,
            function=contact.function,
            name=contact.name,
            phone=contact.phone,
            email=contact.email,
        )
        for position, contact in enumerate(known.contacts, start=1)
    )


def _parent(kind: str) -> Organisation | None:
    """Administrations and companies are parts of the municipality, where there is one."""
    if kind not in (Organisation.Kind.ADMINISTRATION, Organisation.Kind.COMPANY):
        return None
    today = timezone.localdate()
    found = Organisation.objects.active(today).filter(kind=Organisation.Kind.MUNICIPALITY)[:2]
    return found[0] if len(found) == 1 else None


def _refuse_districts_of_others(by: Any, before: set[District], after: set[District]) -> None:
    if by is None or keeps_all(by):
        return
    own = set(District.objects.kept_by(by))
    if (before ^ after) - own:
        raise NotYourDistrict(
            _("Choose among your own housing districts. A strategic coordinator changes others."),
            field="districts",
        )
    if not after & own:
        raise NotYourDistrict(
            _("Choose at least one of your own housing districts."), field="districts"
        )


def _refuse_kind(actor: Organisation, kind: str) -> None:
    """A role held in the municipality is for all of it, and one held outside it has a last day: with
    roles held there, the kind does not move across these lines."""
    if kind == actor.kind:
        return
    municipality = Organisation.Kind.MUNICIPALITY
    crosses = municipality in (kind, actor.kind) or (
        (kind in Organisation.EXTERNAL) != actor.is_external
    )
    held = actor.memberships.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))
    if crosses and held.exists():
        raise Refused(
            _(
                "People have a role there, so the kind cannot change in this way. Ask a system"
                " administrator to end the roles first."
            ),
            field="kind",
        )
