"""What the situational picture and the action plan offer to the shared pages: tabs, tasks, search
results, a section of an actor's page, guides."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import contributions
from coordination.frame.contributions import Guide, Hit, Link, Linked, Tab, Task
from coordination.ui import dates
from coordination.ui.lists import codes_of
from coordination.ui.matching import Words
from coordination.writing import saved_views

from . import measures, plans, renewal
from .forms.plans import SEARCHED, MeasureFilter
from .models import Measure, Problem, SituationalPicture
from .models.plans import DECIDED
from .texts import keeps_all

AHEAD = timedelta(days=14)
"""So long before its day a measure stands among what is to be done by who is responsible for it."""


def _reads(user: Any) -> bool:
    return policy.may(user, Permission.VIEW_SITUATION)


@contributions.start_tasks
def renewals(user: Any, now: datetime) -> Iterator[Task]:
    """For strategic coordinators, from half a year before: to renew the picture, and to follow up the
    plan."""
    if not keeps_all(user):
        return
    today = timezone.localdate(now)
    due = renewal.picture_due()
    if due is not None and renewal.reminded_from(due) <= today:
        yield Task(
            kind="situation",
            kind_name=_("Situational picture"),
            title=_("Renew the situational picture"),
            url=reverse("situation"),
            due=due,
        )
    plan = plans.current()
    due = renewal.plan_due(plan) if plan else None
    if plan is not None and due is not None and renewal.reminded_from(due) <= today:
        yield Task(
            kind="action_plan",
            kind_name=_("Action plan"),
            title=_("Follow up the action plan"),
            url=reverse("plan", args=[plan.pk]),
            due=due,
        )


@contributions.start_tasks
def own_measures(user: Any, now: datetime) -> Iterator[Task]:
    """Measures of the plan in force that the person is responsible for and that are soon to be done."""
    if not _reads(user):
        return
    last = timezone.localdate(now) + AHEAD
    mine = measures.open_of(user).filter(due__lte=last)
    for one in mine.select_related("owner").order_by("due", "pk"):
        yield Task(
            kind="measure",
            kind_name=_("Measures of the action plan"),
            title=_("Follow up a measure"),
            url=reverse("measure", args=[one.pk]),
            context=f"{one.title} · {one.owner.name}",
            due=one.due,
        )


@contributions.search("situation", gettext_lazy("Situational picture"))
def find_pictures(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Published pictures and their problems, the newest version first."""
    texts = ("title", "mapping", "other", "analysis")
    about = ("name", "description", "causes", "source")
    published = SituationalPicture.objects.visible_to(user).filter(state="published")
    problems = Problem.objects.visible_to(user).filter(wanted.within(*about))
    named = problems.filter(picture__in=published.values("pk")).select_related("picture")
    found: list[tuple[int, Hit]] = [
        (
            one.number,
            Hit(
                title=one.title,
                url=reverse("picture", args=[one.pk]),
                marked=wanted.marked(one.mapping, one.other, one.analysis, one.title),
                context=one.period,
            ),
        )
        for one in published.filter(wanted.within(*texts)).order_by("-number")[:most]
    ]
    found += [
        (
            one.picture.number,
            Hit(
                title=one.name,
                url=f"{reverse('picture', args=[one.picture_id])}#problem-{one.pk}",
                marked=wanted.marked(one.description, one.causes, one.source, one.name),
                context=one.picture.title,
            ),
        )
        for one in named.order_by("-picture__number", "pk")[:most]
    ]
    newest = sorted(found, key=lambda one: -one[0])
    yield from (hit for _number, hit in newest[:most])


@contributions.search("measures", gettext_lazy("Measures of the action plan"))
def find_measures(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Measures of plans that are decided, those of the newest plan first."""
    found = Measure.objects.visible_to(user).filter(wanted.within(*SEARCHED))
    decided = found.filter(plan__state__in=DECIDED).select_related("owner")
    for one in decided.order_by("-plan__picture__number", "due", "pk")[:most]:
        yield Hit(
            title=one.title,
            url=reverse("measure", args=[one.pk]),
            marked=wanted.marked(one.details, one.indicator, one.title),
            context=f"{one.owner.name} · {one.get_state_display()}",
        )


@contributions.section("actor", "measures", gettext_lazy("Measures of the action plan"))
def measures_of_actor(user: Any, actor: Any) -> Iterator[Linked]:
    """What the actor owns in the plan in force."""
    today = timezone.localdate()
    owned = Measure.objects.visible_to(user).filter(owner=actor)
    for one in measures.in_force(owned).order_by("due", "pk"):
        by = _("%(state)s, by %(day)s") % {
            "state": one.get_state_display(),
            "day": dates.day(one.due),
        }
        late = dates.late(one.due, on=today) if one.is_late(today) else ""
        yield Linked(
            title=one.title,
            url=reverse("measure", args=[one.pk]),
            context=f"{by} · {late}" if late else by,
        )


# Whoever has the area of assignments finds both there; a reviewer has not.
contributions.link(
    Link(
        "situation",
        gettext_lazy("Situational picture"),
        "situation",
        lambda user: _reads(user) and not policy.may(user, Permission.VIEW_ASSIGNMENTS),
    )
)
contributions.tab("assignments", Tab(gettext_lazy("Situational picture"), "situation", _reads))
contributions.tab("assignments", Tab(gettext_lazy("Action plan"), "measures", _reads))
saved_views.offer(
    "measures",
    codes_of(MeasureFilter, sort=("title", "problem", "owner", "level", "due", "status")),
    numbers=("owner", "district", "plan"),
)
contributions.guide(
    Guide(
        title=gettext_lazy("Renew the situational picture"),
        roles=("strategic_coordinator",),
        steps=(
            gettext_lazy(
                "Choose Assignments, then Situational picture, and Begin the next version. It begins as"
                " a copy of the last."
            ),
            gettext_lazy("Write its three parts, and go through its problems one by one."),
            gettext_lazy("Choose Publish. After that it cannot be changed."),
            gettext_lazy(
                "Begin the action plan, add measures, and note who decided it. Each measure needs a"
                " problem, an owner, a level, a date and an indicator."
            ),
        ),
        note=gettext_lazy(
            "The picture is about areas and problems, never about individual persons. The start page"
            " reminds you half a year before it is two years old."
        ),
    )
)
contributions.guide(
    Guide(
        title=gettext_lazy("Write about your housing districts in the situational picture"),
        roles=("partnership_coordinator",),
        steps=(
            gettext_lazy(
                "While there is a draft, choose Situational picture, and Read the draft. Add problems of"
                " your own districts, or change them."
            ),
            gettext_lazy(
                "Under Action plan you say how the measures of your districts stand. Open one, and"
                " choose Update."
            ),
        ),
    )
)
