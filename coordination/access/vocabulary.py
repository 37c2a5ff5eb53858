"""The words of access: every permission and every role there is.

A person who does not program should be able to read this file and say whether it is right.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """What can be permitted. The first group is asked without an object, the others about one."""

    USE_PORTAL = "use_portal"
    ADMINISTER_PEOPLE = "administer_people"
    """Invite people, give and end roles, name deputies, close accounts."""
    ADMINISTER_LISTS = "administer_lists"
    """Keep the lists of organisations and housing districts."""
    OPERATE = "operate"
    """See schedules and failed work, and start it again."""

    REVIEW_LOG = "review_log"
    """Read the log of who did what, export it, and answer the monthly sample."""
    SHARE_VIEWS = "share_views"
    """Share a saved view of a list with everyone who holds a role."""
    ESTABLISH_FORUM = "establish_forum"
    """Set up a forum, and see which administrations sit in none."""
    VIEW_ASSIGNMENTS = "view_assignments"
    """Read what the guideline orders, of whom, and how it stands."""
    UPDATE_ASSIGNMENTS = "update_assignments"
    """Say how an assignment of one's own organisation stands."""
    KEEP_ASSIGNMENTS = "keep_assignments"
    """Keep the guideline and its assignments: whose they are, by when; ask how they stand; update all."""

    VIEW_SITUATION = "view_situation"
    """Read the published situational pictures, and the action plans that are decided."""
    WRITE_SITUATION = "write_situation"
    """Read drafts of them, and write of problems and measures in one's own housing districts."""
    KEEP_SITUATION = "keep_situation"
    """Write all of them, publish the picture, and note that the plan is decided and followed up."""

    VIEW_ACTORS = "view_actors"
    """See the organisations that take part in the work, and whom to contact there."""
    KEEP_ACTORS = "keep_actors"
    """Add actors, and change what is known of those in one's own housing districts."""
    KEEP_ALL_ACTORS = "keep_all_actors"
    """Change every actor, its name and days, say which one follows which, and import lists."""
    VIEW_AGREEMENTS = "view_agreements"
    """Read agreements once they are in force: at least those that one's own organisation is party to."""
    READ_AGREEMENTS = "read_agreements"
    """Read all of those, whoever the parties are."""
    FOLLOW_AGREEMENTS = "follow_agreements"
    """Read agreements while they are drafts too."""
    KEEP_AGREEMENTS = "keep_agreements"
    """Register agreements, put them in force, renew and end them, and be told before they expire."""
    VIEW_GROUNDS = "view_grounds"
    """Read the legal bases and the retention rules, in all their versions."""
    FOLLOW_GROUNDS = "follow_grounds"
    """Be told which of them nobody has looked at for a year."""
    KEEP_GROUNDS = "keep_grounds"
    """Enter versions of them, note who has reviewed one, end and strike them."""
    INFORM_PUBLIC = "inform_public"
    """Write and publish what the public reads without signing in."""
    KEEP_KNOWLEDGE = "keep_knowledge"
    """Write in the library, and report study visits and what is proposed because of them."""
    READ_VISITS = "read_visits"
    """Read reports of study visits, which are internal: neither police nor associations do."""
    LOG_CONTACTS = "log_contacts"
    """Log contacts with the helpline and the national level, and see one's own."""
    READ_CONTACTS = "read_contacts"
    """See every contact, and decide how long they are kept."""
    READ_CONTACT_FIGURES = "read_contact_figures"
    """See how many contacts there were, but nothing of any one."""

    READ_RESOURCES = "read_resources"
    """Read resource reports that were sent in: one's own organisation's, or those one follows up."""
    VIEW_OWN_REPORT = "view_own_report"
    """See the resource report of one's own organisation while it is written."""
    REPORT_RESOURCES = "report_resources"
    """Write the resource report of one's own organisation, and send it to be attested."""
    ATTEST_RESOURCES = "attest_resources"
    """Attest the resource report of one's own organisation, or send it back."""
    INVITE_TO_REPORT = "invite_to_report"
    """Let a colleague write in the resource report of one's own organisation."""
    READ_REQUESTS = "read_requests"
    """Read requests for extra resources that were sent in: one's own organisation's, or all."""
    DECIDE_REQUESTS = "decide_requests"
    """Decide on requests for extra resources, at the organisation whose managers do."""
    REVIEW_RESOURCES = "review_resources"
    """Follow up every resource report that was sent in: when, return, approve; say when they are due."""
    READ_RESOURCE_FIGURES = "read_resource_figures"
    """Read what the approved resource reports come to together: a partnership coordinator for their own
    districts, of no organisation."""

    HAND_IN_CASE = "hand_in_case"
    """Hand in a case when worried about somebody, ask for advice, and see the receipts of one's own."""
    CARRY_CASES = "carry_cases"
    """Open the list of cases: of those that one carries, and of one's own districts'."""
    LIST_CASES = "list_cases"
    """See that a case is there: its number and its stage, and nothing of the person."""
    TRIAGE_CASE = "triage_case"
    """Read a case that was handed in, and decide what becomes of it."""
    VIEW_CASE = "view_case"
    """Open a case that one carries, or is the deputy of."""
    KEEP_CASE = "keep_case"
    """Write in a case that one carries, or is the deputy of."""

    VIEW_FORUM = "view_forum"
    """See a forum, its meetings, minutes, decisions and action points."""
    LOG_MEETINGS = "log_meetings"
    """Plan, call, log and finish the forum's meetings, and keep its action points."""
    KEEP_FORUM = "keep_forum"
    """Change what the forum is, who sits in it, and its standing items."""
    KEEP_ACTION = "keep_action"
    """Say that one's own action point is done, or give it a new date."""
    PROPOSE_ITEM = "propose_item"
    """Propose an agenda item for a coming meeting that one takes part in."""
    ADJUST_MINUTES = "adjust_minutes"
    """Adjust the minutes one was asked to adjust, or ask for a change."""
    READ_APPROVED = "read_approved"
    """Read the minutes of a forum once they are approved, and nothing else of it."""


