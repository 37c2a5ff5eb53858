"""The page on which somebody who is called says whether they come (P07)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.writing.once import once
from forums import answers
from forums.forms.answers import AnswerForm
from forums.models import Meeting
from forums.refusals import Refused


def answer(request: HttpRequest, meeting: int) -> HttpResponse:
    """Yes or no in one press, here and from other pages; after a no, who comes instead."""
    governed: Meeting = request.governed  # type: ignore[attr-defined]
    there = reverse("meeting", args=[governed.pk])
    if not _may_answer(governed, request.user):
        messages.info(request, _("The meeting has no invitation that you can answer."))
        return redirect(there)
    said = answers.own(governed, request.user)
    form = AnswerForm(request.POST if request.method == "POST" else None, said=said)

    def act() -> str:
        new = answers.give(
            meeting=governed,
            by=request.user,
            comes=form.comes,
            substitute=form.cleaned_data["substitute"],
            organisation=form.cleaned_data["organisation"],
        )
        if new.is_yes:
            messages.success(request, _("Your answer is saved: you are coming."))
        elif new.substitute_name:
            messages.success(request, _("Your answer is saved, and who comes instead."))
        else:
            messages.success(request, _("Your answer is saved: you are not coming."))
            if "substitute" not in request.POST:
                return reverse("answer", args=[governed.pk])
        return there

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    context = {"meeting": governed, "forum": governed.forum, "form": form, "own_answer": said}
    return render(request, "forums/answer.html", context)


def _may_answer(meeting: Meeting, user: Any) -> bool:
    called = meeting.participations.filter(user=user.pk).exists()
    return called and answers.is_open(meeting, now=timezone.now())
