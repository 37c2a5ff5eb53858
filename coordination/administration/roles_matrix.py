"""The living role matrix: every role, what it gives in plain words, and who holds it today.

It is made from the role table and from what the derivations of grants read, so it cannot say
something else than the portal does.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import grants, policy
from coordination.access.models import Absence, User
from coordination.access.vocabulary import DEPUTISED, MEANINGS, ROLES, HeldAt, Role
from coordination.actors.models import DistrictMembership, OrganisationMembership
from coordination.audit import log
from coordination.frame.context import VERSION
from coordination.jobs import files, queue
from coordination.jobs.models import Job
from coordination.ui import pdf

from .models import RoleMatrix

KIND = "administration.role_matrix"
WHERE = {
    HeldAt.ORGANISATION: gettext_lazy("at an organisation"),
    HeldAt.DISTRICT: gettext_lazy("in a housing district"),
    HeldAt.FORUM: gettext_lazy("in a forum, as a seat"),
}
PLACES = {OrganisationMembership: "organisation__name", DistrictMembership: "district__name"}
"""Tables that say where; a forum's name may be more than an administrator may know."""


def contents(on: date) -> list[dict[str, Any]]:
    """Every role as the page and the document show it, in the language in force."""
    people = _holders(on)
    return [
        {
            "code": role.code,
            "name": str(role.name),
            "description": str(role.description),
            "held_at": str(WHERE[role.held_at]),
            "may": _may(role),
            "conditions": _conditions(role),
            "people": people.get(role.code, []),
        }
        for role in ROLES.values()
    ]


def _may(role: Role) -> list[str]:
    words = [str(MEANINGS[one]) for one in MEANINGS if one in role.permissions]
    for entry in grants.given_by(role.code):
        for permission in entry.permissions:
            words.append(
                _("%(what)s: %(where)s") % {"what": MEANINGS[permission], "where": entry.where}
            )
    return words


def _conditions(role: Role) -> list[str]:
    said = []
    if role.second_factor:
        said.append(_("Signing in needs a second factor, not a password alone."))
    if role.needs_second:
        said.append(_("Given only when a second administrator approves."))
    if role.code not in DEPUTISED:
        said.append(_("A deputy never holds it."))
    return said


def _holders(on: date) -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[tuple[int, str, date | None]]] = {}
    for table in policy.membership_models():
        held = table._default_manager.active(on).filter(user__isnull=False, user__is_active=True)
        columns = ["user_id", "role", "valid_to", *([PLACES[table]] if table in PLACES else [])]
        for user_id, role, until, *place in held.values_list(*columns):
            rows.setdefault(role, []).append((user_id, place[0] if place else "", until))
    names = {user.pk: str(user) for user in User.objects.filter(is_active=True)}
    deputies = _deputies(on)
    people: dict[str, list[dict[str, str]]] = {}
    for role, holding in rows.items():
        grouped: dict[tuple[int, date | None], list[str]] = {}
        for user_id, place, until in holding:
            places = grouped.setdefault((user_id, until), [])
            if place and place not in places:
                places.append(place)
        lines = [
            {
                "name": names[user_id],
                "places": ", ".join(sorted(places)),
                "until": until.isoformat() if until else "",
                "for": "",
            }
            for (user_id, until), places in grouped.items()
        ]
        if role in DEPUTISED:
            lines += [
                {
                    "name": names[deputy],
                    "places": "",
                    "until": last.isoformat(),
                    "for": names[user_id],
                }
                for user_id in {user_id for user_id, _place, _until in holding}
                for deputy, last in deputies.get(user_id, [])
            ]
        people[role] = sorted(lines, key=lambda line: (line["name"], line["for"], line["places"]))
    return people


def _deputies(on: date) -> dict[int, list[tuple[int, date]]]:
    found: dict[int, list[tuple[int, date]]] = {}
    away = Absence.objects.active(on).filter(deputy__is_active=True, user__is_active=True)
    for user_id, deputy_id, last in away.values_list("user_id", "deputy_id", "valid_to"):
        found.setdefault(user_id, []).append((deputy_id, last))
    return found


def make(*, by: Any, language: str, now: datetime | None = None) -> RoleMatrix:
    """Keeps the matrix as it stands, and has its document made by a job."""
    now = now or timezone.now()
    with transaction.atomic(), translation.override(language):
        matrix = RoleMatrix.objects.create(
            made_by=by,
            made_at=now,
            language=language,
            version=VERSION,
            content=contents(timezone.localdate(now)),
            file=files.new_name(".pdf"),
        )
        queue.enqueue(kind=KIND, ids={"matrix": matrix.pk}, key=f"{KIND}:{matrix.pk}")
        log.record(by=by, event="administration.role_matrix.made", on=matrix, at=now)
    return matrix


def render(matrix_id: int) -> None:
    """Makes the document of a matrix; done again it replaces its own file."""
    matrix = RoleMatrix.objects.select_related("made_by").get(pk=matrix_id)
    with translation.override(matrix.language):
        printed = pdf.render(
            "administration/role_matrix_pdf.html",
            {"matrix": matrix, "roles": with_dates(matrix.content), "version": matrix.version},
            title=_("Role matrix"),
            language=matrix.language,
        )
    files.publish(printed.content, matrix.file)
    RoleMatrix.objects.filter(pk=matrix.pk).update(pages=printed.pages)


def with_dates(content: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The contents with days as dates, for a template to write them."""
    return [
        {
            **role,
            "people": [
                {**line, "until": date.fromisoformat(line["until"]) if line["until"] else None}
                for line in role["people"]
            ],
        }
        for role in content
    ]


def latest() -> RoleMatrix | None:
    """The document that was asked for last."""
    return RoleMatrix.objects.select_related("made_by").order_by("-made_at", "-pk").first()


def is_waiting(matrix: RoleMatrix) -> bool:
    """Whether the document may still come: its job has not failed."""
    failed = Job.objects.filter(key=f"{KIND}:{matrix.pk}", state=Job.State.FAILED)
    return matrix.pages is None and not failed.exists()
