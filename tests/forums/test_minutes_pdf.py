"""The PDF of minutes: what it says, that it is tagged, and that there is one of it."""

import io

import pikepdf
import pypdf
import pytest
from django.template.loader import render_to_string
from django.utils import translation

from coordination.jobs import files, queue
from coordination.jobs.models import Job
from forums import finishing, minutes, proceedings

pytestmark = pytest.mark.any_engine


def finished(sample):
    meeting = sample.running()
    by = sample.anna
    item = sample.item(meeting, "Lägesbild")
    proceedings.save_item(item=item, notes="Lugnt i områdena.", version=1, by=by)
    proceedings.add_decision(
        item=item, text="Vi börjar i Vivalla.", report_to_management=True, by=by
    )
    sample.action(item, "Ta fram schema", "Per och Jonas")
    proceedings.mark_all_present(meeting=meeting, by=by)
    row = meeting.participations.get(user=sample.sofia)
    proceedings.set_attendance(participation=row, attendance="absent", by=by)
    proceedings.postpone_item(item=sample.item(meeting, "Övrigt"), by=by)
    choices = {one.pk: "done" for one in meeting.items.filter(outcome="open")}
    return finishing.finish(meeting=meeting, by=by, choices=choices)


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_pdf_says_what_was_decided_and_is_tagged_with_title_and_language(sample):
    version = finished(sample)
    job = Job.objects.get(kind="forums.minutes_pdf")
    assert queue.run(job.pk)
    version.refresh_from_db()
    content = files.path(version.file).read_bytes()
    assert (version.size, version.has_file) == (len(content), True)
    said = text_of(content)
    for words in (
        sample.council.name,
        "Lugnt i områdena.",
        "§ 3:1",
        "Vi börjar i Vivalla.",
        "Ta fram schema",
        "Per Holm, Jonas Berg",
        "Gymnasieförvaltningen",
        "Övrigt",
        "Rådhuset, sal 3",
    ):
        assert words in said, words
    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.Root.Lang) == "sv"
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert sample.council.name in str(document.docinfo["/Title"])


def test_rendering_again_leaves_one_file_and_changes_nothing(sample):
    version = finished(sample)
    minutes.render_pdf(version_id=version.pk)
    version.refresh_from_db()
    before = (version.file_sha256, version.rendered_at)
    minutes.render_pdf(version_id=version.pk)
    version.refresh_from_db()
    assert (version.file_sha256, version.rendered_at) == before
    assert len(list(files.path(version.file).parent.iterdir())) == 1


def test_page_and_pdf_say_the_same_in_the_readers_language(sample):
    version = finished(sample)
    for language in ("sv", "en"):
        with translation.override(language):
            page = render_to_string("forums/_minutes.html", {"minutes": minutes.document(version)})
        assert "Vi börjar i Vivalla." in page
        assert 'scope="col"' in page
        assert "<h1" not in page
