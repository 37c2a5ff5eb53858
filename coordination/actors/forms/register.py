"""An actor as a form, with its contacts; and what the list of actors can be narrowed to."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.actors import register
from coordination.actors.models import (
    AreaOfWork,
    District,
    Organisation,
    PreventionLevel,
)
from coordination.actors.register import Contact, Profile
from coordination.ui import matching
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm, PortalFormSet
from coordination.ui.lists import FilterForm, swedish

ALL = ("", gettext_lazy("All"))
VIEWS_HINT = gettext_lazy("Only practical details about the contact, nothing about people's views.")


class _Plain(GuardedText):
    """A word or two, without a counter that nobody needs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        del self.widget.attrs["data-char-limit"]


class _Phone(_Plain):
    """Ten bare digits are a telephone number here, unless they stand among words."""

    def run_validators(self, value: str) -> None:
        self.guard = not value.replace(" ", "").isdigit()
        super().run_validators(value)


class ActorForm(PortalForm):
    """What is known of an actor; its name and first day are given once, and changed on their own."""

    name = _Plain(label=gettext_lazy("Name"), limit=register.NAME)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    areas = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Areas of work"),
        queryset=AreaOfWork.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    levels = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Prevention level"),
        queryset=PreventionLevel.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    districts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Housing districts"),
        queryset=District.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    notes = GuardedText(
        label=gettext_lazy("Note"), help_text=VIEWS_HINT, limit=register.NOTES, required=False
    )
    valid_from = DateField(label=gettext_lazy("From and including"), past=True)

    mark_optional = frozenset({"areas", "levels", "districts", "notes"})

    def __init__(
        self, *args: Any, by: Any, actor: Organisation | None = None, **kwargs: Any
    ) -> None:
        self._kept_by_others: set[District] = set()
        if actor is not None:
            kwargs.setdefault("initial", _shown(actor))
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        municipality = Organisation.Kind.MUNICIPALITY
        own = actor is not None and actor.kind == municipality
        self.fields["kind"].choices = [
            ("", _("Choose")),
            *(one for one in Organisation.Kind.choices if own or one[0] != municipality),
        ]
        self.fields["areas"].queryset = AreaOfWork.objects.order_by("position")
        self.fields["levels"].queryset = PreventionLevel.objects.order_by("position")
        self.fields["districts"].queryset = self._districts(by, actor)
        if actor is not None:
            del self.fields["name"], self.fields["valid_from"]
        else:
            self.initial.setdefault("valid_from", today)
            self.fields["name"].error_messages["required"] = _("Enter the name of the actor")

    def _districts(self, by: Any, actor: Organisation | None) -> QuerySet[District]:
        """All in use, and those that have ended where they stand already; for a partnership
        coordinator their own, while others stay as they are."""
        offered = Q(pk__in=District.objects.active(timezone.localdate()).values("pk"))
        chosen = actor.districts.all() if actor else District.objects.none()
        if register.keeps_all(by):
            offered |= Q(pk__in=chosen.values("pk"))
        else:
            own = District.objects.kept_by(by)
            offered = Q(pk__in=own.values("pk"))
            self._kept_by_others = set(chosen.exclude(pk__in=own.values("pk")))
        return District.objects.filter(offered).order_by(swedish("name"))

    @property
    def kept_by_others(self) -> list[str]:
        """Districts that somebody else answers for: they stay whatever is chosen here."""
        return sorted(one.name for one in self._kept_by_others)

    def profile(self, contacts: Iterable[Contact]) -> Profile:
        """What a valid form says."""
        chosen = self.cleaned_data
        return Profile(
            kind=chosen["kind"],
            areas=tuple(chosen["areas"]),
            levels=tuple(chosen["levels"]),
            districts=tuple({*chosen["districts"], *self._kept_by_others}),
            notes=chosen["notes"],
            contacts=tuple(contacts),
        )


def _shown(actor: Organisation) -> dict[str, Any]:
    return {
        "kind": actor.kind,
        "notes": actor.notes,
        **{
            name: list(getattr(actor, name).values_list("pk", flat=True)) for name in register.LINKS
        },
    }


