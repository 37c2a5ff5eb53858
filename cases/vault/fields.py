"""A text field that lies sealed in the database and opens when it is read from an instance."""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import IsNull
from django.db.models.query_utils import DeferredAttribute

from .keys import field_ring


class Unsealed(TypeError):
    """A sealed field was to be written or asked about in a way that would leave its text in the open."""


class Sealed:
    """A value as it lies in the database. It tells nothing of itself, wherever it is printed."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "<sealed>"

    def __str__(self) -> str:
        raise Unsealed("A sealed value opens on its own row only: read it from the instance.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)


class _Opens(DeferredAttribute):
    """Opens the value the first time it is read, and keeps what it found."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = field_ring().unseal(value.value, about=self.field.about(instance))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        # With it the instance's own dictionary does not come first, and `__get__` is always asked.
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.TextField):
    """A text that only the portal, with its keys, can read.

    It is bound to its model, its row, its field and, with `under`, to a parent that never changes: a
    value that is moved to another row or column does not open (`sealing.Unreadable`). The row needs
    its key before it is written: a UUID that is made in Python. Written by `save` and `bulk_create`.
    `update`, `bulk_update`, lookups other than isnull, and expressions raise `Unsealed` or FieldError.
    """

    descriptor_class = _Opens

    def __init__(self, *args: Any, under: str = "", **kwargs: Any) -> None:
        self.under = under
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.under:
            kwargs["under"] = self.under
        return name, path, args, kwargs

    def about(self, instance: models.Model) -> str:
        """What a value of this row is bound to."""
        parent = getattr(instance, self.under) if self.under else ""
        if instance.pk is None or (self.under and parent is None):
            raise Unsealed(f"{self.model._meta.label} has no key to be bound to yet.")
        return f"{self.model._meta.label_lower}|{instance.pk}|{self.name}|{parent}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Sealed) else super().to_python(value)

    def pre_save(self, model_instance: Any, add: bool) -> Sealed | None:
        kept = model_instance.__dict__.get(self.attname)
        if isinstance(kept, Sealed) and not add and field_ring().is_current(kept.value):
            # Nobody has read it, so it is what it was. One of an older key is sealed anew: the keys
            # may have been changed since it was read.
            return kept
        value = getattr(model_instance, self.attname)
        if value is None:
            return None
        return Sealed(field_ring().seal(str(value), about=self.about(model_instance)))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return value
        raise Unsealed(f"{self.name} is sealed when its row is saved, and in no other way.")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        kept = value if prepared else self.get_prep_value(value)
        return kept.value if isinstance(kept, Sealed) else kept

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(f"{self.name} is sealed: it can be read, and not be asked about.")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is sealed: it can be read, and not be asked about.")

    def value_to_string(self, obj: Any) -> str:
        raise Unsealed(
            "Cases leave the portal in backups of the database, and in no dump of texts."
        )
