"""The pages that set up a forum, change what it is, and show who is in none (P06)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.ui.fields import row_key
from coordination.ui.forms import error_summary
from coordination.ui.lists import swedish
from coordination.writing.once import once
from forums import register
from forums.forms.forum import MEANS, ForumForm, LeaderForm, StandingItemsForm
from forums.models import Forum
from forums.refusals import Refused


def forum_new(request: HttpRequest) -> HttpResponse:
    """A new forum, with the chair it needs from the first day."""
    data = request.POST if request.method == "POST" else None
    form = ForumForm(data)
    leaders = [LeaderForm(data, role=role) for role in ("chair", "secretary")]

    def act() -> str:
        made = register.establish(
            by=request.user,
            seats=[leader.seat for leader in leaders if leader.seat],
            standing_items=register.first_standing_items(),
            **vars(form.description),
        )
        return _leading_to(request, made, _("The forum is set up. Add its members."), "members")

    if all([form.is_valid(), *(leader.is_valid() for leader in leaders)]):
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            # The domain names seats by their number: the chair's is the first.
            named = {"seats-0-name": leaders[0], "seats-1-name": leaders[1]}.get(
                refusal.field or ""
            )
            if named:
                named.add_refusal(refusal, "who")
            else:
                form.add_refusal(refusal)
    context = {
        "form": form,
        "chair": leaders[0],
        "secretary": leaders[1],
        "errors": error_summary(form, *leaders),
        "means": MEANS,
    }
    return render(request, "forums/forum_new.html", context)


def forum_change(request: HttpRequest, forum: int) -> HttpResponse:
    """What the forum is; who sees it may follow from that."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    form = ForumForm(request.POST if request.method == "POST" else None, forum=governed)
    version = row_key(request.POST.get("version", "")) or 0 if form.is_bound else governed.version

    def act() -> str:
        register.change(forum=governed, to=form.description, version=version, by=request.user)
        return _leading_to(request, governed, _("The forum is changed."))

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            governed.refresh_from_db()
            form.add_refusal(refusal)
    context = {"form": form, "forum": governed, "version": version, "means": MEANS}
    return render(request, "forums/forum_change.html", context)


def _leading_to(request: HttpRequest, forum: Forum, said: str, tab: str = "") -> str:
    """The forum's page; for who may not see the forum, now that it is so, the list of forums."""
    messages.success(request, said)
    # Asked of the table, not of what this request remembers: the act may have changed it.
    if policy.who_may(Permission.VIEW_FORUM, forum).filter(pk=request.user.pk).exists():
        return reverse("forum_members" if tab else "forum", args=[forum.pk])
    messages.info(request, _("You have no seat in the forum, so it is no longer shown to you."))
    return reverse("forums")


def standing_items(request: HttpRequest, forum: int) -> HttpResponse:
    """The items that every new meeting of the forum starts with."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    form = StandingItemsForm(governed, request.POST if request.method == "POST" else None)
    anchor = form.rearrange(request.POST.get("do", "")) if form.data is not None else ""
    here = reverse("standing_items", args=[governed.pk])

    def act() -> str:
        register.set_standing_items(
            forum=governed, items=form.items(), version=form.version, by=request.user
        )
        if anchor:
            return here + anchor
        messages.success(request, _("The standing items are saved."))
        return reverse("forum", args=[governed.pk])

    if form.data is not None and form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            governed.refresh_from_db()
            form.add_refusal(refusal)
    context = {"form": form, "forum": governed, "errors": form.errors}
    return render(request, "forums/standing_items.html", context)


def outside_forums(request: HttpRequest) -> HttpResponse:
    """The administrations that nobody comes from in any forum."""
    outside = register.outside_forums().order_by(swedish("name"))
    return render(request, "forums/outside_forums.html", {"organisations": outside})
