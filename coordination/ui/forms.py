"""The form every page uses: its labels, its hints, its error summary and how it is rendered."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.forms.renderers import TemplatesSetting
from django.forms.utils import pretty_name
from django.forms.widgets import Input
from django.utils.translation import gettext as _


class FormError(NamedTuple):
    """One line of the error summary. `field_id` is empty for what concerns the whole form."""

    field_id: str
    message: str


class PortalBoundField(BoundField):
    """A field in a form: its label says when it is optional, its control when it is in error.

    `label` carries "(valfritt)"; `plain_label` does not. `hint_id` and `error_id` are the ids that
    the control is described by. `first_id` is the control that a link to the field leads to.
    """

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        self.plain_label = self.label
        if self._is_marked_optional():
            self.label = _("%(label)s (optional)") % {"label": self.plain_label}

    def _is_marked_optional(self) -> bool:
        widget = self.field.widget
        marked = getattr(self.form, "mark_optional", False)
        # A lone box is always optional to tick: the mark would say nothing.
        return (
            not self.field.required
            and bool(self.plain_label)
            and (marked if isinstance(marked, bool) else self.name in marked)
            and not widget.is_hidden
            and not isinstance(widget, forms.CheckboxInput)
        )

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}_helptext" if self.auto_id else ""

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}_error" if self.auto_id else ""

    @property
    def first_id(self) -> str:
        if self.is_hidden:
            return ""
        if isinstance(self.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return self.subwidgets[0].id_for_label if self.subwidgets else ""
        return self.id_for_label or self.auto_id

    def build_widget_attrs(self, attrs: dict, widget: forms.Widget | None = None) -> dict:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        autocomplete = getattr(self.form, "autocomplete", None)
        if autocomplete and _is_typed(widget) and "autocomplete" not in widget.attrs:
            attrs.setdefault("autocomplete", autocomplete)
        return attrs


def _is_typed(widget: forms.Widget) -> bool:
    if isinstance(widget, (forms.CheckboxInput, forms.RadioSelect, forms.FileInput)):
        return False
    return isinstance(widget, (Input, forms.Textarea, forms.Select)) and not widget.is_hidden


class PortalRenderer(TemplatesSetting):
    """Renders forms with the portal's templates and its bound field."""

    field_template_name = "ui/field.html"
    bound_field_class = PortalBoundField


class PortalForm(forms.Form):
    """Base of the portal's forms: one column, every field required unless its label says else.

    A row that may be left out as a whole, but not in part, names in `mark_optional` the fields that
    may be left empty even when the row is used; False marks none. Nothing typed is cleared, nothing
    is remembered by the browser, and errors have the same words in the summary as at the field.
    """

    use_required_attribute = False
    mark_optional: bool | frozenset[str] = True
    autocomplete = "off"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.label is None:
                field.label = pretty_name(name)
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = ask_for(field)

    def add_refusal(self, refusal: Exception, field: str | None = None) -> None:
        """Put a domain exception's sentence at `field`, or at the field that the exception names in
        its `field` attribute, or on the whole form when this form has no such field."""
        name = field or getattr(refusal, "field", None)
        self.add_error(name if name in self.fields else None, str(refusal))

    @property
    def error_summary(self) -> list[FormError]:
        """Every error of the form in the order of its fields, first what concerns the whole form."""
        return error_summary(self)


class PortalFormSet(BaseFormSet):
    """Repeated rows of a `PortalForm`; pass to `formset_factory(…, formset=PortalFormSet)`."""

    @property
    def error_summary(self) -> list[FormError]:
        return error_summary(self)


def error_summary(*parts: forms.BaseForm | BaseFormSet | None) -> list[FormError]:
    """The errors of several forms and formsets on one page, in the order given."""
    return [error for part in parts if part is not None for error in _errors(part)]


def _errors(part: forms.BaseForm | BaseFormSet) -> Iterable[FormError]:
    if not part.is_bound:
        return
    if isinstance(part, BaseFormSet):
        yield from (FormError("", str(message)) for message in part.non_form_errors())
        for form in part.forms:
            yield from _errors(form)
        return
    yield from (FormError("", str(message)) for message in part.non_field_errors())
    for field in part:
        target = field.first_id if isinstance(field, PortalBoundField) else field.auto_id
        yield from (FormError(target, str(message)) for message in field.errors)


def ask_for(field: forms.Field) -> str:
    """What an empty required field says: "Ange datum", "Välj forum", or which question is open."""
    label = str(field.label)
    if label.endswith("?"):
        return _("Answer the question “%(question)s”") % {"question": label}
    # An abbreviation keeps its capitals inside the sentence.
    if not (label[:2].isalpha() and label[:2].isupper()):
        label = label[:1].lower() + label[1:]
    if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)):
        return _("Choose %(label)s") % {"label": label}
    return _("Enter %(label)s") % {"label": label}
