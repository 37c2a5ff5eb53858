"""Every model is decided about: who may see it, who is told when it changes, what it may point at."""

import io
import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from guardian.models import GroupObjectPermission, UserObjectPermission

from coordination.access import grants, policy
from coordination.access.declaration import Access, Open, Seated, Timed
from coordination.access.models import Grant
from coordination.access.vocabulary import ROLES, Permission
from coordination.actors import demo as cast
from forums import locked
from forums.models import Forum, ForumGrant

pytestmark = pytest.mark.django_db

ROOT = Path(settings.BASE_DIR)
OURS = ("coordination", "forums", "training", "cases")

BELOW_ACCESS = {
    "access.User_groups": "Django's own; groups give nothing, and a test holds that none is used",
    "access.User_user_permissions": "Django's own; gives nothing, and a test holds that it is empty",
    "assignments.Assignment_contributors": "the rows between assignments and organisations; read through the assignment",
    "audit.Event": "the log stands below access; it is read through audit.log, by pages with a policy",
    "audit.Person": "the salted names of the log; nothing but audit.log reads them",
    "jobs.Job": "the queue knows nobody; it is read by the worker and by health",
    "jobs.OutgoingMail": "the outbox knows users by number; it is read by the worker",
    "jobs.PeriodicRun": "the clock of the queue",
    "cases.CaseAreaGrant": "what access itself is made of; only the policy reads it",
    "forums.ForumGrant": "what access itself is made of; only the policy reads it",
    "actors.Organisation_areas": "the rows between organisations and areas; read through them",
    "actors.Organisation_districts": "the rows between organisations and districts; read through them",
    "actors.Organisation_levels": "the rows between organisations and levels; read through them",
    "forums.Forum_levels": "the rows between forums and levels; read through the forum",
    "forums.Forum_districts": "the rows between forums and districts; read through the forum",
    **dict.fromkeys(
        (
            "agreements.Agreement_districts",
            "agreements.Agreement_levels",
            "agreements.Agreement_parties",
        ),
        "between an agreement and what it covers; only ever asked for with the agreement",
    ),
    "knowledge.Visit_organisations": "the rows between visits and organisations; read through the visit",
    "situation.Problem_districts": "the rows between problems and districts; read through the problem",
    "resources.Activity_districts": "the rows between activities and districts; read through the activity",
}
"""Models without an access declaration, reviewed, each with the reason."""

