"""One agreement: what it says, what is done with it, and its signed file."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.agreements import keeping, signed_files
from coordination.agreements.forms import AgreementForm, EndForm
from coordination.agreements.models import Agreement
from coordination.frame import contributions
from coordination.ui.file_form import FileForm
from coordination.ui.lists import swedish
from coordination.ui.upload_handler import takes_files
from coordination.writing import handed_in
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once, once_or_say

from .listing import state_of

TEXTS = ("purposes", "areas", "problems", "causes", "goals", "documented", "followed_up")


def agreement(request: HttpRequest, agreement: int) -> HttpResponse:
    """What was agreed, between whom and for how long, and what has come of it."""
    governed: Agreement = request.governed  # type: ignore[attr-defined]
    today = timezone.localdate()
    visible = Agreement.objects.visible_to(request.user)
    keeps = policy.may(request.user, Permission.KEEP_AGREEMENTS)
    follower = visible.filter(follows=governed).first()
    context = {
        "agreement": governed,
        "state": state_of(visible.with_standing(today).get(pk=governed.pk)),
        "texts": [(name, keeping.LABELS[name], getattr(governed, name)) for name in TEXTS],
        "pledges": keeping.pledges_of(governed),
        "parties": governed.parties.order_by(swedish("name")),
        "districts": governed.districts.order_by(swedish("name")),
        "levels": governed.levels.order_by("position"),
        "file": signed_files.of(governed),
        "follows": visible.filter(pk=governed.follows_id).first(),
        "followed_by": follower,
        "history": [(one, keeping.fields_in(one)) for one in keeping.history(governed)],
        "sees_history": policy.may(request.user, Permission.READ_AGREEMENTS),
        "sections": contributions.sections_of("agreement", request.user, governed),
        "sees_actors": policy.may(request.user, Permission.VIEW_ACTORS),
        "may_keep": keeps,
        "lacks": keeping.lacks(governed) if keeps and governed.is_draft else [],
        "may_change": keeps and governed.state != Agreement.State.ENDED,
        "may_end": keeps and keeping.may_end(governed, today),
        "may_renew": keeps and not governed.is_draft and follower is None,
    }
    return render(request, "agreements/agreement.html", context)


def agreement_new(request: HttpRequest) -> HttpResponse:
    """One more agreement, as a draft."""
    form = AgreementForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        made = keeping.register(values=form.cleaned_data, by=request.user)
        messages.success(request, _("Done. The draft is saved."))
        return reverse("agreement", args=[made.pk])

    return answer(request, form=form, act=act, template="agreements/agreement_new.html", context={})


def agreement_change(request: HttpRequest, agreement: int) -> HttpResponse:
    """Other words for a draft, or a correction."""
    governed: Agreement = request.governed  # type: ignore[attr-defined]
    if governed.state == Agreement.State.ENDED:
        raise Http404
    form = AgreementForm(
        request.POST if request.method == "POST" else None, initial=_shown(governed)
    )

    def act() -> str:
        keeping.change(
            agreement=governed,
            values=form.cleaned_data,
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("Done. The agreement is changed."))
        return reverse("agreement", args=[governed.pk])

    def saved() -> dict[str, Any]:
        governed.refresh_from_db()
        shown = _shown(governed)
        return {name: shown[name] for name in (*keeping.LABELS, *keeping.DAYS, "pledges")}

    return answer(
        request,
        form=form,
        act=act,
        template="agreements/agreement_change.html",
        context={"agreement": governed},
        version=lambda: str(saved() and governed.revision),
        saved=saved,
    )


def _shown(agreement: Agreement) -> dict[str, Any]:
    shown: dict[str, Any] = {
        name: getattr(agreement, name) for name in (*keeping.LABELS, *keeping.DAYS, "extremism")
    }
    for name in keeping.LINKS:
        shown[name] = list(getattr(agreement, name).values_list("pk", flat=True))
    return shown | {"pledges": "\n".join(keeping.pledges_of(agreement))}


def agreement_in_force(request: HttpRequest, agreement: int) -> HttpResponse:
    """The draft is an agreement from now on."""
    governed: Agreement = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        keeping.put_in_force(agreement=governed, by=request.user)
        messages.success(request, _("Done. The agreement is registered as signed."))
        return reverse("agreement", args=[governed.pk])

    return once_or_say(request, act, back=reverse("agreement", args=[governed.pk]))


def agreement_end(request: HttpRequest, agreement: int) -> HttpResponse:
    """The agreement ended before its last day."""
    governed: Agreement = request.governed  # type: ignore[attr-defined]
    if not keeping.may_end(governed, timezone.localdate()):
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = EndForm(data, initial={"on": timezone.localdate()})

    def act() -> str:
        keeping.end(agreement=governed, by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. The agreement is ended."))
        return reverse("agreement", args=[governed.pk])

    return answer(
        request,
        form=form,
        act=act,
        template="agreements/agreement_end.html",
        context={"agreement": governed},
    )


def agreement_renew(request: HttpRequest, agreement: int) -> HttpResponse:
    """A draft that is to follow the agreement."""
    governed: Agreement = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        made = keeping.renew(agreement=governed, by=request.user)
        messages.success(
            request, _("Done. This is a draft with the same content. Change what is new.")
        )
        return reverse("agreement", args=[made.pk])

    return once_or_say(request, act, back=reverse("agreement", args=[governed.pk]))


def agreement_discard(request: HttpRequest, agreement: int) -> HttpResponse:
    """Throws a draft away."""
    governed: Agreement = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        keeping.discard(agreement=governed, by=request.user)
        messages.success(request, _("Done. The draft is thrown away."))
        return reverse("agreements")

    return once_or_say(request, act, back=reverse("agreement", args=[governed.pk]))


def agreement_file(request: HttpRequest, agreement: int) -> FileResponse:
    """The signed agreement, to keep."""
    governed: Agreement = request.governed  # type: ignore[attr-defined]
    found = signed_files.of(governed)
    if found is None:
        raise Http404
    response = handed_in.as_download(found, _("agreement-%(number)s.%(ending)s"), governed.pk)
    signed_files.fetched(agreement=governed, by=request.user)
    return response


@takes_files
def agreement_file_new(request: HttpRequest, agreement: int) -> HttpResponse:
    """Hand in the signed agreement, in place of an earlier file."""
    governed: Agreement = request.governed  # type: ignore[attr-defined]
    is_sent = request.method == "POST"
    form = FileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            with signed_files.checked(content=upload.read(), name=upload.name) as file:

                def act() -> str:
                    signed_files.add(agreement=governed, file=file, by=request.user)
                    messages.success(request, _("Done. The signed agreement is saved."))
                    return reverse("agreement", args=[governed.pk])

                return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {"agreement": governed, "form": form, "replaces": signed_files.of(governed)}
    return render(request, "agreements/agreement_file.html", context)


def agreement_file_remove(request: HttpRequest, agreement: int) -> HttpResponse:
    """Removes the signed file; that it was there is still told."""
    governed: Agreement = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        signed_files.remove(agreement=governed, by=request.user)
        messages.success(request, _("Done. The file is removed."))
        return reverse("agreement", args=[governed.pk])

    return once_or_say(request, act, back=reverse("agreement", args=[governed.pk]))
