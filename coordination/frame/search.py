"""The portal's search: asks every app that contributes, each over what the person may open."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.ui import matching
from coordination.ui.matching import Words

from . import contributions
from .contributions import Hit


@dataclass(frozen=True)
class Result:
    """A group of hits as the page shows it; `more` when there are further ones."""

    key: str
    name: str
    hits: list[Hit]
    more: bool

    @property
    def count(self) -> int:
        return len(self.hits)


@dataclass(frozen=True)
class Answer:
    """What a search gave; `too_short` when nothing was asked of anyone."""

    results: list[Result]
    too_short: bool = False


MOST_HITS = 10


def find(user: Any, typed: str) -> Answer:
    """The groups with hits. A source is asked for one hit more than is shown, never for a total."""
    wanted = matching.words(typed)
    if wanted is None:
        return Answer([], too_short=True)
    results = []
    for source in contributions.search_sources:
        hits = list(source.find(user, wanted, MOST_HITS + 1))
        if hits:
            results.append(
                Result(source.key, str(source.name), hits[:MOST_HITS], len(hits) > MOST_HITS)
            )
    return Answer(results)


@contributions.search("help", gettext_lazy("Help"))
def help_pages(user: Any, wanted: Words, most: int) -> list[Hit]:
    """The pages of help whose heading or summary holds the words."""
    pages = [
        (
            _("Help and contact"),
            reverse("help"),
            _(
                "Telephone and e-mail to support. How to log a meeting, send an invitation and record"
                " a past meeting. Keyboard shortcuts. What does not belong in the portal."
            ),
        ),
        (
            _("Report something you should not see"),
            reverse("incident"),
            _("What to do when a page shows you something that is not meant for you."),
        ),
        (
            _("Notices"),
            reverse("notices"),
            _("Choose when you get e-mail: at once, every morning, or only about what is overdue."),
        ),
        (
            _("Accessibility"),
            reverse("accessibility"),
            _(
                "How well the portal follows the rules for accessibility, and how to report a fault."
            ),
        ),
        (
            _("How personal data is handled"),
            reverse("privacy"),
            _("Which personal data the portal holds, why, for how long, and your rights."),
        ),
    ]
    return [
        Hit(title=title, url=url, marked=wanted.marked(summary, title))
        for title, url, summary in pages
        if wanted.inside(f"{title} {summary}")
    ][:most]
