"""Who is meant when somebody writes "Maria" or "Per och Jonas" as the owner of an action."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.actors.models import Organisation

from .models import Forum, Meeting
from .refusals import Refused, clean

LONGEST = 240
NEAR = 0.8
"""So alike a written name must be to a known one to be taken for a slip of the pen."""
_BETWEEN = re.compile(r"\s+(?:och|and|samt|&|\+)\s+|\s*[;/\n]\s*")


class OwnerUnclear(Refused):
    """The name fits nobody, or several; the sentence says what to write instead."""


@dataclass(frozen=True)
class Owner:
    """One owner: an account, a named person, or an organisation by itself."""

    user: Any = None
    name: str = ""
    organisation: Organisation | None = None

    @property
    def label(self) -> str:
        if self.user is not None:
            return str(self.user)
        if self.name and self.organisation:
            return f"{self.name} ({self.organisation})"
        return self.name or str(self.organisation or "")


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be meant, as shown in a list to choose from."""

    label: str
    organisation: Organisation | None
    user: Any = None

    @property
    def words(self) -> list[str]:
        return _fold(self.label).split()

    def owner(self) -> Owner:
        if self.user is not None:
            return Owner(user=self.user)
        return Owner(name=self.label, organisation=self.organisation)


def candidates(forum: Forum, meeting: Meeting | None = None) -> list[list[Candidate]]:
    """Who may be meant, the nearest group first: those called to the meeting, then the members.

    This is also what is suggested while typing: forum members and those called, nobody from
    elsewhere (rule V23).
    """
    groups: list[list[Candidate]] = []
    if meeting is not None:
        called: list[Candidate] = []
        people = meeting.participations.select_related(
            "user", "organisation", "substitute_organisation"
        )
        for row in people.in_order():
            called.append(Candidate(row.label, row.organisation, row.user))
            if row.substitute_name:
                called.append(Candidate(row.substitute_name, row.attending_organisation))
        groups.append(called)
    seats = (
        forum.seats.active(timezone.localdate()).select_related("user", "organisation").in_order()
    )
    groups.append([Candidate(row.label, row.organisation, row.user) for row in seats])
    return groups


def suggestions(forum: Forum, meeting: Meeting | None = None) -> list[str]:
    """The names to offer while somebody writes an owner: the called, the members, each once."""
    labels = [one.label for group in candidates(forum, meeting) for one in group]
    return list(dict.fromkeys(labels))


def resolve(
    text: str, *, forum: Forum, meeting: Meeting | None = None, field: str = "owners"
) -> list[Owner]:
    """The owners that the text names, in its order; none for an empty text.

    A given name is enough when it fits one of those called, or else one member. "Name,
    Organisation" names somebody without an account. Raises OwnerUnclear, and what `clean` raises.
    """
    text = clean(text, label=_("The owner"), limit=LONGEST, field=field)
    if not text:
        return []
    groups = candidates(forum, meeting)
    organisations = list(Organisation.objects.active(timezone.localdate()).order_by("name", "pk"))
    owners: list[Owner] = []
    for part in _parts(text, groups, organisations):
        for owner in _read(part, groups, organisations, field):
            if owner not in owners:
                owners.append(owner)
    return owners


def _parts(
    text: str, groups: list[list[Candidate]], organisations: list[Organisation]
) -> list[str]:
    """The text split between persons; an "och" or a comma inside a known name splits nothing."""
    known = {one.label for group in groups for one in group} | {one.name for one in organisations}
    phrases = [one for one in known if _BETWEEN.search(one) or "," in one]
    kept = "|".join(re.escape(one) for one in sorted(phrases, key=len, reverse=True))
    token = re.compile(
        rf"(?P<kept>{kept})|{_BETWEEN.pattern}" if kept else _BETWEEN.pattern, re.IGNORECASE
    )
    cuts = [found.span() for found in token.finditer(text) if not found.groupdict().get("kept")]
    starts = [0, *(end for _start, end in cuts)]
    ends = [*(start for start, _end in cuts), len(text)]
    parts = [text[start:end].strip(" ,.") for start, end in zip(starts, ends, strict=True)]
    return [part for part in parts if part]


