"""The guideline as data: read, established, and followed by a newer version."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from coordination.access.refused import Refused
from coordination.actors import demo as cast
from coordination.actors import merging
from coordination.actors.models import Organisation
from coordination.assignments import assigning, guidelines, shipped
from coordination.assignments.models import (
    Assignment,
    AssignmentOwner,
    Guideline,
    Mandate,
    Passage,
)
from coordination.audit.models import Event
from tests.assignments import DECIDED, NEWER

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

OWNERS = {
    1: cast.OFFICE,
    2: f"{cast.OFFICE}, {cast.POLICE}",
    8: cast.PARTNERSHIP,
    13: cast.UPPER_SECONDARY,
    14: f"{cast.PARTNERSHIP}, {cast.SOCIAL}",
    17: cast.PARTNERSHIP,
    18: cast.OFFICE,
}
NINE = (
    "Förskoleförvaltningen, Grundskoleförvaltningen, Gymnasieförvaltningen,"
    " Kommunledningskontoret, Kultur- och fritidsförvaltningen, Socialförvaltningen"
)


def owners_of(number: int) -> str:
    found = AssignmentOwner.objects.filter(assignment__number=number)
    return ", ".join(sorted(found.values_list("organisation__name", flat=True)))


def newer(by, text: str = NEWER, days: int = 1) -> Guideline:
    return guidelines.establish(
        title="Nyare riktlinjer",
        decided_by="Kommunfullmäktige",
        decided_on=timezone.localdate(),
        in_force_from=timezone.localdate() + timedelta(days=days),
        text=text,
        by=by,
    )


def test_the_shipped_guideline_orders_eighteen_things_each_in_its_own_words(guideline):
    mandates = Mandate.objects.filter(guideline=guideline).select_related("passage")
    assert sorted(one.number for one in mandates) == list(range(1, 19))
    for one in mandates:
        assert one.quote in one.passage.text
        assert one.passage.kind == Passage.Kind.PARAGRAPH


def test_each_party_of_the_guideline_owns_what_it_orders_of_it(guideline):
    assert {number: owners_of(number) for number in OWNERS} == OWNERS
    assert owners_of(9) == owners_of(12) == NINE


def test_the_headings_of_the_shipped_guideline_make_its_contents(guideline):
    headings = guideline.passages.filter(kind="heading").order_by("position")
    assert list(headings.values_list("depth", "text")) == [
        (1, "Bakgrund"),
        (1, "Utgångspunkter"),
        (1, "Inriktning av det förebyggande arbetet"),
        (2, "Generella förebyggande insatser"),
        (2, "Specifika förebyggande insatser"),
        (2, "Individinriktade förebyggande insatser"),
        (1, "Samverkan och samordning"),
        (1, "Utbildning"),
        (1, "Särskilda insatser"),
        (1, "Kunskapshus"),
    ]


@pytest.mark.parametrize(
    ("code", "professions"),
    [
        ("general", "yrkesverksamma inom t ex skola"),
        ("specific", "Skolpersonal, socialarbetare, poliser"),
        ("individual", "Pedagoger, socialarbetare, mentorer"),
    ],
)
def test_each_prevention_level_has_its_definition_professions_and_example(
    guideline, code, professions
):
    under = guideline.passages.filter(level__code=code)
    kinds = list(under.order_by("position").values_list("kind", flat=True))
    assert kinds[:4] == ["heading", "paragraph", "professions", "example"]
    assert professions in under.get(kind="professions").text


def test_text_is_read_with_the_anchors_that_links_lead_to():
    passages = guidelines.read("# Ett\nmed text\n\nmer\n\n## Två å ö\n\ntext\n# Ett\n\nigen")
    assert [(one.kind, one.anchor, one.text) for one in passages] == [
        ("heading", "ett", "Ett"),
        ("paragraph", "ett-1", "med text"),
        ("paragraph", "ett-2", "mer"),
        ("heading", "tva-a-o", "Två å ö"),
        ("paragraph", "tva-a-o-1", "text"),
        ("heading", "ett-3", "Ett"),
        ("paragraph", "ett-3-1", "igen"),
    ]
    anchors = [one.anchor for one in passages]
    assert len(set(anchors)) == len(anchors)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Text utan rubrik", "Rad 1"),
        ("# Rubrik\n\n#Fel", "Rad 3"),
        ("# Rubrik\n\n## Nivå [allmän]", "allmän"),
        ("", "Klistra in"),
        ("# Rubrik\n\nRing 811228-9874", "personnummer"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_where_and_why(guideline, person, text, said):
    with pytest.raises(Refused) as refused:
        newer(person("anna.ek"), text)
    assert said in str(refused.value)
    assert refused.value.field == "text"
    assert Guideline.objects.count() == 1


def test_a_newer_version_ends_the_one_before_it_and_both_can_be_read(guideline, person):
    made = newer(person("anna.ek"))
    guideline.refresh_from_db()
    assert guideline.in_force_to == made.in_force_from - timedelta(days=1)
    assert guidelines.in_force() == guideline
    assert guidelines.in_force(made.in_force_from) == made
    assert guidelines.in_force(date(2000, 1, 1)) == guideline
    assert guideline.passages.count() > 40


def test_a_version_cannot_begin_with_or_before_another_or_before_it_was_decided(guideline, person):
    for day in (guideline.in_force_from, guideline.in_force_from - timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            guidelines.establish(
                title="Sen",
                decided_by="KS",
                decided_on=date(2000, 1, 1),
                in_force_from=day,
                text=NEWER,
                by=person("anna.ek"),
            )
        assert refused.value.field == "in_force_from"
    with pytest.raises(Refused):
        newer(person("anna.ek"), days=-1)


def test_an_assignment_goes_on_with_new_words_and_keeps_what_was_said(guideline, person, owner):
    made, anna = newer(person("anna.ek")), person("anna.ek")
    thirteen = owner(13).assignment
    quote = "Gymnasieförvaltningen får i uppdrag att utveckla verksamheten med elevstödjare."
    assigning.carry_over(assignment=thirteen, guideline=made, quote=quote, by=anna)
    assert thirteen.mandates.count() == 2
    assert thirteen not in assigning.left_to_decide(made)
    assert Assignment.objects.standing().filter(pk=thirteen.pk).exists()
    with pytest.raises(assigning.ChangedMeanwhile):
        assigning.carry_over(assignment=thirteen, guideline=made, quote=quote, by=anna)
    with pytest.raises(assigning.ChangedMeanwhile):
        assigning.end(assignment=thirteen, guideline=made, by=anna)


def test_an_assignment_ends_with_the_last_day_of_its_guideline_and_frees_its_number(
    guideline, person, owner
):
    made, anna = newer(person("anna.ek")), person("anna.ek")
    one = owner(1).assignment
    assigning.end(assignment=one, guideline=made, by=anna)
    one.refresh_from_db()
    guideline.refresh_from_db()
    assert one.ended_on == guideline.in_force_to
    assert len(assigning.left_to_decide(made)) == 17
    again = assigning.order(
        guideline=made,
        number=1,
        title="Något nytt",
        quote="En bred insats för alla.",
        owners=[assigning.Owner(Organisation.objects.get(name=cast.OFFICE))],
        by=anna,
    )
    assert again.number == one.number


def test_words_that_do_not_stand_in_the_guideline_order_nothing(guideline, person):
    office = [assigning.Owner(Organisation.objects.get(name=cast.OFFICE))]
    for quote in (
        "Det här står ingenstans.",
        "",
        "Bakgrund",
        "GYMNASIEFÖRVALTNINGEN FÅR I UPPDRAG",
    ):
        with pytest.raises(Refused) as refused:
            assigning.order(
                guideline=guideline,
                title="Påhitt",
                quote=quote,
                owners=office,
                by=person("anna.ek"),
            )
        assert refused.value.field == "quote"
    assert Assignment.objects.count() == 18


def test_a_changed_assignment_keeps_what_its_earlier_owner_said(guideline, person, owner):
    fourteen = owner(14, cast.SOCIAL).assignment
    partnership, office = (
        Organisation.objects.get(name=name) for name in (cast.PARTNERSHIP, cast.OFFICE)
    )
    values = {
        "assignment": fourteen,
        "title": "Föräldrastöd",
        "due": None,
        "measure": "Alla områden",
        "owners": [partnership, office],
        "contributors": [],
        "by": person("anna.ek"),
    }
    assigning.change(**values, version=1)
    told = Event.objects.get(event="assignments.assignment.changed")
    assert told.fields == ["title", "measure", "owners"]
    standing = {one.organisation.name: one for one in fourteen.owners.standing()}
    assert set(standing) == {cast.PARTNERSHIP, cast.OFFICE}
    assert standing[cast.OFFICE].acting_role == "strategic_coordinator"
    assert fourteen.owners.get(organisation__name=cast.SOCIAL).ended_on is not None
    with pytest.raises(assigning.ChangedMeanwhile):
        assigning.change(**values, version=1)


def test_the_command_establishes_the_guideline_once_and_says_who_is_missing(db, capsys):
    asked = ["guideline", "--decided-by", "Kommunstyrelsen", "--decided-on", DECIDED.isoformat()]
    with pytest.raises(CommandError, match="Kommunledningskontoret"):
        call_command(*asked)
    cast.make_places()
    Organisation.objects.filter(name=cast.SOCIAL).update(name="Socialtjänsten")
    with pytest.raises(CommandError, match=cast.SOCIAL):
        call_command(*asked)
    with pytest.raises(CommandError, match="No such party"):
        call_command(*asked, "--as", "socialt=Socialtjänsten")
    call_command(*asked, "--as", "social=Socialtjänsten")
    assert "18 uppdrag" in capsys.readouterr().out
    assert owners_of(14) == f"{cast.PARTNERSHIP}, Socialtjänsten"
    with pytest.raises(CommandError):
        call_command(*asked, "--as", "social=Socialtjänsten")


def test_the_shipped_files_hold_the_original_words(guideline):
    text = " ".join(guideline.passages.values_list("text", flat=True))
    assert "våldbejakande" in text, "the original's own spelling is kept"
    assert shipped.read().title == guideline.title


def test_the_start_page_tells_how_many_assignments_are_undecided_and_leads_there(
    guideline, person, signed_in
):
    anna = person("anna.ek")
    assert assigning.undecided(timezone.localdate()).by_guideline == 0
    newer = guidelines.establish(
        title="Nyare",
        decided_by="Kommunstyrelsen",
        decided_on=timezone.localdate(),
        in_force_from=timezone.localdate() + timedelta(days=1),
        text="# Prov\n\nProv på en riktlinje.",
        by=anna,
    )
    page = signed_in("anna.ek").get("/").content.decode()
    assert "Besluta om 18 uppdrag ska fortsätta" in page
    assert reverse("guideline_assignments", args=[newer.pk]) in page
    assert "ska fortsätta" not in signed_in("leila.amiri").get("/").content.decode()


def test_an_owner_that_went_into_another_waits_for_somebody_to_choose_who_answers(
    guideline, person, signed_in
):
    upper, grammar = (
        Organisation.objects.get(name=name)
        for name in ("Gymnasieförvaltningen", "Grundskoleförvaltningen")
    )
    merging.merge(by=person("anna.ek"), gone=upper, into=grammar, on=timezone.localdate())
    anna = signed_in("anna.ek")
    page = anna.get("/att-gora/").content.decode()
    found = Assignment.objects.filter(owners__organisation=upper).distinct()
    assert f"Välj vem som ansvarar för {found.count()} uppdrag" in page
    listed = anna.get("/uppdrag/?gone=on").content.decode()
    shown = {one.pk for one in Assignment.objects.all() if f"/uppdrag/{one.pk}/" in listed}
    assert shown == set(found.values_list("pk", flat=True))
