"""Agreements as the tests make them: with the police, whole, and named by who may read them."""

from datetime import date, timedelta

from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation, PreventionLevel
from coordination.agreements import keeping
from coordination.agreements.models import Agreement, ahead

BETWEEN = (cast.MUNICIPALITY, cast.POLICE)
OTHERS = (cast.MUNICIPALITY, cast.HOUSING)


def in_months(months: int, days: int = 0) -> date:
    return ahead(timezone.localdate(), months) + timedelta(days=days)


def values(parties: tuple[str, ...] = BETWEEN, **other: object) -> dict:
    """What a whole agreement says."""
    return {
        "name": "Samverkan med polisen",
        "parties": Organisation.objects.filter(name__in=parties),
        "districts": District.objects.filter(name__in=("Vivalla", "Oxhagen")),
        "levels": PreventionLevel.objects.filter(code__in=("general", "specific")),
        "valid_from": in_months(-12),
        "valid_to": in_months(24),
        "purposes": "Samma problem på samma platser.",
        "areas": "Ungas utsatthet.",
        "extremism": "partly",
        "paragraph": "Paragraf fyra.",
        "pledges": "Polisen finns i centrum varje fredag.\n\nKlotter tas bort.",
        "signed_for_municipality": "Kommunstyrelsens ordförande Kim Ek",
        "signed_for_others": "Lokalpolisområdeschef Kim Ask",
        "signed_on": in_months(-12),
        "follow_up_on": None,
        **other,
    }


def draft(by: User, **other: object) -> Agreement:
    return keeping.register(values=values(**other), by=by)


def signed(by: User, **other: object) -> Agreement:
    made = draft(by, **other)
    keeping.put_in_force(agreement=made, by=by)
    made.refresh_from_db()
    return made
