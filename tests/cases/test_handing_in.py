"""A worry is handed in once, to the right unit; a draft is its writer's alone, and leaves nothing."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases import handing_in, triage, units
from cases.handing_in import Agreed, From, Person, Told
from cases.models import Case, CaseArea, Consent, HandInDraft, Stage, Subject, Submission
from cases.refusals import ChangedMeanwhile, Missing, NoUnit, WrongStage
from coordination.access.refused import IdentityNumberInText
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation
from coordination.audit import log
from coordination.grounds import keeping
from coordination.grounds.models import LegalBasis, Sender
from coordination.grounds.offering import Contradicted

pytestmark = pytest.mark.django_db

NUMBER = "811228-9874"
"""From Skatteverket's series for tests."""
TOLD = Told(happened="Det hände.", when="i går", known_how="seen", told="yes")


def events() -> list[str]:
    return [one.event for one in log.events(zone=log.Zone.CASES).order_by("sequence")]


def give(by, **changed):
    place = District.objects.get(name="Vivalla")
    asked = {
        "person": Person("Kim", "Exempelsson", 2010, "no", place),
        "told": TOLD,
        "sent_from": From(Organisation.objects.get(name=cast.SOCIAL), Sender.SOCIAL),
        "by": by,
        "about_behaviour": True,
    }
    return handing_in.hand_in(**(asked | changed))


def test_a_worry_becomes_a_case_of_the_districts_unit_with_a_number_of_the_units_own(wall):
    before = len(events())
    first, second = wall.hand_in(), wall.hand_in()
    elsewhere = wall.case(district="Brickebacken")
    year = timezone.localdate().year
    assert [one.case.number for one in (first, second)] == [f"{year}-001", f"{year}-002"]
    assert elsewhere.number == f"{year}-001"
    assert first.case.unit.name == "Partnerskap Väster"
    assert first.case.stage == Stage.RECEIVED
    assert events()[before:] == ["cases.case.received"] * 3
    assert first.reference != second.reference


def test_the_log_names_no_person_and_keeps_no_text(wall):
    submission = wall.hand_in(happened="kanariehändelseq")
    triage.decide(
        case=submission.case,
        outcome="open",
        level="specific",
        reason="kanarieskälq",
        by=wall.people["maria.sten"],
    )
    for event in log.events(zone=log.Zone.CASES):
        row = repr((event.event, event.object_label, event.object_key, event.fields, event.facts))
        for text in ("kanarie", "Kim", "Exempelsson", "Vivalla"):
            assert text not in row


def test_a_worry_about_views_alone_is_not_handed_in(wall):
    with pytest.raises(Missing, match="åsikter"):
        give(wall.people["tove.lind"], about_behaviour=False)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"told": Told(happened=" ", when="i går", known_how="seen", told="yes")},
        {"person": Person("", "Exempelsson", 2010, "no")},
        {"person": Person("Kim", "Exempelsson", 2010, "no", None)},
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_kept(wall, changed):
    with pytest.raises(Missing):
        give(wall.people["tove.lind"], **changed)
    assert not Case.objects.exists()
    assert not Subject.objects.exists()


def test_a_district_that_moves_takes_new_worries_along_and_leaves_the_old(wall):
    old = wall.case()
    east = CaseArea.objects.filter(district__name="Brickebacken").get().unit
    vivalla = District.objects.get(name="Vivalla")
    units.serve(
        unit=east, district=vivalla, since=timezone.localdate(), by=wall.people["stina.alm"]
    )
    assert wall.case().unit == east
    assert Case.objects.get(pk=old.pk).unit.name == "Partnerskap Väster"


def test_where_no_unit_receives_it_the_writer_is_told_whom_to_call(wall):
    CaseArea.objects.filter(district__name="Vivalla").delete()
    with pytest.raises(NoUnit):
        wall.hand_in()
    assert not Case.objects.exists()


def test_a_consent_says_whose_for_whom_and_until_when(wall):
    today = timezone.localdate()
    agreed = Agreed(
        "oral", today, ("school", "social", "leisure"), today + timedelta(days=180), True
    )
    one = give(wall.people["tove.lind"], consent=agreed)
    kept = Consent.objects.get(case=one.case)
    assert kept.covers.split() == ["school", "social", "leisure"]
    assert (kept.by_guardian, kept.until) == (True, today + timedelta(days=180))


