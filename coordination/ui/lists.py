"""Lists that can be filtered, sorted and paged, each view of them an address to bookmark."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Func, Q, QuerySet
from django.db.models.expressions import Combinable, OrderBy
from django.http import HttpRequest, QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.ui import dates
from coordination.ui.forms import PortalForm
from coordination.ui.sqlite import swedish_key as swedish_key

PER_PAGE = 25
COUNTED = 1000
"""Totals up to here are exact; counting further costs more than it tells (a page stays quick)."""


class swedish(Func):
    """The column in Swedish order (å, ä, ö last) on either engine: `order=(swedish("name"),)`."""

    function = "COLLATE"
    template = "(%(expressions)s) %(function)s %(collation)s"

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, **extra)

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        name = "sv-x-icu" if connection.vendor == "postgresql" else "sv"
        return super().as_sql(
            compiler, connection, collation=connection.ops.quote_name(name), **context
        )


Order = str | Combinable | OrderBy


@dataclass(frozen=True)
class Column:
    """A column of a list. `order` is what sorts it, ascending; without it the column cannot sort.

    `up` and `down` say in words what the two directions mean ("oldest first", "newest first");
    `called` is the column's name in that sentence, where its heading does not read there.
    """

    key: str
    label: Any
    order: Sequence[Order] = ()
    css: str = ""
    up: Any = ""
    down: Any = ""
    called: Any = ""


class FilterForm(PortalForm):
    """The filters of a list: every field optional, nothing marked, a wrong value left out.

    A page's form defines `narrow(queryset)`, which reads `self.cleaned_data.get(name)`. A hidden field
    says where in the list one is (a month): it is no filter to take away, and stays when they are.
    """

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def narrow(self, queryset: QuerySet) -> QuerySet:
        """The rows that the valid values ask for."""
        raise NotImplementedError


def codes_of(form: type[FilterForm], *, sort: Iterable[str]) -> dict[str, list[str]]:
    """What a list's address may say in each filter that names no row, and of its order: what a saved
    view of it may hold."""
    fixed = {
        name: [str(value) for value, _label in getattr(field, "choices", [("on", "")])]
        for name, field in form.base_fields.items()
    }
    return fixed | {"sort": [way + column for column in sort for way in ("", "-")]}


@dataclass(frozen=True)
class Head:
    """A column's head as it stands on the page: `sorted` is what aria-sort says, or empty."""

    label: Any
    url: str
    sorted: str
    css: str


@dataclass(frozen=True)
class Chip:
    """A filter in use, and the address of the list without it."""

    label: str
    remove_url: str


@dataclass(frozen=True)
class PageLink:
    """A way to another page: a number, a gap, or "previous" and "next" in `kind`."""

    label: str = ""
    url: str = ""
    current: bool = False
    gap: bool = False
    kind: str = ""


@dataclass(frozen=True)
class _Sort:
    """One part of the order: what, which way, and whether it can be missing (then it comes last)."""

    expression: Combinable
    descending: bool
    nullable: bool

    def order_by(self) -> OrderBy:
        last = True if self.nullable else None
        if self.descending:
            return self.expression.desc(nulls_last=last)  # type: ignore[attr-defined]
        return self.expression.asc(nulls_last=last)  # type: ignore[attr-defined]

    def turned(self) -> OrderBy:
        """The same part read backwards: what is missing then comes first."""
        first = True if self.nullable else None
        if self.descending:
            return self.expression.asc(nulls_first=first)  # type: ignore[attr-defined]
        return self.expression.desc(nulls_first=first)  # type: ignore[attr-defined]