AUDITED = {
    "access.Absence": "access.absence.",
    "access.FactorState": "access.factor.",
    "access.Identity": "access.identity.",
    "access.User": "access.person.",
    "actors.ActorImport": "actors.import.",
    "actors.CityPart": "actors.district.",
    "actors.ContactFunction": "actors.organisation.changed",
    "actors.District": "actors.district.",
    "actors.DistrictName": "actors.*.renamed",
    "actors.DistrictMembership": "access.role.",
    "actors.ImportedRow": "actors.import.applied",
    "actors.Organisation": "actors.organisation.",
    "actors.Organisation_areas": "actors.organisation.changed",
    "actors.Organisation_districts": "actors.organisation.changed",
    "actors.Organisation_levels": "actors.organisation.changed",
    "actors.OrganisationMembership": "access.role.",
    "actors.OrganisationName": "actors.*.renamed",
    "actors.Succession": "actors.organisation.merged",
    "administration.ClosingNotice": "administration.account.warned",
    "administration.Closure": "administration.account.",
    "administration.LogExport": "administration.log.",
    "administration.LogSample": "administration.sample.drawn",
    "administration.RoleMatrix": "administration.role_matrix.",
    "administration.RoleRequest": "administration.role_request.",
    "administration.SampledEvent": "administration.sample.",
    "agreements.Agreement": "agreements.agreement.",
    "agreements.Agreement_districts": "agreements.agreement.",
    "agreements.Agreement_levels": "agreements.agreement.",
    "agreements.Agreement_parties": "agreements.agreement.",
    "agreements.AgreementChange": "agreements.agreement.",
    "agreements.Pledge": "agreements.agreement.",
    "agreements.SignedFile": "agreements.file.",
    "assignments.Assignment": "assignments.assignment.",
    "assignments.AssignmentFile": "assignments.file.",
    "assignments.AssignmentOwner": "assignments.assignment.",
    "assignments.Assignment_contributors": "assignments.assignment.",
    "assignments.Guideline": "assignments.guideline.",
    "assignments.Mandate": "assignments.assignment.",
    "assignments.Passage": "assignments.guideline.established",
    "assignments.StatusUpdate": "assignments.status.updated",
    "assignments.UpdateRequest": "assignments.update.asked",
    "cases.AdviceRequest": "cases.advice.",
    "cases.Assessment": "cases.case.assessed",
    "cases.Case": "cases.case.",
    "cases.CaseArea": "cases.area.",
    "cases.CaseRole": "cases.role.",
    "cases.CaseUnit": "cases.unit.",
    "cases.CheckUp": "cases.check_up.done",
    "cases.Closing": "cases.closing.",
    "cases.Conflict": "cases.conflict.",
    "cases.Consent": "cases.consent.",
    "cases.Duty": "cases.duty.done",
    "cases.Destruction": "cases.destruction.",
    "cases.DestroyedCase": "cases.destruction.proposed",
    "cases.Hold": "cases.hold.",
    "cases.FollowUp": "cases.goal.followed_up",
    "cases.Goal": "cases.goal.",
    "cases.Glimpse": "cases.glimpse.",
    "cases.HandInDraft": "cases.draft.",
    "cases.Handover": "cases.case.handed_over",
    "cases.Note": "cases.note.",
    "cases.Subject": "cases.case.received",
    "cases.SubjectToken": "cases.case.received",
    "cases.Receipt": "cases.case.received",
    "cases.Submission": "cases.case.received",
    "cases.Triage": "cases.case.triaged",
    "cases.UnitAuthority": "cases.unit.founded",
    "cases.UnitReceiver": "cases.receiver.",
    "grounds.BasisVersion": "grounds.basis.",
    "grounds.LegalBasis": "grounds.basis.added",
    "grounds.RetentionVersion": "grounds.retention.",
    "forums.Action": "forums.action.",
    "forums.Adjuster": "forums.minutes.adjusted",
    "forums.ChangeRequest": "forums.minutes.change_",
    "forums.Correction": "forums.minutes.corrected",
    "forums.Sending": "forums.minutes.sent",
    "forums.ActionChange": "forums.action.",
    "forums.ActionOwner": "forums.action.given",
    "forums.AgendaItem": "forums.item.",
    "forums.Answer": "forums.answer.",
    "forums.CalendarLink": "forums.calendar.",
    "forums.Call": "forums.meeting.called",
    "forums.CarriedAction": "forums.meeting.started",
    "forums.CarriedOut": "forums.decision.carried_out",
    "forums.Decision": "forums.decision.",
    "forums.DecisionAgreement": "forums.decision.agreement_tied",
    "forums.DecisionAssignment": "forums.decision.assigned",
    "forums.Document": "forums.document.",
    "forums.Forum": "forums.forum.",
    "forums.Forum_districts": "forums.forum.",
    "forums.Forum_levels": "forums.forum.",
    "forums.Matter": "forums.decision.linked",
    "forums.MatterDecision": "forums.decision.linked",
    "forums.Meeting": "forums.meeting.",
    "forums.MeetingSeries": "forums.series.",
    "forums.MinutesVersion": "forums.minutes.made",
    "forums.OutsideAddress": "forums.outside.",
    "forums.Participation": "forums.attendance.",
    "forums.Proposal": "forums.proposal.",
    "forums.Seat": "forums.seat.",
    "forums.StandingItem": "forums.forum.changed",
    "knowledge.Contact": "knowledge.contact.",
    "knowledge.ContactRetention": "knowledge.retention.decided",
    "knowledge.Entry": "knowledge.entry.",
    "knowledge.Helpful": "knowledge.entry.answered",
    "knowledge.Suggestion": "knowledge.suggestion.",
    "knowledge.SuggestionChange": "knowledge.suggestion.",
    "knowledge.Visit": "knowledge.visit.",
    "knowledge.Visit_organisations": "knowledge.visit.",
    "knowledge.InformationChange": "knowledge.information.",
    "knowledge.InformationVersion": "knowledge.information.",
    "situation.ActionPlan": "situation.plan.",
    "situation.Measure": "situation.measure.",
    "situation.MeasureUpdate": "situation.measure.updated",
    "situation.PlanFollowUp": "situation.plan.followed_up",
    "situation.Problem": "situation.problem.",
    "situation.Problem_districts": "situation.problem.",
    "situation.SituationalPicture": "situation.picture.",
    "resources.Activity": "resources.activity.",
    "resources.Activity_districts": "resources.activity.",
    "resources.AssignmentAnswer": "resources.part.saved",
    "resources.Compilation": "resources.compilation.",
    "resources.ExtraRequest": "resources.part.saved",
    "resources.ForumAnswer": "resources.part.saved",
    "resources.Invitation": "resources.invitation.",
    "resources.Need": "resources.part.saved",
    "resources.Part": "resources.part.saved",
    "resources.Reminder": "resources.reminder.sent",
    "resources.Remark": "resources.version.returned",
    "resources.Report": "resources.report.",
    "resources.SentRequest": "resources.request.",
    "resources.Version": "resources.report.attested",
    "resources.Window": "resources.window.decided",
    "writing.SavedView": "writing.view.",
}
"""The event that tells when rows of the model change, or the beginning of several."""

