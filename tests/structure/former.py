"""Those who could once, and what was there once: a seat that has run out, a role that was taken away,
a closed account; and one of everything that an address can be about, made and taken away again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from cases.models import Glimpse, Submission
from coordination.access import people
from coordination.access.declaration import Access, Open
from coordination.access.models import User
from coordination.access.urls import every_url
from coordination.actors import demo as cast
from coordination.actors import organisations
from coordination.actors.models import (
    District,
    DistrictMembership,
    Organisation,
    OrganisationMembership,
)
from coordination.administration.log_models import LogSample
from coordination.assignments import assigning, guidelines
from coordination.assignments.models import Assignment, AssignmentOwner, Guideline
from coordination.grounds import retention
from coordination.grounds.models import LegalBasis, RetentionRule, RetentionVersion
from coordination.knowledge.models import InformationVersion, Visit
from coordination.resources import filling
from coordination.resources.models import Activity, Part, SentRequest, Version, Window
from coordination.situation.models import ActionPlan, SituationalPicture
from forums import locked, register
from forums.models import Forum
from tests import world as the_world
from tests.structure import matrix, pages
from tests.structure.module_world import begun
from tests.world import World

SINCE = timedelta(days=300)


def add_people(world: World) -> None:
    """The three of `matrix.FORMER`, who kept every forum until yesterday. The closed account stays
    open until somebody has signed in with it: then `close` it."""
    today = timezone.localdate()
    stina = world.person("stina.alm")
    for username, role in ((matrix.EXPIRED, "reporter"), (matrix.CLOSED, "strategic_coordinator")):
        user = _add(username, stina)
        _give(user, role, stina)
        for key, forum in world.forums.items():
            last = today - timedelta(days=1) if username == matrix.EXPIRED else None
            register.give_seat(
                forum=forum,
                seat=register.NewSeat(_organisation(cast.PARTNERSHIP), role="chair", user=user),
                by=world.people[the_world.SEATS[key][0][1]],
                valid_from=today - SINCE,
                valid_to=last,
            )
    held = _give(_add(matrix.REVOKED, stina), "strategic_coordinator", stina)
    people.end_role(by=stina, held=held, on=today - timedelta(days=1))


def close(world: World) -> None:
    people.set_active(by=world.person("stina.alm"), user=world.person(matrix.CLOSED), active=False)


def _add(username: str, by: User) -> User:
    return people.add(
        by=by,
        username=username,
        first_name="Kim",
        last_name=username.partition(".")[2].capitalize(),
        email=f"{username}@example.org",
    )


def _give(user: User, role: str, by: User) -> OrganisationMembership:
    held = people.give_role(
        by=by,
        user=user,
        membership=OrganisationMembership,
        role=role,
        valid_from=timezone.localdate() - SINCE,
        organisation=_organisation(cast.OFFICE),
    )
    assert isinstance(held, OrganisationMembership)
    return held


def _organisation(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


# What is gone ----------------------------------------------------------------------------------


def gone(world: World) -> dict[str, dict[str, Any]]:
    """By page what stood in its address when there was such a thing; now it is taken away."""
    found = {}
    models_of = {pages.name_of(*one): one[1].callback.policy.model for one in every_url()}
    forum, samples = _forum(world)
    for page, parameters in pages.pages().items():
        if page in pages.ONE_OF:
            make = NEW.get(pages.ONE_OF[page], pages.ONE_OF[page])
            pk = make(world)
            row = apps.get_model(models_of[page])._base_manager.filter(pk=pk)
            assert row.exists(), f"{page} is not about {row.model.__name__} {pk}"
            row.delete()
            LogSample.objects.all().delete()
            found[page] = dict.fromkeys(parameters, pk)
        elif parameters:
            found[page] = samples.values(page, parameters, the_world.SIG)
    _take_away(forum)
    return found


def _forum(world: World) -> tuple[Forum, "pages.Samples"]:
    """One more forum that may handle individuals, with its three meetings."""
    now, key = timezone.now(), the_world.SIG
    one = World(people=world.people, _numbers=100_000)
    one.forums[key] = the_world._forum(one, key, now)
    one.locked[key] = the_world._locked(one, key, now)
    one.sent[key] = the_world._sent(one, key, now)
    one.held[key] = the_world._held(one, key, now)
    one.next[key] = the_world._next(one, key, now)
    the_world._follow(one)
    return one.forums[key], pages.Samples(one, {key: begun(one, key)})


def _take_away(forum: Forum) -> None:
    """Every row of the forum, as somebody with the database in their hands would: the portal itself
    removes no forum that has met."""
    rows: list[tuple[type[models.Model], list[Any]]] = []
    for model in apps.get_app_config("forums").get_models(include_auto_created=True):
        access = getattr(model, "access", None)
        if isinstance(access, Open):
            # Belongs to no forum: a person's own, or a set whose parts go one by one.
            continue
        names = {field.name for field in model._meta.fields}
        path = access.anchor if isinstance(access, Access) else ""
        path = path or ("forum" if "forum" in names else "content_object")
        manager = model._base_manager
        rows.append((model, list(manager.filter(**{path: forum.pk}).values_list("pk", flat=True))))
    with locked.lifted(connection), transaction.atomic():
        for model, keys in rows:
            assert keys or model in EMPTY, f"the forum had no {model.__name__}"
            queryset = model._base_manager.filter(pk__in=keys)
            queryset._raw_delete(queryset.db)


EMPTY = {apps.get_model("forums.Forum_districts"), apps.get_model("forums.CarriedAction")}
"""What the forum has none of."""


def _new_person(world: World) -> int:
    return _add("kim.borta", world.person("stina.alm")).pk


def _new_organisation(world: World) -> int:
    stina = world.person("stina.alm")
    return organisations.add_organisation(by=stina, name="Borta", kind="administration").pk


def _new_district(world: World) -> int:
    stina = world.person("stina.alm")
    return organisations.add_district(by=stina, name="Borta", city_part="Väster").pk


def _new_at_organisation(world: World) -> int:
    return _give(world.person("ny.person"), "reporter", world.person("stina.alm")).pk


def _new_in_district(world: World) -> int:
    return people.give_role(
        by=world.person("stina.alm"),
        user=world.person("ny.person"),
        membership=DistrictMembership,
        role="partnership_coordinator",
        valid_from=timezone.localdate(),
        district=District.objects.earliest("pk"),
    ).pk


def _new_assignment(world: World) -> int:
    guideline = Guideline.objects.latest("in_force_from")
    return assigning.order(
        guideline=guideline,
        title="Borta",
        quote=guideline.passages.filter(kind="paragraph").earliest("position").text[:60],
        owners=[assigning.Owner(_organisation(cast.OFFICE))],
        by=world.person("anna.ek"),
    ).pk


def _new_owner(world: World) -> int:
    return AssignmentOwner.objects.get(assignment=_new_assignment(world)).pk


def _new_file(world: World) -> int:
    assignment = Assignment.objects.get(pk=pages._assignment(world))
    return the_world.assignment_file(world, assignment, "Borta").pk


def _new_guideline(world: World) -> int:
    newest = Guideline.objects.latest("in_force_from")
    # What followed it here was taken away again.
    Guideline.objects.filter(pk=newest.pk).update(in_force_to=None)
    last = newest.in_force_from
    # One that was made and taken away before has ended the one that stands.
    Guideline.objects.update(in_force_to=None)
    last = Guideline.objects.latest("in_force_from").in_force_from
    return guidelines.establish(
        title="Borta",
        decided_by="Ingen",
        decided_on=last,
        in_force_from=last + timedelta(days=1),
        text="# Borta",
        by=world.person("anna.ek"),
    ).pk


def _new_information(world: World) -> int:
    anna, laid = world.person("anna.ek"), InformationVersion.State.DISCARDED
    return InformationVersion.objects.create(
        number=99, state=laid, drafted_by=anna, drafted_at=timezone.now()
    ).pk


def _new_entry(world: World) -> int:
    return the_world.entry(world, "Borta").pk


def _new_visit(world: World) -> int:
    return the_world.visit(world, "Borta").pk


def _new_suggestion(world: World) -> int:
    visit = Visit.objects.earliest("pk")
    return the_world.suggestion(world, visit, "Borta").pk


def _new_draft(world: World) -> int:
    return the_world.agreement(world, "avtalsutkast", timezone.now()).pk


def _new_basis(world: World) -> int:
    """One without a version: those there are keep theirs from being taken away."""
    return LegalBasis.objects.create(code="G999", name="Borta", place=999).pk


def _new_basis_version(world: World) -> int:
    # Another than the sample's, whose version must go on waiting.
    basis = LegalBasis.objects.get(code="G18")
    return the_world.basis_version(world, basis, timezone.now()).pk


def _new_rule(world: World) -> int:
    """There is one for each kind of record: its versions go first, and then itself, page by page."""
    rule, _made = RetentionRule.objects.get_or_create(record="coordination", defaults={"place": 99})
    RetentionVersion.objects.filter(rule=rule).delete()
    return rule.pk


def _new_rule_version(world: World) -> int:
    rule = RetentionRule.objects.get(record="export")
    said = {name: getattr(rule.versions.earliest("pk"), name) for name in retention.SAYS}
    return retention.add_version(rule=rule, values=said, by=world.person("stina.alm")).pk


def _new_contact(world: World) -> int:
    return the_world.contact(world, "Borta").pk


def _new_case(world: World) -> UUID:
    return the_world.case(world, "ärendenytt", "Vivalla", timezone.now()).pk


def _new_picture(world: World) -> int:
    anna, now = world.person("anna.ek"), timezone.now()
    return SituationalPicture.objects.create(
        number=99,
        title="Borta",
        period="Aldrig",
        **dict.fromkeys(("mapping", "other", "analysis"), "Borta"),
        state=SituationalPicture.State.PUBLISHED,
        begun_by=anna,
        begun_at=now,
        changed_by=anna,
        changed_at=now,
        published_by=anna,
        published_at=now,
    ).pk


def _new_problem(world: World) -> int:
    draft = SituationalPicture.objects.get(state="draft")
    return the_world.problem(world, draft, "lägesutkast").pk


def _new_plan(world: World) -> int:
    """On the picture that is still a draft: the others have theirs."""
    draft = SituationalPicture.objects.get(state="draft")
    anna = world.person("anna.ek")
    return ActionPlan.objects.create(picture=draft, begun_by=anna, begun_at=timezone.now()).pk


def _new_measure(world: World) -> int:
    plan = ActionPlan.objects.get(state="draft")
    return the_world.measure(world, plan, "lägesutkast").pk


def _new_report(world: World) -> int:
    """That of an administration without one."""
    return filling.begin(
        window=Window.objects.latest("year"),
        organisation=_organisation("Grundskoleförvaltningen"),
        by=world.person("leila.amiri"),
    ).pk


def _new_part(world: World) -> int:
    return Part.objects.filter(report=_new_report(world)).latest("pk").pk


def _new_activity(world: World) -> int:
    leila = world.person("leila.amiri")
    return Activity.objects.create(
        report_id=_new_report(world),
        line=filling.new_line(),
        name="Borta",
        level="general",
        fte=1,
        cost=700_000,
        calculated="booked",
        changed_by=leila,
        changed_at=timezone.now(),
    ).pk


def _new_version(world: World) -> int:
    leila = world.person("leila.amiri")
    return Version.objects.create(
        report_id=_new_report(world),
        number=99,
        content={},
        is_late=False,
        filed_by=leila,
        attested_by=leila,
        attested_at=timezone.now(),
        file="borta.pdf",
    ).pk


def _new_request(world: World) -> int:
    # The version stays when the request is taken away, and a report has one of that number.
    there = Version.objects.filter(report=_new_report(world), number=99).first()
    version = there or Version.objects.get(pk=_new_version(world))
    return SentRequest.objects.create(
        report_id=version.report_id,
        version=version,
        place=0,
        what="Borta",
        why="Borta",
        fte=1,
        cost=700_000,
        from_day=timezone.localdate(),
    ).pk


def _new_glimpse(world: World) -> UUID:
    begun = timezone.now() - timedelta(hours=3)
    return Glimpse.objects.create(
        case=world.cases["ärendevivalla"],
        user=world.person("sara.nyman"),
        ground="other",
        reason="Borta",
        asked_at=begun,
        begins_at=begun,
        ends_at=begun,
    ).pk


def _new_receipt(world: World) -> UUID:
    return Submission.objects.get(case=_new_case(world)).pk


def _new_draft_of_case(world: World) -> UUID:
    return the_world.draft(world, timezone.now()).pk


def _new_advice(world: World) -> UUID:
    return the_world.ask_advice(world, timezone.now()).pk


NEW: dict[Callable[[World], Any], Callable[[World], Any]] = {
    **dict.fromkeys(
        (
            *(pages._case, pages._case_to_triage, pages._closed_case, pages._closing),
            *(pages._check_up, pages._consent, pages._handed_over, pages._duty),
        ),
        _new_case,
    ),
    pages._glimpse: _new_glimpse,
    pages._receipt: _new_receipt,
    pages._draft_of_case: _new_draft_of_case,
    pages._advice: _new_advice,
    pages._agreement: _new_draft,
    pages._agreement_draft: _new_draft,
    pages._basis: _new_basis,
    **dict.fromkeys((pages._basis_waits, pages._basis_holds), _new_basis_version),
    pages._rule: _new_rule,
    **dict.fromkeys((pages._rule_waits, pages._rule_holds), _new_rule_version),
    pages._contact: _new_contact,
    pages._entry: _new_entry,
    pages._suggestion: _new_suggestion,
    pages._visit: _new_visit,
    pages._information: _new_information,
    **dict.fromkeys((pages._picture, pages._drafted_picture), _new_picture),
    **dict.fromkeys((pages._problem, pages._removed_problem), _new_problem),
    **dict.fromkeys((pages._plan, pages._drafted_plan), _new_plan),
    **dict.fromkeys((pages._measure, pages._drafted_measure, pages._removed_measure), _new_measure),
    pages._person: _new_person,
    pages._actor: _new_organisation,
    pages._merged: _new_organisation,
    pages._organisation: _new_organisation,
    pages._district: _new_district,
    pages._at_organisation: _new_at_organisation,
    pages._in_district: _new_in_district,
    pages._assignment: _new_assignment,
    pages._owner: _new_owner,
    pages._file: _new_file,
    pages._report: _new_report,
    pages._part: _new_part,
    pages._activity: _new_activity,
    pages._version: _new_version,
    pages._extra_request: _new_request,
    pages._guideline: _new_guideline,
}
"""What is made to be taken away where the sample itself is one of the cast's."""
