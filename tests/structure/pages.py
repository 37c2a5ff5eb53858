"""Addresses of every page with something to put in each parameter. A page without one fails."""

import runpy
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.urls import URLPattern, reverse
from django.urls.converters import UUIDConverter
from django.utils import timezone

from cases import destroying
from cases.models import AdviceRequest, Destruction, HandInDraft, Hold
from coordination.access.models import Absence
from coordination.access.urls import Policy, every_url
from coordination.access.vocabulary import Permission
from coordination.actors import demo as cast
from coordination.actors import importing, merging, organisations
from coordination.actors.models import (
    ActorImport,
    District,
    DistrictMembership,
    Organisation,
    OrganisationMembership,
    Succession,
)
from coordination.administration import log_exports, log_sample, people, roles, roles_matrix
from coordination.administration.log_models import LogExport, SampledEvent
from coordination.administration.models import RoleMatrix, RoleRequest
from coordination.agreements.models import Agreement
from coordination.assignments.models import Assignment, AssignmentFile, AssignmentOwner, Guideline
from coordination.audit import log
from coordination.grounds import retention
from coordination.grounds.models import (
    BasisVersion,
    LegalBasis,
    RetentionRule,
    RetentionVersion,
)
from coordination.jobs import queue
from coordination.jobs.models import Job
from coordination.knowledge.models import Contact, Entry, InformationVersion, Suggestion, Visit
from coordination.resources import compiling
from coordination.resources.models import (
    Activity,
    Compilation,
    Part,
    Report,
    SentRequest,
    Version,
)
from coordination.situation.models import ActionPlan, Measure, Problem, SituationalPicture
from coordination.writing import saved_views
from forums.models import Meeting
from tests import world as the_world
from tests.structure import matrix
from tests.world import World

NEVER = 987_654
"""No object of the tests has this key, nor one that is made of it."""

MEETING_OF = {
    "meeting": "held",
    "meeting_calendar": "held",
    "minutes": "held",
    "minutes_version": "held",
    "minutes_pdf": "held",
    "minutes_new": "held",
    "minutes_edit": "held",
    "minutes_edit_autosave": "held",
    "minutes_changes": "held",
    "minutes_send": "held",
    "minutes_take_back": "sent",
    "adjust": "sent",
    "adjust_confirm": "sent",
    "adjust_request": "sent",
    "minutes_correct": "locked",
    "minutes_number": "locked",
    "approved": "locked",
    "approved_pdf": "locked",
    "decision": "held",
    "decision_report": "held",
    "answer": "next",
    "decision_action_new": "held",
    "decision_assignment": "held",
    "decision_agreement": "held",
    "decision_link": "held",
    "decision_unlink": "held",
    "decision_carried_out": "held",
    "decision_carried_out_undo": "locked",
    "meeting_agenda": "next",
    "meeting_plan": "next",
    "outside_addresses": "next",
    "meeting_call": "next",
    "meeting_call_again": "next",
    "meeting_cancel": "next",
    "meeting_series_change": "series",
    "meeting_series_end": "series",
    "propose": "next",
    "proposal_withdraw": "next",
    "document_new": "next",
    "document": "next",
    "document_remove": "next",
    "log": "logged",
    "log_item": "logged",
    "log_item_autosave": "logged",
    "log_item_conflict": "logged",
    "log_item_reopen": "logged",
    "log_restore": "logged",
    "log_decision": "logged",
    "log_action": "logged",
    "attendance": "logged",
    "attendance_autosave": "logged",
    "finish": "logged",
}
"""Which of a forum's meetings a page about a meeting is asked for with."""

CHILDREN = {"item", "decision", "document", "number"}
"""Parameters that name a thing under a meeting; `action` does so too where there is a meeting."""


def _view(world: World) -> int:
    """A view that Anna has saved."""
    return saved_views.save(
        user=world.person("anna.ek"), page="meetings", name="Kommande", query="period=ahead"
    ).pk


def _export(world: World) -> int:
    """An export that Bo has asked for; not made, so it leads back to the list."""
    found = LogExport.objects.first()
    return (found or _asked(world)).pk