NOT_AUDITED = {
    "access.Denials": "what is counted of denied requests is logged as access.denied_often",
    "access.Guesses": "counted guesses; the sign-in that failed is logged, and the limit that is met",
    "access.KnownPlace": "where somebody has signed in from; the signing in is logged",
    "access.User_groups": "never used",
    "access.User_user_permissions": "never used",
    "actors.AreaOfWork": "rows that are made with the tables; nothing changes them",
    "actors.PreventionLevel": "three rows from a migration; nothing changes them",
    "agreements.ExpiryWarning": "bookkeeping of mail whose cause is logged",
    "audit.Event": "the log itself",
    "audit.Person": "the log itself",
    "cases.Factor": "rows that are made with the tables; nothing changes them yet",
    "cases.CaseAreaGrant": "derived from memberships, whose changes are logged",
    "forums.ForumGrant": "derived from memberships, whose changes are logged",
    "grounds.RetentionRule": "rows that are made with the tables; their versions are logged",
    "jobs.Job": "bookkeeping of work whose cause is logged",
    "jobs.OutgoingMail": "bookkeeping of mail whose cause is logged",
    "jobs.PeriodicRun": "the clock of the queue",
    "writing.Draft": "half-written text of one person that nobody else can read",
    "writing.Submission": "a form's key; what the form did is logged",
}

LAYERS = (
    {"cases"},
    {"forums", "training"},
    {"reports"},
    {"administration"},
    {"resources"},
    {"agreements", "assignments", "grounds", "knowledge", "situation"},
    {"actors"},
    {"frame"},
    {"writing"},
    {"access"},
    {"audit"},
    {"jobs", "ui"},
)
"""Who stands above whom (docs/decisions and the contracts of import-linter in pyproject.toml)."""
GROUND = {"auth", "contenttypes"}
"""Django's own tables that any layer may point at."""


