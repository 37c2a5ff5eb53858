"""What administration offers to the start page and the navigation."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import contributions
from coordination.frame.contributions import Guide, Link, Task

from . import jobs, log_contributions, people, people_leaving, roles

__all__ = ["log_contributions"]


def _holding(permission: Permission) -> Any:
    return lambda user: policy.may(user, permission)


contributions.guide(
    Guide(
        title=gettext_lazy("Give people access"),
        roles=("system_administrator",),
        steps=(
            gettext_lazy(
                "Choose Invite a person under Users. The person is mailed a link to choose a"
                " password. An external person's role always has a last day."
            ),
            gettext_lazy(
                "Some roles, and every role for yourself, wait until another administrator has"
                " approved. Reviewers are told."
            ),
            gettext_lazy(
                "Is somebody away? Set an absence and a deputy on the person's page. The deputy"
                " holds the same forums for those days."
            ),
            gettext_lazy(
                "Does somebody leave? Choose Leaves: hand everything over. Seats, actions and"
                " meetings get somebody new, and the account is closed."
            ),
        ),
        note=gettext_lazy(
            "An account that nobody has signed in with for 90 days is closed by itself, after a"
            " warning by e-mail. What each role may do stands in the role matrix."
        ),
    )
)
contributions.guide(
    Guide(
        title=gettext_lazy("See that the portal works"),
        roles=("system_administrator",),
        steps=(
            gettext_lazy(
                "Schedules shows what the portal does by itself, when it did it last, and Run now."
            ),
            gettext_lazy(
                "Operation shows work that has failed, and why. Remove the cause, then try again."
            ),
        ),
    )
)
contributions.link(
    Link("users", gettext_lazy("Users"), "people", _holding(Permission.ADMINISTER_PEOPLE))
)
contributions.link(
    Link("lists", gettext_lazy("Lists"), "lists", _holding(Permission.ADMINISTER_LISTS))
)
contributions.link(
    Link("schedules", gettext_lazy("Schedules"), "schedules", _holding(Permission.OPERATE))
)
contributions.link(
    Link("operation", gettext_lazy("Operation"), "operation", _holding(Permission.OPERATE))
)


@contributions.start_tasks
def role_requests(user: Any, now: datetime) -> Iterator[Task]:
    """Roles that wait for this administrator to approve."""
    if not policy.may(user, Permission.ADMINISTER_PEOPLE):
        return
    for asked in roles.waiting().exclude(requested_by=user.pk).exclude(user=user.pk):
        yield Task(
            kind="role_request",
            kind_name=_("Roles"),
            title=_("Decide about a role"),
            url=reverse("role_request", args=[asked.pk]),
            context=str(asked.user),
            note=_("Waits for approval"),
        )


@contributions.start_tasks
def accounts(user: Any, now: datetime) -> Iterator[Task]:
    """Accounts without a role, and accounts that are soon to be closed."""
    if not policy.may(user, Permission.ADMINISTER_PEOPLE):
        return
    without = people.without_role(people.everyone(), timezone.localdate(now)).count()
    if without:
        yield Task(
            kind="account",
            kind_name=_("Accounts"),
            title=ngettext(
                "Give %(count)s account a role", "Give %(count)s accounts a role", without
            )
            % {"count": without},
            url=reverse("people") + "?role=none",
            note=_("Without a role"),
        )
    closing = people.closing_soon()
    if closing:
        first = people.closes_on(closing[0])
        yield Task(
            kind="account",
            kind_name=_("Accounts"),
            title=ngettext(
                "%(count)s account will be closed",
                "%(count)s accounts will be closed",
                len(closing),
            )
            % {"count": len(closing)},
            url=reverse("people") + "?state=closing",
            due=first,
        )


@contributions.start_tasks
def left_behind(user: Any, now: datetime) -> Iterator[Task]:
    """What closed accounts still have: nobody does it until somebody takes it over."""
    if not policy.may(user, Permission.ADMINISTER_PEOPLE):
        return
    count = people_leaving.not_handed_over().count()
    if count:
        yield Task(
            kind="account",
            kind_name=_("Accounts"),
            title=ngettext(
                "Hand over what %(count)s closed account left behind",
                "Hand over what %(count)s closed accounts left behind",
                count,
            )
            % {"count": count},
            url=reverse("people") + "?state=left",
            note=_("Not handed over"),
        )


@contributions.start_tasks
def few_administrators(user: Any, now: datetime) -> Iterator[Task]:
    """That there is no second administrator to agree with."""
    if not policy.may(user, Permission.ADMINISTER_PEOPLE):
        return
    if roles.are_administrators_few(timezone.localdate(now)):
        yield Task(
            kind="account",
            kind_name=_("Accounts"),
            title=_("Have a second system administrator added"),
            url=reverse("people"),
            note=_("Only one is left"),
        )


@contributions.start_tasks
def failed_jobs(user: Any, now: datetime) -> Iterator[Task]:
    """Work in the background that failed."""
    if not policy.may(user, Permission.OPERATE):
        return
    failed = jobs.failures().count()
    if failed:
        yield Task(
            kind="operation",
            kind_name=_("Operation"),
            title=ngettext("Look at %(count)s failed job", "Look at %(count)s failed jobs", failed)
            % {"count": failed},
            url=reverse("operation"),
            note=_("Failed"),
        )