def _asked(world: World) -> LogExport:
    return log_exports.ask(
        by=world.person("bo.kvist"), reason="Kontroll", format="csv", filters={}, language="sv"
    )


def _sampled(world: World) -> int:
    """A denied attempt of Tove's that a reviewer asks her about."""
    row = SampledEvent.objects.first()
    if row is None:
        tove, last_year = world.person("tove.lind"), timezone.now() - timedelta(days=365)
        with transaction.atomic():
            log.record(by=tove, event="access.denied", facts={"page": "meeting"}, at=last_year)
        first = (last_year + timedelta(days=31)).date().replace(day=1)
        row = log_sample.draw(on=first).events.earliest("pk")
        log_sample.judge(row=row, answer="asked", by=world.person("bo.kvist"))
    return row.pk


def _person(world: World) -> int:
    return world.people["ulla.vik"].pk


def _absence(world: World) -> int:
    """That Ulla is away today."""
    ulla, today = world.person("ulla.vik"), timezone.localdate()
    found = Absence.objects.filter(user=ulla).first()
    made = found or people.be_away(
        by=world.person("stina.alm"), user=ulla, deputy=None, valid_from=today, valid_to=today
    )
    return made.pk


def _at_organisation(world: World) -> int:
    return OrganisationMembership.objects.get(user=world.people["ulla.vik"]).pk


def _in_district(world: World) -> int:
    return DistrictMembership.objects.filter(user=world.people["sara.nyman"]).earliest("pk").pk


def _request(world: World) -> int:
    """A role that Stina has asked for Ulla to have."""
    found = RoleRequest.objects.first()
    wanted = roles.Wanted("reviewer", Organisation.objects.earliest("pk"), timezone.localdate())
    return (
        found
        or roles.give(by=world.person("stina.alm"), user=world.person("ulla.vik"), wanted=wanted)
    ).pk


def _matrix(world: World) -> int:
    """A role matrix whose document is not made, so that it leads back to the page."""
    found = RoleMatrix.objects.first()
    return (found or roles_matrix.make(by=world.person("stina.alm"), language="sv")).pk


def _assignment(world: World) -> int:
    """That of the upper secondary schools: one organisation's alone."""
    return Assignment.objects.get(number=13).pk


def _owner(world: World) -> int:
    return AssignmentOwner.objects.get(assignment__number=13).pk


def _file(world: World) -> int:
    return AssignmentFile.objects.get(removed_at=None).pk


def _guideline(world: World) -> int:
    return Guideline.objects.latest("in_force_from").pk


def _report(world: World) -> int:
    """Leila's, which she writes."""
    return Report.objects.get(state="draft", organisation__name=cast.UPPER_SECONDARY).pk


def _part(world: World) -> int:
    return Part.objects.get(report=_report(world), number=2).pk


def _activity(world: World) -> int:
    return Activity.objects.filter(report=_report(world)).earliest("pk").pk


def _version(world: World) -> int:
    """Per's, which waits to be reviewed."""
    return Version.objects.get(state="waiting").pk


def _compilation(world: World) -> int:
    """A file that Anna has asked for; not made, so it leads back to the list."""
    asked = Compilation.objects.first() or compiling.ask(
        kind="rows", window=None, language="sv", by=world.person("anna.ek")
    )
    return asked.pk


def _extra_request(world: World) -> int:
    """What Per's asks for."""
    return SentRequest.objects.get(version=_version(world)).pk


def _organisation(world: World) -> int:
    return Organisation.objects.earliest("pk").pk


def _actor(world: World) -> int:
    """An association that works in Vivalla."""
    return Organisation.objects.get(districts__name="Vivalla", kind="association").pk


def _list(world: World) -> int:
    """A list of actors that Anna has handed in, checked."""
    found = ActorImport.objects.first()
    if found is None:
        with (
            override_settings(UPLOADS_UNSCANNED=True),
            importing.checked_file("Namn;Typ\nNya;Förening\n".encode(), "l.csv") as (kind, file),
        ):
            found = importing.hand_in(
                by=world.person("anna.ek"), kind=kind, file=file, language="sv"
            )
        for job in Job.objects.filter(kind=importing.KIND, state="due"):
            queue.run(job.pk)
    return found.pk


