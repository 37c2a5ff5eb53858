"""The pages of reviewers: the log, its exports, the monthly sample, and the question to a person."""

import re
from functools import partial

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.administration import log_exports, log_reading, log_sample
from coordination.administration.forms.log import (
    ExportForm,
    LogFilter,
    ReplyForm,
    SampleAnswerForm,
)
from coordination.administration.log_models import LogExport, SampledEvent
from coordination.audit import log
from coordination.jobs import files
from coordination.ui.lists import Column, ListPage
from coordination.writing.once import once, once_or_say

COLUMNS = (
    Column(
        "at",
        gettext_lazy("Time"),
        order=("pk",),
        css="cell--date",
        up=gettext_lazy("oldest first"),
        down=gettext_lazy("newest first"),
    ),
    Column("user", gettext_lazy("User")),
    Column("role", gettext_lazy("Role")),
    Column("event", gettext_lazy("Event")),
    Column("object", gettext_lazy("Object")),
    Column("fields", gettext_lazy("Fields")),
    Column("device", gettext_lazy("Device")),
)
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


def review_log(request: HttpRequest) -> HttpResponse:
    """Who did what and when (P31): names of fields, never what stood in them."""
    known = log_reading.names()
    page = ListPage(
        request,
        log.events(),
        columns=COLUMNS,
        default="-at",
        filters=partial(LogFilter, people=known),
    )
    context = {
        "list": page,
        "rows": log_reading.entries(page.rows, known),
        "trust": log_reading.trust(timezone.now()),
    }
    return render(request, "administration/log.html", context)


def review_log_exports(request: HttpRequest) -> HttpResponse:
    """Asks why a part of the log is exported, and shows one's own exports of the last week."""
    posted = request.method == "POST"
    form = ExportForm(
        request.POST if posted else None, initial={"query": request.META.get("QUERY_STRING", "")}
    )
    filters = log_exports.filters_of(form["query"].value() or "")

    def act() -> str:
        log_exports.ask(
            by=request.user,
            reason=form.cleaned_data["reason"],
            format=form.cleaned_data["format"],
            filters=filters,
            language=get_language() or "sv",
        )
        messages.success(request, _("The export is being made. It is ready here in a minute."))
        return reverse("review_log_exports")

    if posted and form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    now = timezone.now()
    own = LogExport.objects.visible_to(request.user, Permission.REVIEW_LOG)
    context = {
        "form": form,
        "chosen": log_exports.described(log_exports.chosen(filters)),
        "rows": [(one, log_exports.is_there(one, now)) for one in own.order_by("-pk")[:25]],
    }
    return render(request, "administration/log_exports.html", context)


def review_log_export(request: HttpRequest, export: int) -> HttpResponse | FileResponse:
    """The file, to who asked for it; logged before it leaves."""
    governed: LogExport = request.governed  # type: ignore[attr-defined]
    if not log_exports.is_there(governed, timezone.now()):
        messages.info(request, _("The file is not there yet, or its seven days are over."))
        return redirect("review_log_exports")
    try:
        content = files.path(governed.file).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    log_exports.fetched(export=governed, by=request.user)
    day = timezone.localdate(governed.asked_at).isoformat()
    return FileResponse(
        content,
        as_attachment=True,
        filename=_("log-%(day)s.%(format)s") % {"day": day, "format": governed.format},
        content_type=CONTENT_TYPES[governed.format],
    )


SAMPLE_ROWS = 25


def review_sample(request: HttpRequest) -> HttpResponse:
    """The events of a month to look into, and how far the review has come."""
    samples = list(log_sample.samples()[:24])
    asked = request.GET.get("month", "")
    sample = next((one for one in samples if str(one) == asked), samples[0] if samples else None)
    after = request.GET.get("after", "")
    # By key: there may be thousands of denied attempts, and their number is known already.
    found = SampledEvent.objects.filter(
        sample=sample, pk__gt=int(after) if re.fullmatch("[0-9]{1,12}", after) else 0
    )
    rows = list(found.order_by("pk")[: SAMPLE_ROWS + 1]) if sample and sample.total else []
    shown = rows[:SAMPLE_ROWS]
    told = log_sample.entries(shown) if shown else {}
    context = {
        "samples": samples,
        "sample": sample,
        "rows": [(row, told.get(row.event)) for row in shown],
        "answers": [choice for choice in SampledEvent.Answer.choices if choice[0]],
        "next": shown[-1].pk if len(rows) > SAMPLE_ROWS else None,
        "further": bool(after),
    }
    return render(request, "administration/log_sample.html", context)


def review_sample_answer(request: HttpRequest, row: int) -> HttpResponse:
    """The reviewer's answer about one event; back to where it stood."""
    governed: SampledEvent = request.governed  # type: ignore[attr-defined]
    form = SampleAnswerForm(request.POST)
    back = f"{reverse('review_sample')}?month={governed.sample}"
    if not form.is_valid():
        messages.error(request, _("Choose an answer"))
        return redirect(back)

    def act() -> str:
        log_sample.judge(row=governed, answer=form.cleaned_data["answer"], by=request.user)
        return f"{back}#row-{governed.pk}"

    return once_or_say(request, act, back=back)


def log_question(request: HttpRequest, row: int) -> HttpResponse:
    """What the reviewer wants to know of the person who did it."""
    governed: SampledEvent = request.governed  # type: ignore[attr-defined]
    form = ReplyForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        log_sample.reply(row=governed, text=form.cleaned_data["reply"], by=request.user)
        messages.success(request, _("Your answer is sent to the reviewer."))
        return reverse("start")

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {"form": form, "event": log_sample.entry(governed)}
    return render(request, "administration/log_question.html", context)