def test_without_consent_or_a_basis_that_holds_nothing_crosses_to_the_board(wall):
    tove = wall.people["tove.lind"]
    school = Organisation.objects.get(name="Vivallaskolan")
    made = LegalBasis.objects.create(code="P9", name="Prov", place=99)
    unreviewed = keeping.add_version(
        basis=made,
        values={
            "paragraph": "9 §",
            "plain": "Prov.",
            "senders": [],
            "receivers": [],
            "valid_from": timezone.localdate(),
        },
        by=wall.people["stina.alm"],
    )
    with pytest.raises(Missing, match="rättslig grund"):
        give(tove, sent_from=From(school, Sender.SCHOOL))
    with pytest.raises(Contradicted, match="inte granskad"):
        give(tove, sent_from=From(school, Sender.SCHOOL, unreviewed))
    today = timezone.localdate()
    for covers, until in ((("school", "other"), today), (("social",), today - timedelta(days=1))):
        ended = Agreed("oral", today - timedelta(days=9), covers, until)
        with pytest.raises(Missing):
            give(tove, sent_from=From(school, Sender.SCHOOL), consent=ended)
    assert not Case.objects.exists()
    assert give(
        tove,
        sent_from=From(school, Sender.SCHOOL),
        consent=Agreed("oral", today, ("social",), today),
    )


# Drafts --------------------------------------------------------------------------------------------


def test_a_draft_is_its_writers_alone_and_keeps_what_each_page_says(wall):
    tove, amir = wall.people["tove.lind"], wall.people["amir.hadad"]
    draft = handing_in.begin(by=tove)
    handing_in.keep(draft=draft, values={"happened": "Det hände."}, revision=1, by=tove)
    handing_in.keep(draft=draft, values={"given": "Kim"}, revision=2, by=tove)
    fresh = HandInDraft.objects.visible_to(tove).get()
    assert handing_in.typed(fresh) == {
        "category": "behaviour",
        "happened": "Det hände.",
        "given": "Kim",
    }
    for username, user in wall.people.items():
        if username != "tove.lind":
            assert not HandInDraft.objects.visible_to(user).exists()
    with pytest.raises(ChangedMeanwhile):
        handing_in.keep(draft=draft, values={"given": "Ki"}, revision=2, by=tove)
    with pytest.raises(ChangedMeanwhile):
        handing_in.keep(draft=draft, values={"given": "Ki"}, revision=3, by=amir)


def test_a_draft_is_gone_when_it_is_handed_in_thrown_away_or_forgotten(wall):
    tove = wall.people["tove.lind"]
    give(tove, draft=handing_in.begin(by=tove))
    assert not HandInDraft.objects.exists()
    handing_in.throw_away(draft=handing_in.begin(by=tove), by=tove)
    assert not HandInDraft.objects.exists()
    kept = handing_in.begin(by=tove)
    assert handing_in.sweep(now=kept.expires_at - timedelta(minutes=1)) == 0
    assert handing_in.sweep(now=kept.expires_at) == 1
    assert handing_in.sweep(now=kept.expires_at) == 0
    assert events().count("cases.draft.destroyed") == 2


# Triage --------------------------------------------------------------------------------------------


def decide(wall, case, outcome, **more):
    more.setdefault("reason", "Ordinarie stöd räcker.")
    return triage.decide(
        case=case, outcome=outcome, level="general", by=wall.people["maria.sten"], **more
    )


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [
        ("open", Stage.INQUIRY),
        ("ordinary", Stage.CLOSED),
        ("report", Stage.CLOSED),
        ("special", Stage.SPECIAL),
        ("close", Stage.CLOSED),
    ],
)
def test_a_case_is_decided_once(wall, outcome, stage):
    case = wall.case()
    stale = Case.objects.get(pk=case.pk)
    decide(wall, case, outcome, where_to="Elevhälsan")
    assert Case.objects.get(pk=case.pk).stage == stage
    before = len(events())
    with pytest.raises(WrongStage):
        decide(wall, stale, "open")
    assert len(events()) == before


def test_closing_needs_a_word_on_earlier_worries_where_there_are_any(wall):
    wall.case()
    case = wall.case(given="Kimm", family="Exempelson")
    with pytest.raises(Missing, match="tidigare"):
        decide(wall, case, "close")
    made = decide(wall, case, "close", earlier_said="Samma händelse, anmäld två gånger.")
    assert made.earlier.startswith("Samma")
    assert decide(wall, wall.case(given="Robin"), "close")


def test_no_reason_holds_an_identity_number(wall):
    with pytest.raises(IdentityNumberInText):
        decide(wall, wall.case(), "close", reason=f"Gäller {NUMBER} igen.")


def test_it_should_be_decided_in_three_working_days_and_must_in_fourteen(wall):
    case = wall.case()
    case.received_at = timezone.make_aware(
        timezone.datetime(2026, 12, 22, 15, 0)  # a Tuesday before Christmas
    )
    assert triage.target(case) == date(2026, 12, 29)
    assert triage.limit(case) == date(2027, 1, 5)
    assert Submission.objects.count() == 1