def our_models() -> list[type[models.Model]]:
    """Every table of our own apps, those between two models too."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.split(".")[0] in OURS
    ]


def governed_models() -> list[type[models.Model]]:
    return [model for model in our_models() if isinstance(getattr(model, "access", None), Access)]


def permissions_on(anchor: type[models.Model]) -> set[str]:
    """The codes that can be granted on an anchor, as its Meta declares them."""
    own = {codename for codename, _name in anchor._meta.permissions}
    name = anchor._meta.model_name
    return own | {f"{action}_{name}" for action in anchor._meta.default_permissions}


def label(model: type[models.Model]) -> str:
    return model._meta.label


def by_label(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}-{model.__name__}"


# Access ----------------------------------------------------------------------------------------


def undecided_access(model: type[models.Model]) -> str:
    """What somebody has to decide about who may see the model; "" when all is decided."""
    access = getattr(model, "access", None)
    if label(model) in BELOW_ACCESS:
        return "it declares access now: take it out of the list" if access is not None else ""
    if not isinstance(access, Access | Open):
        return "declare access = Access(…) or Open(…)"
    return "say why it is open" if isinstance(access, Open) and len(access.why) <= 20 else ""


@pytest.mark.parametrize("model", our_models(), ids=by_label)
def test_a_model_says_who_may_see_it_or_stands_in_the_reviewed_list(model):
    assert undecided_access(model) == ""


def test_the_reviewed_lists_name_only_models_that_exist():
    existing = {label(model) for model in our_models()}
    listed = BELOW_ACCESS.keys() | AUDITED.keys() | NOT_AUDITED.keys()
    assert listed - existing == set()


@pytest.mark.parametrize("model", governed_models(), ids=by_label)
def test_a_governed_model_is_asked_through_visible_to_and_its_paths_lead_somewhere(model):
    assert isinstance(model._default_manager.all(), policy.GovernedQuerySet)
    anchor = policy.anchor_of(model)
    table = policy.grants_of(anchor)
    assert issubclass(table, Grant)
    codenames = permissions_on(anchor)
    assert {model.access.view.value, *(p.value for p in model.access.people)} <= codenames
    for paths in model.access.people.values():
        for path in paths:
            user = path if isinstance(path, str) else path.user
            last = end_of(model, user)
            assert last is apps.get_model(settings.AUTH_USER_MODEL), f"{user} ends at {last}"
            if isinstance(path, Seated):
                # A membership, or what is held in one case: between two days either way.
                held = end_of(model, path.membership)
                assert {"valid_from", "valid_to"} <= {one.name for one in held._meta.fields}
            if isinstance(path, Timed):
                held = end_of(model, path.held)
                assert {"begins_at", "ends_at"} <= {one.name for one in held._meta.fields}


def end_of(model, path):
    for step in path.split("__"):
        model = model._meta.get_field(step).related_model
    return model


def test_each_permission_about_an_object_is_one_that_the_anchor_can_grant():
    asked_without_object = set().union(*(role.permissions for role in ROLES.values()))
    anchors = {policy.anchor_of(governed) for governed in governed_models()}
    grantable = set().union(*(permissions_on(anchor) for anchor in anchors))
    assert {permission.value for permission in set(Permission) - asked_without_object} == grantable


IN_FORUMS = (
    Permission.VIEW_FORUM,
    Permission.PROPOSE_ITEM,
    Permission.LOG_MEETINGS,
    Permission.KEEP_FORUM,
    Permission.KEEP_ACTION,
    Permission.ADJUST_MINUTES,
    Permission.READ_APPROVED,
)
IN_CASES = (
    Permission.LIST_CASES,
    Permission.TRIAGE_CASE,
    Permission.VIEW_CASE,
    Permission.KEEP_CASE,
)


def asked_about(model: type[models.Model]) -> tuple[Permission, ...]:
    """The permissions that there are on what the model belongs to."""
    return IN_CASES if model._meta.app_label == "cases" else IN_FORUMS


@pytest.mark.parametrize(
    ("model", "permission"),
    [(model, one) for model in governed_models() for one in asked_about(model)],
    ids=lambda one: by_label(one) if isinstance(one, type) else one.value,
)
def test_the_object_check_the_list_and_the_list_of_people_agree_for_everyone(
    world, logged, model, permission
):
    rows = list(model._base_manager.all())
    assert rows, f"the world of the tests holds no {model.__name__}: add one"
    people = [world.person(username) for username in world.people]
    listed = {
        person: set(
            model._default_manager.visible_to(person, permission).values_list("pk", flat=True)
        )
        for person in people
    }
    for person in people:
        # As within a request; the list above was asked for as if each row were one of its own.
        policy.remember(person)
    for row in rows:
        holders = set(policy.who_may(permission, row))
        for person in people:
            answer = policy.may(person, permission, row)
            assert answer == (row.pk in listed[person]), f"{person.username} {row!r}: may ≠ list"
            assert answer == (person in holders), f"{person.username} {row!r}: may ≠ who_may"


def test_a_permission_about_something_else_shows_nobody_anything(world, logged):
    for model in governed_models():
        for permission in {*IN_FORUMS, *IN_CASES} - {*asked_about(model)}:
            for username in world.people:
                seen = model._default_manager.visible_to(world.person(username), permission)
                assert not seen.exists(), f"{username} {permission} {model.__name__}"


def test_every_governed_model_shows_someone_something_and_hides_something_from_someone(
    world, logged
):
    for model in governed_models():
        total = model._base_manager.count()
        counts = {
            username: model._default_manager.visible_to(world.person(username)).count()
            for username in world.people
        }
        assert max(counts.values()) > 0, f"nobody sees any {model.__name__}"
        assert min(counts.values()) == 0, f"everybody sees some {model.__name__}"
        assert max(counts.values()) < total, f"somebody sees every {model.__name__}"


# Audit -----------------------------------------------------------------------------------------


def events_in_source() -> set[str]:
    """Every event name that our code can record; {…} in an f-string stands as *."""
    found = set()
    for package in OURS:
        for file in (ROOT / package).rglob("*.py"):
            for name in re.findall(r"event=f?\"([a-z0-9_.{}]+)\"", file.read_text()):
                found.add(re.sub(r"\{.*?\}", "*", name))
    return found


def undecided_audit(name: str) -> str:
    """What somebody has to decide about the log of a model's changes; "" when all is decided."""
    if (name in AUDITED) == (name in NOT_AUDITED):
        return f"decide whether {name} is audited"
    wanted = AUDITED.get(name, "")
    recorded = any(event.startswith(wanted) for event in events_in_source())
    return "" if recorded else f"nothing records {wanted}…"


