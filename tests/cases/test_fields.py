"""Every field of the zone is decided about: sealed, a token, or in the open and why."""

import pytest
from django.apps import apps

from cases.vault import SealedTextField

pytestmark = pytest.mark.any_engine

TOKENS = {"Subject.index", "SubjectToken.token"}
SEALED = {
    "AdviceRequest.reach",
    "AdviceRequest.text",
    "Assessment.childs_best",
    "Assessment.factors",
    "Assessment.guardian_view",
    "Assessment.needs",
    "Assessment.own_view",
    "Assessment.together_with",
    "Case.journal",
    "CheckUp.text",
    "Closing.answer",
    "Closing.earlier",
    "Closing.informed",
    "Closing.reopen_if",
    "Closing.result",
    "Consent.covers",
    "Consent.withdrawn_note",
    "Duty.responsible",
    "FollowUp.responsible_before",
    "FollowUp.text",
    "Goal.decided_under",
    "Goal.responsible",
    "Goal.text",
    "Glimpse.reason",
    "Glimpse.remark",
    "HandInDraft.content",
    "Handover.childs_best",
    "Handover.receipt",
    "Handover.test",
    "Note.text",
    "Subject.birth_year",
    "Subject.family",
    "Subject.given",
    "Subject.place",
    "Submission.before",
    "Submission.guardian",
    "Submission.happened",
    "Submission.known_how",
    "Submission.told",
    "Submission.when",
    "Triage.earlier",
    "Triage.reason",
    "Triage.where_to",
}
PUBLIC = {"CaseArea", "CaseAreaGrant", "CaseUnit", "Factor", "UnitAuthority", "UnitReceiver"}
"""Models that hold nothing of a case: how the municipality has arranged itself."""
OPEN = {
    "AdviceRequest.id AdviceRequest.unit AdviceRequest.organisation": "who may answer",
    "AdviceRequest.made_by AdviceRequest.made_at AdviceRequest.expires_at": "it is destroyed by itself",
    "AdviceRequest.answered_by AdviceRequest.answered_at": "that it was, and by whom",
    "Assessment.id Assessment.case Assessment.number Assessment.outcome": "counted as triage is",
    "Assessment.made_by Assessment.made_at": "that the case is worked in",
    "CheckUp.id CheckUp.case CheckUp.due_on CheckUp.done_by CheckUp.done_at": "timers",
    "Closing.id Closing.case Closing.reason Closing.state Closing.asked_by Closing.asked_at": (
        "counted; two people, which the database asks for"
    ),
    "Closing.answered_by Closing.answered_at": "as above",
    "DestroyedCase.id DestroyedCase.destruction DestroyedCase.case DestroyedCase.rule": (
        "what is left of a case: a number, a rule and days"
    ),
    "DestroyedCase.closed_on DestroyedCase.earliest_on DestroyedCase.destroyed_at": "as above",
    "DestroyedCase.spared Hold.id Hold.case Hold.reason": "counted; of a list, no words of anybody's",
    "Hold.placed_by Hold.placed_at Hold.lifted_by Hold.lifted_at": "whether it may be destroyed",
    "Destruction.id Destruction.state Destruction.proposed_by Destruction.proposed_at": (
        "two people, which the database asks for"
    ),
    "Destruction.answered_by Destruction.answered_at Destruction.done_at": "as above",
    "Destruction.file": "a random name",
    "FollowUp.id FollowUp.case FollowUp.goal FollowUp.held_on FollowUp.next_on": "timers",
    "FollowUp.standing FollowUp.then FollowUp.intervention_before": "counted",
    "FollowUp.made_by FollowUp.made_at": "counted; worked in",
    "Goal.id Goal.case Goal.intervention Goal.starts_on Goal.follow_up_on Goal.state": "timers",
    "Goal.is_voluntary Goal.made_by Goal.made_at": "counted; worked in",
    "Note.id Note.case Note.kind Note.made_by Note.made_at": "that the case is worked in",
    "Case.id Case.unit Case.year Case.serial Case.area": "what lists go by; nothing of the person",
    "Case.is_protected Case.stage Case.received_at Case.stage_since": "lists and timers",
    "CaseRole.id CaseRole.case CaseRole.user CaseRole.role CaseRole.valid_from CaseRole.valid_to": (
        "who may open it: the policy asks the database"
    ),
    "Conflict.id Conflict.case Conflict.user Conflict.declared_at": "who may not: as above",
    "Consent.id Consent.case Consent.given Consent.given_on Consent.by_guardian": (
        "that there is one, and since when"
    ),
    "Consent.until Consent.withdrawn_at Consent.noted_by": "jobs end what rests on it",
    "Consent.withdrawn_on Consent.withdrawn_by": "that nothing rests on it, and who noted that",
    "Duty.id Duty.case Duty.kind Duty.done_by Duty.done_at": "what remains, in neutral words",
    "Glimpse.id Glimpse.case Glimpse.user Glimpse.begins_at Glimpse.ends_at": (
        "who may open it, until when: the policy asks the database"
    ),
    "Glimpse.asked_at Glimpse.needs_second Glimpse.approved_by": "two people, as above",
    "Glimpse.ground Glimpse.verdict Glimpse.reviewed_by Glimpse.reviewed_at": (
        "reviewed by those who read nothing of the case"
    ),
    "Handover.id Handover.case Handover.receiver Handover.way Handover.held_at": "that it is given",
    "Handover.basis Handover.confirmed Handover.may_be_named": "the ground that it rests on",
    "Handover.made_by Handover.made_at": "who noted it",
    "HandInDraft.id HandInDraft.made_by HandInDraft.begun_at HandInDraft.changed_at": "whose it is",
    "HandInDraft.expires_at HandInDraft.revision": "it is destroyed by itself; two tabs",
    "Subject.id Subject.case Subject.protected": "of a protected identity that it is one",
    "SubjectToken.id SubjectToken.subject": "whose token it is",
    "Submission.id Submission.case Submission.handed_in_by Submission.handed_in_at": "receipts",
    "Submission.organisation Submission.reference": "receipts; the reference is random",
    "Submission.category": "counted as triage is",
    "Submission.sender Submission.rests_on Submission.basis Submission.confirmed": (
        "which law it rests on, counted by version; nothing of the person"
    ),
    "Triage.id Triage.case Triage.outcome Triage.level Triage.decided_by Triage.decided_at": (
        "counted in half-year snapshots under the small-number rule"
    ),
}


