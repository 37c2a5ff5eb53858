"""What the apps above offer to the shared pages: rows of the start page, links, search results.

Each app has one `contributions.py`, found when the portal starts. A contribution is a function that
takes the user (and the time) and asks the policy itself: the frame shows what it is given.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.ui.matching import Words


@dataclass(frozen=True)
class Action:
    """One inline act on a row: a form with one button, which may say one thing more."""

    label: str
    url: str
    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Task:
    """A row of "To do now": verb first, what it concerns, when it is due."""

    kind: str
    """A short code to filter by, such as "action"."""
    kind_name: str
    title: str
    url: str
    context: str = ""
    due: date | None = None
    note: str = ""
    """Said instead of a date when there is none to keep."""
    action: Action | None = None


@dataclass(frozen=True)
class Upcoming:
    """A row of "Coming up"."""

    at: datetime
    title: str
    url: str
    context: str = ""


@dataclass(frozen=True)
class Change:
    """A row of "Last changed"."""

    at: datetime
    title: str
    url: str
    context: str = ""


@dataclass(frozen=True)
class Link:
    """A link of the service navigation. `key` places it (`navigation.ORDER`)."""

    key: str
    label: Any
    url_name: str
    shown_to: Callable[[Any], bool]


@dataclass(frozen=True)
class Tab:
    """A page of an area of the navigation that several apps share: they stand as one row of links."""

    label: Any
    url_name: str
    shown_to: Callable[[Any], bool]


@dataclass(frozen=True)
class Hit:
    """Something that was found: what it is called, where it is, and the text round the words."""

    title: str
    url: str
    marked: list[tuple[str, bool]]
    """The parts of the text in order, and which of them were searched for."""
    context: str = ""


@dataclass(frozen=True)
class SearchSource:
    """A group of search results. `find` takes the user, the words and the most hits to give, and
    looks only among what the user may open."""

    key: str
    name: Any
    find: "FindHits"


@dataclass(frozen=True)
class Linked:
    """Something of another app that has to do with what a page is about."""

    title: str
    url: str
    context: str = ""


@dataclass(frozen=True)
class Section:
    """What one app shows on another's page, under a heading of its own."""

    key: str
    heading: str
    rows: list[Linked]
    empty: str = ""
    """What is said when there are no rows; a page has words of its own where the app has none."""


@dataclass(frozen=True)
class Guide:
    """A short guide on the help page: what somebody with one of these roles does, step by step.

    Without roles it is for everyone.
    """

    title: Any
    steps: tuple[Any, ...]
    roles: tuple[str, ...] = ()
    note: Any = ""


FindLinked = Callable[[Any, Any], Iterable[Linked] | None]
SayEmpty = Callable[[Any], str]
FindHits = Callable[[Any, Words, int], Iterable[Hit]]
TaskSource = Callable[[Any, datetime], Iterable[Task]]
UpcomingSource = Callable[[Any, datetime], Iterable[Upcoming]]
ChangeSource = Callable[[Any, int], Iterable[Change]]

task_sources: list[TaskSource] = []
upcoming_sources: list[UpcomingSource] = []
change_sources: list[ChangeSource] = []
links: list[Link] = []
tabs: dict[str, list[Tab]] = {}
search_sources: list[SearchSource] = []
guides: list[Guide] = []
section_sources: dict[str, list[tuple[str, Any, FindLinked, SayEmpty]]] = {}


def start_tasks(source: TaskSource) -> TaskSource:
    """Offers what this user has to do."""
    task_sources.append(source)
    return source


def upcoming(source: UpcomingSource) -> UpcomingSource:
    """Offers what happens in the coming two weeks."""
    upcoming_sources.append(source)
    return source


def changes(source: ChangeSource) -> ChangeSource:
    """Offers the latest changes, at most as many as asked for."""
    change_sources.append(source)
    return source


def link(entry: Link) -> None:
    """Offers a link of the navigation."""
    links.append(entry)


def tab(area: str, entry: Tab) -> None:
    """Offers a page of an area, such as "assignments", beside those of other apps."""
    tabs.setdefault(area, []).append(entry)


def guide(entry: Guide) -> None:
    """Offers a guide of the help page."""
    guides.append(entry)


def label_of(url_name: str) -> str:
    """What the link to this address is called; the address's own name where there is none."""
    return next((str(entry.label) for entry in links if entry.url_name == url_name), url_name)


def section(
    page: str, key: str, heading: Any, *, empty: SayEmpty = lambda about: ""
) -> Callable[[FindLinked], FindLinked]:
    """Offers a section of another app's page: `find` takes the user and what the page is about, and
    gives only what the user may open; None where the section has no place at all.

    `empty` says what stands there when there is nothing to give.
    """

    def register(find: FindLinked) -> FindLinked:
        section_sources.setdefault(page, []).append((key, heading, find, empty))
        return find

    return register


def sections_of(page: str, user: Any, about: Any) -> list[Section]:
    """The sections that apps offer to this page, in the order in which they offer them."""
    found = [
        (key, heading, find(user, about), empty)
        for key, heading, find, empty in section_sources.get(page, [])
    ]
    return [
        Section(key, str(heading), list(rows), empty(about))
        for key, heading, rows, empty in found
        if rows is not None
    ]


def search(key: str, name: Any) -> Callable[[FindHits], FindHits]:
    """Offers a group of search results under this heading."""

    def register(find: FindHits) -> FindHits:
        search_sources.append(SearchSource(key, name, find))
        return find

    return register


guide(
    Guide(
        title=_("Your account"),
        steps=(
            _(
                "Your name at the top leads to your account: second factor, devices where you are"
                " signed in, and when you want e-mail."
            ),
            _("The start page shows what you have to do, what is coming and what has changed."),
            _("Are you going to be away? Ask a system administrator to name a deputy."),
        ),
    )
)
link(Link(key="start", label=_("Home"), url_name="start", shown_to=lambda user: True))