class HeldAt(StrEnum):
    """Where a role may be held. The membership table stands beside the anchor it names."""

    ORGANISATION = "organisation"
    DISTRICT = "district"
    FORUM = "forum"


OUTSIDE = frozenset({Permission.USE_PORTAL})
"""What the portal is to somebody of another organisation, and to whoever only sits in a forum."""
ORDINARY = frozenset({Permission.USE_PORTAL, Permission.READ_VISITS})
"""What every other role gives."""
ANSWERING = ORDINARY | {
    Permission.VIEW_ASSIGNMENTS,
    Permission.UPDATE_ASSIGNMENTS,
    Permission.VIEW_SITUATION,
    Permission.VIEW_ACTORS,
    Permission.VIEW_AGREEMENTS,
    Permission.READ_AGREEMENTS,
}
"""What those hold who answer for an organisation, or act for a function that the guideline names."""


@dataclass(frozen=True)
class Role:
    """A role: a stable code, what people call it, where it may be held and what it gives by itself.

    `second_factor` is asked of whoever may meet an individual case, or steers who may: a password
    alone does not open such an account. A seat in a forum, a report or a receipt does not need it.

    What a role gives on objects is derived from its memberships by the app that owns the anchor
    (`forums/grants.py` and its like); what stands here needs no object.
    """

    code: str
    name: str | Promise
    description: str | Promise
    held_at: HeldAt
    permissions: frozenset[Permission] = field(default=ORDINARY)
    needs_second: bool = False
    """Given only when a second administrator approves."""
    deputised: bool = True
    """Whether a deputy holds it too while the person is away."""
    second_factor: bool = False


