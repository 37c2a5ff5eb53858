"""What the register of actors offers to the shared pages: the yearly check, a link, search, a guide."""

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
from coordination.frame import coverage as facts
from coordination.frame.contributions import Guide, Hit, Link, Tab, Task
from coordination.ui.lists import codes_of, swedish
from coordination.ui.matching import Words
from coordination.writing import saved_views

from . import coverage, register
from .forms.coverage import MatrixFilter, PlaceFilter
from .forms.importing import ListFilter
from .forms.register import ActorFilter
from .models import Organisation


@contributions.start_tasks
def actors_to_check(user: Any, now: datetime) -> Iterator[Task]:
    """That there are actors whose contacts nobody has checked for a year: one row, for those who
    keep them all."""
    if not register.keeps_all(user):
        return
    visible = Organisation.objects.visible_to(user)
    count = register.to_check(visible, timezone.localdate(now)).count()
    if count:
        yield Task(
            kind="actors",
            kind_name=_("Actors"),
            title=ngettext("Check %(count)s actor", "Check %(count)s actors", count)
            % {"count": count},
            url=reverse("actors") + "?check=on",
            note=_("Not checked for a year"),
        )


@contributions.search("actors", gettext_lazy("Actors"))
def find_actors(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Actors, by name, by a name they had, and by their contacts."""
    found = Organisation.objects.visible_to(user).filter(register.found_by(wanted))
    for actor in found.prefetch_related("contacts", "names").order_by(swedish("name"), "pk")[:most]:
        former = [one.name for one in actor.names.all() if one.name != actor.name]
        contacts = [f"{one.function} {one.name}".strip() for one in actor.contacts.all()]
        yield Hit(
            title=actor.name,
            url=reverse("actor", args=[actor.pk]),
            marked=wanted.marked(*contacts, *former, actor.name),
            context=actor.get_kind_display(),
        )


facts.offer(coverage.REGISTERED, lambda count: _("registered"), coverage.registered)
REGISTER = Link(
    "actors",
    gettext_lazy("Actors"),
    "actors",
    lambda user: policy.may(user, Permission.VIEW_ACTORS),
)
contributions.link(REGISTER)
contributions.tab("actors", Tab(gettext_lazy("Register"), "actors", REGISTER.shown_to))
contributions.tab("actors", Tab(gettext_lazy("The common thread"), "coverage", REGISTER.shown_to))
saved_views.offer(
    "actors", codes_of(ActorFilter, sort=("name", "kind", "checked")), numbers=("district",)
)
saved_views.offer("actor_imports", codes_of(ListFilter, sort=("handed_in", "state")), numbers=())
saved_views.offer(
    "coverage", codes_of(PlaceFilter, sort=("district", "part")), numbers=("city_part",)
)
saved_views.offer(
    "coverage_matrix",
    codes_of(MatrixFilter, sort=("actor",)),
    numbers=("city_part", "columns"),
)
contributions.guide(
    Guide(
        title=gettext_lazy("Keep the register of actors"),
        roles=("strategic_coordinator", "partnership_coordinator"),
        steps=(
            gettext_lazy(
                "Actors shows the organisations in the work: what they do, where, and whom to"
                " contact. Narrow the list by kind, housing district or level."
            ),
            gettext_lazy(
                "Once a year, read each actor and choose Checked today. Those that are late stand"
                " under To do now."
            ),
            gettext_lazy(
                "Read in a list takes actors and contacts from CSV or Excel. You see every row first, and"
                " can undo it."
            ),
            gettext_lazy(
                "The common thread shows, for each prevention level and housing district, who works"
                " there, where nobody does, and which actors are dormant."
            ),
            gettext_lazy(
                "Partnership coordinators change the actors of their own housing districts."
                " Strategic coordinators change them all."
            ),
        ),
        note=gettext_lazy(
            "Write whom to contact and nothing about people's views. Civil society takes part as a"
            " partner."
        ),
    )
)
