"""What assignments offer to the shared pages: tasks, changes, links, search results, a guide."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.actors.coverage import Coverage
from coordination.actors.forms.coverage import LEVELS
from coordination.frame import contributions
from coordination.frame import coverage as who_works_where
from coordination.frame.contributions import Change, Guide, Hit, Link, Tab, Task
from coordination.ui import dates
from coordination.ui.matching import Words
from coordination.writing import saved_views

from . import assigning, coverage, forms, linked, updates
from .models import Assignment, AssignmentOwner, Passage, StatusUpdate
from .views import status


def _reads(user: Any) -> bool:
    return policy.may(user, Permission.VIEW_ASSIGNMENTS)


@contributions.start_tasks
def updates_asked_for(user: Any, now: datetime) -> Iterator[Task]:
    """Assignments whose status somebody has asked this person for; for those who keep the assignments
    also the ones that nobody has said anything about for long."""
    if not _reads(user):
        return
    for owner in _named(updates.to_mind(user, now)):
        if owner.is_asked:
            yield Task(
                kind="assignment",
                kind_name=_("Assignments"),
                title=_("Update assignment %(number)s") % {"number": owner.assignment.number},
                url=reverse("assignment_update", args=[owner.pk]),
                context=_context(owner),
                note=_("An update is asked for"),
            )
        if owner.is_stale:
            yield Task(
                kind="silent_assignment",
                kind_name=_("Assignments without an update"),
                title=_("Follow up assignment %(number)s") % {"number": owner.assignment.number},
                url=reverse("assignment", args=[owner.assignment_id]),
                context=_context(owner),
                note=status.silence(owner, now),
            )


@contributions.start_tasks
def undecided_assignments(user: Any, now: datetime) -> Iterator[Task]:
    """For those who keep the assignments: how many a newer guideline says nothing of yet, and how many
    an organisation answers for that has ended."""
    if not policy.may(user, Permission.KEEP_ASSIGNMENTS):
        return
    left = assigning.undecided(timezone.localdate(now))
    if left.by_guideline:
        said = ngettext(
            "Decide whether %(count)s assignment goes on",
            "Decide whether %(count)s assignments go on",
            left.by_guideline,
        )
        yield Task(
            kind="undecided_assignment",
            kind_name=_("Assignments to decide about"),
            title=said % {"count": left.by_guideline},
            url=reverse("guideline_assignments", args=[left.guideline]),
            note=_("There is a newer guideline"),
        )
    if left.without_owner:
        said = ngettext(
            "Choose who answers for %(count)s assignment",
            "Choose who answers for %(count)s assignments",
            left.without_owner,
        )
        yield Task(
            kind="undecided_assignment",
            kind_name=_("Assignments to decide about"),
            title=said % {"count": left.without_owner},
            url=reverse("assignments") + "?gone=on",
            note=_("The organisation has ended"),
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


who_works_where.offer("assignment", coverage.words, coverage.facts)


@linked.demand
def every_level_everywhere(user: Any) -> Iterator[linked.Demand]:
    """That all three prevention levels reach the whole municipality: where nobody works, as far as the
    person may see."""
    if not policy.may(user, Permission.VIEW_ACTORS):
        return
    found = Coverage(user, timezone.localdate())
    rows = []
    for level, label in LEVELS.items():
        said = _("Nobody works in %(some)s of %(every)s housing districts")
        counts = {"some": len(found.holes(level)), "every": len(found.districts)}
        url = f"{reverse('coverage_matrix')}?level={level}"
        rows.append(linked.Row(str(label), url, state=said % counts))
    yield linked.Demand(
        "coverage", _("The common thread through the levels"), "En bred insats för alla", rows
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
contributions.tab("assignments", Tab(gettext_lazy("Assignments"), "assignments", _reads))
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