def _read(
    part: str, groups: list[list[Candidate]], organisations: list[Organisation], field: str
) -> list[Owner]:
    whole = _one_of_known(part, groups, organisations, field)
    if whole is not None:
        return [whole]
    pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
    if len(pieces) > 1:
        employer = _organisation(pieces[-1], organisations)
        if employer is not None and len(pieces) == 2:
            return [_of(pieces[0], employer, groups, field)]
        return [owner for piece in pieces for owner in _read(piece, groups, organisations, field)]
    colleague = User.objects.filter(is_active=True)
    first, _space, last = part.partition(" ")
    named = list(colleague.filter(first_name=first, last_name=last)[:2]) if last else []
    if len(named) == 1:
        return [Owner(user=named[0])]
    _refuse_near(part, groups, field)
    raise OwnerUnclear(
        _(
            'Nobody here is called "%(name)s". Write a name from the list, or a name and an'
            " organisation with a comma between them."
        )
        % {"name": part},
        field=field,
    )


def _one_of_known(
    part: str, groups: list[list[Candidate]], organisations: list[Organisation], field: str
) -> Owner | None:
    for group in groups:
        found = _fitting(_fold(part), group)
        if len(found) == 1:
            return found[0].owner()
        if found:
            raise OwnerUnclear(
                _('"%(name)s" can be several people: %(candidates)s. Write the whole name.')
                % {"name": part, "candidates": ", ".join(one.label for one in found)},
                field=field,
            )
    organisation = _organisation(part, organisations)
    return Owner(organisation=organisation) if organisation else None


def _fitting(written: str, group: Iterable[Candidate]) -> list[Candidate]:
    """Those whom the written name fits, by the strictest reading that fits anybody."""
    people = list(dict.fromkeys(group))
    parts = written.replace(".", " ").split()
    readings = (
        lambda one: _fold(one.label) == written,
        lambda one: one.words[:1] == [written],
        lambda one: one.words[-1:] == [written],
        # "J. Berg", "Maria S"
        lambda one: (
            len(parts) > 1
            and len(parts) == len(one.words)
            and all(word.startswith(start) for word, start in zip(one.words, parts, strict=True))
        ),
    )
    for reading in readings:
        found = [one for one in people if reading(one)]
        if found:
            return found
    return []


def _organisation(part: str, organisations: list[Organisation]) -> Organisation | None:
    """The organisation of that name, or the only one whose name begins with it."""
    written = _fold(part)
    exact = [one for one in organisations if _fold(one.name) == written]
    if exact:
        return exact[0]
    begun = [
        one for one in organisations if len(written) > 2 and _fold(one.name).startswith(written)
    ]
    return begun[0] if len(begun) == 1 else None


def _of(name: str, employer: Organisation, groups: list[list[Candidate]], field: str) -> Owner:
    """A person of an organisation: the one called or seated for it, the account whose whole name and
    organisation these are, or else a name without account that is no slip of a known one."""
    for group in groups:
        found = _fitting(_fold(name), [one for one in group if one.organisation == employer])
        if len(found) == 1:
            return found[0].owner()
    held = employer.memberships.active(timezone.localdate()).filter(user__is_active=True)
    accounts = {
        one.user for one in held.select_related("user") if _fold(str(one.user)) == _fold(name)
    }
    if len(accounts) == 1:
        return Owner(user=accounts.pop())
    _refuse_near(name, groups, field)
    return Owner(name=name[:120], organisation=employer)


def _refuse_near(name: str, groups: list[list[Candidate]], field: str) -> None:
    """Asks whether a known person is meant by a name that is nearly theirs (rule V23: only those
    called and the members are named)."""
    written = _fold(name)
    labels = dict.fromkeys(one.label for group in groups for one in group)
    if any(_fold(label) == written for label in labels):
        return
    near = [
        label for label in labels if SequenceMatcher(None, written, _fold(label)).ratio() >= NEAR
    ]
    if near:
        raise OwnerUnclear(_("Did you mean %(names)s?") % {"names": ", ".join(near)}, field=field)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
