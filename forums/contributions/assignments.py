"""What stands of forums on the pages of assignments and of the guideline."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.assignments import linked
from forums import register
from forums.models import Forum, Meeting


@linked.demand
def normal_systems(user: Any) -> Iterator[linked.Demand]:
    """That the ordinary forums and systems are used as far as possible, in counts over what the person
    may see; and for those who set up forums, which administrations sit in none."""
    seen = Forum.objects.visible_to(user)
    existing = seen.filter(basis=Forum.Basis.EXISTING).count()
    locked = Meeting.objects.visible_to(user).filter(state=Meeting.State.LOCKED)
    numbered = locked.exclude(registration_number="").count()
    yield linked.Demand(
        "normal-systems",
        _("The ordinary forums and systems first"),
        "de normala systemen",
        [
            linked.Row(
                _("Forums that were there before"),
                reverse("forums"),
                _("The others say why no existing forum was enough."),
                _of(existing, seen.count()),
            ),
            linked.Row(
                _("Approved minutes with a number in the municipality's own register"),
                reverse("meetings") + "?status=locked",
                _("The register is where the document is kept. The portal only refers to it."),
                _of(numbered, locked.count()),
            ),
        ],
    )
    if policy.may(user, Permission.ESTABLISH_FORUM):
        outside = register.outside_forums().count()
        yield linked.Demand(
            "outside-forums",
            _("Administrations outside the forums"),
            "ingår inte i de samverkansforum",
            [
                linked.Row(
                    _("Administrations that sit in no forum"),
                    reverse("outside_forums"),
                    state=str(outside),
                )
            ],
        )


def _of(some: int, every: int) -> str:
    return _("%(some)s of %(every)s") % {"some": some, "every": every}
