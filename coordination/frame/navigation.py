"""The service navigation: which links, in which order, for the roles a person holds."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from coordination.access import policy

from . import contributions

MOST = 6
"""Links in the bar; the rest stand under "More"."""

# The order of each role, which is also who wins a place in the bar: first the links that the role
# is to have there, then what may stand under "More". Actions are among the latter: they stand in the
# bar while there are few links, and give way by themselves as the others come. A key without a link
# yet is simply not shown.
ORDER = {
    "strategic_coordinator": (
        "start meetings assignments resources training reports"
        " actions statistics actors knowledge guideline grounds settings"
    ),
    "partnership_coordinator": (
        "start cases meetings training assignments knowledge actions actors statistics guideline"
    ),
    "reporter": "start resources training assignments knowledge referral meetings actions actors",
    "police_liaison": "start shares meetings knowledge actions actors agreements",
    "manager": "start reports resources assignments meetings actions actors",
    "referrer": "start referral referrals training knowledge",
    "reviewer": (
        "start log disposal glimpses disclosures reports approved agreements situation resources grounds"
    ),
    "archivist": "start disposal",
    "destruction_official": "start disposal",
    "system_administrator": "start users lists grounds schedules operation",
}
FALLBACK = "start glimpses meetings actions knowledge training reports guideline"


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    current: bool
    badge: str = ""


def items_for(request: HttpRequest) -> list[Item]:
    """The links for this person: the union of their roles' links, in the order of the first role."""
    user: Any = request.user
    held = policy.roles_of(user)
    keys: list[str] = []
    for role, order in ORDER.items():
        if role in held:
            keys += [key for key in order.split() if key not in keys]
    keys += [key for key in FALLBACK.split() if key not in keys]
    offered = {link.key: link for link in contributions.links}
    items = []
    for key in keys:
        link = offered.get(key)
        if link is None or not link.shown_to(user):
            continue
        url = reverse(link.url_name)
        here = request.path == url or (url != "/" and request.path.startswith(url))
        items.append(Item(label=str(link.label), url=url, current=here))
    return items


def tabs_for(request: HttpRequest, area: str) -> list[Item]:
    """The pages of an area that this person has, in the order the apps stand; the one that the address
    lies nearest under is the current one."""
    offered = [one for one in contributions.tabs.get(area, []) if one.shown_to(request.user)]
    addresses = [(one, reverse(one.url_name)) for one in offered]
    above = [url for _one, url in addresses if request.path.startswith(url)]
    nearest = max(above, key=len, default="")
    return [Item(str(one.label), url, url == nearest) for one, url in addresses]
