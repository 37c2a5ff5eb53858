"""The pages that belong to no app: start, tasks, search, views, notices, help, language, health."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import confirming, people, policy
from coordination.access import notices as notice_choice
from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.jobs.mail import Choice
from coordination.writing import saved_views as views_kept
from coordination.writing.models import SavedView
from coordination.writing.once import once, once_or_say

from . import contributions, incidents
from . import health as health_report
from . import search as finding
from . import start as start_page
from .forms import NoticesForm, SaveViewForm, ShareViewForm


def start(request: HttpRequest) -> HttpResponse:
    """What needs this person now; for an account without a role, why there is nothing."""
    if not policy.may(request.user, Permission.USE_PORTAL):
        return render(request, "frame/no_role.html")
    now = timezone.now()
    rows = start_page.tasks(request.user, now)
    context = {
        "greeting": start_page.greeting(now),
        "tasks": rows[: start_page.SHOWN],
        "task_count": len(rows),
        "more_tasks": len(rows) > start_page.SHOWN,
        "upcoming": start_page.upcoming(request.user, now),
        "changes": start_page.changes(request.user),
    }
    return render(request, "frame/start.html", context)


class TaskFilter(forms.Form):
    """What the task list can be narrowed to; unknown values narrow nothing."""

    kind = forms.CharField(required=False)
    overdue = forms.BooleanField(required=False)


def tasks(request: HttpRequest) -> HttpResponse:
    """Everything the person has to do, in groups of urgency (P03)."""
    rows = start_page.tasks(request.user, timezone.now())
    kinds = sorted({(row.kind, row.kind_name) for row in rows})
    chosen: dict[str, Any] = {}
    narrow = TaskFilter(request.GET)
    if narrow.is_valid():
        chosen = narrow.cleaned_data
    shown = [
        row
        for row in rows
        if (not chosen.get("kind") or row.kind == chosen["kind"])
        and (not chosen.get("overdue") or row.overdue)
    ]
    context = {"rows": shown, "all_count": len(rows), "kinds": kinds, "chosen": chosen}
    return render(request, "frame/tasks.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """What the person may open that holds the words (P04). The words stay out of title and log."""
    typed = request.GET.get("q", "").strip()
    answer = finding.find(request.user, typed) if typed else None
    context = {"typed": typed, "answer": answer, "most": finding.MOST_HITS}
    return render(request, "frame/search.html", context)


def saved_views(request: HttpRequest) -> HttpResponse:
    """The person's own views; a new one comes by POST from the list it is of."""
    form = SaveViewForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        data = form.cleaned_data
        view = views_kept.save(
            user=request.user, page=data["page"], name=data["name"], query=data["query"]
        )
        messages.success(request, _("The view is saved."))
        return view.address

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    shares = policy.may(request.user, Permission.SHARE_VIEWS)
    own = SavedView.objects.visible_to(request.user, Permission.USE_PORTAL)
    rows = [
        (view, contributions.label_of(view.page), ShareViewForm(view=view) if shares else None)
        for view in own.order_by("page", "name", "pk")
    ]
    return render(request, "frame/saved_views.html", {"form": form, "rows": rows})


def saved_view(request: HttpRequest, view: int) -> HttpResponse:
    """Shares a view of one's own, or removes it."""
    kept: SavedView = request.governed  # type: ignore[attr-defined]
    form = ShareViewForm(request.POST, view=kept)

    def act() -> str:
        if request.POST.get("do") == "remove":
            views_kept.remove(view=kept, by=request.user)
            messages.success(request, _("The view is removed."))
        elif form.is_valid():
            views_kept.share(view=kept, role=form.cleaned_data["role"], by=request.user)
            messages.success(request, _("The view is saved."))
        return reverse("saved_views")

    return once_or_say(request, act, back="saved_views")


def notices(request: HttpRequest) -> HttpResponse:
    """When the person wants the mail that can wait."""
    form = NoticesForm(
        request.POST if request.method == "POST" else None,
        initial={"notices": request.user.notices},
    )
    if form.is_valid():

        def act() -> str:
            chosen = Choice(form.cleaned_data["notices"])
            notice_choice.choose(user=request.user, choice=chosen)
            messages.success(request, _("Your choice is saved."))
            return reverse("notices")

        return redirect(once(request, act))
    return render(request, "frame/notices.html", {"form": form})


def incident(request: HttpRequest) -> HttpResponse:
    """What to do on seeing what one should not see, and one button that tells support."""
    if request.method == "POST":

        def act() -> str:
            told = incidents.report(by=request.user, page=request.POST.get("page", ""))
            more = "" if told.mailed else "&ring=1"
            return f"{reverse('incident')}?kvitto={told.reference}{more}"

        return redirect(once(request, act))
    receipt = request.GET.get("kvitto", "")
    context = {
        "page": request.GET.get("sida", ""),
        "receipt": receipt if incidents.REFERENCE.fullmatch(receipt) else "",
        "call": "ring" in request.GET,
    }
    return render(request, "frame/incident.html", context)


def help_page(request: HttpRequest) -> HttpResponse:
    """How to reach somebody, and short guides: those of the person's own roles first (P33)."""
    held = policy.roles_of(request.user) if request.user.is_authenticated else frozenset()
    own = [guide for guide in contributions.guides if not guide.roles or held & {*guide.roles}]
    others = [guide for guide in contributions.guides if guide not in own]
    own.sort(key=lambda guide: not guide.roles)
    return render(request, "frame/help.html", {"own": own, "others": others})


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "frame/accessibility.html")


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "frame/privacy.html")


def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language with the account, or on this browser for somebody not signed in."""
    wanted = request.POST.get("language", "")
    response: HttpResponse = HttpResponseRedirect(
        confirming.safe_next(request.POST.get("next", ""))
    )
    if wanted in {code for code, _name in settings.LANGUAGES}:
        if request.user.is_authenticated:
            people.choose_language(user=request.user, language=wanted)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


def health(request: HttpRequest) -> HttpResponse:
    """200 with three states, or 503 and which of them is wrong; nothing more."""
    report = health_report.report(timezone.now())
    return JsonResponse(report, status=503 if "wrong" in report else 200)
