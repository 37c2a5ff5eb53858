"""What legal bases and retention rules offer to the shared pages: links, tasks, guides."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import contributions
from coordination.frame.contributions import Guide, Link, Tab, Task

from . import keeping, retention


@contributions.start_tasks
def to_look_at(user: Any, now: datetime) -> Iterator[Task]:
    """For those who answer for law and lists: what a year has passed for since somebody looked at it."""
    if not policy.may(user, Permission.FOLLOW_GROUNDS):
        return
    today = timezone.localdate(now)
    bases = keeping.to_look_at(today).order_by().values_list(Value("legal_bases"), "basis")
    rules = retention.to_look_at(today).order_by().values_list(Value("retention_rules"), "rule")
    found = Counter(page for page, _law in bases.union(rules))
    if count := found["legal_bases"]:
        title = ngettext(
            "Have %(count)s legal basis reviewed", "Have %(count)s legal bases reviewed", count
        )
        yield _task(title % {"count": count}, "legal_bases")
    if count := found["retention_rules"]:
        title = ngettext(
            "Have %(count)s retention rule reviewed",
            "Have %(count)s retention rules reviewed",
            count,
        )
        yield _task(title % {"count": count}, "retention_rules")


def _task(title: str, page: str) -> Task:
    return Task(
        kind="grounds",
        kind_name=_("Legal bases"),
        title=title,
        url=reverse(page) + "?look=on",
        note=_("Not looked at for twelve months"),
    )


def _reads(user: Any) -> bool:
    return policy.may(user, Permission.VIEW_GROUNDS)


contributions.link(Link("grounds", gettext_lazy("Legal bases"), "legal_bases", _reads))
contributions.tab("grounds", Tab(gettext_lazy("Legal bases"), "legal_bases", _reads))
contributions.tab("grounds", Tab(gettext_lazy("Retention rules"), "retention_rules", _reads))
contributions.guide(
    Guide(
        title=gettext_lazy("Have legal bases and retention rules reviewed"),
        roles=("system_administrator",),
        steps=(
            gettext_lazy(
                "Open Legal bases, choose one, and let a municipal lawyer read the version that waits."
            ),
            gettext_lazy(
                "Is something to be worded anew? Choose New version. It takes the place of the one"
                " that waits."
            ),
            gettext_lazy(
                "When the lawyer agrees, choose Note a review: name, function and day. From the first"
                " day of the version it is offered."
            ),
            gettext_lazy(
                "Is it not to be used? Strike it, with the reason. Retention rules are done the same"
                " way, with the municipal archivist."
            ),
        ),
        note=gettext_lazy(
            "A reviewed version never changes. Every decision keeps the version that it rested on."
        ),
    )
)