def fields() -> dict[str, object]:
    return {
        f"{model.__name__}.{field.name}": field
        for model in apps.get_app_config("cases").get_models()
        if model.__name__ not in PUBLIC and not model._meta.proxy
        for field in model._meta.concrete_fields
    }


def test_every_field_is_sealed_a_token_or_in_the_open_for_a_reason():
    in_the_open = {name for names in OPEN for name in names.split()}
    assert fields().keys() == SEALED | TOKENS | in_the_open
    assert not SEALED & in_the_open
    assert {name for name, one in fields().items() if isinstance(one, SealedTextField)} == SEALED


def test_every_sealed_field_of_a_case_is_bound_to_the_case():
    for name, field in fields().items():
        # What is not handed in has no case yet, and what only asks for advice never has one.
        # A case is its own row.
        unbound = ("Case.", "HandInDraft.", "AdviceRequest.")
        if isinstance(field, SealedTextField) and not name.startswith(unbound):
            assert field.under == "case_id", name


@pytest.mark.parametrize(
    "word", ["ideolog", "religi", "faith", "ethnic", "nationalit", "origin", "opinion", "score"]
)
def test_no_field_is_for_what_somebody_believes_comes_from_or_is_worth(word):
    """RF 2 kap. 3 §; no number and no colour stands for a person."""
    assert not [name for name in fields() if word in name.casefold()]
