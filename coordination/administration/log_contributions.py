"""What the log offers to the shared pages: the link, the monthly sample, and questions to answer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import contributions
from coordination.frame.contributions import Guide, Link, Task
from coordination.ui import dates

from . import log_sample
from .log_models import SampledEvent


@contributions.start_tasks
def sample_to_review(user: Any, now: datetime) -> Iterator[Task]:
    """The latest sample, until all of it is settled."""
    if not policy.may(user, Permission.REVIEW_LOG):
        return
    sample: Any = log_sample.samples().first()
    if sample is not None and sample.settled < sample.total:
        yield Task(
            kind="log",
            kind_name=_("The log"),
            title=_("Review the sample of the log"),
            url=reverse("review_sample"),
            context=_("%(done)s of %(total)s") % {"done": sample.settled, "total": sample.total},
            note=_("Drawn %(date)s") % {"date": dates.day_short(sample.drawn_at)},
        )


@contributions.start_tasks
def questions_to_answer(user: Any, now: datetime) -> Iterator[Task]:
    """Questions that a reviewer asks this person."""
    waiting = SampledEvent.objects.visible_to(user, Permission.USE_PORTAL)
    for row in waiting.order_by("pk"):
        yield Task(
            kind="log",
            kind_name=_("The log"),
            title=_("Answer a question about the log"),
            url=reverse("log_question", args=[row.pk]),
            note=_("Asked %(date)s") % {"date": dates.day_short(row.answered_at)},
        )


contributions.guide(
    Guide(
        title=gettext_lazy("Review the log"),
        roles=("reviewer",),
        steps=(
            gettext_lazy(
                "Log shows who did what and when, and what was denied. It never shows what was"
                " written. Narrow it by period, user, event or object."
            ),
            gettext_lazy(
                "Choose Export this selection and give a reason. The export is itself written in"
                " the log."
            ),
            gettext_lazy(
                "On the first of each month a sample is drawn. For each row, say that it was"
                " justified, ask the user, or have it investigated."
            ),
        ),
    )
)
contributions.link(
    Link(
        "log",
        gettext_lazy("Log"),
        "review_log",
        lambda user: policy.may(user, Permission.REVIEW_LOG),
    )
)
