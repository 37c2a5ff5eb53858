"""Parts 2 to 6: each saved whole, by whoever saw it last, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.assignments.models import STATUSES
from coordination.audit import log

from . import filling
from .models import AssignmentAnswer, ExtraRequest, ForumAnswer, Need, Part, Report
from .refusals import Missing, clean

WHY, KEYS, NOTE, GROUP, SENTENCE, COMMENT, WHAT = 500, 500, 300, 80, 400, 200, 200
LABELS = {
    "enough": gettext_lazy("Are the resources enough for the assignment?"),
    "enough_why": gettext_lazy("Why are they not enough?"),
    "key_functions": gettext_lazy("Key functions that need training"),
    "forums_note": gettext_lazy("Comment on taking part in forums"),
    "group": gettext_lazy("Group of employees"),
    "staff": gettext_lazy("Employees in the group"),
    "basic": gettext_lazy("Need basic training"),
    "advanced": gettext_lazy("Need advanced training"),
    "priority": gettext_lazy("Priority"),
    "sentence": gettext_lazy("How it stands, in a sentence"),
    "what": gettext_lazy("What is needed?"),
    "why": gettext_lazy("Why is it needed?"),
    "fte": gettext_lazy("Full-time equivalents"),
    "cost": gettext_lazy("Cost (kr)"),
    "from_day": gettext_lazy("From when?"),
}


def save_enough(
    *,
    part: Part,
    enough: str,
    why: str,
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Part 2. Raises Missing without an answer, and without why unless it is yes."""
    if enough not in ("yes", "partly", "no"):
        raise Missing(_("Choose one of the alternatives"), field="enough")
    needed = "" if enough == "yes" else _("Describe why the resources are not enough")
    kept = _text(why, "enough_why", WHY, needed=needed, lines=True)
    said = {"enough": enough, "enough_why": "" if enough == "yes" else kept}

    def write(report: Report) -> None:
        Report.objects.filter(pk=report.pk).update(**said)

    _save(part, write, revision=revision, by=by, now=now)


def save_needs(
    *,
    part: Part,
    needs: Sequence[Mapping[str, Any]],
    key_functions: str,
    revision: int,
    by: Any,
    done: bool = True,
    now: datetime | None = None,
) -> None:
    """Part 3: groups with what they need, and functions that are key. Raises Missing for a group that
    needs training for more people than it has, and when nothing at all is said."""
    functions = _text(key_functions, "key_functions", KEYS, lines=True)
    rows = [_need(row, index) for index, row in enumerate(needs)]
    if not rows and not functions:
        raise Missing(_("Add a group, or write that nobody needs training"), field="key_functions")

    def write(report: Report) -> None:
        report.needs.all().delete()
        for row in rows:
            Need.objects.create(report=report, **row)
        Report.objects.filter(pk=report.pk).update(key_functions=functions)

    _save(part, write, revision=revision, by=by, done=done, now=now)


def _need(row: Mapping[str, Any], index: int) -> dict[str, Any]:
    group = _text(row["group"], "group", GROUP, field=f"group_{index}", needed=_("Enter the group"))
    for name in ("basic", "advanced"):
        if row[name] > row["staff"]:
            raise Missing(
                _("More people need training than there are in the group"), field=f"{name}_{index}"
            )
    if row["priority"] not in (1, 2, 3):
        raise Missing(_("Choose one of the alternatives"), field=f"priority_{index}")
    return {
        "group": group,
        **{name: row[name] for name in ("staff", "basic", "advanced", "priority")},
    }


def save_assignments(
    *,
    part: Part,
    said: Mapping[int, tuple[str, str]],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Part 4: by the number of the owner, status and a sentence for each assignment that is the
    organisation's. What is said of others is left out."""
    kept = []
    for owner, _status, _sentence in filling.standing(part.report):
        status, sentence = said.get(owner.pk, ("", ""))
        if status not in STATUSES:
            raise Missing(_("Choose one of the alternatives"), field=f"status_{owner.pk}")
        text = _text(
            sentence,
            "sentence",
            SENTENCE,
            field=f"sentence_{owner.pk}",
            needed=_("Write in a sentence how it stands"),
        )
        kept.append(AssignmentAnswer(owner=owner, status=status, sentence=text))

    def write(report: Report) -> None:
        report.assignment_answers.all().delete()
        for answer in kept:
            answer.report = report
            answer.save()

    _save(part, write, revision=revision, by=by, now=now)


def save_forums(
    *,
    part: Part,
    answers: Sequence[Mapping[str, Any]],
    note: str,
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Part 5: what the minutes say, as it was shown, and whether it is right. Raises Missing for what
    is not right without a comment."""
    kept = _text(note, "forums_note", NOTE, lines=True)
    rows = []
    for index, row in enumerate(answers):
        needed = "" if row["agrees"] else _("Write what is not right")
        comment = _text(row["comment"], "comment", COMMENT, field=f"comment_{index}", needed=needed)
        rows.append({**row, "comment": comment})

    def write(report: Report) -> None:
        report.forum_answers.all().delete()
        for row in rows:
            ForumAnswer.objects.create(report=report, **row)
        Report.objects.filter(pk=report.pk).update(forums_note=kept)

    _save(part, write, revision=revision, by=by, now=now)


def save_requests(
    *,
    part: Part,
    requests: Sequence[Mapping[str, Any]],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Part 6: what the organisation asks for through the strategic function; nothing is an answer."""
    rows = []
    for index, row in enumerate(requests):
        texts = {
            "what": _text(
                row["what"], "what", WHAT, field=f"what_{index}", needed=_("Enter what is needed")
            ),
            "why": _text(
                row["why"],
                "why",
                WHY,
                field=f"why_{index}",
                needed=_("Write why it is needed"),
                lines=True,
            ),
        }
        rows.append({**row, **texts})

    def write(report: Report) -> None:
        report.requests.all().delete()
        for row in rows:
            ExtraRequest.objects.create(report=report, **row)

    _save(part, write, revision=revision, by=by, now=now)


def _save(
    part: Part,
    write: Callable[[Report], None],
    *,
    revision: int,
    by: Any,
    done: bool = True,
    now: datetime | None,
) -> None:
    """Raises WrongState when the report is sent, and ChangedMeanwhile when somebody else has saved the
    part since `revision`."""
    now = now or timezone.now()
    state = Part.State.DONE if done else Part.State.UNDER_WAY
    with transaction.atomic():
        filling.touch(part.report, by=by, now=now)
        filling.claim(part, revision=revision, state=state, by=by, now=now)
        write(part.report)
        log.record(
            by=by, event="resources.part.saved", on=part, facts={"part": part.number}, at=now
        )


def _text(
    text: str, name: str, limit: int, *, field: str = "", needed: str = "", lines: bool = False
) -> str:
    label = LABELS.get(name, _("Comment"))
    return clean(text, label=label, limit=limit, field=field or name, needed=needed, lines=lines)
