"""Addresses of the portal as people know them, without what stood in them: /moten/…/protokoll/."""

import re
from functools import cache

from coordination.access.urls import every_url


def shape(page: str) -> str:
    """The address of the page with that name, its numbers as …; the name itself if there is none."""
    return _shapes().get(page, page)


def exists(page: str) -> bool:
    """Whether a page has that name."""
    return page in _shapes()


@cache
def _shapes() -> dict[str, str]:
    return {
        pattern.name: "/" + re.sub(r"<[^>]*>", "…", route)
        for route, pattern in every_url()
        if pattern.name
    }
