"""After a change of keys: every sealed field and every token is made anew, while people go on working."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Cast

from .fields import Sealed, SealedTextField
from .keys import field_ring

AT_ONCE = 500


def sealed_fields() -> Iterator[tuple[type[models.Model], SealedTextField]]:
    """Every sealed field of the zone, with its model."""
    for model in apps.get_app_config("cases").get_models():
        if model._meta.proxy:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedTextField):
                yield model, field


def waiting(model: type[models.Model], field: SealedTextField) -> models.QuerySet:
    """The rows whose field lies under an older key, with what lies there as `lies`."""
    rows: Any = model._default_manager.annotate(lies=_lies(field))
    return rows.exclude(lies=None).exclude(lies__startswith=f"{field_ring().current}.")


def rotate() -> int:
    """Seals anew what lies under an older key; returns how many values.

    It can be stopped at any time and run again. A row that somebody has written meanwhile is left as
    they wrote it: what is replaced is the value that was read, and no other. Raises
    `sealing.Unreadable` for a value that no key opens; those before it are done.
    """
    done = 0
    for model, field in sealed_fields():
        after: Any = None
        while rows := _next(model, field, after):
            after = rows[-1].pk
            for row in rows:
                done += _again(row, field)
    return done


def _next(model: type[models.Model], field: SealedTextField, after: Any) -> list[Any]:
    rows = waiting(model, field).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows[:AT_ONCE])


def _again(row: Any, field: SealedTextField) -> int:
    about = field.about(row)
    fresh = Sealed(field_ring().seal(field_ring().unseal(row.lies, about=about), about=about))
    with transaction.atomic():
        found = (
            type(row)._default_manager.annotate(lies=_lies(field)).filter(pk=row.pk, lies=row.lies)
        )
        return int(found.update(**{field.name: fresh}))


def _lies(field: SealedTextField) -> Cast:
    """The column as it is, a plain text to the database."""
    return Cast(F(field.name), models.TextField())
