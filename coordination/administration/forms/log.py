"""What the log can be narrowed to, why somebody exports it, and answers about the sample."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.administration import log_reading, log_words
from coordination.administration.forms.short import ShortText
from coordination.administration.log_models import LogExport, SampledEvent
from coordination.administration.log_words import Sort
from coordination.audit import log
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm, swedish_key

ALL = ("", _("All"))


class LogFilter(FilterForm):
    """Period, person, kind of object, kind of event, and what deserves a second look."""

    first = DateField(label=_("From"))
    last = DateField(label=_("To"))
    person = forms.ChoiceField(label=_("User"))
    object = forms.ChoiceField(label=_("Kind of object"))
    number = ShortText(label=_("The object's number"), limit=36)
    sort = forms.ChoiceField(
        label=_("Kind of event"),
        choices=[ALL, *((key.value, word) for key, word in log_words.SORTS.items())],
    )
    event = forms.ChoiceField(label=_("Event"))
    denied = forms.BooleanField(label=_("Denied attempts only"))
    odd_hours = forms.BooleanField(label=_("Outside office hours only"))
    new_device = forms.BooleanField(label=_("Signed in from a new device only"))

    def __init__(self, *args: Any, people: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = {
            "person": people.items(),
            "object": _sorted(log_words.OBJECTS.items()),
            "event": _sorted((code, one.sentence) for code, one in log_words.EVENTS.items()),
        }
        for name, choices in chosen.items():
            self.fields[name].choices = [ALL, *((str(key), text) for key, text in choices)]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        if person := chosen.get("person"):
            queryset = queryset & log.events(by=_Key(int(person)))
        if first := chosen.get("first"):
            queryset = queryset.filter(at__gte=_midnight(first))
        if last := chosen.get("last"):
            queryset = queryset.filter(at__lt=_midnight(last + timedelta(days=1)))
        if label := chosen.get("object"):
            queryset = queryset.filter(object_label=label)
        if number := chosen.get("number"):
            queryset = queryset.filter(object_key=number)
        if sort := chosen.get("sort"):
            queryset = queryset.filter(event__in=log_words.events_of(Sort(sort)))
        if event := chosen.get("event"):
            queryset = queryset.filter(event=event)
        if chosen.get("denied"):
            queryset = queryset.filter(event__in=log_words.events_of(Sort.DENIED))
        if chosen.get("odd_hours"):
            queryset = queryset.filter(log_reading.outside_office_hours())
        if chosen.get("new_device"):
            queryset = queryset.filter(event="access.signed_in", facts__device="new")
        return queryset


class _Key:
    """Somebody known by key alone, as `log.events` asks for."""

    def __init__(self, pk: int) -> None:
        self.pk = pk


def _sorted(choices: Any) -> list[tuple[str, Any]]:
    return sorted(choices, key=lambda choice: swedish_key(str(choice[1])))


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


class ExportForm(PortalForm):
    """Why a part of the log leaves the portal, and as what."""

    reason = GuardedText(
        label=_("Why do you need the export?"),
        help_text=_("What you write is kept with the export. Name no individuals."),
        limit=300,
        multiline=True,
        rows=3,
    )
    format = forms.ChoiceField(
        label=_("Format"),
        choices=LogExport.Format.choices,
        initial=LogExport.Format.CSV,
        widget=forms.RadioSelect,
    )
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)


class SampleAnswerForm(PortalForm):
    """What the reviewer makes of an event."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[choice for choice in SampledEvent.Answer.choices if choice[0]],
    )


class ReplyForm(PortalForm):
    """What the person says who is asked about an event."""

    reply = GuardedText(
        label=_("Why did you do it?"),
        help_text=_("One or two sentences. Name no individuals."),
        limit=300,
        multiline=True,
        rows=3,
    )