def _merged(world: World) -> int:
    """An actor that has gone into another."""
    found = Succession.objects.first()
    if found is None:
        gone = organisations.add_organisation(by=None, name="Gamla kontoret", kind="administration")
        into = Organisation.objects.get(name=cast.OFFICE)
        found = merging.merge(by=None, gone=gone, into=into, on=timezone.localdate())
    return found.gone_id


def _district(world: World) -> int:
    return District.objects.earliest("pk").pk


def _entry(world: World) -> int:
    return Entry.objects.earliest("pk").pk


def _visit(world: World) -> int:
    return Visit.objects.earliest("pk").pk


def _suggestion(world: World) -> int:
    return Suggestion.objects.earliest("pk").pk


def _contact(world: World) -> int:
    """What Maria has logged."""
    return Contact.objects.earliest("pk").pk


def _agreement(world: World) -> int:
    """The one with the police, in force, with its signed file."""
    return Agreement.objects.earliest("pk").pk


def _agreement_draft(world: World) -> int:
    """A draft that lacks nothing."""
    return Agreement.objects.filter(state="draft").earliest("pk").pk


def _basis(world: World) -> int:
    """One with a version in force and one that waits."""
    return LegalBasis.objects.latest("place").pk


def _basis_waits(world: World) -> int:
    return BasisVersion.objects.unreviewed().get(basis=_basis(world)).pk


def _basis_holds(world: World) -> int:
    return BasisVersion.objects.get(basis=_basis(world), status="reviewed").pk


def _rule(world: World) -> int:
    """One that the portal came with."""
    return RetentionRule.objects.get(record="calendar").pk


def _rule_waits(world: World) -> int:
    return RetentionVersion.objects.unreviewed().get(rule=_rule(world)).pk


def _rule_holds(world: World) -> int:
    """That of another, which somebody reviews where nobody has."""
    version = RetentionVersion.objects.filter(rule__record="draft").earliest("pk")
    if version.is_unreviewed:
        stina, today = world.person("stina.alm"), timezone.localdate()
        retention.review(version=version, who="Lo Ek, arkivarie", on=today, by=stina)
    return version.pk


def _information(world: World) -> int:
    """The version that the published one replaced."""
    return InformationVersion.objects.get(state="replaced").pk


def _picture(world: World) -> int:
    """The first one, published."""
    return SituationalPicture.objects.earliest("number").pk


def _drafted_picture(world: World) -> int:
    return SituationalPicture.objects.get(state="draft").pk


def _problem(world: World) -> int:
    """Of the draft, in Vivalla."""
    return Problem.objects.filter(picture__state="draft", removed=False).latest("pk").pk


def _removed_problem(world: World) -> int:
    return Problem.objects.get(picture__state="draft", removed=True).pk


def _plan(world: World) -> int:
    """The one in force."""
    return ActionPlan.objects.get(picture__number=1).pk


def _drafted_plan(world: World) -> int:
    return ActionPlan.objects.get(state="draft").pk


def _measure(world: World) -> int:
    """Of the plan in force, about Vivalla."""
    return Measure.objects.earliest("pk").pk


def _drafted_measure(world: World) -> int:
    return Measure.objects.filter(plan__state="draft", removed=False).earliest("pk").pk


def _removed_measure(world: World) -> int:
    return Measure.objects.get(plan__state="draft", removed=True).pk


def _case(world: World) -> UUID:
    """The one in Vivalla, which Maria carries."""
    return world.cases["ärendevivalla"].pk


def _case_to_triage(world: World) -> UUID:
    """One in Vivalla that is handed in, and no more."""
    return world.cases["ärendenytt"].pk


def _destruction(world: World) -> int:
    """One that Ida has proposed, of the closed case in Varberga, by a rule that lets it go at once."""
    found = Destruction.objects.first()
    if found is None:
        _let_go_at_once(world)
        case = world.cases["ärendeavslutat"]
        found = destroying.propose(cases=[case.pk], by=world.person("ida.rask"))
    return found.pk


