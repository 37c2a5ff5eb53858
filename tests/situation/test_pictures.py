"""The situational picture: three parts and problems, published, locked, and copied for the next."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from coordination.situation import pictures, problems, renewal
from coordination.situation.contributions import renewals
from coordination.situation.models import PARTS, Problem, SituationalPicture
from coordination.situation.texts import (
    ChangedMeanwhile,
    Missing,
    NotForThisText,
    NotYourDistrict,
    WrongState,
)
from tests.situation.conftest import PROBLEM, TEXTS, described, districts, drafted, published


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_published_while_a_part_is_empty_and_the_sentence_names_it(people, part):
    anna = people["anna.ek"]
    draft = drafted(anna, **{part: ""})
    described(draft, anna)
    draft.refresh_from_db()
    with pytest.raises(Missing, match=f"saknas.*: {PARTS[part]}"):
        pictures.publish(picture=draft, edition=draft.edition, by=anna)
    draft.refresh_from_db()
    assert draft.is_draft


def test_nothing_is_published_without_a_problem_not_even_with_one_that_was_taken_away(people):
    anna = people["anna.ek"]
    draft = drafted(anna)
    problems.remove(problem=described(draft, anna), by=anna)
    draft.refresh_from_db()
    with pytest.raises(Missing, match="minst ett problem"):
        pictures.publish(picture=draft, edition=draft.edition, by=anna)


def test_what_was_changed_after_it_was_read_is_not_published(people):
    anna = people["anna.ek"]
    draft = drafted(anna)
    read = draft.edition
    described(draft, people["maria.sten"])
    with pytest.raises(WrongState, match="ändrat utkastet"):
        pictures.publish(picture=draft, edition=read, by=anna)


def test_a_published_picture_is_locked_in_every_part(people):
    anna = people["anna.ek"]
    picture = published(anna)
    problem = picture.problems.earliest("pk")
    acts = (
        lambda: pictures.save(picture=picture, texts=TEXTS, revision=picture.revision, by=anna),
        lambda: described(picture, anna),
        lambda: problems.change(
            problem=problem, values=PROBLEM, districts=districts("Vivalla"), revision=1, by=anna
        ),
        lambda: problems.remove(problem=problem, by=anna),
        lambda: problems.restore(problem=problem, by=anna),
        lambda: pictures.publish(picture=picture, edition=picture.edition, by=anna),
    )
    for act in acts:
        with pytest.raises(WrongState):
            act()
    assert list(Problem.objects.filter(picture=picture).values_list("revision", "removed")) == [
        (1, False),
        (1, False),
    ]


def test_the_next_one_begins_as_a_copy_and_the_last_one_stays_as_it_was(people, as_person):
    anna = people["anna.ek"]
    first = published(anna)
    second = pictures.begin(by=anna)
    assert [getattr(second, part) for part in PARTS] == [TEXTS[part] for part in PARTS]
    copies = second.problems.order_by("pk")
    assert [(one.name, one.where, one.risk) for one in copies] == [
        ("Propaganda på nätet", "Vivalla", "middle"),
        ("Skadegörelse", "Oxhagen", "middle"),
    ]
    with pytest.raises(WrongState, match="redan ett utkast"):
        pictures.begin(by=people["oskar.lind"])
    described(second, anna, name="Ett nytt problem")
    second.refresh_from_db()
    pictures.publish(picture=second, edition=second.edition, by=anna)
    assert pictures.current() == second
    assert first.problems.count() == 2
    page = as_person("per.holm").get(reverse("picture", args=[first.pk])).content.decode()
    assert "Ersatt av en ny version" in page
    assert "Ett nytt problem" not in page


def test_who_saves_over_another_is_shown_both_texts(people, as_person):
    draft = drafted(people["anna.ek"])
    stale = draft.revision
    pictures.save(
        picture=draft, texts=TEXTS | {"other": "Oskars."}, revision=stale, by=people["oskar.lind"]
    )
    with pytest.raises(ChangedMeanwhile, match="Oskar Lind"):
        pictures.save(picture=draft, texts=TEXTS, revision=stale, by=people["anna.ek"])
    response = as_person("anna.ek").post(
        reverse("picture_change", args=[draft.pk]),
        TEXTS | {"other": "Annas.", "version": str(stale)},
    )
    page = response.content.decode()
    assert "Oskars." in page
    assert "Annas." in page


@pytest.mark.parametrize("field", [*PARTS, "title"])
def test_a_picture_with_an_identity_number_is_saved_nowhere_and_the_text_stays(
    people, as_person, field
):
    draft = drafted(people["anna.ek"])
    text = "Se 811228-9874"
    with pytest.raises(NotForThisText):
        pictures.save(picture=draft, texts=TEXTS | {field: text}, revision=2, by=people["anna.ek"])
    response = as_person("anna.ek").post(
        reverse("picture_change", args=[draft.pk]), TEXTS | {field: text, "version": "2"}
    )
    assert text in response.content.decode()
    draft.refresh_from_db()
    assert getattr(draft, field) == TEXTS[field]


@pytest.mark.parametrize("field", ["name", "description", "causes", "source"])
def test_a_problem_without_one_of_its_texts_is_refused_at_that_field(people, field):
    draft = drafted(people["anna.ek"])
    with pytest.raises(Missing) as refused:
        described(draft, people["anna.ek"], **{field: " "})
    assert refused.value.field == field


def test_a_problem_is_somewhere(people):
    draft = drafted(people["anna.ek"])
    with pytest.raises(Missing) as refused:
        problems.add(picture=draft, values=PROBLEM, districts=[], by=people["anna.ek"])
    assert refused.value.field == "districts"


def test_partnership_coordinators_write_about_their_own_districts(people, as_person):
    anna, maria = people["anna.ek"], people["maria.sten"]
    draft = drafted(anna)
    hers = described(draft, maria)
    shared = described(draft, anna, "Vivalla", "Oxhagen", name="Delat")
    other, everywhere = (
        described(draft, anna, "Oxhagen", name="Annat"),
        described(draft, anna, whole_municipality=True, name="Överallt"),
    )
    with pytest.raises(NotYourDistrict):
        described(draft, maria, "Oxhagen")
    with pytest.raises(NotYourDistrict):
        described(draft, maria, whole_municipality=True)
    with pytest.raises(NotYourDistrict):
        problems.remove(problem=shared, by=maria)
    client = as_person("maria.sten")
    answers = {
        one.name: client.get(reverse("problem_change", args=[one.pk])).status_code
        for one in (hers, shared, other, everywhere)
    }
    assert answers == {"Propaganda på nätet": 200, "Delat": 200, "Annat": 404, "Överallt": 404}
    vivalla = districts("Vivalla")[0]
    sent = {**PROBLEM, "causes": "Marias ord.", "districts": [vivalla.pk], "version": "1"}
    client.post(reverse("problem_change", args=[shared.pk]), sent)
    shared.refresh_from_db()
    assert (shared.causes, shared.where) == ("Marias ord.", "Oxhagen, Vivalla")
    # The texts, and publishing, are the strategic coordinators'.
    assert client.get(reverse("picture_change", args=[draft.pk])).status_code == 404
    assert client.post(reverse("picture_publish", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize(
    "broken",
    [
        {"mapping": ""},
        {"other": ""},
        {"analysis": ""},
        {"title": ""},
        {"published_at": None},
        {"state": "okänd"},
    ],
)
def test_the_database_itself_refuses_a_published_picture_that_lacks_something(people, broken):
    picture = published(people["anna.ek"])
    with pytest.raises(IntegrityError), transaction.atomic():
        SituationalPicture.objects.filter(pk=picture.pk).update(**broken)


def test_the_database_itself_refuses_two_drafts_and_a_problem_without_local_evidence(people):
    anna = people["anna.ek"]
    draft = drafted(anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        SituationalPicture.objects.create(
            number=9,
            title="En till",
            period="2026",
            begun_by=anna,
            begun_at=timezone.now(),
            changed_by=anna,
            changed_at=timezone.now(),
        )
    problem = described(draft, anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(pk=problem.pk).update(source="")


# Renewal -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "due", "reminded"),
    [
        (date(2024, 5, 2), date(2026, 5, 2), date(2025, 11, 2)),
        # Two years after a leap day there is none: the day before 1 March, never after it.
        (date(2024, 2, 29), date(2026, 2, 28), date(2025, 8, 28)),
        (date(2026, 2, 28), date(2028, 2, 28), date(2027, 8, 28)),
        (date(2024, 8, 31), date(2026, 8, 31), date(2026, 2, 28)),
    ],
)
def test_a_picture_is_to_be_renewed_within_two_years(done, due, reminded):
    assert renewal.due_after(done) == due
    assert renewal.reminded_from(due) == reminded


def test_strategic_coordinators_are_reminded_from_half_a_year_before(people):
    anna = people["anna.ek"]
    published(anna, now=_noon(2024, 2, 29))
    pictures.begin(by=anna, now=_noon(2025, 8, 1))

    def told(username: str, year: int, month: int, day: int) -> list[tuple[str, date | None]]:
        now = _noon(year, month, day)
        return [(one.title, one.due) for one in renewals(people[username], now)]

    assert told("anna.ek", 2025, 8, 27) == []
    assert told("anna.ek", 2025, 8, 28) == [("Förnya lägesbilden", date(2026, 2, 28))]
    assert told("maria.sten", 2025, 8, 28) == told("per.holm", 2026, 8, 28) == []


@pytest.mark.parametrize(
    ("years", "sentence"), [(1, "Ska förnyas senast"), (3, "Skulle ha förnyats senast")]
)
def test_the_page_says_by_when_it_is_to_be_renewed(people, as_person, years, sentence):
    now = timezone.now()
    published(people["anna.ek"], now=now.replace(year=now.year - years, day=1))
    assert sentence in as_person("per.holm").get(reverse("situation")).content.decode()


def _noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)