class ListPage:
    """One page of a list as the address asks for it; costs the same few queries at any size.

    `queryset` is already limited to what the person may see. `default` names the column it is
    sorted by at first, with `-` for descending. `filters` is a `FilterForm` class, or a callable
    that takes `data=` and returns one. Unknown pages, orders and filter values fall back; none is
    an error. The first thousand rows have numbered pages; beyond them each page is found from the
    last row of the one before, so that the last page costs what the first does.

    For templates: `columns`, `rows`, `pages`, `filters`, `chips`, `clear_url`, `showing`,
    `count_words`, `sorted_text`.
    """

    def __init__(
        self,
        request: HttpRequest,
        queryset: QuerySet,
        *,
        columns: Sequence[Column],
        default: str,
        filters: Callable[..., FilterForm] | None = None,
        per_page: int = PER_PAGE,
    ) -> None:
        self._columns = {column.key: column for column in columns}
        self._per_page = per_page
        self._default = default
        self._sort = self._asked_order(request.GET.get("sort", ""))
        self._used: dict[str, list[str]] = {}
        self._places: set[str] = set()
        self._chips: list[tuple[str, str, str | None]] = []
        self.filters = filters(data=request.GET) if filters else None
        if self.filters is not None:
            queryset = self._filtered(queryset, self.filters)
        self._queryset = queryset
        self._parts = self._order_parts(queryset)
        self._counted = queryset.order_by()[: COUNTED + 1].count()
        self.total = min(self._counted, COUNTED)
        self.more = self._counted > COUNTED
        self._find_rows(queryset, request.GET)
        self.columns = [self._head(column) for column in columns]

    # What the address asks for

    def _asked_order(self, asked: str) -> str:
        column = self._columns.get(asked.removeprefix("-"))
        return asked if column and column.order else self._default

    def _filtered(self, queryset: QuerySet, form: FilterForm) -> QuerySet:
        form.is_valid()
        for name, value in form.cleaned_data.items():
            if _is_given(value):
                self._used[name] = form.data.getlist(form.add_prefix(name))
                if form.fields[name].widget.is_hidden:
                    self._places.add(name)
                    continue
                self._chips += _chip_texts(name, form.fields[name], value)
        narrowed = form.narrow(queryset)
        if self._sort != self._default:
            # Filtering again keeps the order that was chosen.
            form.fields["sort"] = forms.CharField(widget=forms.HiddenInput, required=False)
        return narrowed

    def _order_parts(self, queryset: QuerySet) -> list[_Sort]:
        descending = self._sort.startswith("-")
        orders = [*self._columns[self._sort.removeprefix("-")].order, "pk"]
        parts = []
        for order in orders:
            down = descending
            if isinstance(order, OrderBy):
                down ^= order.descending
                order = order.expression
            elif isinstance(order, str):
                down ^= order.startswith("-")
                order = F(order.removeprefix("-"))
            parts.append(_Sort(order, down, _may_be_null(queryset.model, order)))
        return parts

    # The rows

    def _find_rows(self, queryset: QuerySet, params: QueryDict) -> None:
        forward = [part.order_by() for part in self._parts]
        self._after = self._before = False
        for way in ("after", "before"):
            place = self._place(queryset, params.get(way, "")) if self.more else None
            if place is not None:
                self._find_rows_by_place(queryset, place, way)
                return
        last = max(1, -(-self.total // self._per_page))
        asked = params.get("page", "")
        number = int(asked) if re.fullmatch(r"[0-9]{1,9}", asked) else 1
        self.number = min(max(number, 1), last)
        start = (self.number - 1) * self._per_page
        self.rows = list(queryset.order_by(*forward)[start : start + self._per_page])
        self.first = start + 1 if self.rows else 0
        self.pages = self._numbered_pages(last)

    def _place(self, queryset: QuerySet, asked: str) -> dict[str, Any] | None:
        """The row the address names, if the person may see it, with what it is sorted by."""
        try:
            pk = queryset.model._meta.pk.to_python(asked) if asked else None
        except (forms.ValidationError, ValueError, OverflowError):
            return None
        if pk is None:
            return None
        return self._with_places(queryset).filter(pk=pk).values(*self._names()).first()

    def _names(self) -> list[str]:
        return [f"_place_{index}" for index in range(len(self._parts))]

    def _with_places(self, queryset: QuerySet) -> QuerySet:
        places = {
            name: part.expression for name, part in zip(self._names(), self._parts, strict=True)
        }
        return queryset.order_by().annotate(**places)

    def _find_rows_by_place(self, queryset: QuerySet, place: dict[str, Any], way: str) -> None:
        backwards = way == "before"
        beyond = self._with_places(queryset).filter(self._beyond(place, backwards))
        order = [part.turned() if backwards else part.order_by() for part in self._parts]
        found = list(beyond.order_by(*order)[: self._per_page + 1])
        further = len(found) > self._per_page
        self.rows = found[: self._per_page]
        if backwards:
            self.rows.reverse()
        self.number = 0
        self.first = 0
        links = []
        if self.rows and (further or not backwards):
            links.append(self._step("previous", before=self.rows[0].pk))
        if self.rows and (further or backwards):
            links.append(self._step("next", after=self.rows[-1].pk))
        self.pages = [PageLink(label="1", url=self._url()), PageLink(gap=True), *links]

    def _beyond(self, place: dict[str, Any], backwards: bool) -> Q:
        """The rows after the place (or before it) in the list's order, what is missing last."""
        beyond, same = Q(pk__in=[]), Q()
        for name, part in zip(self._names(), self._parts, strict=True):
            value = place[name]
            larger = part.descending == backwards
            if value is None:
                step = Q(**{f"{name}__isnull": False}) if backwards else Q(pk__in=[])
                equal = Q(**{f"{name}__isnull": True})
            else:
                step = Q(**{f"{name}__{'gt' if larger else 'lt'}": value})
                if part.nullable and not backwards:
                    step |= Q(**{f"{name}__isnull": True})
                equal = Q(**{name: value})
            beyond |= same & step
            same &= equal
        return beyond

    def every_row(self, most: int) -> list[Any] | None:
        """All rows of the list as it is filtered, in its order; None when they are more than `most`."""
        found = self._queryset.order_by(*[part.order_by() for part in self._parts])
        rows = list(found[: most + 1])
        return rows if len(rows) <= most else None

    # The addresses

    def address(self, **more: Any) -> str:
        """The list with the same filters and order, and with these values besides or instead."""
        return self._url(**more)

    def _url(
        self,
        *,
        sort: str | None = None,
        without: tuple[str, str | None] | None = None,
        only: set[str] | None = None,
        **more: Any,
    ) -> str:
        params = QueryDict(mutable=True)
        for name, values in self._used.items():
            if only is not None and name not in only:
                continue
            if without and without[0] == name:
                values = [value for value in values if without[1] not in (None, value)]
            if values:
                params.setlist(name, values)
        sort = self._sort if sort is None else sort
        if sort != self._default:
            params["sort"] = sort
        for key, value in more.items():
            params[key] = str(value)
        return f"?{params.urlencode()}"

    def _step(self, kind: str, **place: Any) -> PageLink:
        label = _("Previous") if kind == "previous" else _("Next")
        return PageLink(label=label, url=self._url(**place), kind=kind)

    def _numbered_pages(self, last: int) -> list[PageLink]:
        if last == 1:
            return []
        links = []
        if self.number > 1:
            links.append(self._step("previous", page=self.number - 1))
        near = range(self.number - 1, self.number + 2)
        shown = [n for n in range(1, last + 1) if n in (1, last) or n in near]
        for before, number in zip([0, *shown], shown, strict=False):
            if number - before == 2:
                links.append(PageLink(label=str(number - 1), url=self._url(page=number - 1)))
            elif number - before > 2:
                links.append(PageLink(gap=True))
            links.append(
                PageLink(
                    label=str(number), url=self._url(page=number), current=number == self.number
                )
            )
        if self.number < last:
            links.append(self._step("next", page=self.number + 1))
        elif self.more and self.rows:
            links.append(self._step("next", after=self.rows[-1].pk))
        return links

    def _head(self, column: Column) -> Head:
        if not column.order:
            return Head(column.label, "", "", column.css)
        turned = f"-{column.key}" if self._sort == column.key else column.key
        ways = {column.key: "ascending", f"-{column.key}": "descending"}
        return Head(column.label, self._url(sort=turned), ways.get(self._sort, ""), column.css)

    @staticmethod
    def filter_words(form: FilterForm) -> list[str]:
        """The valid values of a filter form in words, as the chips of a list say them."""
        return [
            text
            for name, value in form.cleaned_data.items()
            if _is_given(value)
            for _name, text, _one in _chip_texts(name, form.fields[name], value)
        ]

    @property
    def view_query(self) -> str:
        """The filters and the order in use, as they would be saved; empty for the list as it is."""
        return self._url().removeprefix("?")

    # The words

    @property
    def clear_url(self) -> str:
        """The list without filters, in the same order; empty when no filter is in use."""
        if not self._chips:
            return ""
        return self._url(only=self._places)

    @property
    def chips(self) -> list[Chip]:
        """The filters in use, one chip a value."""
        return [Chip(label, self._url(without=(name, value))) for name, label, value in self._chips]

    @property
    def showing(self) -> str:
        """Visar 1–25 av 34."""
        if not self.rows:
            return _("Showing 0 of 0") if not self.total else self._how_many()
        count = self._how_many() if self.more else _spaced(self.total)
        if not self.first:
            return _("Showing %(shown)s of %(count)s") % {"shown": len(self.rows), "count": count}
        return _("Showing %(from)s–%(to)s of %(count)s") % {
            "from": _spaced(self.first),
            "to": _spaced(self.first + len(self.rows) - 1),
            "count": count,
        }

    def _how_many(self) -> str:
        return _("more than %(count)s") % {"count": _spaced(COUNTED)}

    @property
    def count_words(self) -> str:
        """34 stycken, or fler än 1 000."""
        if self.more:
            return self._how_many()
        return ngettext("%(count)s item", "%(count)s items", self.total) % {
            "count": _spaced(self.total)
        }

    @property
    def sorted_text(self) -> str:
        """Sorterat efter datum, senaste först."""
        column = self._columns[self._sort.removeprefix("-")]
        if self._sort.startswith("-"):
            way = str(column.down) or _("in descending order")
        else:
            way = str(column.up) or _("in ascending order")
        label = str(column.called or column.label)
        return _("Sorted by %(column)s, %(way)s") % {
            "column": label[:1].lower() + label[1:],
            "way": way,
        }

    order = sorted_text
    """What the list header's template calls it."""


def _spaced(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def _chip_texts(name: str, field: forms.Field, given: Any) -> Iterable[tuple[str, str, str | None]]:
    """Field name, text and the one value to take away (None: the field has only this)."""
    label = str(field.label)
    if isinstance(given, bool):
        yield name, label, None
        return
    many = isinstance(given, (list, tuple, set, QuerySet))
    for value in given if many else [given]:
        text = _("%(label)s: %(value)s") % {"label": label, "value": _said(field, value)}
        yield name, text, str(field.prepare_value(value)) if many else None


def _is_given(value: Any) -> bool:
    if isinstance(value, QuerySet):
        return bool(len(value))
    return value not in (None, "", False, [], (), {})


def _said(field: forms.Field, value: Any) -> str:
    if isinstance(value, dt.date):
        return dates.day(value)
    if isinstance(field, forms.ModelChoiceField):
        return field.label_from_instance(value)
    choices = getattr(field, "choices", ())
    for key, label in _flat(choices):
        if str(key) == str(value):
            return str(label)
    return str(value)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield key, label


def _may_be_null(model: Any, order: Any) -> bool:
    """Whether the order can be missing. Only plain columns are known; all else may be."""
    if isinstance(order, swedish):
        order = order.source_expressions[0]
    if not isinstance(order, F):
        return True
    for hop in order.name.split("__"):
        try:
            field = model._meta.pk if hop == "pk" else model._meta.get_field(hop)
        except (FieldDoesNotExist, AttributeError):
            return True
        if field.null or field.one_to_many or field.many_to_many:
            return True
        model = field.related_model
    return False