def _let_go_at_once(world: World) -> None:
    stina, today = world.person("stina.alm"), timezone.localdate()
    if retention.rule_for("case", on=today) is not None:
        return
    rule = RetentionRule.objects.get(record="case")
    old = rule.versions.earliest("number")
    values = {name: getattr(old, name) for name in retention.SAYS}
    short = {"length": 1, "unit": "days", "event": "received"}
    made = retention.add_version(rule=rule, values=values | short, by=stina)
    retention.review(version=made, who="Lo Arkivsson, arkivarie", on=today, by=stina)


def _hold(world: World) -> int:
    """That Kaj holds the case in Brickebacken back."""
    found = Hold.objects.filter(lifted_at=None).first()
    case = world.cases["ärendebrickebacken"]
    made = found or destroying.hold(case=case, reason="request", by=world.person("kaj.berg"))
    return made.pk


def _draft_of_case(world: World) -> UUID:
    """What Tove has written and not handed in; another when it has been."""
    tove = world.person("tove.lind")
    found = HandInDraft.objects.filter(made_by=tove).order_by("begun_at").first()
    return (found or the_world.draft(world, timezone.now())).pk


def _receipt(world: World) -> UUID:
    return world.cases["ärendenytt"].submission.pk


def _advice(world: World) -> UUID:
    """What waits for an answer; something else when it has one."""
    found = AdviceRequest.objects.filter(answered_at=None).first()
    return (found or the_world.ask_advice(world, timezone.now())).pk


def _closed_case(world: World) -> UUID:
    """The protected one that Mats and Maria have closed."""
    return world.cases["ärendeskyddat"].pk


def _closing(world: World) -> dict[str, UUID]:
    """How that one was closed."""
    asked = world.cases["ärendeskyddat"].closings.get(state="agreed")
    return {"case": asked.case_id, "asked": asked.pk}


def _check_up(world: World) -> dict[str, UUID]:
    """When somebody looks again at that one for the second time."""
    booked = world.cases["ärendeskyddat"].check_ups.latest("due_on")
    return {"case": booked.case_id, "check_up": booked.pk}


def _consent(world: World) -> dict[str, UUID]:
    """The one in Vivalla that holds."""
    held = world.cases["ärendevivalla"].consents.get(withdrawn_at=None)
    return {"case": held.case_id, "consent": held.pk}


def _handed_over(world: World) -> UUID:
    """The other one in Vivalla, which Maria has handed over."""
    return world.cases["ärendesärskilt"].pk


def _duty(world: World) -> dict[str, UUID]:
    """What remains of that one."""
    left = world.cases["ärendesärskilt"].duties.get()
    return {"case": left.case_id, "duty": left.pk}


def _glimpse(world: World) -> UUID:
    """That Sara has opened the one in Vivalla in an emergency; nobody has reviewed it."""
    return world.cases["ärendevivalla"].glimpses.get().pk


