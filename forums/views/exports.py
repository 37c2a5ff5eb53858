"""The lists as files for a spreadsheet: the rows that the list's own page shows, all of them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coordination.frame import exports
from coordination.ui.lists import ListPage
from forums.models import Action, Decision, Meeting

from . import actions, decisions, meetings, status

Answer = HttpResponse | FileResponse


def meetings_export(request: HttpRequest) -> Answer:
    """The list of meetings as a file."""
    now = timezone.now()

    def cells(meeting: Any) -> Sequence[Any]:
        return (
            meeting.starts_at,
            meeting.ends_at,
            meeting.forum,
            meeting.place,
            status.of_meeting(meeting, now).text,
            meeting.open_actions,
        )

    header = (_("Date"), _("Ends"), _("Forum"), _("Place"), _("Status"), _("Open actions"))
    page = meetings.listed(request, Meeting.objects.visible_to(request.user), now)
    return _file(request, page, "meetings", _("Meetings"), header, cells)


def decisions_export(request: HttpRequest) -> Answer:
    """The list of decisions as a file."""

    def cells(decision: Any) -> Sequence[Any]:
        made: Decision = decision
        said = getattr(made, "carried_out", None)
        return (
            made.text,
            f"§ {made.mark}",
            made.item.title,
            made.item.meeting.forum,
            made.item.meeting.day,
            decisions.progress_of(decision).text,
            said.on if said else "",
            said.result if said else "",
            _("Yes") if made.report_to_management else _("No"),
        )

    header = (
        _("Decision"),
        _("Number"),
        _("Agenda item"),
        _("Forum"),
        _("Date"),
        _("What came of it"),
        _("Carried out"),
        _("What the decision led to"),
        _("To be reported to management"),
    )
    page = decisions.listed(request)
    return _file(request, page, "decisions", _("Decisions"), header, cells)


def actions_export(request: HttpRequest) -> Answer:
    """The list of actions as a file."""
    today = timezone.localdate()

    def cells(action: Action) -> Sequence[Any]:
        return (
            action.text,
            action.owners_label,
            action.forum,
            action.due,
            status.of_action(action, today).text,
        )

    header = (_("Action"), _("Responsible"), _("Forum"), _("Due"), _("Status"))
    page = actions.listed(request, today)
    return _file(request, page, "actions", _("Actions"), header, cells)


def _file(
    request: HttpRequest,
    page: ListPage,
    name: str,
    title: str,
    header: Sequence[str],
    cells: Callable[[Any], Iterable[Any]],
) -> Answer:
    file_names = {
        "meetings": pgettext("file name", "meetings-%(day)s.%(format)s"),
        "decisions": pgettext("file name", "decisions-%(day)s.%(format)s"),
        "actions": pgettext("file name", "actions-%(day)s.%(format)s"),
    }
    return exports.as_file(
        request,
        page,
        what=name,
        back=reverse(name),
        title=title,
        file_name=file_names[name],
        header=header,
        cells=cells,
    )