@pytest.mark.parametrize("model", our_models(), ids=by_label)
def test_a_model_is_audited_or_declared_not_to_be(model):
    assert undecided_audit(label(model)) == ""


# Layers ----------------------------------------------------------------------------------------


def layer_of(model: type[models.Model]) -> int | None:
    app = model._meta.app_label
    return next((rank for rank, apps_here in enumerate(LAYERS) if app in apps_here), None)


def relations() -> list[tuple[type[models.Model], str, type[models.Model]]]:
    """Each relation that a table declares: (model, field, what it points at)."""
    return [
        (model, field.name, field.related_model)
        for model in our_models()
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.is_relation
    ]


def test_relations_between_models_follow_the_layers():
    wrong = []
    for model, field, target in relations():
        if target._meta.app_label in GROUND:
            continue
        mine, theirs = layer_of(model), layer_of(target)
        assert mine is not None, f"{label(model)} stands in no layer"
        assert theirs is not None, f"{label(model)}.{field} points at {label(target)}"
        neighbours = mine == theirs and model._meta.app_label != target._meta.app_label
        if theirs < mine or neighbours:
            wrong.append(f"{label(model)}.{field} → {label(target)}")
    assert wrong == []


def test_nothing_below_access_points_at_a_person():
    pointing = [
        f"{label(model)}.{field}"
        for model, field, target in relations()
        if model._meta.app_label in {"audit", "jobs", "ui"} and label(target) == "access.User"
    ]
    assert pointing == []


def test_these_layers_are_those_that_import_linter_holds():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    whole, inside = (contract["layers"] for contract in contracts["contracts"])
    named = [set(re.findall(r"[a-z]+", layer)) for layer in [*whole[:-1], *inside]]
    assert named == list(LAYERS)


# Constraints -----------------------------------------------------------------------------------


