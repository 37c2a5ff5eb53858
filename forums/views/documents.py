"""The documents of a meeting: handed in, downloaded, removed (P07)."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.ui.fields import row_key
from coordination.ui.upload_handler import takes_files
from coordination.writing import handed_in
from coordination.writing.once import once
from forums import documents
from forums.forms.documents import DocumentForm
from forums.models import Document, Meeting
from forums.refusals import Refused

from .log_page import say_too_late

ITEM = "punkt"
"""In the address: the item that the document is for."""


@takes_files
def document_new(request: HttpRequest, meeting: int) -> HttpResponse:
    """Hand in one more document, for an item or for the whole meeting."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    if not documents.may_add(governed):
        if request.method == "POST":
            say_too_late(request, governed)
        else:
            messages.info(request, _("The meeting takes no more documents."))
        return redirect("meeting", governed.pk)
    is_sent = request.method == "POST"
    form = DocumentForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        meeting=governed,
        initial={"item": row_key(request.GET.get(ITEM, ""))},
    )
    if form.is_valid():
        try:
            url = _hand_in(request, governed, form)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The document is saved."))
            return redirect(url)
    context = {"meeting": governed, "forum": governed.forum, "form": form}
    return render(request, "forums/document_new.html", context)


def _hand_in(request: HttpRequest, meeting: Meeting, form: DocumentForm) -> str:
    """Checks the file, and has it once however often the form arrives; the page to go on to."""
    values = form.cleaned_data
    upload = values["file"]
    with documents.checked(content=upload.read(), name=upload.name) as file:

        def act() -> str:
            documents.add(
                meeting=meeting,
                item=values["item"],
                title=values["title"],
                file=file,
                by=request.user,
            )
            return reverse("meeting", args=[meeting.pk]) + "#documents"

        return once(request, act)


def document(request: HttpRequest, meeting: int, document: int) -> FileResponse:
    """The file, to keep: never shown inside the portal, and under a name that tells nothing."""
    governed: Document = request.governed  # type: ignore[attr-defined]
    return handed_in.as_download(governed, _("document-%(number)s.%(ending)s"), governed.number)


def document_remove(request: HttpRequest, meeting: int, document: int) -> HttpResponse:
    """Removes the document; that it was there is still told."""
    governed: Document = request.governed  # type: ignore[attr-defined]
    here = reverse("meeting", args=[governed.meeting_id]) + "#documents"

    def act() -> str:
        documents.remove(document=governed, by=request.user)
        messages.success(request, _("The document is removed."))
        return here

    try:
        return redirect(once(request, act))
    except Refused as refusal:
        messages.info(request, refusal.text)
    return redirect(here)