_ROLES = (
    Role(
        "strategic_coordinator",
        _("Strategic coordinator"),
        _(
            "Leads and coordinates the work in the whole municipality. Never sees an individual case."
        ),
        HeldAt.ORGANISATION,
        permissions=ANSWERING
        | {
            Permission.SHARE_VIEWS,
            Permission.ESTABLISH_FORUM,
            Permission.KEEP_ASSIGNMENTS,
            Permission.WRITE_SITUATION,
            Permission.KEEP_SITUATION,
            Permission.KEEP_ACTORS,
            Permission.KEEP_ALL_ACTORS,
            Permission.FOLLOW_AGREEMENTS,
            Permission.KEEP_AGREEMENTS,
            Permission.VIEW_GROUNDS,
            Permission.FOLLOW_GROUNDS,
            Permission.INFORM_PUBLIC,
            Permission.KEEP_KNOWLEDGE,
            Permission.LOG_CONTACTS,
            Permission.READ_CONTACTS,
            Permission.READ_CONTACT_FIGURES,
            Permission.READ_RESOURCES,
            Permission.READ_REQUESTS,
            Permission.REVIEW_RESOURCES,
            Permission.READ_RESOURCE_FIGURES,
        },
        second_factor=True,
    ),
    Role(
        "partnership_coordinator",
        _("Partnership coordinator"),
        _("Coordinates the operative work in their own housing districts."),
        HeldAt.DISTRICT,
        permissions=ANSWERING
        | {
            Permission.WRITE_SITUATION,
            Permission.KEEP_ACTORS,
            Permission.FOLLOW_AGREEMENTS,
            Permission.KEEP_KNOWLEDGE,
            Permission.LOG_CONTACTS,
            Permission.READ_RESOURCE_FIGURES,
            Permission.HAND_IN_CASE,
            Permission.CARRY_CASES,
        },
        second_factor=True,
    ),
    Role(
        "unit_manager",
        _("Unit manager"),
        _("Is told what is late in a unit, in numbers. Sees no content."),
        HeldAt.ORGANISATION,
        second_factor=True,
    ),
    Role(
        "disclosure_decider",
        _("Disclosure decision-maker"),
        _("Decides whether information may be shared outside the board that owns it."),
        HeldAt.ORGANISATION,
        deputised=False,
        second_factor=True,
    ),
    Role(
        "reporter",
        _("Reporter"),
        _("Files the annual resource report of their own administration or company."),
        HeldAt.ORGANISATION,
        permissions=ANSWERING
        | {
            Permission.READ_RESOURCES,
            Permission.VIEW_OWN_REPORT,
            Permission.REPORT_RESOURCES,
            Permission.INVITE_TO_REPORT,
            Permission.READ_REQUESTS,
            Permission.HAND_IN_CASE,
        },
    ),
    Role(
        "manager",
        _("Manager"),
        _("Attests the report of their own organisation and reads published status reports."),
        HeldAt.ORGANISATION,
        permissions=ANSWERING
        | {
            Permission.READ_CONTACT_FIGURES,
            Permission.READ_RESOURCES,
            Permission.VIEW_OWN_REPORT,
            Permission.ATTEST_RESOURCES,
            Permission.READ_RESOURCE_FIGURES,
            Permission.INVITE_TO_REPORT,
            Permission.READ_REQUESTS,
            Permission.DECIDE_REQUESTS,
        },
    ),
    Role(
        "police_liaison",
        _("Police liaison"),
        _("Reads what the municipality has shared with them, for as long as it is shared."),
        HeldAt.ORGANISATION,
        permissions=OUTSIDE | {Permission.VIEW_AGREEMENTS},
        deputised=False,
        second_factor=True,
    ),
    Role(
        "referrer",
        _("Referrer"),
        _("Hands in a case when worried, and sees the receipt."),
        HeldAt.ORGANISATION,
        permissions=ORDINARY | {Permission.HAND_IN_CASE},
    ),
    Role(
        "reviewer",
        _("Reviewer"),
        _(
            "Reviews the log and destruction lists: who did what, never the content. Reads approved"
            " minutes, and the published situational picture with its action plan."
        ),
        HeldAt.ORGANISATION,
        permissions=ORDINARY
        | {
            Permission.REVIEW_LOG,
            Permission.READ_RESOURCES,
            Permission.VIEW_SITUATION,
            Permission.VIEW_AGREEMENTS,
            Permission.READ_AGREEMENTS,
            Permission.VIEW_GROUNDS,
            Permission.READ_CONTACT_FIGURES,
        },
        needs_second=True,
        deputised=False,
        second_factor=True,
    ),
    Role(
        "system_administrator",
        _("System administrator"),
        _("Manages users, lists and schedules. Cannot open a case."),
        HeldAt.ORGANISATION,
        permissions=ORDINARY
        | {
            Permission.ADMINISTER_PEOPLE,
            Permission.ADMINISTER_LISTS,
            Permission.OPERATE,
            Permission.VIEW_GROUNDS,
            Permission.FOLLOW_GROUNDS,
            Permission.KEEP_GROUNDS,
        },
        needs_second=True,
        deputised=False,
        second_factor=True,
    ),
    Role(
        "chair",
        _("Chair"),
        _("Leads a forum, and keeps its meetings and minutes."),
        HeldAt.FORUM,
        permissions=OUTSIDE,
    ),
    Role(
        "secretary",
        _("Secretary"),
        _("Keeps a forum's meetings and minutes."),
        HeldAt.FORUM,
        permissions=OUTSIDE,
    ),
    Role(
        "member",
        _("Member"),
        _("Has a seat in a forum: sees its meetings, minutes and action points."),
        HeldAt.FORUM,
        permissions=OUTSIDE,
    ),
)
ROLES: dict[str, Role] = {role.code: role for role in _ROLES}
FORUM_ROLES = ("chair", "secretary", "member")
DEPUTISED = tuple(role.code for role in _ROLES if role.deputised)
"""What a deputy holds too. Never a role over people, the log or what concerns individuals."""