class ContactForm(PortalForm):
    """One contact function. A row that is emptied is taken away."""

    function = _Plain(
        label=gettext_lazy("Function"),
        help_text=gettext_lazy("For example head of security"),
        limit=register.FUNCTION,
        required=False,
    )
    name = _Plain(label=gettext_lazy("Name"), limit=register.PERSON, required=False)
    phone = _Phone(label=gettext_lazy("Telephone"), limit=register.PHONE, required=False)
    email = _Plain(label=gettext_lazy("E-mail"), limit=register.EMAIL, required=False)

    mark_optional = False

    @property
    def contact(self) -> Contact | None:
        said = Contact(**{name: self.cleaned_data.get(name, "") for name in self.fields})
        return said if said != Contact() else None


ContactRows = forms.formset_factory(
    ContactForm, formset=PortalFormSet, extra=0, max_num=register.MOST_CONTACTS, absolute_max=20
)
EMPTY_ROWS = 2


def contact_rows(data: Any, actor: Organisation | None = None) -> Any:
    """The contacts as rows, and two empty ones."""
    initial = [vars(one) for one in register.profile_of(actor).contacts] if actor else []
    empty = [{} for _row in range(EMPTY_ROWS)]
    rows = ContactRows(
        data, prefix="contacts", initial=[*initial, *empty][: register.MOST_CONTACTS]
    )
    for form in rows.forms:
        # Every row is read, also one that nobody touched: together they say who the contacts are.
        form.empty_permitted = False
    return rows


def contacts_in(rows: Any) -> list[Contact]:
    """The contacts that valid rows say."""
    return [form.contact for form in rows.forms if form.contact]


def in_words(profile: Profile) -> dict[str, str]:
    """What is known, by label, as two versions are compared."""
    kinds = dict(Organisation.Kind.choices)
    said = {
        _("Kind"): str(kinds.get(profile.kind, "")),
        _("Areas of work"): ", ".join(map(str, profile.areas)),
        _("Prevention level"): ", ".join(map(str, profile.levels)),
        _("Housing districts"): ", ".join(sorted(map(str, profile.districts))),
        _("Note"): profile.notes,
    }
    for index, contact in enumerate(profile.contacts, start=1):
        parts = (contact.function, contact.name, contact.phone, contact.email)
        said[_("Contact %(number)s") % {"number": index}] = ", ".join(filter(None, parts))
    return said


class ActorFilter(FilterForm):
    """Words, kind, district, level, area of work; what is to be checked; those that have ended too."""

    words = forms.CharField(
        label=gettext_lazy("Name, former name or contact"), max_length=matching.MOST
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[ALL, *Organisation.Kind.choices])
    district = forms.ChoiceField(label=gettext_lazy("Housing district"))
    level = forms.ChoiceField(
        label=gettext_lazy("Prevention level"), choices=[ALL, *PreventionLevel.Code.choices]
    )
    area = forms.ChoiceField(
        label=gettext_lazy("Area of work"), choices=[ALL, *AreaOfWork.Code.choices]
    )
    check = forms.BooleanField(label=gettext_lazy("Only those that need to be checked"))
    ended = forms.BooleanField(label=gettext_lazy("Those that have ended too"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = District.objects.order_by(swedish("name")).values_list("pk", "name")
        self.fields["district"].choices = [ALL, *((str(pk), name) for pk, name in names)]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen, today = self.cleaned_data, timezone.localdate()
        if typed := chosen.get("words"):
            # Words too short to search for find nothing, so that the list never seems complete.
            wanted = matching.words(typed)
            queryset = queryset.filter(register.found_by(wanted)) if wanted else queryset.none()
        if kind := chosen.get("kind"):
            queryset = queryset.filter(kind=kind)
        if district := chosen.get("district"):
            queryset = queryset.filter(districts=district)
        if level := chosen.get("level"):
            queryset = queryset.filter(levels__code=level)
        if area := chosen.get("area"):
            queryset = queryset.filter(areas__code=area)
        if chosen.get("check"):
            queryset = register.to_check(queryset, today)
        if not chosen.get("ended"):
            queryset = queryset.filter(Q(valid_to=None) | Q(valid_to__gte=today))
        return queryset