ONE_OF: dict[str, Callable[[World], Any]] = {
    "advice_contacted": _advice,
    "hand_in_basis": _draft_of_case,
    "hand_in_check": _draft_of_case,
    "hand_in_consent": _draft_of_case,
    "hand_in_drop": _draft_of_case,
    "hand_in_happened": _draft_of_case,
    "hand_in_receipt": _receipt,
    "hand_in_who": _draft_of_case,
    "destruction": _destruction,
    "destruction_answer": _destruction,
    "destruction_pdf": _destruction,
    "hold_lift": _hold,
    "case": _case,
    "case_access": _case,
    "case_check_up": _check_up,
    "case_close": _case,
    "case_closing": _closing,
    "case_closing_refuse": _closing,
    "case_conflict": _case,
    "case_consent_new": _case,
    "case_consent_withdraw": _consent,
    "case_consents": _case,
    "case_duty_done": _duty,
    "case_glimpse_end": _case,
    "case_glimpses": _case,
    "case_hand_over": _case,
    "case_handover": _handed_over,
    "case_reopen": _closed_case,
    "case_role": _case,
    "glimpse_approve": _glimpse,
    "glimpse_review": _glimpse,
    "case_assess": _case,
    "case_begin": _case,
    "case_events": _case,
    "case_follow_up": _case,
    "case_goal_new": _case,
    "case_journal": _case,
    "case_plan": _case,
    "case_triage": _case_to_triage,
    "absence_end": _absence,
    "legal_basis": _basis,
    "basis_version_new": _basis,
    "basis_review": _basis_waits,
    "basis_strike": _basis_waits,
    "basis_end": _basis_holds,
    "retention_rule": _rule,
    "retention_version_new": _rule,
    "retention_review": _rule_waits,
    "retention_strike": _rule_waits,
    "retention_end": _rule_holds,
    "agreement": _agreement,
    "agreement_change": _agreement,
    "agreement_discard": _agreement_draft,
    "agreement_end": _agreement,
    "agreement_file": _agreement,
    "agreement_file_new": _agreement,
    "agreement_file_remove": _agreement,
    "agreement_in_force": _agreement_draft,
    "agreement_renew": _agreement,
    "assignment": _assignment,
    "assignment_change": _assignment,
    "assignment_file": _file,
    "assignment_file_new": _assignment,
    "assignment_file_remove": _file,
    "assignment_file_restore": _file,
    "assignment_status": _owner,
    "assignment_update": _owner,
    "guideline_assignments": _guideline,
    "guideline_version": _guideline,
    "actor": _actor,
    "actor_change": _actor,
    "actor_checked": _actor,
    "actor_end": _actor,
    "actor_import": _list,
    "actor_import_do": _list,
    "actor_import_rows": _list,
    "actor_merge": _actor,
    "actor_merge_undo": _merged,
    "actor_rename": _actor,
    "actor_resume": _actor,
    "district": _district,
    "district_end": _district,
    "district_rename": _district,
    "district_resume": _district,
    "district_role": _in_district,
    "district_role_end": _in_district,
    "organisation": _organisation,
    "organisation_end": _organisation,
    "organisation_rename": _organisation,
    "organisation_resume": _organisation,
    "organisation_role": _at_organisation,
    "organisation_role_end": _at_organisation,
    "contact_change": _contact,
    "contact_remove": _contact,
    "entry": _entry,
    "entry_answer": _entry,
    "entry_archive": _entry,
    "entry_change": _entry,
    "suggestion": _suggestion,
    "suggestion_action_new": _suggestion,
    "suggestion_change": _suggestion,
    "suggestion_new": _visit,
    "visit": _visit,
    "visit_change": _visit,
    "activity": _activity,
    "compilation_file": _compilation,
    "activity_end": _activity,
    "activity_new": _report,
    "activity_split": _activity,
    "activities_paste": _report,
    "activities_template": _report,
    "report": _report,
    "report_invite": _report,
    "report_compare": _version,
    "report_approval_undo": _version,
    "request": _extra_request,
    "request_opinion": _extra_request,
    "request_decision": _extra_request,
    "request_undo": _extra_request,
    "report_attest": _report,
    "report_check": _report,
    "report_nothing": _report,
    "report_part": _part,
    "report_pdf": _version,
    "report_take_back": _report,
    "report_version": _version,
    "information_version": _information,
    "information_restore": _information,
    "picture": _picture,
    "picture_change": _drafted_picture,
    "picture_publish": _drafted_picture,
    "problem_new": _drafted_picture,
    "problem_change": _problem,
    "problem_remove": _problem,
    "problem_restore": _removed_problem,
    "plan_begin": _picture,
    "plan": _plan,
    "plan_decide": _drafted_plan,
    "plan_follow_up": _plan,
    "measure_new": _drafted_plan,
    "measure": _measure,
    "measure_change": _drafted_measure,
    "measure_update": _measure,
    "measure_remove": _drafted_measure,
    "measure_restore": _removed_measure,
    "person": _person,
    "person_absence": _person,
    "person_close": _person,
    "person_codes_again": _person,
    "person_factors_reset": _person,
    "person_identity_forget": _person,
    "person_leaves": _person,
    "person_link": _person,
    "person_reopen": _person,
    "person_role_new": _person,
    "role_matrix_pdf": _matrix,
    "role_request": _request,
    "saved_view": _view,
    "review_log_export": _export,
    "review_sample_answer": _sampled,
    "log_question": _sampled,
}
"""Pages about something that belongs to no forum: what makes the one there is, and its key."""

