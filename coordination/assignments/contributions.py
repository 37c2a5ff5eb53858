"""What assignments offer to the shared pages: tasks, changes, links, search results, a guide."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import contributions
from coordination.frame.contributions import Change, Guide, Hit, Link, Task
from coordination.ui import dates
from coordination.ui.matching import Words
from coordination.writing import saved_views

from . import forms, updates
from .models import Assignment, AssignmentOwner, Passage, StatusUpdate
from .views import status


def _reads(user: Any) -> bool:
    return policy.may(user, Permission.VIEW_ASSIGNMENTS)


@contributions.start_tasks
def updates_asked_for(user: Any, now: datetime) -> Iterator[Task]:
    """Assignments whose status somebody has asked this person for."""
    if not _reads(user):
        return
    for owner in _named(updates.asked_of(user)):
        yield Task(
            kind="assignment",
            kind_name=_("Assignments"),
            title=_("Update assignment %(number)s") % {"number": owner.assignment.number},
            url=reverse("assignment_update", args=[owner.pk]),
            context=_context(owner),
            note=_("An update is asked for"),
        )


@contributions.start_tasks
def silent_assignments(user: Any, now: datetime) -> Iterator[Task]:
    """For those who keep the assignments: the ones that nobody has said anything about for long."""
    if not policy.may(user, Permission.KEEP_ASSIGNMENTS):
        return
    for owner in _named(updates.stale(AssignmentOwner.objects.visible_to(user), now)):
        yield Task(
            kind="silent_assignment",
            kind_name=_("Assignments without an update"),
            title=_("Follow up assignment %(number)s") % {"number": owner.assignment.number},
            url=reverse("assignment", args=[owner.assignment_id]),
            context=_context(owner),
            note=status.silence(owner, now),
        )


@contributions.start_tasks
def decisions_wanted(user: Any, now: datetime) -> Iterator[Task]:
    """For managers: what the owners of assignments want management to decide."""
    if "manager" not in policy.roles_of(user):
        return
    for owner in _named(updates.wanted_of_management()):
        yield Task(
            kind="management",
            kind_name=_("Decisions wanted from management"),
            title=_("Decide about assignment %(number)s") % {"number": owner.assignment.number},
            url=reverse("assignment", args=[owner.assignment_id]) + "#management",
            context=_context(owner),
            note=_("Management needs to decide"),
        )


def _named(owners: Any) -> Any:
    return owners.select_related("assignment", "organisation").order_by("assignment__number", "pk")


def _context(owner: AssignmentOwner) -> str:
    return f"{owner.assignment.title} · {owner.organisation.name}"


@contributions.changes
def latest_updates(user: Any, count: int) -> Iterator[Change]:
    """What was said about how assignments stand."""
    said = StatusUpdate.objects.visible_to(user).select_related(
        "owner__assignment", "owner__organisation"
    )
    for update in said.order_by("-at", "-pk")[:count]:
        owner = update.owner
        yield Change(
            at=update.at,
            title=str(owner.assignment),
            url=reverse("assignment", args=[owner.assignment_id]),
            context=f"{update.get_status_display()} · {owner.organisation.name}",
        )


@contributions.search("assignments", gettext_lazy("Assignments"))
def find_assignments(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Assignments, by their title and the words of the guideline that order them."""
    found = Assignment.objects.visible_to(user).filter(wanted.within("title", "mandates__quote"))
    for one in found.distinct().order_by("ended_on", "number", "pk")[:most]:
        mandate = one.mandates.order_by("-guideline__in_force_from").first()
        yield Hit(
            title=str(one),
            url=reverse("assignment", args=[one.pk]),
            marked=wanted.marked(mandate.quote if mandate else "", one.title),
            context=str(one.get_status_display()),
        )


@contributions.search("guideline", gettext_lazy("The guideline"))
def find_passages(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Paragraphs of the guideline in its versions, the newest version first."""
    found = Passage.objects.visible_to(user, Permission.USE_PORTAL).filter(wanted.within("text"))
    for one in found.select_related("guideline").order_by("-guideline__in_force_from", "position")[
        :most
    ]:
        guideline = one.guideline
        yield Hit(
            title=guideline.title,
            url=f"{reverse('guideline_version', args=[guideline.pk])}#{one.anchor}",
            marked=wanted.marked(one.text),
            context=_("Applies from %(date)s") % {"date": dates.day(guideline.in_force_from)},
        )


contributions.link(Link("assignments", gettext_lazy("Assignments"), "assignments", _reads))
contributions.link(
    Link(
        "guideline",
        gettext_lazy("The guideline"),
        "guideline",
        lambda user: policy.may(user, Permission.USE_PORTAL),
    )
)
contributions.guide(
    Guide(
        title=gettext_lazy("Update an assignment"),
        roles=("reporter", "manager", "partnership_coordinator", "strategic_coordinator"),
        steps=(
            gettext_lazy(
                "Open the link in the e-mail, or the row under To do now. Or choose Assignments, and"
                " the assignment."
            ),
            gettext_lazy("Choose the status, and write in a sentence what has happened."),
            gettext_lazy("Choose Save. The earlier updates stay below."),
        ),
    )
)
contributions.guide(
    Guide(
        title=gettext_lazy("Follow up the guideline"),
        roles=("strategic_coordinator",),
        steps=(
            gettext_lazy(
                "Assignments shows how everything that the guideline orders stands. Those without an"
                " update for 90 days are marked."
            ),
            gettext_lazy(
                "Select rows and choose Ask for an update. You see who gets the e-mail before it is"
                " sent."
            ),
            gettext_lazy(
                "Has the municipality decided on a newer guideline? Choose The guideline, and Add a"
                " newer guideline."
            ),
        ),
    )
)

saved_views.offer("assignments", forms.codes(), numbers=("owner",))
