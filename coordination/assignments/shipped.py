"""The guideline that the portal comes with, as data, and how it is established in an installation."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import Refused
from coordination.actors.models import Organisation

from . import assigning, guidelines
from .assigning import Owner
from .models import Guideline

FOLDER = Path(__file__).parent / "data"
FIRST = "guideline_2015"
ADMINISTRATIONS = "administrations"
ACTING = {
    "coordination": "strategic_coordinator",
    "partnership": "partnership_coordinator",
    # The police say nothing in the portal about their own work: the coordinators do.
    "police": "strategic_coordinator",
}
"""The role that acts for a party of the guideline."""


class PartyMissing(Refused):
    """A party of the guideline is in no list of organisations."""


class AlreadyThere(Refused):
    """There is a guideline already."""


@dataclass(frozen=True)
class Shipped:
    """A guideline as it lies in its files."""

    title: str
    text: str
    parties: Mapping[str, str]
    assignments: list[dict[str, Any]]


def read(name: str = FIRST) -> Shipped:
    """The guideline of that name."""
    facts = tomllib.loads((FOLDER / f"{name}.toml").read_text())
    return Shipped(
        title=facts["title"],
        text=(FOLDER / facts["text"]).read_text(),
        parties=facts["parties"],
        assignments=facts["assignments"],
    )


def establish(
    *,
    decided_by: str,
    decided_on: date,
    by: Any,
    in_force_from: date | None = None,
    names: Mapping[str, str] | None = None,
    due: Mapping[int, date] | None = None,
    measures: Mapping[int, str] | None = None,
    now: datetime | None = None,
) -> Guideline:
    """Establishes the shipped guideline, and orders everything that it orders, of the organisations
    that its parties are called by: as shipped, or as `names` says.

    Raises AlreadyThere when there is a guideline, and PartyMissing for a party that is not found.
    """
    now = now or timezone.now()
    if guidelines.latest() is not None:
        raise AlreadyThere(_("There is a guideline already. Add a newer version in the portal."))
    shipped = read()
    owners = _owners({**shipped.parties, **(names or {})})
    with transaction.atomic():
        made = guidelines.establish(
            title=shipped.title,
            decided_by=decided_by,
            decided_on=decided_on,
            in_force_from=in_force_from or decided_on,
            text=shipped.text,
            by=by,
            now=now,
        )
        for one in shipped.assignments:
            assigning.order(
                guideline=made,
                number=one["number"],
                title=one["title"],
                quote=one["quote"],
                owners=[owner for party in one["owners"] for owner in owners[party]],
                contributors=[
                    owner.organisation
                    for party in one.get("partners", ())
                    for owner in owners[party]
                ],
                due=(due or {}).get(one["number"]),
                measure=(measures or {}).get(one["number"], ""),
                by=by,
                now=now,
            )
    return made


def _owners(parties: Mapping[str, str]) -> dict[str, list[Owner]]:
    """By party, who answers for it."""
    found = {one.name: one for one in Organisation.objects.filter(name__in=parties.values())}
    missing = sorted(name for name in parties.values() if name not in found)
    if missing:
        raise PartyMissing(
            _("Add these organisations first, or say what they are called: %(names)s.")
            % {"names": ", ".join(missing)}
        )
    owners = {party: [Owner(found[name], ACTING.get(party, ""))] for party, name in parties.items()}
    coordination = owners["coordination"][0].organisation.pk
    partnership = owners["partnership"][0].organisation.pk
    every = Organisation.objects.active(timezone.localdate()).filter(
        kind=Organisation.Kind.ADMINISTRATION
    )
    owners[ADMINISTRATIONS] = [
        Owner(one, ACTING["coordination"] if one.pk == coordination else "")
        for one in every.exclude(pk=partnership).order_by("name")
    ]
    return owners
