"""Every event that is recorded anywhere in the source has its sentence, and every object its name."""

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from coordination.access.urls import every_url
from coordination.actors import register as actors
from coordination.administration import log_words
from coordination.administration.forms.log import LogFilter
from coordination.agreements import keeping
from coordination.knowledge import library, visits
from coordination.knowledge.models import PARTS as information_parts
from coordination.resources import activities
from coordination.situation import measures, pictures
from forums import register

pytestmark = pytest.mark.any_engine

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("coordination", "forums", "training", "cases")

COMPOSED = {
    "actors.{}.ended": ("district", "organisation"),
    "actors.{}.renamed": ("district", "organisation"),
    "actors.{}.resumed": ("district", "organisation"),
    "administration.role_request.{}": ("refused", "withdrawn"),
    "forums.item.{}": ("open", "done", "postponed", "struck"),
}
"""Events whose code is put together, with what may stand in the gap."""

PASSED_ON = {
    "coordination/audit/log.py",
    "coordination/access/factors.py",
    "coordination/access/middleware.py",
    "coordination/access/people.py",
    "coordination/writing/handed_in.py",
    "coordination/writing/saved_views.py",
}
"""Modules that record an event which a caller or a variable names; their codes are found below."""


def sources() -> Iterator[tuple[str, ast.AST]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in file.parts:
                yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def recorded() -> tuple[set[str], set[str]]:
    """The codes that are recorded, and the places where the code is not to be seen."""
    codes, unclear = set(), set()
    for place, tree in sources():
        constants = {
            target.id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            for keyword in node.keywords:
                if keyword.arg == "event" and called.startswith(("log.", "audit.", "_append")):
                    found = list(codes_in(keyword.value, constants))
                    codes.update(found)
                    if not found and place not in PASSED_ON:
                        unclear.add(f"{place}:{node.lineno}")
    return codes, unclear


def codes_in(node: ast.expr, constants: dict[str, object]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.Name(id=name) if isinstance(constants.get(name), str):
            yield str(constants[name])
        case ast.IfExp(body=one, orelse=other):
            yield from codes_in(one, constants)
            yield from codes_in(other, constants)
        case ast.JoinedStr(values=parts):
            shape = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts
            )
            for word in COMPOSED[shape]:
                yield shape.format(word)


def test_every_recorded_event_has_its_sentence():
    codes, unclear = recorded()
    assert len(codes) > 50
    assert codes - log_words.EVENTS.keys() == set(), "write a sentence in log_words.EVENTS"
    assert unclear == set(), "give the code in the call, or list the module as PASSED_ON"


def test_every_opening_that_a_page_declares_has_its_sentence():
    """A page of the individual zone says in its policy what the log calls its opening."""
    declared = {pattern.callback.policy.reads for _route, pattern in every_url()} - {""}
    assert declared <= log_words.EVENTS.keys(), "write a sentence in log_words.EVENTS"


def recorded_fields() -> set[str]:
    """The names of fields that a call writes out, and those that the log can be narrowed by."""
    names = set(LogFilter.base_fields)
    for _place, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith(".record"):
                continue
            for keyword in node.keywords:
                if keyword.arg == "fields":
                    names |= {
                        str(part.value)
                        for part in ast.walk(keyword.value)
                        if isinstance(part, ast.Constant) and isinstance(part.value, str)
                    }
    # Worked out from what differs: any part of what a forum or an actor is, or of a seat.
    described = {
        part.name
        for description in (register.Description, actors.Profile)
        for part in dataclasses.fields(description)
    }
    # The same of an agreement, of what stands in the library, in a report of a visit and on the page for the public.
    described |= set(keeping.NAMES)
    described |= {*information_parts, *library.FIELDS, *visits.LABELS, "reviewed_on", "on"}
    # And in a situational picture, its problems and the measures.
    described |= {*pictures.LABELS, *pictures.COPIED, *measures.FIELDS}
    described |= {*activities.FIELDS}
    return names | described | {"role", "organisation", "function", "notes", "outcome"}


def test_every_recorded_field_has_its_name_and_no_name_is_left():
    assert recorded_fields() == log_words.FIELDS.keys(), "write the name in log_words.FIELDS"


def test_a_field_that_nobody_has_named_is_told_by_its_own_name():
    assert log_words.field("unheard_of") == "unheard_of"


def test_no_sentence_is_left_from_an_event_that_nobody_records():
    codes, _unclear = recorded()
    texts = "\n".join(
        (ROOT / place).read_text()
        for place, _tree in sources()
        if "administration/log_words" not in place
    )
    stale = {code for code in log_words.EVENTS.keys() - codes if f'"{code}"' not in texts}
    assert stale == set()


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label_lower)
def test_every_model_that_the_log_may_name_has_a_name(model):
    below = {"jobs", "ui", "sessions", "contenttypes", "auth", "mfa", "account", "socialaccount"}
    if model._meta.app_label in below or model._meta.label in NEVER_NAMED:
        return
    assert model._meta.label_lower in log_words.OBJECTS


NEVER_NAMED = {
    "access.Denials",
    "access.FactorState",
    "access.Guesses",
    "access.Identity",
    "access.KnownPlace",
    "actors.AreaOfWork",
    "actors.CityPart",
    "actors.ContactFunction",
    "actors.DistrictName",
    "actors.ImportedRow",
    "actors.OrganisationName",
    "actors.PreventionLevel",
    "actors.Succession",
    "audit.Event",
    "forums.ActionChange",
    "forums.ActionOwner",
    "forums.CarriedAction",
    "forums.ForumGrant",
    "forums.StandingItem",
    "guardian.GroupObjectPermission",
    "guardian.UserObjectPermission",
    "usersessions.UserSession",
    "writing.Draft",
    "writing.Submission",
}
"""Models that no event is recorded on: their parent is named instead."""
