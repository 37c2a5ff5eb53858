"""The pages of the contact log: the list, a contact, the figures, and how long contacts are kept."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import exports
from coordination.knowledge import contact_figures as contact_figures_of
from coordination.knowledge import contacts as kept
from coordination.knowledge.forms.contacts import (
    ContactFilter,
    ContactForm,
    HalfYearForm,
    RetentionForm,
)
from coordination.knowledge.models import Contact
from coordination.ui.lists import Column, ListPage
from coordination.writing import saved_views
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once_or_say

from .tabs import tabs

COLUMNS = (
    Column(
        "date",
        gettext_lazy("Date"),
        order=("on",),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column("channel", gettext_lazy("Channel"), order=("channel", "-on")),
    Column("direction", gettext_lazy("Direction"), order=("direction", "-on")),
    Column("kind", gettext_lazy("Type"), order=("kind", "-on")),
    Column("outcome", gettext_lazy("What came of it?")),
)
FIELDS = ("on", "channel", "direction", "kind", "outcome", "district", "minutes")


def listed(request: HttpRequest) -> ListPage:
    """The contacts that the address asks for, of those that the person may see."""
    rows = Contact.objects.visible_to(request.user).select_related("district")
    return ListPage(request, rows, columns=COLUMNS, default="-date", filters=ContactFilter)


def contacts(request: HttpRequest) -> HttpResponse:
    """The contact log: all of it, or one's own rows."""
    context = {
        "list": listed(request),
        "tabs": tabs(request, "contacts"),
        "views": saved_views.of(request.user, "contacts"),
        "follows": policy.may(request.user, Permission.READ_CONTACTS),
    }
    return render(request, "knowledge/contacts.html", context)


def contacts_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The log as a file. Without districts: in a file they would stand for ever beside the text."""

    def cells(contact: Contact) -> tuple[Any, ...]:
        return (
            contact.on,
            contact.get_channel_display(),
            contact.get_direction_display(),
            contact.get_kind_display(),
            contact.outcome,
            contact.minutes,
        )

    return exports.as_file(
        request,
        listed(request),
        what="contacts",
        back=reverse("contacts"),
        title=_("Contact log"),
        file_name=pgettext("file name", "contacts-%(day)s.%(format)s"),
        header=(
            _("Date"),
            _("Channel"),
            _("Direction"),
            _("Type"),
            _("What came of it?"),
            _("Time in minutes"),
        ),
        cells=cells,
    )


def contact_new(request: HttpRequest) -> HttpResponse:
    """One more contact."""
    form = ContactForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        kept.add(values=form.cleaned_data, by=request.user)
        messages.success(request, _("Done. The contact is logged."))
        return reverse("contacts")

    return answer(request, form=form, act=act, template="knowledge/contact_new.html", context={})


def contact_change(request: HttpRequest, contact: int) -> HttpResponse:
    """Corrects a contact."""
    governed: Contact = request.governed  # type: ignore[attr-defined]
    initial = {name: getattr(governed, name) for name in FIELDS} | {
        "district": governed.district_id
    }
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> str:
        kept.change(
            contact=governed,
            values=form.cleaned_data,
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("Done. The contact is changed."))
        return reverse("contacts")

    def now_there() -> Contact:
        return Contact.objects.visible_to(request.user).filter(pk=governed.pk).first() or governed

    return answer(
        request,
        form=form,
        act=act,
        template="knowledge/contact_change.html",
        context={"contact": governed},
        version=lambda: str(now_there().revision),
        saved=lambda: {"outcome": now_there().outcome},
    )


def contact_remove(request: HttpRequest, contact: int) -> HttpResponse:
    """Erases a contact."""
    governed: Contact = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        kept.remove(contact=governed, by=request.user)
        messages.success(request, _("Done. The contact is erased."))
        return reverse("contacts")

    return once_or_say(request, act, back="contacts")


def contact_figures(request: HttpRequest) -> HttpResponse:
    """How many contacts a half-year had: for those who read the log, and for those who do not."""
    today = timezone.localdate()
    form = HalfYearForm(request.GET, halves=contact_figures_of.halves(request.user, today))
    half = form.chosen
    context = {
        "form": form,
        "half": half,
        "figures": contact_figures_of.of(request.user, half, today) if half else None,
        "tabs": tabs(request, "contact_figures"),
        "reads_log": policy.may(request.user, Permission.READ_CONTACTS),
    }
    return render(request, "knowledge/contact_figures.html", context)


def contact_retention(request: HttpRequest) -> HttpResponse:
    """How long contacts are kept, and a new decision about it."""
    form = RetentionForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        kept.decide_retention(**form.cleaned_data, by=request.user)
        messages.success(request, _("Done. The decision is saved."))
        return reverse("contact_retention")

    context = {
        "rules": kept.rules(),
        "in_force": kept.kept_for(timezone.localdate()),
    }
    return answer(
        request, form=form, act=act, template="knowledge/contact_retention.html", context=context
    )