MEANINGS: dict[Permission, str | Promise] = {
    Permission.USE_PORTAL: _("Sign in, and see what is open to everyone with a role"),
    Permission.ADMINISTER_PEOPLE: _("Invite people, give and end roles, close accounts"),
    Permission.ADMINISTER_LISTS: _("Keep the lists of organisations and housing districts"),
    Permission.OPERATE: _("See schedules and failed work, and start it again"),
    Permission.REVIEW_LOG: _(
        "Read and export the log of who did what, and check the monthly sample"
    ),
    Permission.SHARE_VIEWS: _("Share a saved view of a list with everyone who holds a role"),
    Permission.ESTABLISH_FORUM: _("Set up a forum, and see which administrations sit in none"),
    Permission.VIEW_ASSIGNMENTS: _("Read the assignments of the guideline and how they stand"),
    Permission.UPDATE_ASSIGNMENTS: _(
        "Say how the assignments of one's own organisation or function stand"
    ),
    Permission.KEEP_ASSIGNMENTS: _(
        "Keep the guideline and all its assignments, and ask how they stand"
    ),
    Permission.VIEW_SITUATION: _(
        "Read the published situational picture, and the action plan when it is decided"
    ),
    Permission.WRITE_SITUATION: _(
        "Read drafts of them, and write of problems and measures in their own housing districts"
    ),
    Permission.KEEP_SITUATION: _(
        "Write all of the situational picture and the action plan, publish, and note decisions"
    ),
    Permission.VIEW_ACTORS: _("See the actors in the work, and whom to contact there"),
    Permission.KEEP_ACTORS: _("Add actors, and change those in their own housing districts"),
    Permission.KEEP_ALL_ACTORS: _(
        "Change every actor, its name and days, put two together, and import lists of actors"
    ),
    Permission.VIEW_AGREEMENTS: _(
        "Read the agreements in force that their own organisation is party to"
    ),
    Permission.READ_AGREEMENTS: _("Read all agreements that are or have been in force"),
    Permission.FOLLOW_AGREEMENTS: _("Read agreements while they are drafts too"),
    Permission.KEEP_AGREEMENTS: _("Register, put in force, renew and end agreements"),
    Permission.VIEW_GROUNDS: _("Read the legal bases and the retention rules"),
    Permission.FOLLOW_GROUNDS: _("Be told which legal bases and retention rules need a review"),
    Permission.KEEP_GROUNDS: _(
        "Enter legal bases and retention rules, and note who has reviewed them"
    ),
    Permission.INFORM_PUBLIC: _("Write and publish the information to the public"),
    Permission.KEEP_KNOWLEDGE: _("Write in the library, and report study visits and proposals"),
    Permission.READ_VISITS: _("Read reports of study visits and network meetings"),
    Permission.LOG_CONTACTS: _("Log contacts with the helpline, and see one's own"),
    Permission.READ_CONTACTS: _("See all logged contacts, and decide how long they are kept"),
    Permission.READ_CONTACT_FIGURES: _("See how many contacts were logged, and nothing of each"),
    Permission.READ_RESOURCES: _(
        "Read resource reports that were sent in: one's own organisation's, or those one follows up"
    ),
    Permission.VIEW_OWN_REPORT: _(
        "See the resource report of one's own organisation while it is written"
    ),
    Permission.REPORT_RESOURCES: _(
        "Write the resource report of one's own organisation, and send it to be attested"
    ),
    Permission.ATTEST_RESOURCES: _("Attest the resource report of one's own organisation"),
    Permission.INVITE_TO_REPORT: _(
        "Let a colleague write in the resource report of one's own organisation"
    ),
    Permission.READ_REQUESTS: _(
        "Read requests for extra resources: one's own organisation's, or those one follows up"
    ),
    Permission.DECIDE_REQUESTS: _(
        "Decide on requests for extra resources, at the organisation whose managers do"
    ),
    Permission.REVIEW_RESOURCES: _(
        "Follow up every resource report that was sent in, and say when they are due"
    ),
    Permission.READ_RESOURCE_FIGURES: _(
        "See what the approved resource reports come to together; coordinators of districts: there"
    ),
    Permission.HAND_IN_CASE: _(
        "Hand in a case when worried about somebody, ask for advice, and see one's own receipts"
    ),
    Permission.CARRY_CASES: _(
        "Open the list of cases: those that one carries, and those of one's own districts"
    ),
    Permission.LIST_CASES: _(
        "See that a case is there: its number and stage, nothing of the person"
    ),
    Permission.TRIAGE_CASE: _("Read a case that was handed in, and decide what becomes of it"),
    Permission.VIEW_CASE: _("Open a case that one carries, or is the deputy of"),
    Permission.KEEP_CASE: _("Write in a case that one carries, or is the deputy of"),
    Permission.VIEW_FORUM: _("See a forum, its meetings, minutes, decisions and actions"),
    Permission.LOG_MEETINGS: _("Plan, call, log and finish the meetings of a forum"),
    Permission.KEEP_FORUM: _("Change what a forum is, who sits in it and its standing items"),
    Permission.KEEP_ACTION: _("Say that an action is done, or give it a new date"),
    Permission.PROPOSE_ITEM: _("Propose an item for the agenda of a coming meeting"),
    Permission.ADJUST_MINUTES: _("Approve the minutes one was asked to approve"),
    Permission.READ_APPROVED: _("Read minutes that are approved, and nothing else of the forum"),
}
"""Every permission in plain words, for the role matrix. A test asks for all of them."""


def roles_held_at(place: HeldAt) -> list[tuple[str, str | Promise]]:
    """The roles that may be held at such a place, as (code, name) choices."""
    return [(role.code, role.name) for role in _ROLES if role.held_at == place]
