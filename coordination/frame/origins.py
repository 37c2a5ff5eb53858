"""Actions that are made of something else: a proposal, an assignment. Who has the thing and who keeps
actions know nothing of each other; both offer what they have here.

The app that has the thing offers what an action of it would say. The app that keeps actions offers
where to make one, and which were made.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Draft:
    """What an action of the thing would say, who would do it, and where the thing is."""

    text: str
    owners: str
    label: str
    url: str


@dataclass(frozen=True)
class MadeAction:
    """An action that was made of the thing, for whoever may see it."""

    title: str
    url: str
    status: str


FindDraft = Callable[[Any, int], Draft | None]
"""Takes the user and the thing's key; None for what the user may not see."""
MakeUrl = Callable[[Any, str, int], str]
"""Takes the user, the kind of thing and its key; where an action is made of it, or "" for nowhere."""
FindActions = Callable[[Any, str, int], Iterable[MadeAction]]

_drafts: dict[str, FindDraft] = {}
_makers: list[MakeUrl] = []
_finders: list[FindActions] = []


def offers(kind: str) -> Callable[[FindDraft], FindDraft]:
    """Offers things of this kind, a short code, to be made actions of."""

    def register(find: FindDraft) -> FindDraft:
        _drafts[kind] = find
        return find

    return register


def makes(maker: MakeUrl, finder: FindActions) -> None:
    """Offers to make actions, and to find those that were made."""
    _makers.append(maker)
    _finders.append(finder)


def draft(kind: str, key: int, user: Any) -> Draft | None:
    """What an action of the thing would say; None for an unknown kind, and for what the user may not
    see."""
    find = _drafts.get(kind)
    return find(user, key) if find else None


def make_url(kind: str, key: int, user: Any) -> str:
    """Where this user makes an action of the thing; empty when they may make none."""
    return next(filter(None, (maker(user, kind, key) for maker in _makers)), "")


def actions_of(kind: str, key: int, user: Any) -> list[MadeAction]:
    """The actions that were made of the thing, of those that the user may see."""
    return [action for finder in _finders for action in finder(user, kind, key)]
