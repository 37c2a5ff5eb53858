"""Files of many reports: asked for, waited for, fetched."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coordination.access.vocabulary import Permission
from coordination.jobs import files
from coordination.resources import compiled, compiling
from coordination.resources.forms.summary import CompilationForm
from coordination.resources.models import Compilation, Window
from coordination.ui.fields import row_key
from coordination.ui.spreadsheet import CONTENT_TYPES, Format
from coordination.writing.editing import answer

SHOWN = 25
TYPES = {"summary": "application/pdf", "rows": CONTENT_TYPES[Format.XLSX]}


def compilations(request: HttpRequest) -> HttpResponse:
    """Asks for a file, and shows one's own of the last week with how far each has come."""
    form = CompilationForm(request.POST if request.method == "POST" else None)
    window = _window(request)

    def act() -> str:
        compiling.ask(
            kind=form.cleaned_data["kind"],
            window=window,
            language=get_language() or "sv",
            by=request.user,
        )
        messages.success(
            request, _("The file is being made. It can be fetched here when it is ready.")
        )
        return reverse("compilations")

    own = list(
        Compilation.objects.visible_to(request.user)
        .select_related("window")
        .order_by("-pk")[:SHOWN]
    )
    failed, there = compiling.given_up(own), compiling.there(own, request.user, timezone.now())
    context = {
        "window": window,
        "reach": compiled.reach_of(request.user),
        "rows": [(one, one.pk in there, one.pk in failed) for one in own],
        "waits": [one for one in own if one.is_under_way and one.pk not in failed],
    }
    return answer(
        request, form=form, act=act, template="resources/compilations.html", context=context
    )


def _window(request: HttpRequest) -> Window | None:
    """The year that is asked for, else the latest."""
    asked = request.POST if request.method == "POST" else request.GET
    seen = Window.objects.visible_to(request.user, Permission.READ_RESOURCE_FIGURES)
    year = row_key(asked.get("year", ""))
    found = seen.filter(year=year).first() if year else None
    return found or seen.order_by("-year").first()


def compilation_file(request: HttpRequest, compilation: int) -> HttpResponse | FileResponse:
    """The file, to who asked for it; logged before it leaves."""
    one: Compilation = request.governed  # type: ignore[attr-defined]
    if not compiling.there([one], request.user, timezone.now()):
        messages.info(
            request,
            _(
                "The file is not there yet, its seven days are over, or a report in it has been opened "
                "again. Ask for a new one."
            ),
        )
        return redirect("compilations")
    try:
        content = files.path(one.file).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    compiling.fetched(made=one, by=request.user)
    if one.kind == Compilation.Kind.SUMMARY and one.window is not None:
        name = _("resource-summary-%(year)s.pdf") % {"year": one.window.year}
    else:
        day = timezone.localdate(one.asked_at).isoformat()
        name = _("resource-rows-%(day)s.xlsx") % {"day": day}
    return FileResponse(content, as_attachment=True, filename=name, content_type=TYPES[one.kind])
