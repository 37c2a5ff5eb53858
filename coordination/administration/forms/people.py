"""What is filled in about people: an invitation, a role, an absence, who takes over."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.models import User
from coordination.access.vocabulary import ROLES, HeldAt
from coordination.actors.models import District, Organisation
from coordination.administration import people, people_leaving
from coordination.administration.forms.short import NameOfPerson, ShortText
from coordination.administration.people_leaving import Left
from coordination.administration.roles import Held, Place, Wanted
from coordination.ui import guard
from coordination.ui.fields import DATE_HINT, DateField
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm, swedish

Choices = list[tuple[str, Any]]
ALL = gettext_lazy("All")
NOBODY = "end"


def role_choices() -> Choices:
    """The roles that are given here, in groups of where they are held."""
    places = {
        HeldAt.ORGANISATION: gettext_lazy("At an organisation"),
        HeldAt.DISTRICT: gettext_lazy("In a housing district"),
    }
    return [
        (label, [(role.code, role.name) for role in ROLES.values() if role.held_at is place])
        for place, label in places.items()
    ]


def place_choices(on: date) -> Choices:
    """Organisations and districts that can be chosen that day, as "organisation:3"."""
    # The Security Service is a contact only, and has no account.
    places = Organisation.objects.exclude(kind=Organisation.Kind.SECURITY_SERVICE)
    organisations = places.active(on).order_by(swedish("name"))
    districts = District.objects.active(on).order_by(swedish("name"))
    return [
        ("", _("Choose")),
        (_("Organisations"), [(f"organisation:{one.pk}", one.name) for one in organisations]),
        (_("Housing districts"), [(f"district:{one.pk}", one.name) for one in districts]),
    ]


class RoleForm(PortalForm):
    """A role: which, where, from when and to when."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    place = forms.ChoiceField(
        label=gettext_lazy("Where"),
        help_text=gettext_lazy(
            "A partnership coordinator has housing districts, everyone else an organisation."
        ),
    )
    valid_from = DateField(label=gettext_lazy("First day"))
    valid_to = DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy(
            "Needed for the police and other organisations that are not the municipality's."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["role"].choices = [("", _("Choose")), *role_choices()]
        self.fields["place"].choices = place_choices(today)
        self.initial.setdefault("valid_from", today)

    @property
    def wanted(self) -> Wanted:
        """The role that was asked for."""
        values = self.cleaned_data
        return Wanted(
            role=values["role"],
            place=_place(values["place"]),
            valid_from=values["valid_from"],
            valid_to=values["valid_to"],
        )


def _place(value: str) -> Place:
    kind, _colon, number = value.partition(":")
    if kind == "organisation":
        return Organisation.objects.get(pk=number)
    return District.objects.get(pk=number)


class InviteForm(RoleForm):
    """Somebody new, with the role they come for."""

    first_name = NameOfPerson(label=gettext_lazy("First name"), limit=80)
    last_name = NameOfPerson(label=gettext_lazy("Last name"), limit=80)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), validators=[guard.refuse_identity_numbers]
    )
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        required=False,
        validators=[guard.refuse_identity_numbers],
        help_text=gettext_lazy("Leave empty to have one made from the name, such as anna.ek."),
    )
    field_order = ("first_name", "last_name", "email", "username")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = values.get("first_name", ""), values.get("last_name", "")
        if guard.find_identity_number(f"{first} {last}"):
            # Half of it in each field reads as one number wherever the name is written.
            self.add_error("last_name", guard.REFUSAL)
        if not values.get("username"):
            values["username"] = people.propose_username(first, last)
        return values


class DaysForm(PortalForm):
    """Other days for a role that is held."""

    valid_from = DateField(label=gettext_lazy("First day"))
    valid_to = DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave empty for until further notice."),
    )

    def __init__(self, *args: Any, held: Held, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"valid_from": held.valid_from, "valid_to": held.valid_to}
        if held.valid_from <= timezone.localdate():
            self.fields["valid_from"].disabled = True


class PersonChoice(forms.ModelChoiceField):
    """Somebody with an open account, by name and user name."""

    def label_from_instance(self, user: Any) -> str:
        return f"{user} ({user.username})"