INSIDERS = {
    Permission.READ_DESTRUCTION: "bo.kvist",
    Permission.REVIEW_GLIMPSES: "rut.ahl",
    Permission.PROPOSE_DESTRUCTION: "ida.rask",
    Permission.APPROVE_DESTRUCTION: "kaj.berg",
    Permission.HOLD_DESTRUCTION: "kaj.berg",
    Permission.HAND_IN_CASE: "tove.lind",
    "saved_view": "anna.ek",
    Permission.ESTABLISH_FORUM: "anna.ek",
    Permission.KEEP_AGREEMENTS: "anna.ek",
    Permission.KEEP_ASSIGNMENTS: "anna.ek",
    Permission.UPDATE_ASSIGNMENTS: "leila.amiri",
    Permission.KEEP_SITUATION: "anna.ek",
    Permission.INFORM_PUBLIC: "anna.ek",
    Permission.READ_RESOURCES: "anna.ek",
    Permission.REVIEW_RESOURCES: "anna.ek",
    Permission.READ_RESOURCE_FIGURES: "anna.ek",
    Permission.VIEW_OWN_REPORT: "leila.amiri",
    Permission.REPORT_RESOURCES: "leila.amiri",
    Permission.ATTEST_RESOURCES: "ulla.vik",
    Permission.INVITE_TO_REPORT: "leila.amiri",
    Permission.READ_REQUESTS: "anna.ek",
    Permission.DECIDE_REQUESTS: "lars.nord",
    Permission.READ_CONTACTS: "anna.ek",
    Permission.READ_CONTACT_FIGURES: "anna.ek",
    "log_question": "tove.lind",
    Permission.REVIEW_LOG: "bo.kvist",
    Permission.READ_APPROVED: "bo.kvist",
    Permission.KEEP_ALL_ACTORS: "anna.ek",
    Permission.VIEW_GROUNDS: "stina.alm",
    Permission.KEEP_GROUNDS: "stina.alm",
    Permission.ADMINISTER_PEOPLE: "stina.alm",
    Permission.ADMINISTER_LISTS: "stina.alm",
    Permission.OPERATE: "stina.alm",
}
"""Somebody who may use a page, by its name or by the permission that it asks for; else Maria."""


OUTSIDERS = {
    Permission.CARRY_CASES: "anna.ek",
    Permission.VIEW_CASE: "sara.nyman",
    Permission.KEEP_CASE: "sara.nyman",
    Permission.TRIAGE_CASE: "jonas.berg",
    Permission.VIEW_ASSIGNMENTS: "tove.lind",
    Permission.UPDATE_ASSIGNMENTS: "tove.lind",
    Permission.VIEW_SITUATION: "tove.lind",
    Permission.VIEW_ACTORS: "tove.lind",
    Permission.VIEW_AGREEMENTS: "tove.lind",
    Permission.READ_VISITS: "nils.frisk",
    Permission.READ_CONTACT_FIGURES: "tove.lind",
    Permission.READ_RESOURCES: "tove.lind",
    Permission.READ_RESOURCE_FIGURES: "leila.amiri",
    Permission.VIEW_OWN_REPORT: "per.holm",
    Permission.ATTEST_RESOURCES: "gunnar.ask",
    Permission.INVITE_TO_REPORT: "tove.lind",
    Permission.READ_REQUESTS: "tove.lind",
}
"""Somebody with a role who may not use a page that asks for the permission; else Ulla."""


def outsider(policy: Policy) -> str:
    if policy.by_role and policy.see is Permission.USE_PORTAL:
        # Every role opens it.
        return matrix.NO_ROLE
    return OUTSIDERS.get(policy.see, "ulla.vik")


def policy_of(page: str) -> Policy:
    """The policy of the page with that name."""
    found: Policy = next(
        pattern.callback.policy for route, pattern in every_url() if name_of(route, pattern) == page
    )
    return found


def insider(page: str, policy: Policy) -> str:
    found = (INSIDERS.get(asked) for asked in (page, policy.do, policy.see))
    return next(filter(None, found), "maria.sten")


def urlconf(**kind: Any) -> types.ModuleType:
    """The addresses of an installation of another kind, such as the demo."""
    module = types.ModuleType("addresses")
    with override_settings(**kind):
        module.__dict__.update(runpy.run_path(str(settings.BASE_DIR / "coordination/urls.py")))
    return module


