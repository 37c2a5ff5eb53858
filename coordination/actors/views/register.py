"""The pages of the register: the list of actors, one actor, and what is known of it."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from coordination.access import policy
from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.actors import merging, register
from coordination.actors.forms.register import (
    ActorFilter,
    ActorForm,
    contact_rows,
    contacts_in,
    in_words,
)
from coordination.actors.models import Organisation, Succession
from coordination.frame import contributions, exports
from coordination.ui import dates
from coordination.ui.forms import error_summary
from coordination.ui.lists import Column, ListPage, swedish
from coordination.writing import saved_views
from coordination.writing.once import once
from coordination.writing.typed import Typed

COLUMNS = (
    Column("name", gettext_lazy("Actor"), order=(swedish("name"),)),
    Column("kind", gettext_lazy("Kind"), order=("kind", swedish("name"))),
    Column("districts", gettext_lazy("Housing districts")),
    Column("contact", gettext_lazy("Contact")),
    Column(
        "checked",
        gettext_lazy("Last checked"),
        order=("checked_on", swedish("name")),
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
)
EXPORTED = (
    gettext_lazy("Name"),
    gettext_lazy("Kind"),
    gettext_lazy("Housing districts"),
    gettext_lazy("Prevention level"),
    gettext_lazy("Areas of work"),
    gettext_lazy("Note"),
    gettext_lazy("Function"),
    gettext_lazy("Contact"),
    gettext_lazy("Telephone"),
    gettext_lazy("E-mail"),
    gettext_lazy("Last checked"),
    gettext_lazy("From"),
    gettext_lazy("To"),
)
"""The columns of the file."""


def actors(request: HttpRequest) -> HttpResponse:
    """Every actor, those in use unless asked for more."""
    page = listed(request)
    context = {
        "list": page,
        "rows": [(actor, state_of(actor), first_contact(actor)) for actor in page.rows],
        "views": saved_views.of(request.user, "actors"),
        "may_add": policy.may(request.user, Permission.KEEP_ACTORS),
        "may_import": register.keeps_all(request.user),
    }
    return render(request, "actors/actors.html", context)


def listed(request: HttpRequest, *more: str) -> ListPage:
    """The actors that the address asks for, of those the person may see, with `more` that is shown."""
    visible = Organisation.objects.visible_to(request.user)
    return ListPage(
        request,
        visible.prefetch_related("districts", "contacts", *more),
        columns=COLUMNS,
        default="name",
        filters=ActorFilter,
    )


def first_contact(actor: Organisation) -> Any:
    """The contact that stands first; read from what the list fetched."""
    return min(actor.contacts.all(), key=lambda one: one.position, default=None)


def _position(one: Any) -> int:
    return int(one.position)


def state_of(actor: Organisation) -> dict[str, str]:
    """Whether it is in use, and whether somebody should check it: a word and its tone."""
    today = timezone.localdate()
    if actor.valid_to is not None and actor.valid_to < today:
        return {"text": _("Ended"), "tone": "ended"}
    if actor.valid_from is not None and actor.valid_from > today:
        return {"text": _("To come"), "tone": "neutral"}
    if actor.valid_to is not None:
        text = _("Ends %(day)s") % {"day": dates.day_short(actor.valid_to)}
        return {"text": text, "tone": "warning"}
    if register.needs_check(actor, today):
        return {"text": _("Needs to be checked"), "tone": "warning"}
    return {"text": _("In use"), "tone": "success"}


def actors_export(request: HttpRequest) -> FileResponse | HttpResponse:
    """The list as a file, each actor with the contact that stands first. It can be read in again."""
    return exports.as_file(
        request,
        listed(request, "levels", "areas"),
        what="actors",
        back=reverse("actors"),
        title=_("Actors"),
        file_name=pgettext("file name", "actors-%(day)s.%(format)s"),
        header=[str(heading) for heading in EXPORTED],
        cells=_cells,
    )


def _cells(actor: Organisation) -> tuple[Any, ...]:
    """An actor as a row of the file, in the order of `EXPORTED`."""
    contact = first_contact(actor)
    said = ("function", "name", "phone", "email")
    return (
        actor.name,
        actor.get_kind_display(),
        ", ".join(sorted(one.name for one in actor.districts.all())),
        ", ".join(str(one) for one in sorted(actor.levels.all(), key=_position)),
        ", ".join(str(one) for one in sorted(actor.areas.all(), key=_position)),
        actor.notes,
        *(getattr(contact, name, "") for name in said),
        actor.checked_on,
        actor.valid_from,
        actor.valid_to,
    )


def actor(request: HttpRequest, actor: int) -> HttpResponse:
    """One actor: what it does, whom to contact, its names through time, and what it takes part in."""
    governed: Organisation = request.governed  # type: ignore[attr-defined]
    today = timezone.localdate()
    context = {
        "actor": governed,
        "state": state_of(governed),
        "needs_check": register.needs_check(governed, today),
        "checked_today": governed.checked_on == today,
        "profile": register.profile_of(governed),
        "history": merging.history(governed),
        "succession": Succession.objects.filter(gone=governed).select_related("into").first(),
        "sections": contributions.sections_of("actor", request.user, governed),
        "may_keep": policy.may(request.user, Permission.KEEP_ACTORS, governed),
        "may_keep_all": register.keeps_all(request.user),
    }
    return render(request, "actors/actor.html", context)


def actor_new(request: HttpRequest) -> HttpResponse:
    """One more actor."""
    data = request.POST if request.method == "POST" else None
    form, rows = ActorForm(data, by=request.user), contact_rows(data)
    typed = Typed(request, form, rows)
    if kept := typed.answer():
        return kept

    def act() -> str:
        made = register.add(
            by=request.user,
            name=form.cleaned_data["name"],
            profile=form.profile(contacts_in(rows)),
            valid_from=form.cleaned_data["valid_from"],
        )
        messages.success(request, _("Done. The actor is in the register."))
        return reverse("actor", args=[made.pk])

    if all([form.is_valid(), rows.is_valid()]):
        try:
            return redirect(once(request, typed.used(act)))
        except Refused as refusal:
            _say(refusal, form, rows)
    context = {"form": form, "rows": rows, "errors": error_summary(form, rows)}
    context["draft"] = typed.draft
    return render(request, "actors/actor_new.html", context)


def actor_change(request: HttpRequest, actor: int) -> HttpResponse:
    """What is known of the actor. Who saves on top of another's change sees both first."""
    governed: Organisation = request.governed  # type: ignore[attr-defined]
    data = request.POST if request.method == "POST" else None
    form, rows = ActorForm(data, by=request.user, actor=governed), contact_rows(data, governed)
    typed = Typed(request, form, rows)
    if kept := typed.answer():
        return kept
    version = typed.opened_with(governed.version)
    context: dict[str, Any] = {"actor": governed, "form": form, "rows": rows, "version": version}
    context["draft"] = typed.draft

    def act() -> str:
        to = form.profile(contacts_in(rows))
        register.change(by=request.user, actor=governed, to=to, version=version)
        messages.success(request, _("Done. The actor is changed."))
        return reverse("actor", args=[governed.pk])

    if all([form.is_valid(), rows.is_valid()]):
        try:
            return redirect(once(request, typed.used(act)))
        except register.ActorChanged as refusal:
            form.add_refusal(refusal)
            governed.refresh_from_db()
            differences = _differences(governed, form.profile(contacts_in(rows)))
            context |= {"version": governed.version, "differences": differences}
        except Refused as refusal:
            _say(refusal, form, rows)
    context["errors"] = error_summary(form, rows)
    return render(request, "actors/actor_change.html", context)


def _differences(actor: Organisation, typed: register.Profile) -> list[tuple[str, str, str]]:
    """What is saved now beside what was typed, where the two are not alike."""
    saved, mine = in_words(register.profile_of(actor)), in_words(typed)
    labels = list(dict.fromkeys([*mine, *saved]))
    return [
        (label, saved.get(label, ""), mine.get(label, ""))
        for label in labels
        if saved.get(label, "") != mine.get(label, "")
    ]


def _say(refusal: Refused, form: ActorForm, rows: Any) -> None:
    """Puts what the register refuses at the field it names; contacts are numbered as they were
    given, and stand in rows of which some are empty."""
    parts = (refusal.field or "").split("-")
    if parts[0] == "contacts" and len(parts) == 3:
        given = [row for row in rows.forms if row.contact]
        given[int(parts[1])].add_refusal(refusal, parts[2])
    else:
        form.add_refusal(refusal)


def actor_checked(request: HttpRequest, actor: int) -> HttpResponse:
    """Says that what is known of the actor is right today."""
    governed: Organisation = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        register.check(by=request.user, actor=governed)
        messages.success(request, _("Done. The actor is checked today."))
        return reverse("actor", args=[governed.pk])

    return redirect(once(request, act))
