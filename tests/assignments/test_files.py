"""Files of an assignment: handed in by whose part it is, read by all who read it, taken away, put back."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from coordination.access.refused import Refused
from coordination.assignments import papers
from coordination.assignments.models import Assignment, AssignmentFile
from coordination.audit.models import Event
from coordination.jobs import files
from tests import papers as made_up

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

KEY = "6f2a53b2-64c5-4b63-9be4-2f0b1d3a7a11"


@pytest.fixture(autouse=True)
def without_a_scanner(settings) -> None:
    settings.UPLOADS_UNSCANNED = True


@pytest.fixture
def thirteen(guideline) -> Assignment:
    return Assignment.objects.get(number=13)


def upload(content: bytes | None = None, name: str = "Nils plan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, made_up.pdf() if content is None else content)


def handed_in(assignment: Assignment, by, title: str = "Plan") -> AssignmentFile:
    with papers.checked(content=made_up.pdf(), name="x.pdf") as file:
        return papers.add(assignment=assignment, file=file, title=title, by=by)


def stored() -> list[str]:
    return sorted(one.name for one in Path(files.path("x")).parent.glob("assignment-*"))


def events() -> list[str]:
    return list(
        Event.objects.filter(event__startswith="assignments.file.")
        .order_by("pk")
        .values_list("event", flat=True)
    )


def test_an_owner_hands_in_a_file_once_and_readers_download_it(signed_in, thirteen):
    leila, url = signed_in("leila.amiri"), reverse("assignment_file_new", args=[thirteen.pk])
    for _turn in range(2):
        answer = leila.post(url, {"title": "Plan", "file": upload(), "_once": KEY})
        assert answer.url == reverse("assignment", args=[thirteen.pk]) + "#files"
    made = AssignmentFile.objects.get()
    assert [made.file] == stored()
    gunnar = signed_in("gunnar.ask")
    page = gunnar.get(reverse("assignment", args=[thirteen.pk])).content.decode()
    assert "Plan" in page
    assert "Nils" not in page
    assert url not in page
    answer = gunnar.get(reverse("assignment_file", args=[made.pk]))
    assert b"".join(answer.streaming_content) == made_up.pdf()
    assert answer["Content-Disposition"] == 'attachment; filename="uppdragsfil-1.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert events() == ["assignments.file.added"]


def test_a_file_that_is_something_else_is_refused_at_its_field(signed_in, thirteen):
    url = reverse("assignment_file_new", args=[thirteen.pk])
    wrong = upload(made_up.document("docx", {"word/vbaProject.bin": b""}), "x.docx")
    page = signed_in("anna.ek").post(url, {"title": "Plan", "file": wrong}).content.decode()
    assert page.count("Filen innehåller makron") == 2
    assert 'value="Plan"' in page
    assert stored() == []


def test_what_is_taken_away_is_gone_for_all_until_it_is_put_back(signed_in, person, thirteen):
    made = handed_in(thirteen, person("leila.amiri"))
    anna, address = signed_in("anna.ek"), reverse("assignment_file", args=[made.pk])
    page = anna.post(reverse("assignment_file_remove", args=[made.pk]), follow=True)
    assert anna.get(address).status_code == 404
    assert "Fil 1 togs bort av Anna Ek" in page.content.decode()
    undo = reverse("assignment_file_restore", args=[made.pk])
    assert undo in page.content.decode()
    for _turn in range(2):
        anna.post(undo)
    assert anna.get(address).status_code == 200
    assert events() == [f"assignments.file.{act}" for act in ("added", "removed", "restored")]


def test_the_file_of_what_was_taken_away_goes_a_day_later_and_cannot_come_back(person, thirteen):
    anna, now = person("anna.ek"), timezone.now()
    made, kept = handed_in(thirteen, anna), handed_in(thirteen, anna)
    then = (now - timedelta(days=30)).timestamp()
    for one in (made, kept):
        os.utime(files.path(one.file), (then, then))
    papers.remove(file=made, by=anna, now=now)
    later = now + timedelta(hours=25)
    assert papers.sweep(now=now) == 0
    assert papers.sweep(now=later) == 1
    assert stored() == [kept.file]
    with pytest.raises(Refused):
        papers.restore(file=made, by=anna, now=later)


def test_so_many_files_and_no_more_and_none_when_the_assignment_is_ended(
    person, thirteen, monkeypatch
):
    monkeypatch.setattr(papers, "MOST", 1)
    anna = person("anna.ek")
    first = handed_in(thirteen, anna)
    with pytest.raises(Refused):
        handed_in(thirteen, anna)
    papers.remove(file=first, by=anna)
    assert handed_in(thirteen, anna).number == 2
    with pytest.raises(Refused):
        papers.restore(file=first, by=anna)
    Assignment.objects.filter(pk=thirteen.pk).update(ended_on=timezone.localdate())
    AssignmentFile.objects.kept().update(removed_by=anna, removed_at=timezone.now())
    with pytest.raises(Refused):
        handed_in(thirteen, anna)
    assert len(stored()) == 2
