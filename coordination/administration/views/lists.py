"""The pages of lists: organisations and housing districts, with first and last days."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.refused import Refused
from coordination.actors import organisations as places
from coordination.actors.models import District, Organisation, PreventionLevel
from coordination.administration.forms.lists import (
    DistrictForm,
    EndForm,
    OrganisationForm,
    RenameForm,
)
from coordination.ui import dates
from coordination.ui.lists import Column, ListPage, swedish
from coordination.writing.once import once, once_or_say

NAME = Column("name", gettext_lazy("Name"), order=(swedish("name"),))
FROM = Column("from", gettext_lazy("From"), order=("valid_from",), css="cell--date")
TO = Column("to", gettext_lazy("To"), order=("valid_to",), css="cell--date")
ORGANISATIONS = (
    NAME,
    Column("kind", gettext_lazy("Kind"), order=("kind", swedish("name"))),
    FROM,
    TO,
    Column("state", gettext_lazy("Status")),
)
DISTRICTS = (
    NAME,
    Column("part", gettext_lazy("Part of the city"), order=(swedish("city_part__name"),)),
    FROM,
    TO,
    Column("state", gettext_lazy("Status")),
)


def lists(request: HttpRequest) -> HttpResponse:
    """Which lists there are."""
    today = timezone.localdate()
    context = {
        "organisations": Organisation.objects.active(today).count(),
        "districts": District.objects.active(today).count(),
        "levels": PreventionLevel.objects.order_by("position"),
    }
    return render(request, "administration/lists.html", context)


def organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation, those that have ended too."""
    page = ListPage(request, Organisation.objects.all(), columns=ORGANISATIONS, default="name")
    return _list(request, page, "administration/organisations.html")


def districts(request: HttpRequest) -> HttpResponse:
    """Every housing district, those that have ended too."""
    rows = District.objects.select_related("city_part")
    page = ListPage(request, rows, columns=DISTRICTS, default="name")
    return _list(request, page, "administration/districts.html")


def _list(request: HttpRequest, page: ListPage, template: str) -> HttpResponse:
    rows = [(place, state_of(place)) for place in page.rows]
    return render(request, template, {"list": page, "rows": rows})


def state_of(place: places.Place) -> dict[str, str]:
    """Whether it can be chosen today: a word and its tone."""
    today = timezone.localdate()
    if place.valid_to is not None and place.valid_to < today:
        return {"text": _("Ended"), "tone": "ended"}
    if place.valid_from is not None and place.valid_from > today:
        return {"text": _("To come"), "tone": "neutral"}
    if place.valid_to is not None:
        text = _("Ends %(day)s") % {"day": dates.day_short(place.valid_to)}
        return {"text": text, "tone": "warning"}
    return {"text": _("In use"), "tone": "success"}


def organisation_new(request: HttpRequest) -> HttpResponse:
    """One more organisation."""
    form = OrganisationForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        made = places.add_organisation(by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. The organisation is in the list."))
        return reverse("organisation", args=[made.pk])

    return _add(request, form, act, "administration/organisation_new.html")


def district_new(request: HttpRequest) -> HttpResponse:
    """One more housing district."""
    form = DistrictForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        made = places.add_district(by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. The housing district is in the list."))
        return reverse("district", args=[made.pk])

    return _add(request, form, act, "administration/district_new.html")


def _add(request: HttpRequest, form: Any, act: Any, template: str) -> HttpResponse:
    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, template, {"form": form})


def place(request: HttpRequest, **_key: int) -> HttpResponse:
    """One organisation or district: its names through time, who holds a role there, its end."""
    governed: places.Place = request.governed  # type: ignore[attr-defined]
    today = timezone.localdate()
    context = _about(governed) | {
        "state": state_of(governed),
        "names": governed.names.order_by("-pk"),
        "holders": governed.memberships.active(today).values("user").distinct().count(),
    }
    return render(request, "administration/place.html", context)


def _about(place: places.Place) -> dict[str, Any]:
    kind = "organisation" if isinstance(place, Organisation) else "district"
    return {
        "place": place,
        "is_organisation": kind == "organisation",
        "url": reverse(kind, args=[place.pk]),
        "list_url": reverse(f"{kind}s"),
        "list_name": _("Organisations") if kind == "organisation" else _("Housing districts"),
        "rename_url": reverse(f"{kind}_rename", args=[place.pk]),
        "end_url": reverse(f"{kind}_end", args=[place.pk]),
        "resume_url": reverse(f"{kind}_resume", args=[place.pk]),
    }


def place_rename(request: HttpRequest, **_key: int) -> HttpResponse:
    """A new name from a day; the earlier one is kept."""
    governed: places.Place = request.governed  # type: ignore[attr-defined]
    longest: int = governed._meta.get_field("name").max_length or 80
    form = RenameForm(request.POST if request.method == "POST" else None, limit=longest)

    def act() -> str:
        places.rename(by=request.user, place=governed, **form.cleaned_data)
        messages.success(request, _("Done. The new name is decided."))
        return str(about["url"])

    about = _about(governed)
    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, "administration/place_rename.html", about | {"form": form})


def place_end(request: HttpRequest, **_key: int) -> HttpResponse:
    """The last day of an organisation or district; can be taken back."""
    governed: places.Place = request.governed  # type: ignore[attr-defined]
    form = EndForm(request.POST if request.method == "POST" else None)
    about = _about(governed)

    def act() -> str:
        places.end(by=request.user, place=governed, on=form.cleaned_data["valid_to"])
        messages.success(
            request, _("Done. It has a last day."), extra_tags=f"undo {about['resume_url']}"
        )
        return str(about["url"])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, "administration/place_end.html", about | {"form": form})


def place_resume(request: HttpRequest, **_key: int) -> HttpResponse:
    """Takes back that it ends."""
    governed: places.Place = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        places.resume(by=request.user, place=governed)
        messages.success(request, _("Done. It no longer ends."))
        return str(_about(governed)["url"])

    return once_or_say(request, act, back=str(_about(governed)["url"]))
