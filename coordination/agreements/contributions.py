"""What agreements offer to the shared pages: tasks, links, sections, search results, guides, words."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.actors import merging
from coordination.frame import contributions
from coordination.frame import coverage as who_works_where
from coordination.frame.contributions import Guide, Hit, Link, Linked, Tab, Task
from coordination.ui import dates
from coordination.ui.lists import codes_of, swedish
from coordination.ui.matching import Words
from coordination.writing import saved_views

from . import coverage
from .forms import AgreementFilter, found_by
from .models import Agreement, Standing

REMINDED = timedelta(days=14)
"""So long before the next follow-up it stands among what is to be done."""
WITH_THE_POLICE = 1
"""The guideline's assignment to take the work into the agreement with the police."""


@contributions.start_tasks
def to_renew_and_follow_up(user: Any, now: datetime) -> Iterator[Task]:
    """For those who keep agreements, in one query: what expires within six months and is not renewed, and
    whose day of follow-up is near or past."""
    today = timezone.localdate(now)
    kept = Agreement.objects.visible_to(user, Permission.KEEP_AGREEMENTS).order_by()
    near = kept.in_force(today).filter(follow_up_on__lte=today + REMINDED)
    ends = kept.to_renew(today).values_list("pk", "name", "valid_to", Value("ends"))
    rows = ends.union(near.values_list("pk", "name", "follow_up_on", Value("near")))
    for key, name, due, why in rows.order_by("pk"):
        yield Task(
            kind="agreement",
            kind_name=_("Agreements"),
            title=_("Renew the agreement before it expires")
            if why == "ends"
            else _("Follow up the agreement"),
            url=reverse("agreement", args=[key]),
            context=name,
            due=due,
        )


@contributions.search("agreements", gettext_lazy("Agreements"))
def find_agreements(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Agreements that the person may read, by what they say, those in force first."""
    found = Agreement.objects.visible_to(user).filter(found_by(wanted)).distinct()
    rows = found.with_standing(timezone.localdate()).order_by("rank", "valid_to", "pk")
    for one in rows.prefetch_related("pledges")[:most]:
        pledges = [pledge.text for pledge in one.pledges.all()]
        said = (one.purposes, one.areas, one.problems, one.causes, one.goals, one.paragraph)
        yield Hit(
            title=one.name,
            url=reverse("agreement", args=[one.pk]),
            marked=wanted.marked(*said, *pledges, one.name),
            context=str(Standing(one.standing).label),
        )


@contributions.section(
    "actor",
    "agreements",
    gettext_lazy("Agreements"),
    empty=lambda actor: _("No agreement is recorded for %(actor)s.") % {"actor": actor},
)
def agreements_of_actor(user: Any, actor: Any) -> Iterator[Linked]:
    """Those that the actor, or what went into it, is party to, of those that the person may read."""
    line = [actor.pk, *merging.predecessors(actor)]
    parties = Agreement.parties.through.objects.filter(organisation__in=line)
    yield from _linked(
        Agreement.objects.visible_to(user).filter(pk__in=parties.values("agreement"))
    )


@contributions.section(
    "assignment",
    "agreements",
    gettext_lazy("Agreements with the police"),
    empty=lambda _assignment: _("No agreement with the police is recorded."),
)
def agreements_of_assignment(user: Any, assignment: Any) -> Iterable[Linked] | None:
    """How far the work against violent extremism stands in agreements with the police; of the
    assignment that asks for it alone."""
    if assignment.number != WITH_THE_POLICE:
        return None
    visible = Agreement.objects.visible_to(user)
    parties = Agreement.parties.through.objects.filter(organisation__kind="police")
    return _linked(visible.filter(pk__in=parties.values("agreement")), extremism=True)


def _linked(found: Any, *, extremism: bool = False) -> Iterator[Linked]:
    rows = found.with_standing(timezone.localdate()).order_by("rank", "valid_to", swedish("name"))
    for one in rows:
        said = [str(Standing(one.standing).label)]
        if one.valid_to:
            said.append(_("until %(day)s") % {"day": dates.day(one.valid_to)})
        if extremism:
            included = one.get_extremism_display()
            said.append(_("violent extremism included: %(answer)s") % {"answer": included})
        yield Linked(one.name, reverse("agreement", args=[one.pk]), " · ".join(said))


def _reads(user: Any) -> bool:
    return policy.may(user, Permission.VIEW_AGREEMENTS)


contributions.tab("actors", Tab(gettext_lazy("Agreements"), "agreements", _reads))
# Who sees the register of actors finds agreements beside it.
contributions.link(
    Link(
        "agreements",
        gettext_lazy("Agreements"),
        "agreements",
        lambda user: _reads(user) and not policy.may(user, Permission.VIEW_ACTORS),
    )
)
who_works_where.offer("agreement", coverage.words, coverage.facts)
saved_views.offer(
    "agreements",
    codes_of(AgreementFilter, sort=("name", "to", "extremism", "status")),
    numbers=("party", "district"),
)
contributions.guide(
    Guide(
        title=gettext_lazy("Keep agreements on cooperation"),
        roles=("strategic_coordinator",),
        steps=(
            gettext_lazy("Open Actors, then Agreements, and choose New agreement."),
            gettext_lazy("Save the draft as often as you like. The page says what is missing."),
            gettext_lazy(
                "When it is signed, choose Put in force. From then on others can read it."
            ),
            gettext_lazy(
                "Six and two months before it expires you get an e-mail. Choose Renew: a draft with"
                " the same content is made."
            ),
        ),
        note=gettext_lazy(
            "The police read the agreements that they are party to, and never a draft."
        ),
    )
)
contributions.guide(
    Guide(
        title=gettext_lazy("Read what has been agreed"),
        roles=("police_liaison", "reviewer"),
        steps=(
            gettext_lazy("Open Agreements. Coordinators and administrations find it under Actors."),
            gettext_lazy("Choose an agreement. The signed file stands under Facts."),
        ),
    )
)
