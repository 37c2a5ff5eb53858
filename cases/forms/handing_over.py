"""What is filled in when a case is handed over to the police or the Security Service."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import documenting, handing_over
from cases.handing_over import Told
from cases.models import Case, Duty, Handover
from coordination.grounds import offering
from coordination.grounds.models import BasisVersion
from coordination.ui.fields import DateField, GuardedText, TimeField
from coordination.ui.forms import PortalForm

ASKED = {
    "age": _("The person is below the age that the basis asks for"),
    "suspicion": _("A crime that has been committed is suspected"),
    "balance": _("The interest of handing over weighs more than what is protected"),
}
DUTIES = [f"duty_{kind}" for kind in Duty.Kind.values]


class HandoverForm(PortalForm):
    """Whom the case is handed over to, how, when, on which ground, and what remains."""

    mark_optional = frozenset(DUTIES)

    receiver = forms.ChoiceField(
        label=_("Who has received it?"),
        choices=[(one.value, one.label) for one in Handover.RECEIVERS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who has received it")},
    )
    way = forms.ChoiceField(
        label=_("How was it handed over?"), choices=Handover.Way.choices, widget=forms.RadioSelect
    )
    on = DateField(label=_("Day"), past=True)
    at = TimeField(label=_("Time"))
    basis = forms.ModelChoiceField(
        label=_("Legal basis"),
        queryset=BasisVersion.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _(
                "Choose a legal basis. If you are unsure, ask for advice before you go on."
            )
        },
    )
    confirmed = forms.MultipleChoiceField(
        label=_("Conditions of the legal basis"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick every condition of the basis that you have chosen."),
    )
    test = GuardedText(
        label=_("What can be handed over, and why?"),
        limit=handing_over.TEST,
        multiline=True,
        help_text=_(
            "Weigh the harm to the person and those close to them. 40 characters at least."
        ),
        error_messages={
            "required": _("Write what you considered in the secrecy test, at least 40 characters")
        },
    )
    childs_best = GuardedText(
        label=_("The child's best"),
        limit=500,
        multiline=True,
        rows=3,
        error_messages={"required": _("Write what is best for the child")},
    )
    receipt = GuardedText(
        label=_("Receipt"),
        limit=handing_over.RECEIPT,
        help_text=_("The function that received it, and its reference. Not what they answered."),
        error_messages={"required": _("Write which function received it, and its reference")},
    )
    may_be_named = forms.BooleanField(
        label=_("Forums may be told that there is such a case"), required=False
    )
    duty_children = GuardedText(
        label=_("Support to children in the family: who answers for it?"),
        limit=handing_over.RESPONSIBLE,
        required=False,
    )
    duty_relatives = GuardedText(
        label=_("Support to relatives: who answers for it?"),
        limit=handing_over.RESPONSIBLE,
        required=False,
    )
    duty_school = GuardedText(
        label=_("School: who answers for it?"), limit=handing_over.RESPONSIBLE, required=False
    )
    duty_housing = GuardedText(
        label=_("Housing: who answers for it?"), limit=handing_over.RESPONSIBLE, required=False
    )
    none = forms.BooleanField(label=_("Nothing remains for the municipality"), required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        versions, offers = handing_over.offered(case, today)
        basis: Any = self.fields["basis"]
        basis.queryset = versions
        basis.label_from_instance = lambda one: f"{one.paragraph}: {one.plain}"
        conditions: Any = self.fields["confirmed"]
        conditions.choices = [
            (
                one.version.paragraph,
                [(f"{one.version.pk}:{code}", _asked(one, code)) for code in one.asks],
            )
            for one in offers
            if one.asks
        ]
        if not conditions.choices:
            del self.fields["confirmed"]
        if not documenting.may_be_a_child(case.subject, today):
            del self.fields["childs_best"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        answers = any(found.get(name) for name in DUTIES)
        if answers == bool(found.get("none")):
            text = _("Say who answers for what remains, or tick that nothing does")
            self.add_error("none", text)
        return found

    def add_refusal(self, refusal: Exception, field: str | None = None) -> None:
        """The rules call the ticked conditions by another name."""
        named = field or getattr(refusal, "field", None)
        super().add_refusal(refusal, "confirmed" if named == "conditions" else named)

    def told(self) -> Told:
        """What is said of the handover, of a valid form."""
        said = self.cleaned_data
        chosen = said["basis"]
        ticked = [one.partition(":") for one in said.get("confirmed", ())]
        return Told(
            receiver=said["receiver"],
            way=said["way"],
            held_at=timezone.make_aware(datetime.combine(said["on"], said["at"])),
            basis=chosen,
            confirmed=[code for pk, _line, code in ticked if pk == str(chosen.pk)],
            test=said["test"],
            childs_best=said.get("childs_best", ""),
            receipt=said["receipt"],
            may_be_named=said["may_be_named"],
            duties={kind: said[f"duty_{kind}"] for kind in Duty.Kind.values},
        )


def _asked(offer: offering.Offer, code: str) -> Any:
    if code in ASKED:
        return ASKED[code]
    return offer.version.conditions[int(code.partition("-")[2])]