class AbsenceForm(PortalForm):
    """When somebody is away, and who stands in."""

    valid_from = DateField(label=gettext_lazy("First day away"), help_text=DATE_HINT)
    valid_to = DateField(label=gettext_lazy("Last day away"))
    deputy = PersonChoice(
        label=gettext_lazy("Deputy"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )

    def __init__(self, *args: Any, able: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = able


class HandoverForm(PortalForm):
    """For each thing that is left behind who takes it over."""

    mark_optional = frozenset({"everything"})

    everything = forms.ChoiceField(
        label=gettext_lazy("Who takes over what you do not choose below"), required=False
    )

    def __init__(
        self, *args: Any, left: Iterable[Left], able: Iterable[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.left = list(left)
        self.asked = [one for one in self.left if not one.stays]
        self.staying = [one for one in self.left if one.stays]
        names = [(str(person.pk), f"{person} ({person.username})") for person in able]
        self.fields["everything"].choices = [("", _("Choose for each")), *names]
        for one in self.asked:
            self.fields[one.key] = forms.ChoiceField(
                label=one.title, required=False, choices=_takers(one, names)
            )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for one in self.asked:
            chosen = values.get(one.key) or values.get("everything", "")
            if not chosen:
                self.add_error(one.key, _("Choose who takes over %(what)s") % {"what": one.title})
            elif chosen != NOBODY and one.only is not None and int(chosen) not in one.only:
                self.add_error(
                    one.key, _("Only somebody with a seat in that forum can take it over.")
                )
            values[one.key] = chosen
        return values

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields under the kind of thing they are about."""
        found: dict[str, list[Any]] = {}
        for one in self.asked:
            found.setdefault(one.kind, []).append(self[one.key])
        return list(found.items())

    @property
    def to(self) -> dict[str, int | None]:
        """Who gets each thing; nobody where it ends."""
        return {
            one.key: None
            if self.cleaned_data[one.key] == NOBODY
            else int(self.cleaned_data[one.key])
            for one in self.asked
        }

    @property
    def outcome(self) -> str:
        """What has become of it, once it is carried out."""
        if self.staying:
            return _("Done. The account is closed. What cannot be handed over here stays with it.")
        return _("Done. Everything is handed over and the account is closed.")

    @property
    def decided(self) -> list[dict[str, str | Promise]]:
        """What was chosen, to be read once more."""
        rows: list[dict[str, str | Promise]] = [
            {"label": one.title, "value": _("Stays with the closed account")}
            for one in self.staying
        ]
        for one in self.asked:
            names = dict(self.fields[one.key].choices) | dict(self.fields["everything"].choices)
            rows.append({"label": one.title, "value": names[self.cleaned_data[one.key]]})
        return rows


def _takers(one: Left, names: Choices) -> Choices:
    able = [entry for entry in names if one.only is None or int(entry[0]) in one.only]
    end = [(NOBODY, one.end_label or _("Nobody: it ends"))] if one.may_end else []
    return [("", _("Choose")), *end, *able]


class PersonFilter(FilterForm):
    """Role, organisation and how the account stands."""

    search = ShortText(label=gettext_lazy("Name or user name"), limit=80)
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))
    state = forms.ChoiceField(
        label=gettext_lazy("Account"),
        choices=[
            ("", ALL),
            ("open", gettext_lazy("Open accounts")),
            ("new", gettext_lazy("Has not signed in yet")),
            ("closing", gettext_lazy("Will be closed")),
            ("inactive", gettext_lazy("Closed accounts")),
            ("left", gettext_lazy("Closed, not handed over")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            ("", ALL),
            ("none", gettext_lazy("Without a role")),
            *((role.code, role.name) for role in ROLES.values()),
        ]
        self.fields["organisation"].choices = [
            ("", ALL),
            *Organisation.objects.order_by(swedish("name")).values_list("pk", "name"),
        ]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen, today = self.cleaned_data, timezone.localdate()
        if text := chosen.get("search"):
            queryset = people.named(queryset, text)
        if role := chosen.get("role"):
            queryset = (
                people.without_role(queryset, today)
                if role == "none"
                else people.with_role(queryset, role, today)
            )
        if organisation := chosen.get("organisation"):
            queryset = people.at_organisation(queryset, int(organisation), today)
        match chosen.get("state"):
            case "open":
                queryset = queryset.filter(is_active=True)
            case "new":
                queryset = queryset.filter(is_active=True, last_login=None)
            case "closing":
                keys = [user.pk for user in people.closing_soon()]
                queryset = queryset.filter(pk__in=keys)
            case "inactive":
                queryset = queryset.filter(is_active=False)
            case "left":
                keys_left = people_leaving.not_handed_over().values("pk")
                queryset = queryset.filter(pk__in=keys_left)
        return queryset


class PasswordForm(PortalForm):
    """A new password, written twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters. Several words make a good password."),
    )
    again = forms.CharField(
        label=gettext_lazy("New password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self._user)
        return password

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, again = values.get("password"), values.get("again")
        if first and again and first != again:
            self.add_error("again", ValidationError(_("The two passwords are not alike.")))
        return values
