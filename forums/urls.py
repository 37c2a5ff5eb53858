"""Addresses of forums, meetings, minutes and action points, grouped by the object they act on."""

from functools import partial

from coordination.access.urls import BOTH, WRITE, about, holding, path, public
from coordination.access.vocabulary import Permission as P

from .views import (
    actions,
    adjusting,
    afterwards,
    answers,
    approved,
    bulk,
    calendar,
    cancelling,
    cleanup,
    decisions,
    documents,
    exports,
    forum,
    founding,
    log_entries,
    matters,
    meetings,
    members,
    minutes,
    month,
    origins,
    outside,
    proceedings,
    proposals,
    rescheduling,
    series,
    statistics,
)

everyone = holding(P.USE_PORTAL)
many = holding(P.USE_PORTAL, methods=BOTH)
"""Acts on the rows that the person chose: of these they see and change the ones that they may."""
on_forum = partial(about, "forums.Forum", forum="pk")
on_seat = partial(about, "forums.Seat", seat="pk")
on_meeting = partial(about, "forums.Meeting", meeting="pk")
on_action = partial(about, "forums.Action", action="pk")
on_decision = partial(about, "forums.Decision", decision="pk")
on_item = partial(about, "forums.AgendaItem", meeting="meeting_id", item="pk")
on_document = partial(about, "forums.Document", meeting="meeting_id", document="pk")
on_version = partial(about, "forums.MinutesVersion", meeting="meeting_id", number="number")
KEEP = {"see": P.VIEW_FORUM, "do": P.KEEP_ACTION}
"""Who may see an action learns that it is there, and who may keep it changes it."""

