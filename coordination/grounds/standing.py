"""How a legal basis or a retention rule stands on a day: it follows from its versions and is not stored."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils.translation import pgettext_lazy

from .models import Status, Version


class Standing(models.TextChoices):
    """In the order in which a list shows them."""

    IN_FORCE = "in_force", pgettext_lazy("standing of law", "In force")
    COMING = "coming", pgettext_lazy("standing of law", "Not in force yet")
    UNREVIEWED = "unreviewed", pgettext_lazy("standing of law", "Not reviewed")
    ENDED = "ended", pgettext_lazy("standing of law", "Ended")
    STRUCK = "struck", pgettext_lazy("standing of law", "Struck")


OPEN = (Standing.IN_FORCE, Standing.COMING, Standing.UNREVIEWED)
"""Where something can still be done with a version."""


def annotated(model: Any, on: date) -> QuerySet:
    """Each legal basis or retention rule with its `standing` that day, its `rank` in a list, whether a
    version `waits` for a review, and all its versions, the latest first."""
    relation: Any = model._meta.get_field("versions")
    versions = relation.related_model.objects
    own = versions.filter(**{relation.field.name: OuterRef("pk")})
    reviewed = own.filter(status=Status.REVIEWED)
    whens = [
        (Q(holds=True), Standing.IN_FORCE),
        (Q(comes=True), Standing.COMING),
        (Q(waits=True), Standing.UNREVIEWED),
        (Q(was=True), Standing.ENDED),
    ]
    ranks = list(Standing)
    return (
        model.objects.annotate(
            holds=Exists(own.in_force(on)),
            comes=Exists(reviewed.filter(valid_from__gt=on)),
            waits=Exists(own.unreviewed()),
            was=Exists(reviewed),
        )
        .annotate(
            standing=Case(
                *(When(when, then=Value(standing.value)) for when, standing in whens),
                default=Value(Standing.STRUCK.value),
            ),
            rank=Case(
                *(When(when, then=Value(ranks.index(standing))) for when, standing in whens),
                default=Value(ranks.index(Standing.STRUCK)),
            ),
        )
        .prefetch_related(Prefetch("versions", queryset=versions.order_by("-number")))
    )


def current(versions: list[Any], on: date) -> Any:
    """Of the versions of something, the latest first, the one that a reader asks for: what holds, else
    what is to come, else what waits, else the latest."""
    comes = (one for one in versions if one.status == Status.REVIEWED and one.valid_from > on)
    waits = (one for one in versions if one.is_unreviewed)
    found = next((one for one in versions if one.holds(on)), None)
    return found or next(comes, None) or next(waits, None) or versions[0]


def in_force_beside(version: Version, law: Any, on: date) -> Any:
    """The version of the same law that holds that day; None where there is none, or where it is this one."""
    return law.versions.in_force(on).exclude(pk=version.pk).first()


def of_version(version: Version, on: date) -> Standing:
    """How one version stands that day."""
    if version.status == Status.STRUCK:
        return Standing.STRUCK
    if version.is_unreviewed:
        return Standing.UNREVIEWED
    if version.holds(on):
        return Standing.IN_FORCE
    return Standing.COMING if version.valid_from > on else Standing.ENDED