def fields_with_choices() -> list[models.Field]:
    return [
        field
        for model in our_models()
        for field in model._meta.local_fields
        if field.choices and not field.primary_key
    ]


def values_of(field: models.Field) -> set:
    return {value for value, _name in field.flatchoices}


def allowed_by_constraint(field: models.Field) -> set | None:
    """The values of a check constraint `field IN (…)` on that field alone, if there is one."""
    for constraint in field.model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            condition = constraint.condition
            children = getattr(condition, "children", [])
            if len(children) == 1 and not getattr(condition, "negated", False):
                lookup, values = children[0] if isinstance(children[0], tuple) else ("", None)
                if lookup == f"{field.name}__in":
                    return set(values)
    return None


@pytest.mark.parametrize(
    "field", fields_with_choices(), ids=lambda f: f"{by_label(f.model)}-{f.name}"
)
def test_choices_are_backed_by_a_check_constraint_with_the_same_values(field):
    assert allowed_by_constraint(field) == values_of(field)


def test_the_database_itself_refuses_a_value_outside_the_choices(world):
    # Else the lock of adjusted minutes would refuse first, and say nothing of the choices.
    with locked.lifted(connection):
        _refuses_values_outside_the_choices()


def _refuses_values_outside_the_choices():
    for field in fields_with_choices():
        row = field.model._base_manager.order_by("pk").first()
        if row is None or field.model._meta.app_label == "audit":
            continue
        outside = "§" if isinstance(field, models.CharField) else 99
        with pytest.raises(IntegrityError), transaction.atomic():
            field.model._base_manager.filter(pk=row.pk).update(**{field.name: outside})


# Grants ----------------------------------------------------------------------------------------


def test_the_grants_of_the_world_are_those_that_its_memberships_give(world):
    assert ForumGrant.objects.count() >= 50
    assert grants.differences() == []
    call_command("rebuild_access", "--check", stdout=io.StringIO())


def test_a_grant_added_by_hand_is_found_and_taken_away(world):
    outsider = world.person("ulla.vik")
    row = ForumGrant.objects.first()
    ForumGrant.objects.create(
        user=outsider, permission=row.permission, content_object=world.forums["bra"]
    )
    with pytest.raises(CommandError, match="1 grants differ"):
        call_command("rebuild_access", "--check")
    assert "has no membership behind it" in grants.differences()[0]
    assert grants.rebuild() == 1
    assert grants.differences() == []


def test_a_grant_removed_by_hand_is_found_and_given_back(world):
    ForumGrant.objects.filter(
        user__username="eva.strand", permission__codename=Permission.VIEW_FORUM
    ).delete()
    found = grants.differences()
    assert len(found) == 1
    assert found[0].endswith("is missing")
    with pytest.raises(CommandError):
        call_command("rebuild_access", "--check")
    call_command("rebuild_access")
    assert grants.differences() == []
    assert policy.may(world.person("eva.strand"), Permission.VIEW_FORUM, world.forums["oxhagen"])


def test_a_grant_whose_last_day_was_changed_by_hand_is_found(world):
    ForumGrant.objects.filter(
        user__username="eva.strand", permission__codename=Permission.VIEW_FORUM
    ).update(valid_until=timezone.localdate() + timedelta(days=3))
    found = grants.differences()
    assert len(found) == 1
    assert " ends " in found[0]


def test_no_permission_is_given_in_guardians_own_tables_or_to_a_person_or_group(world):
    assert UserObjectPermission.objects.count() == 0
    assert GroupObjectPermission.objects.count() == 0
    for username in world.people:
        person = world.person(username)
        assert not person.user_permissions.exists()
        assert not person.groups.exists()
        assert not person.is_staff
        assert not person.is_superuser


def test_a_grant_does_not_outlive_its_forum():
    field = ForumGrant._meta.get_field("content_object")
    assert field.remote_field.on_delete is models.CASCADE
    assert field.related_model is Forum


def test_all_of_the_cast_is_in_the_world(world):
    assert {person.username for person in cast.CAST} == set(world.people)