urlpatterns = [
    # Forums
    path("forum/", forum.forums, name="forums", policy=everyone),
    path(
        "forum/nytt/",
        founding.forum_new,
        name="forum_new",
        policy=holding(P.ESTABLISH_FORUM, methods=BOTH),
    ),
    path(
        "forum/forvaltningar-utan-forum/",
        founding.outside_forums,
        name="outside_forums",
        policy=holding(P.ESTABLISH_FORUM),
    ),
    path("forum/<int:forum>/", forum.forum, name="forum", policy=on_forum(see=P.VIEW_FORUM)),
    path(
        "forum/<int:forum>/narvaro/",
        statistics.forum_attendance,
        name="forum_attendance",
        policy=on_forum(see=P.VIEW_FORUM),
    ),
    path(
        "forum/<int:forum>/andra/",
        founding.forum_change,
        name="forum_change",
        policy=on_forum(see=P.KEEP_FORUM, methods=BOTH),
    ),
    path(
        "forum/<int:forum>/staende-punkter/",
        founding.standing_items,
        name="standing_items",
        policy=on_forum(see=P.KEEP_FORUM, methods=BOTH),
    ),
    path(
        "forum/<int:forum>/moten/",
        meetings.forum_meetings,
        name="forum_meetings",
        policy=on_forum(see=P.VIEW_FORUM),
    ),
    path(
        "forum/<int:forum>/beslut/",
        decisions.forum_decisions,
        name="forum_decisions",
        policy=on_forum(see=P.VIEW_FORUM),
    ),
    path(
        "forum/<int:forum>/atgarder/",
        actions.forum_actions,
        name="forum_actions",
        policy=on_forum(see=P.VIEW_FORUM),
    ),
    path(
        "forum/<int:forum>/medlemmar/",
        members.members,
        name="forum_members",
        policy=on_forum(see=P.VIEW_FORUM),
    ),
    path(
        "forum/<int:forum>/medlemmar/ny/",
        members.seat_new,
        name="seat_new",
        policy=on_forum(see=P.KEEP_FORUM, methods=BOTH),
    ),
    path(
        "forum/medlemskap/<int:seat>/",
        members.seat_change,
        name="seat_change",
        policy=on_seat(see=P.KEEP_FORUM, methods=BOTH),
    ),
    path(
        "forum/medlemskap/<int:seat>/avsluta/",
        members.seat_end,
        name="seat_end",
        policy=on_seat(see=P.KEEP_FORUM, methods=BOTH),
    ),
    path(
        "forum/medlemskap/<int:seat>/tills-vidare/",
        members.seat_resume,
        name="seat_resume",
        policy=on_seat(see=P.KEEP_FORUM, methods=WRITE),
    ),
    path(
        "forum/<int:forum>/nasta-mote/",
        forum.meeting_plan_next,
        name="meeting_plan_next",
        policy=on_forum(see=P.VIEW_FORUM, do=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "forum/<int:forum>/nytt-mote/",
        meetings.meeting_new,
        name="meeting_new",
        policy=on_forum(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "forum/<int:forum>/motesserie/",
        series.meeting_series,
        name="meeting_series",
        policy=on_forum(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    # Meetings until they begin
    path("moten/", meetings.meeting_list, name="meetings", policy=everyone),
    path("moten/hamta/", exports.meetings_export, name="meetings_export", policy=everyone),
    path("moten/kalla/", bulk.meetings_call, name="meetings_call", policy=many),
    path("moten/manad/", month.meetings_month, name="meetings_month", policy=everyone),
    path(
        "moten/statistik/",
        statistics.meeting_statistics,
        name="meeting_statistics",
        policy=everyone,
    ),
    path("moten/nytt/", meetings.meeting_new_choose, name="meeting_new_choose", policy=everyone),
    path(
        "moten/i-efterhand/",
        meetings.meeting_afterwards_choose,
        name="meeting_afterwards_choose",
        policy=everyone,
    ),
    path(
        "moten/<int:meeting>/",
        meetings.meeting,
        name="meeting",
        policy=on_meeting(see=P.VIEW_FORUM),
    ),
    path(
        "moten/<int:meeting>/planera/",
        meetings.meeting_plan,
        name="meeting_plan",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/kalla/",
        meetings.meeting_call,
        name="meeting_call",
        policy=on_meeting(see=P.VIEW_FORUM, do=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "moten/<int:meeting>/stall-in/",
        cancelling.meeting_cancel,
        name="meeting_cancel",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/serie/",
        rescheduling.meeting_series_change,
        name="meeting_series_change",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/serie/avsluta/",
        rescheduling.meeting_series_end,
        name="meeting_series_end",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/kalla/andring/",
        meetings.meeting_call_again,
        name="meeting_call_again",
        policy=on_meeting(see=P.VIEW_FORUM, do=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "moten/<int:meeting>/adresser/",
        outside.outside_addresses,
        name="outside_addresses",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/dagordning/",
        meetings.meeting_agenda,
        name="meeting_agenda",
        policy=on_meeting(see=P.VIEW_FORUM),
    ),
    path(
        "moten/<int:meeting>/svar/",
        answers.answer,
        name="answer",
        # Who takes part may propose items, and answers.
        policy=on_meeting(see=P.PROPOSE_ITEM, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/kalender/",
        calendar.meeting_calendar,
        name="meeting_calendar",
        policy=on_meeting(see=P.VIEW_FORUM),
    ),
    path(
        "moten/<int:meeting>/foresla-punkt/",
        proposals.propose,
        name="propose",
        policy=on_meeting(see=P.PROPOSE_ITEM, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/foresla-punkt/dra-tillbaka/",
        proposals.withdraw,
        name="proposal_withdraw",
        policy=on_meeting(see=P.PROPOSE_ITEM, methods=WRITE),
    ),
    # Calendars
    path(
        "moten/prenumerera/",
        calendar.calendar_link,
        name="calendar_link",
        policy=holding(P.USE_PORTAL, methods=BOTH),
    ),
    path(
        "moten/kalender/",
        calendar.calendar_feed,
        name="calendar_feed",
        policy=public("read by calendar programs, which hold a secret and cannot sign in"),
    ),
    # Documents
    path(
        "moten/<int:meeting>/underlag/nytt/",
        documents.document_new,
        name="document_new",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/underlag/<int:document>/",
        documents.document,
        name="document",
        policy=on_document(see=P.VIEW_FORUM),
    ),
    path(
        "moten/<int:meeting>/underlag/<int:document>/ta-bort/",
        documents.document_remove,
        name="document_remove",
        policy=on_document(see=P.VIEW_FORUM, do=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "forum/<int:forum>/i-efterhand/",
        afterwards.meeting_afterwards,
        name="meeting_afterwards",
        policy=on_forum(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "forum/<int:forum>/i-efterhand/utkast/",
        afterwards.meeting_afterwards_draft,
        name="meeting_afterwards_draft",
        policy=on_forum(see=P.LOG_MEETINGS, methods=WRITE),
    ),
    # The log of a meeting
    path(
        "moten/<int:meeting>/for-protokoll/",
        proceedings.log,
        name="log",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/for-protokoll/<int:item>/",
        proceedings.log_item,
        name="log_item",
        policy=on_item(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/for-protokoll/<int:item>/spara/",
        proceedings.log_item_autosave,
        name="log_item_autosave",
        policy=on_item(see=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "moten/<int:meeting>/for-protokoll/<int:item>/konflikt/",
        proceedings.log_item_conflict,
        name="log_item_conflict",
        policy=on_item(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/for-protokoll/<int:item>/oppna/",
        proceedings.log_item_reopen,
        name="log_item_reopen",
        policy=on_item(see=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "moten/<int:meeting>/for-protokoll/<int:item>/aterstall/",
        proceedings.log_restore,
        name="log_restore",
        policy=on_item(see=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "moten/<int:meeting>/for-protokoll/<int:item>/beslut/<int:decision>/",
        log_entries.log_decision,
        name="log_decision",
        policy=about(
            "forums.Decision",
            see=P.LOG_MEETINGS,
            methods=BOTH,
            meeting="item__meeting_id",
            item="item_id",
            decision="pk",
        ),
    ),
    path(
        "moten/<int:meeting>/for-protokoll/<int:item>/atgard/<int:action>/",
        log_entries.log_action,
        name="log_action",
        policy=about(
            "forums.Action",
            see=P.LOG_MEETINGS,
            methods=BOTH,
            meeting="meeting_id",
            item="item_id",
            action="pk",
        ),
    ),
    path(
        "moten/<int:meeting>/narvaro/",
        proceedings.attendance,
        name="attendance",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/narvaro/spara/",
        proceedings.attendance_autosave,
        name="attendance_autosave",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "moten/<int:meeting>/avsluta/",
        proceedings.finish,
        name="finish",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    # Minutes
    path(
        "moten/<int:meeting>/protokoll/",
        minutes.minutes,
        name="minutes",
        policy=on_meeting(see=P.VIEW_FORUM),
    ),
    path(
        "moten/<int:meeting>/protokoll/ny/",
        minutes.minutes_new,
        name="minutes_new",
        policy=on_meeting(see=P.VIEW_FORUM, do=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "moten/<int:meeting>/protokoll/<int:number>/",
        minutes.minutes_version,
        name="minutes_version",
        policy=on_version(see=P.VIEW_FORUM),
    ),
    path(
        "moten/<int:meeting>/protokoll/<int:number>/pdf/",
        minutes.minutes_pdf,
        name="minutes_pdf",
        policy=on_version(see=P.VIEW_FORUM),
    ),
    # After the meeting
    path(
        "moten/<int:meeting>/protokoll/renskriv/",
        cleanup.minutes_edit,
        name="minutes_edit",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/protokoll/renskriv/spara/",
        cleanup.minutes_edit_autosave,
        name="minutes_edit_autosave",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "moten/<int:meeting>/protokoll/andringar/",
        cleanup.minutes_changes,
        name="minutes_changes",
        policy=on_meeting(see=P.LOG_MEETINGS),
    ),
    path(
        "moten/<int:meeting>/protokoll/skicka/",
        adjusting.minutes_send,
        name="minutes_send",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/protokoll/ta-tillbaka/",
        adjusting.minutes_take_back,
        name="minutes_take_back",
        policy=on_meeting(see=P.VIEW_FORUM, do=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "moten/<int:meeting>/protokoll/justera/",
        adjusting.adjust,
        name="adjust",
        policy=on_meeting(see=P.ADJUST_MINUTES),
    ),
    path(
        "moten/<int:meeting>/protokoll/justera/bekrafta/",
        adjusting.adjust_confirm,
        name="adjust_confirm",
        policy=on_meeting(see=P.ADJUST_MINUTES, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/protokoll/justera/begar-andring/",
        adjusting.adjust_request,
        name="adjust_request",
        policy=on_meeting(see=P.ADJUST_MINUTES, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/protokoll/rattelse/",
        adjusting.minutes_correct,
        name="minutes_correct",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "moten/<int:meeting>/protokoll/diarienummer/",
        adjusting.minutes_number,
        name="minutes_number",
        policy=on_meeting(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    # Approved minutes, for reviewers
    path(
        "protokoll/",
        approved.approved_list,
        name="approved_list",
        policy=holding(P.REVIEW_LOG),
    ),
    path(
        "protokoll/<int:meeting>/",
        approved.approved,
        name="approved",
        policy=on_meeting(see=P.READ_APPROVED),
    ),
    path(
        "protokoll/<int:meeting>/pdf/",
        approved.approved_pdf,
        name="approved_pdf",
        policy=on_meeting(see=P.READ_APPROVED),
    ),
    # Decisions
    path("beslut/", decisions.decisions, name="decisions", policy=everyone),
    path("beslut/hamta/", exports.decisions_export, name="decisions_export", policy=everyone),
    path(
        "beslut/<int:decision>/",
        decisions.decision,
        name="decision",
        policy=on_decision(see=P.VIEW_FORUM),
    ),
    path(
        "beslut/<int:decision>/rapporteras/",
        decisions.decision_report,
        name="decision_report",
        policy=on_decision(see=P.VIEW_FORUM, do=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "beslut/<int:decision>/hor-ihop/",
        matters.decision_link,
        name="decision_link",
        policy=on_decision(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "beslut/<int:decision>/hor-ihop/ta-bort/",
        matters.decision_unlink,
        name="decision_unlink",
        policy=on_decision(see=P.VIEW_FORUM, do=P.LOG_MEETINGS, methods=WRITE),
    ),
    path(
        "beslut/<int:decision>/uppdrag/",
        matters.decision_assignment,
        name="decision_assignment",
        policy=on_decision(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "beslut/<int:decision>/overenskommelse/",
        matters.decision_agreement,
        name="decision_agreement",
        policy=on_decision(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "beslut/<int:decision>/genomfort/",
        matters.decision_carried_out,
        name="decision_carried_out",
        policy=on_decision(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "beslut/<int:decision>/genomfort/angra/",
        matters.decision_carried_out_undo,
        name="decision_carried_out_undo",
        policy=on_decision(see=P.VIEW_FORUM, do=P.LOG_MEETINGS, methods=WRITE),
    ),
    # Action points
    path("atgarder/", actions.actions, name="actions", policy=everyone),
    path("atgarder/hamta/", exports.actions_export, name="actions_export", policy=everyone),
    path("atgarder/flera/", bulk.actions_bulk, name="actions_bulk", policy=many),
    path(
        "kunskap/forslag/<int:suggestion>/ny-atgard/",
        origins.suggestion_action_new,
        name="suggestion_action_new",
        policy=holding(P.READ_VISITS, methods=BOTH, model="knowledge.Suggestion", suggestion="pk"),
    ),
    path("atgarder/ny/", actions.action_new_choose, name="action_new_choose", policy=everyone),
    path(
        "forum/<int:forum>/ny-atgard/",
        actions.action_new,
        name="action_new",
        policy=on_forum(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "beslut/<int:decision>/ny-atgard/",
        actions.decision_action_new,
        name="decision_action_new",
        policy=on_decision(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "atgarder/<int:action>/",
        actions.action,
        name="action",
        policy=on_action(see=P.VIEW_FORUM),
    ),
    path(
        "atgarder/<int:action>/klar/",
        actions.action_done,
        name="action_done",
        policy=on_action(**KEEP, methods=WRITE),
    ),
    path(
        "atgarder/<int:action>/nytt-datum/",
        actions.action_move,
        name="action_move",
        policy=on_action(see=P.KEEP_ACTION, methods=BOTH),
    ),
    path(
        "atgarder/<int:action>/nytt-datum/angra/",
        actions.action_move_undo,
        name="action_move_undo",
        policy=on_action(**KEEP, methods=WRITE),
    ),
    path(
        "atgarder/<int:action>/byt-ansvarig/",
        actions.action_give,
        name="action_give",
        policy=on_action(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "atgarder/<int:action>/stryk/",
        actions.action_strike,
        name="action_strike",
        policy=on_action(see=P.LOG_MEETINGS, methods=BOTH),
    ),
    path(
        "atgarder/<int:action>/oppna/",
        actions.action_reopen,
        name="action_reopen",
        policy=on_action(**KEEP, methods=WRITE),
    ),
]
