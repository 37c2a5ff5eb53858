"""What stands of forums on the page of an actor, and in the common thread."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.actors import merging
from coordination.frame import contributions
from coordination.frame import coverage as who_works_where
from coordination.frame.contributions import Linked
from coordination.ui.lists import swedish
from forums import coverage
from forums.models import Forum, Seat

who_works_where.offer("forum", coverage.words, coverage.facts)


@contributions.section("actor", "forums", gettext_lazy("Forums"))
def forums_of_actor(user: Any, actor: Any) -> Iterator[Linked]:
    """The forums in which somebody sits today for the actor, or for what went into it, of those that
    the person may see."""
    line = [actor.pk, *merging.predecessors(actor)]
    seats = Seat.objects.visible_to(user).filter(organisation__in=line)
    held = seats.active(timezone.localdate())  # type: ignore[attr-defined]
    names: dict[int, set[str]] = {}
    for forum, place, name in held.values_list("forum", "organisation", "organisation__name"):
        names.setdefault(forum, set()).update([name] if place != actor.pk else [])
    for forum in Forum.objects.visible_to(user).filter(pk__in=names).order_by(swedish("name")):
        former = ", ".join(sorted(names[forum.pk]))
        said = _("Sits there as %(name)s") % {"name": former} if former else ""
        yield Linked(forum.name, reverse("forum", args=[forum.pk]), said)