def name_of(route: str, pattern: URLPattern) -> str:
    """The page's name in the matrix; its route where it has none."""
    return pattern.name or route


@cache
def random_keys() -> dict[str, set[str]]:
    """By page the parameters that are random keys; the others are numbers."""
    return {
        name_of(route, pattern): {
            name
            for name, kind in pattern.pattern.converters.items()
            if isinstance(kind, UUIDConverter)
        }
        for route, pattern in every_url()
    }


def nothing_of(page: str, parameters: list[str]) -> dict[str, Any]:
    """What stands in an address of the right form to something that never existed."""
    random = random_keys()[page]
    return {one: UUID(int=NEVER) if one in random else NEVER for one in parameters}


def pages() -> dict[str, list[str]]:
    """Every page and its parameters, in the order of its address."""
    found: dict[str, list[str]] = {}
    for route, pattern in every_url():
        name = name_of(route, pattern)
        assert name not in found, f"two pages are named {name}"
        found[name] = list(pattern.pattern.converters)
    return found


@dataclass
class Samples:
    """The world seen as what stands in addresses."""

    world: World
    logged: dict[str, Meeting]
    gone: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By page what stood in its address while there was such a thing (see `former`)."""

    def address(self, page: str, parameters: list[str], target: str) -> str:
        return reverse(page, kwargs=self.values(page, parameters, target))

    def values(self, page: str, parameters: list[str], target: str) -> dict[str, Any]:
        """What stands in each parameter. Raises KeyError for one that nobody gave a sample."""
        if target == matrix.MISSING:
            return nothing_of(page, parameters)
        if target == matrix.GONE:
            return self.gone[page]
        if target == matrix.MIXED:
            mine = self.values(page, parameters, "bra")
            theirs = self.values(page, parameters, "vivalla")
            child = [p for p in parameters if p in CHILDREN] or ["action"]
            # Number 1 is the first version of every meeting's minutes, so another is asked for.
            foreign = {name: NEVER if name == "number" else theirs[name] for name in child}
            return {**mine, **foreign}
        if page in ONE_OF:
            found = ONE_OF[page](self.world)
            return found if isinstance(found, dict) else dict.fromkeys(parameters, found)
        return {name: self._sample(page, name, parameters, target) for name in parameters}

    def usual(self, page: str, parameters: list[str]) -> str:
        """An address of the page to something that is there."""
        target = matrix.ONE if page in ONE_OF else "vivalla" if parameters else matrix.NO_OBJECT
        return self.address(page, parameters, target)

    def _sample(self, page: str, name: str, parameters: list[str], key: str) -> int:
        if name == "forum":
            return self.world.forums[key].pk
        if name == "seat":
            seats = self.world.forums[key].seats.filter(role="member", user__isnull=False)
            return seats.earliest("pk").pk
        if name == "action" and "meeting" not in parameters:
            return self.world.held[key].actions.order_by("pk").first().pk
        meetings = {
            "held": self.world.held,
            "next": self.world.next,
            "series": self.world.series,
            "sent": self.world.sent,
            "locked": self.world.locked,
            "logged": self.logged,
        }
        meeting = meetings[MEETING_OF[page]][key]
        samples = {
            "meeting": lambda: meeting.pk,
            "number": lambda: meeting.minutes.get().number,
            "item": lambda: meeting.items.in_order().first().pk,
            "document": lambda: meeting.documents.get().pk,
            "decision": lambda: meeting.items.in_order().first().decisions.get().pk,
            "action": lambda: meeting.actions.get().pk,
        }
        return samples[name]()

    def targets(self, parameters: list[str], page: str) -> list[str]:
        """What the page is asked for with."""
        if not parameters:
            return [matrix.NO_OBJECT]
        nothing = [matrix.MISSING, *([matrix.GONE] if self.gone else [])]
        if page in ONE_OF:
            return [matrix.ONE, *nothing]
        under = "meeting" in parameters and len(parameters) > 1
        return [*self.world.forums, *nothing, *([matrix.MIXED] if under else [])]
