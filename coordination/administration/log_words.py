"""What the log's codes mean in plain words: one sentence for every event, one name for every object
and every field.

A test asks for the sentence of each event, and the name of each field, that is recorded anywhere in
the source.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sort(StrEnum):
    """The kinds of events that the log can be narrowed to."""

    OPENED = "opened"
    CHANGED = "changed"
    SHARED = "shared"
    REVOKED = "revoked"
    EXPORTED = "exported"
    DENIED = "denied"
    SIGNED_IN = "signed_in"
    OPERATED = "operated"


SORTS: dict[Sort, Any] = {
    Sort.OPENED: pgettext_lazy("log", "Opened"),
    Sort.CHANGED: pgettext_lazy("log", "Changed"),
    Sort.SHARED: pgettext_lazy("log", "Shared or given"),
    Sort.REVOKED: pgettext_lazy("log", "Revoked or ended"),
    Sort.EXPORTED: pgettext_lazy("log", "Exported"),
    Sort.DENIED: pgettext_lazy("log", "Denied"),
    Sort.SIGNED_IN: pgettext_lazy("log", "Signing in"),
    Sort.OPERATED: pgettext_lazy("log", "Operation and review"),
}


@dataclass(frozen=True)
class Meaning:
    """What happened, said as what the person did."""

    sentence: Any
    sort: Sort


def _all(sort: Sort, sentences: dict[str, Any]) -> dict[str, Meaning]:
    return {event: Meaning(sentence, sort) for event, sentence in sentences.items()}


EVENTS: dict[str, Meaning] = {
    **_all(
        Sort.DENIED,
        {
            "access.denied": _("Was denied a page"),
            "access.denied_often": _("Was denied pages or changes again and again"),
            "access.refused": _("Was denied to change what they may only see"),
            "access.confirm_failed": _("Failed to confirm who they are"),
            "access.sign_in_failed": _("Somebody failed to sign in"),
            "access.sign_in_limit_reached": _("Signing in was slowed down after many failures"),
        },
    ),
    **_all(
        Sort.SIGNED_IN,
        {
            "access.confirmed": _("Confirmed who they are before something sensitive"),
            "access.factor.added": _("Added a second step for signing in"),
            "access.factor.codes_renewed": _("Made new recovery codes"),
            "access.factor.frozen": _("A second step was frozen after too many wrong codes"),
            "access.factor.removed": _("Removed a second step for signing in"),
            "access.factor.reset": _("Reset the second step of an account"),
            "access.factor.thawed": _("Opened a frozen second step again"),
            "access.identity.bound": _("Signed in for the first time through an organisation"),
            "access.identity.forgotten": _("Untied an account from an organisation's sign-in"),
            "access.password.changed": _("Changed the password"),
            "access.person.password_chosen": _("Chose a password"),
            "access.sessions.ended": _("Ended all sessions of an account"),
            "access.signed_in": pgettext_lazy("log", "Signed in"),
            "access.signed_out": pgettext_lazy("log", "Signed out"),
        },
    ),
    **_all(
        Sort.SHARED,
        {
            "access.absence.set": _("Noted an absence and who stands in"),
            "access.person.opened": _("Opened an account for signing in"),
            "access.role.given": _("Gave a role"),
            "access.role.moved": _("Handed a role over to somebody else"),
            "administration.account.link_made": _(
                "Made a link for choosing a password, on the server"
            ),
            "administration.account.link_sent": _("Sent a link for choosing a password"),
            "administration.account.reopened": _("Opened a closed account again"),
            "administration.role_request.approved": _("Approved a role that another had asked for"),
            "administration.role_request.made": _(
                "Asked for a role that a second person must approve"
            ),
            "forums.calendar.link_made": _("Made a link by which a calendar reads their meetings"),
            "forums.seat.passed_on": _("Handed a seat in a forum over to somebody else"),
            "forums.seat.given": _("Gave a seat in a forum"),
            "writing.view.shared": _("Shared a saved view with a role"),
        },
    ),
    **_all(
        Sort.REVOKED,
        {
            "access.absence.ended": _("Ended an absence"),
            "access.person.closed": _("Closed an account for signing in"),
            "access.role.ended": _("Ended a role"),
            "administration.account.closed": _("Closed an account"),
            "administration.role_request.refused": _("Refused a role that another had asked for"),
            "administration.role_request.withdrawn": _("Took back a request for a role"),
            "forums.calendar.link_removed": _(
                "Removed the link by which a calendar read their meetings"
            ),
            "forums.seat.ended": _("Ended a seat in a forum"),
            "writing.view.unshared": _("Stopped sharing a saved view"),
        },
    ),
    **_all(
        Sort.EXPORTED,
        {
            "administration.log.export_asked": _("Exported from the log"),
            "administration.role_matrix.made": _("Made the document of the role matrix"),
            "administration.log.export_opened": _("Downloaded an export of the log"),
            "agreements.file.fetched": _("Downloaded a signed agreement"),
            "frame.list.exported": _("Downloaded a list"),
        },
    ),
    **_all(
        Sort.OPERATED,
        {
            "administration.account.handed_over": _("Handed over what somebody left behind"),
            "administration.account.warned": _("Warned somebody that their account will be closed"),
            "administration.job.all_tried_again": _("Had all failed jobs tried again"),
            "administration.job.tried_again": _("Had a failed job tried again"),
            "administration.schedule.run": _("Had a schedule run at once"),
            "administration.log.export_removed": _(
                "An export of the log was removed when its days were over"
            ),
            "administration.sample.drawn": _("The monthly sample of the log was drawn"),
            "administration.sample.judged": _("Judged an event of the monthly sample"),
            "administration.sample.asked": _(
                "Asked the person about an event of the monthly sample"
            ),
            "administration.sample.answered": _("Answered a question about an event of the log"),
            "audit.person.forgotten": _("The tie between a person and the log was destroyed"),
            "frame.incident.reported": _("Reported a page that showed too much"),
        },
    ),
    **_all(
        Sort.CHANGED,
        {
            "access.notices.chosen": _("Chose when to get e-mail"),
            "access.person.added": _("Added an account"),
            "actors.district.added": _("Added a housing district"),
            "actors.district.ended": _("Ended a housing district"),
            "actors.district.renamed": _("Renamed a housing district"),
            "actors.district.resumed": _("Took a housing district into use again"),
            "actors.import.applied": _("Read a list of actors in"),
            "actors.import.approved": _("Had a list of actors read in"),
            "actors.import.dropped": _("Threw a list of actors away"),
            "actors.import.handed_in": _("Handed in a list of actors"),
            "actors.import.undo_asked": _("Had a list of actors undone"),
            "actors.import.undone": _("Took a list of actors back"),
            "actors.organisation.added": _("Added an organisation"),
            "actors.organisation.changed": _("Changed what is known of an actor"),
            "actors.organisation.checked": _("Checked what is known of an actor"),
            "actors.organisation.ended": _("Ended an organisation"),
            "actors.organisation.merged": _("Put two actors together"),
            "actors.organisation.renamed": _("Renamed an organisation"),
            "actors.organisation.resumed": _("Took an organisation into use again"),
            "agreements.agreement.changed": _("Changed an agreement"),
            "agreements.agreement.discarded": _("Threw the draft of an agreement away"),
            "agreements.agreement.ended": _("Ended an agreement early"),
            "agreements.agreement.put_in_force": _("Put an agreement in force"),
            "agreements.agreement.registered": _("Registered an agreement"),
            "agreements.agreement.renewed": _("Began the renewal of an agreement"),
            "agreements.file.added": _("Added the signed file of an agreement"),
            "agreements.file.removed": _("Removed the signed file of an agreement"),
            "assignments.assignment.carried_over": _(
                "Let an assignment go on under a newer guideline"
            ),
            "assignments.assignment.changed": _("Changed an assignment of the guideline"),
            "assignments.assignment.ended": _("Let an assignment end with its guideline"),
            "assignments.assignment.ordered": _("Added an assignment of the guideline"),
            "assignments.file.added": _("Added a file to an assignment"),
            "assignments.file.removed": _("Removed a file from an assignment"),
            "assignments.file.restored": _("Put a file of an assignment back"),
            "assignments.guideline.established": _("Added a version of the guideline"),
            "assignments.status.updated": _("Said how an assignment stands"),
            "assignments.update.asked": _("Asked how an assignment stands"),
            "actors.organisation.unmerged": _("Took two actors apart again"),
            "knowledge.contact.changed": _("Changed a contact of the contact log"),
            "knowledge.contact.erased": _(
                "Contacts were erased when they had been kept long enough"
            ),
            "knowledge.contact.logged": _("Logged a contact"),
            "knowledge.contact.removed": _("Erased a contact from the contact log"),
            "knowledge.entry.added": _("Added an entry to the library"),
            "knowledge.entry.answered": _("Answered whether an entry was of help"),
            "knowledge.entry.archived": _("Archived an entry of the library"),
            "knowledge.entry.changed": _("Changed an entry of the library"),
            "knowledge.entry.unarchived": _("Took an archived entry of the library into use"),
            "knowledge.retention.decided": _("Decided how long contacts are kept"),
            "knowledge.suggestion.changed": _("Changed a proposal from a study visit"),
            "knowledge.suggestion.made": _("Made a proposal because of a study visit"),
            "knowledge.visit.changed": _("Changed the report of a study visit"),
            "knowledge.visit.noted": _("Reported a study visit"),
            "knowledge.information.changed": _("Changed a draft of the information to the public"),
            "knowledge.information.discarded": _(
                "Discarded a draft of the information to the public"
            ),
            "knowledge.information.drafted": _("Began a draft of the information to the public"),
            "knowledge.information.published": _("Published the information to the public"),
            "knowledge.information.reviewed": _("Reviewed the information to the public"),
            "situation.measure.added": _("Added a measure to an action plan"),
            "situation.measure.changed": _("Changed a measure of an action plan"),
            "situation.measure.removed": _("Took a measure away from the draft of a plan"),
            "situation.measure.restored": _("Put a measure back into the draft of a plan"),
            "situation.measure.updated": _("Said how a measure of the action plan stands"),
            "situation.picture.begun": _("Began a version of the situational picture"),
            "situation.picture.changed": _("Changed a draft of the situational picture"),
            "situation.picture.published": _("Published the situational picture"),
            "situation.plan.begun": _("Began an action plan"),
            "situation.plan.decided": _("Noted the decision on an action plan"),
            "situation.plan.followed_up": _("Followed up an action plan"),
            "situation.problem.added": _("Added a problem to the situational picture"),
            "situation.problem.changed": _("Changed a problem of the situational picture"),
            "situation.problem.removed": _("Took a problem away from the situational picture"),
            "situation.problem.restored": _("Put a problem back into the situational picture"),
            "resources.activity.added": _("Added an activity to a resource report"),
            "resources.activity.changed": _("Changed an activity of a resource report"),
            "resources.activity.checked": _("Checked an activity from last year's report"),
            "resources.activity.ended": _("Marked an activity of a resource report as ended"),
            "resources.compilation.asked": _("Asked for a file of many resource reports"),
            "resources.compilation.opened": _("Fetched a file of many resource reports"),
            "resources.compilation.removed": _("A file of many resource reports was removed"),
            "resources.invitation.ended": _("Took back an invitation to a resource report"),
            "resources.invitation.made": _("Invited a colleague to a resource report"),
            "resources.part.saved": _("Saved a part of a resource report"),
            "resources.reminder.sent": _("Reminded an organisation of its resource report"),
            "resources.report.after_all": _("Took back that there was nothing to report"),
            "resources.report.attested": _("Attested a resource report and sent it in"),
            "resources.report.begun": _("Began a resource report"),
            "resources.report.nothing": _("Answered that there was nothing to report"),
            "resources.report.sent": _("Sent a resource report to be attested"),
            "resources.report.sent_back": _("Sent a resource report back without attesting it"),
            "resources.report.taken_back": _("Took back a resource report to change it"),
            "resources.request.decided": _("Decided on a request for extra resources"),
            "resources.request.opinion": _("Gave an opinion on a request for extra resources"),
            "resources.request.undone": _("Took back an opinion or a decision on a request"),
            "resources.version.approval_undone": _("Took back that a resource report was approved"),
            "resources.version.approved": _("Approved a resource report"),
            "resources.version.reopened": _("Opened an approved resource report again"),
            "resources.version.returned": _("Returned a resource report to be completed"),
            "resources.window.decided": _("Decided when resource reports are due"),
            "forums.action.changed": _("Changed an action"),
            "forums.action.created": _("Made an action"),
            "forums.action.done": _("Marked an action as done"),
            "forums.action.given": _("Gave an action to somebody else"),
            "forums.action.move_undone": _("Took back the new date of an action"),
            "forums.action.moved": _("Gave an action a new date"),
            "forums.action.removed": _("Removed an action from the notes"),
            "forums.action.reopened": _("Opened an action again"),
            "forums.action.struck": _("Struck an action"),
            "forums.answer.given": _("Answered whether they come to a meeting"),
            "forums.attendance.all": _("Marked everyone as present"),
            "forums.attendance.answered": _("Noted attendance as it was answered"),
            "forums.attendance.set": _("Noted who was present"),
            "forums.decision.added": _("Noted a decision"),
            "forums.decision.agreement_tied": _("Tied a decision to an agreement"),
            "forums.decision.agreement_untied": _("Untied a decision from an agreement"),
            "forums.decision.assigned": _("Tied a decision to an assignment"),
            "forums.decision.unassigned": _("Untied a decision from an assignment"),
            "forums.decision.carried_out": _("Marked a decision as carried out"),
            "forums.decision.carried_out_undone": _("Took back that a decision was carried out"),
            "forums.decision.changed": _("Changed a decision"),
            "forums.decision.linked": _("Linked a decision to another"),
            "forums.decision.removed": _("Removed a decision from the notes"),
            "forums.decision.unlinked": _("Took away the link of a decision to others"),
            "forums.document.added": _("Added a document to a meeting"),
            "forums.document.removed": _("Removed a document from a meeting"),
            "forums.forum.changed": _("Changed a forum"),
            "forums.seat.changed": _("Changed a seat in a forum"),
            "forums.forum.established": _("Set up a forum"),
            "forums.guest.added": _("Added a guest to a meeting"),
            "forums.guest.removed": _("Removed a guest from a meeting"),
            "forums.item.added": _("Added an item to an agenda"),
            "forums.item.done": _("Marked an item as handled"),
            "forums.item.open": _("Opened an item again"),
            "forums.item.postponed": _("Postponed an item"),
            "forums.item.saved": _("Wrote notes under an item"),
            "forums.item.struck": _("Struck an item"),
            "forums.meeting.called": _("Sent the invitation to a meeting"),
            "forums.meeting.called_again": _("Sent a changed invitation to a meeting"),
            "forums.meeting.cancelled": _("Cancelled a meeting"),
            "forums.meeting.changed": _("Changed the plan of a meeting"),
            "forums.meeting.finished": _("Finished a meeting"),
            "forums.meeting.handed_over": _("Handed a planned meeting over to somebody else"),
            "forums.meeting.planned": _("Planned a meeting"),
            "forums.meeting.registered": _("Recorded a past meeting"),
            "forums.meeting.started": _("Began to take minutes of a meeting"),
            "forums.outside.addresses_erased": _(
                "Addresses of people without an account were erased when they were not needed"
            ),
            "forums.outside.addresses_kept": _(
                "Gave addresses of people without an account who are called to a meeting"
            ),
            "forums.proposal.accepted": _("Accepted a proposed item"),
            "forums.proposal.declined": _("Declined a proposed item"),
            "forums.proposal.made": _("Proposed an item"),
            "forums.proposal.withdrawn": _("Withdrew a proposed item"),
            "forums.series.changed": _("Changed the coming meetings of a series"),
            "forums.series.ended": _("Ended a series of meetings"),
            "forums.series.planned": _("Planned a series of meetings"),
            "forums.minutes.made": _("Made the minutes of a meeting"),
            "forums.minutes.sent": _("Sent minutes for approval"),
            "forums.minutes.taken_back": _("Took back minutes that had been sent for approval"),
            "forums.minutes.adjusted": _("Approved minutes"),
            "forums.minutes.change_asked": _("Requested a change of minutes"),
            "forums.minutes.change_settled": _("Ticked off a requested change of minutes"),
            "forums.minutes.corrected": _("Added a correction to minutes"),
            "forums.minutes.numbered": _("Gave minutes a registration number"),
        },
    ),
}

OBJECTS: dict[str, Any] = {
    "access.absence": _("Absence"),
    "access.user": _("Account"),
    "actors.actorimport": _("List of actors"),
    "actors.district": _("Housing district"),
    "actors.districtmembership": _("Role in a housing district"),
    "actors.organisation": _("Organisation"),
    "actors.organisationmembership": _("Role in an organisation"),
    "administration.closingnotice": _("Warning about an account"),
    "administration.closure": _("Closed account"),
    "administration.logexport": _("Export of the log"),
    "administration.logsample": _("Sample of the log"),
    "administration.rolematrix": _("Role matrix"),
    "administration.rolerequest": _("Request for a role"),
    "administration.sampledevent": _("Event in a sample"),
    "agreements.agreement": _("Agreement"),
    "agreements.agreementchange": _("Change of an agreement"),
    "agreements.expirywarning": _("Warning that an agreement expires"),
    "agreements.pledge": _("Citizen pledge"),
    "agreements.signedfile": _("Signed file of an agreement"),
    "assignments.assignment": _("Assignment of the guideline"),
    "assignments.assignmentfile": _("File of an assignment"),
    "assignments.assignmentowner": _("Owner of an assignment"),
    "assignments.guideline": _("Guideline"),
    "assignments.mandate": _("Words that order an assignment"),
    "assignments.passage": _("Passage of the guideline"),
    "assignments.statusupdate": _("Update of an assignment"),
    "assignments.updaterequest": _("Request for an update"),
    "audit.person": _("Person in the log"),
    "forums.action": _("Action"),
    "forums.adjuster": _("Adjuster of minutes"),
    "forums.agendaitem": _("Agenda item"),
    "forums.answer": _("Answer to an invitation"),
    "forums.calendarlink": _("Calendar link"),
    "forums.call": _("Invitation"),
    "forums.carriedout": _("Decision carried out"),
    "forums.changerequest": _("Requested change of minutes"),
    "forums.correction": _("Correction of minutes"),
    "forums.decision": _("Decision"),
    "forums.decisionagreement": _("Agreement of a decision"),
    "forums.decisionassignment": _("Assignment of a decision"),
    "forums.document": _("Document"),
    "forums.forum": _("Forum"),
    "forums.meeting": _("Meeting"),
    "forums.matter": _("Linked decisions"),
    "forums.matterdecision": _("Decision among linked ones"),
    "forums.meetingseries": _("Series of meetings"),
    "forums.minutesversion": _("Minutes"),
    "forums.outsideaddress": _("Address of somebody without an account"),
    "forums.participation": _("Participant"),
    "forums.proposal": _("Proposed item"),
    "forums.seat": _("Seat in a forum"),
    "forums.sending": _("Minutes sent for approval"),
    "knowledge.contact": _("Contact"),
    "knowledge.contactretention": _("How long contacts are kept"),
    "knowledge.entry": _("Entry in the library"),
    "knowledge.helpful": _("Answer whether an entry was of help"),
    "knowledge.informationchange": _("Change of the information to the public"),
    "knowledge.suggestion": _("Proposal from a study visit"),
    "knowledge.suggestionchange": _("Change of a proposal"),
    "knowledge.visit": _("Study visit"),
    "knowledge.informationversion": _("Version of the information to the public"),
    "situation.actionplan": _("Action plan"),
    "situation.measure": _("Measure"),
    "situation.measureupdate": _("Update of a measure"),
    "situation.planfollowup": _("Follow-up of an action plan"),
    "situation.problem": _("Problem"),
    "situation.situationalpicture": _("Situational picture"),
    "resources.activity": _("Activity of a resource report"),
    "resources.assignmentanswer": _("Answer about an assignment in a resource report"),
    "resources.compilation": _("File of many resource reports"),
    "resources.extrarequest": _("Request for extra resources"),
    "resources.forumanswer": _("Answer about a forum in a resource report"),
    "resources.invitation": _("Invitation to a resource report"),
    "resources.need": _("Training need in a resource report"),
    "resources.part": _("Part of a resource report"),
    "resources.remark": _("Comment on a resource report"),
    "resources.reminder": _("Reminder of a resource report"),
    "resources.report": _("Resource report"),
    "resources.sentrequest": _("Sent request for extra resources"),
    "resources.version": _("Version of a resource report"),
    "resources.window": _("Days of resource reports"),
    "writing.savedview": _("Saved view"),
}
"""Kinds of object by the label that the log keeps."""

FIELDS: dict[str, Any] = {
    "analysis": pgettext_lazy("field", "analysis"),
    "causes": pgettext_lazy("field", "causes"),
    "description": pgettext_lazy("field", "description"),
    "details": pgettext_lazy("field", "how it is to be done"),
    "indicator": pgettext_lazy("field", "indicator"),
    "mapping": pgettext_lazy("field", "mapping"),
    "other": pgettext_lazy("field", "other information"),
    "owner": pgettext_lazy("field", "owner"),
    "period": pgettext_lazy("field", "period"),
    "problem": pgettext_lazy("field", "problem"),
    "responsible": pgettext_lazy("field", "responsible person"),
    "risk": pgettext_lazy("field", "risk in the area"),
    "whole_municipality": pgettext_lazy("field", "whether it is in the whole municipality"),
    "fte": pgettext_lazy("field", "full-time equivalents"),
    "cost": pgettext_lazy("field", "cost"),
    "calculated": pgettext_lazy("field", "how it is calculated"),
    "split": pgettext_lazy("field", "how districts share it"),
    "comment": pgettext_lazy("field", "comment"),
    "when_worried": pgettext_lazy("field", "what to do when worried"),
    "what_we_do": pgettext_lazy("field", "what the municipality does"),
    "audience": pgettext_lazy("field", "target group"),
    "handle": pgettext_lazy("field", "what was learnt about those who took part"),
    "language": pgettext_lazy("field", "language"),
    "level": pgettext_lazy("field", "level"),
    "on": pgettext_lazy("field", "date"),
    "participants": pgettext_lazy("field", "participants"),
    "prevent": pgettext_lazy("field", "what was learnt about preventing"),
    "reviewed_on": pgettext_lazy("field", "reviewed"),
    "source": pgettext_lazy("field", "source"),
    "summary": pgettext_lazy("field", "in short"),
    "url": pgettext_lazy("field", "address"),
    "documented": pgettext_lazy("field", "how it is documented"),
    "extremism": pgettext_lazy("field", "whether violent extremism is included"),
    "follow_up_on": pgettext_lazy("field", "next follow-up"),
    "followed_up": pgettext_lazy("field", "how it is followed up"),
    "goals": pgettext_lazy("field", "measurable goals"),
    "paragraph": pgettext_lazy("field", "what it says about violent extremism"),
    "parties": pgettext_lazy("field", "parties"),
    "pledges": pgettext_lazy("field", "citizen pledges"),
    "problems": pgettext_lazy("field", "problems in focus"),
    "purposes": pgettext_lazy("field", "purposes"),
    "signed_for_municipality": pgettext_lazy("field", "who signed for the municipality"),
    "signed_for_others": pgettext_lazy("field", "who signed for the other parties"),
    "signed_on": pgettext_lazy("field", "day of signing"),
    "age_group": pgettext_lazy("field", "age group"),
    "areas": pgettext_lazy("field", "areas of work"),
    "basis": pgettext_lazy("field", "existing or new forum"),
    "basis_reason": pgettext_lazy("field", "why no existing forum is enough"),
    "contacts": pgettext_lazy("field", "contacts"),
    "districts": pgettext_lazy("field", "area"),
    "function": pgettext_lazy("field", "function"),
    "information_class": pgettext_lazy("field", "what the forum may handle"),
    "interval_weeks": pgettext_lazy("field", "weeks between meetings"),
    "levels": pgettext_lazy("field", "prevention levels"),
    "measure": pgettext_lazy("field", "measure of success"),
    "minutes_form": pgettext_lazy("field", "form of minutes"),
    "organisation": pgettext_lazy("field", "organisation"),
    "purpose": pgettext_lazy("field", "purpose"),
    "usual_end": pgettext_lazy("field", "usual end"),
    "usual_place": pgettext_lazy("field", "usual place"),
    "usual_start": pgettext_lazy("field", "usual start"),
    "agenda": pgettext_lazy("field", "agenda"),
    "answer": pgettext_lazy("field", "answer"),
    "contributors": pgettext_lazy("field", "contributing"),
    "denied": pgettext_lazy("field", "denied attempts only"),
    "due": pgettext_lazy("field", "last day"),
    "ends_at": pgettext_lazy("field", "ends"),
    "event": pgettext_lazy("field", "event"),
    "first": pgettext_lazy("field", "from"),
    "kind": pgettext_lazy("field", "type"),
    "last": pgettext_lazy("field", "to"),
    "name": pgettext_lazy("field", "name"),
    "new_device": pgettext_lazy("field", "signed in from a new device only"),
    "notes": pgettext_lazy("field", "notes"),
    "notices": pgettext_lazy("field", "notices"),
    "number": pgettext_lazy("field", "the object's number"),
    "object": pgettext_lazy("field", "kind of object"),
    "odd_hours": pgettext_lazy("field", "outside office hours only"),
    "outcome": pgettext_lazy("field", "whether it is handled"),
    "owners": pgettext_lazy("field", "responsible"),
    "person": pgettext_lazy("field", "user"),
    "place": pgettext_lazy("field", "place"),
    "planned_by": pgettext_lazy("field", "planned by"),
    "registration_number": pgettext_lazy("field", "registration number"),
    "reply": pgettext_lazy("field", "the user's answer"),
    "report_to_management": pgettext_lazy("field", "to be reported to management"),
    "role": pgettext_lazy("field", "role"),
    "sort": pgettext_lazy("field", "kind of event"),
    "standing_items": pgettext_lazy("field", "standing items"),
    "starts_at": pgettext_lazy("field", "starts"),
    "text": pgettext_lazy("field", "text"),
    "title": pgettext_lazy("field", "title"),
    "valid_from": pgettext_lazy("field", "first day"),
    "valid_to": pgettext_lazy("field", "last day"),
}
"""Fields by the name that the log keeps: those that were changed, or that an export was narrowed by."""


def sentence(event: str) -> str:
    """The event in words; its code where nobody has written any."""
    known = EVENTS.get(event)
    return str(known.sentence) if known else event


def object_kind(label: str) -> str:
    """What kind of thing the event was about; its label where nobody has named it."""
    return str(OBJECTS.get(label, label))


def field(name: str) -> str:
    """What the field is called on the page; its own name where nobody has named it."""
    return str(FIELDS.get(name, name))


def events_of(*sorts: Sort) -> list[str]:
    """The codes of the events of these sorts."""
    return [event for event, meaning in EVENTS.items() if meaning.sort in sorts]
