"""The library: what coordinators write, everyone with a role reads, and each says was of help or not."""

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils import timezone

from coordination.access.models import User
from coordination.audit import log
from coordination.knowledge import library, start_list
from coordination.knowledge.models import Entry, Helpful
from coordination.knowledge.texts import ChangedMeanwhile, NotForThisText
from tests.forums.test_pages_queries import cost

VALUES = {
    "title": "Samtalsguiden",
    "kind": "method",
    "audience": "Lärare",
    "level": "general",
    "language": "sv",
    "source": "CVE, 2024",
    "url": "https://www.cve.se/",
    "summary": "Stöd för samtal.",
}


def added(by: User, **other: str) -> Entry:
    return library.add(values=VALUES | other, reviewed_on=None, by=by)


def test_a_coordinator_adds_an_entry_and_a_teacher_finds_it(people, as_person):
    sent = VALUES | {"reviewed_on": "2026-01-05"}
    response = as_person("maria.sten").post(reverse("entry_new"), sent, follow=True)
    assert "Samtalsguiden" in response.content.decode()
    client = as_person("tove.lind")
    assert "Samtalsguiden" in client.get(reverse("knowledge")).content.decode()
    assert "Samtalsguiden" in client.get(reverse("search") + "?q=samtal").content.decode()
    assert client.get(reverse("entry_new")).status_code == 404


def test_the_link_leads_out_of_the_portal_and_says_nothing_of_where_it_came_from(people, as_person):
    entry = added(people["anna.ek"])
    page = as_person("per.holm").get(reverse("entry", args=[entry.pk])).content.decode()
    assert '<a href="https://www.cve.se/" rel="external noopener noreferrer">' in page


def test_an_archived_entry_says_so_and_its_address_is_no_longer_a_link(people, as_person):
    entry = added(people["anna.ek"])
    as_person("anna.ek").post(reverse("entry_archive", args=[entry.pk]), {"archive": "yes"})
    client = as_person("per.holm")
    page = client.get(reverse("entry", args=[entry.pk])).content.decode()
    assert "Arkiverad" in page
    assert 'href="https://www.cve.se/"' not in page
    assert "Arkiverad" in client.get(reverse("knowledge")).content.decode()
    as_person("anna.ek").post(reverse("entry_archive", args=[entry.pk]), {"archive": "no"})
    entry.refresh_from_db()
    assert not entry.is_archived


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://example.se/", "https://a@example.se/", "inte en adress"]
)
def test_an_address_that_is_none_is_refused(people, url):
    with pytest.raises(NotForThisText):
        added(people["anna.ek"], url=url)


def test_two_entries_do_not_have_the_same_title(people):
    added(people["anna.ek"])
    with pytest.raises(library.AlreadyThere):
        added(people["oskar.lind"])


def test_nobody_saves_over_what_somebody_else_wrote_meanwhile(people, as_person):
    entry = added(people["anna.ek"])
    library.change(
        entry=entry,
        values=VALUES | {"summary": "Oskars text."},
        reviewed_on=None,
        revision=1,
        by=people["oskar.lind"],
    )
    with pytest.raises(ChangedMeanwhile, match="Oskar Lind"):
        library.change(
            entry=entry, values=VALUES, reviewed_on=None, revision=1, by=people["anna.ek"]
        )
    sent = VALUES | {"summary": "Annas text.", "reviewed_on": "", "version": "1"}
    page = as_person("anna.ek").post(reverse("entry_change", args=[entry.pk]), sent)
    assert "Oskars text." in page.content.decode()
    assert "Annas text." in page.content.decode()
    assert 'name="version" value="2"' in page.content.decode()


def test_how_many_were_helped_is_shown_from_five_answers_on_and_never_who(people, as_person):
    entry, url = added(people["anna.ek"]), ""
    answering = ["maria.sten", "jonas.berg", "per.holm", "tove.lind", "ulla.vik"]
    for username in answering:
        assert library.verdict(entry) is None
        url = reverse("entry_answer", args=[entry.pk])
        as_person(username).post(url, {"helped": "yes"})
    page = as_person("anna.ek").get(reverse("entry", args=[entry.pk])).content.decode()
    assert "5 av 5 som har svarat" in page
    assert "Maria" not in page
    # Whoever changes their mind is still counted once.
    as_person("maria.sten").post(url, {"helped": "no"})
    assert Helpful.objects.filter(entry=entry).count() == 5
    assert library.verdict(entry) == library.Verdict(helped=4, answers=5)
    assert "nej" in as_person("maria.sten").get(reverse("entry", args=[entry.pk])).content.decode()


def test_the_log_says_that_somebody_answered_and_not_what(people):
    entry = added(people["anna.ek"])
    library.answer(entry=entry, helped=False, by=people["per.holm"])
    event = log.events(on=entry).first()
    assert event.event == "knowledge.entry.answered"
    assert event.facts in ({}, None)


def test_an_empty_library_offers_the_list_that_the_guideline_names_once(people, as_person):
    client = as_person("anna.ek")
    start = reverse("library_start")
    assert start in client.get(reverse("knowledge")).content.decode()
    assert start not in as_person("per.holm").get(reverse("knowledge")).content.decode()
    client.post(start)
    client.post(start)
    assert Entry.objects.count() == len(start_list.ENTRIES)
    old = Entry.objects.get(title="Samtalskompassen")
    assert old.is_archived
    # Nobody has reviewed what came with the portal.
    assert not Entry.objects.exclude(reviewed_on=None).exists()


def test_the_list_is_narrowed_sorted_and_handed_out_as_a_file(people, as_person):
    anna = people["anna.ek"]
    added(anna)
    archived = added(anna, title="Gammal film", kind="film", language="en")
    library.archive(entry=archived, by=anna)
    client = as_person("ulla.vik")
    for query, shown in (
        ("kind=film", ["Gammal film"]),
        ("language=sv", ["Samtalsguiden"]),
        ("status=in_use", ["Samtalsguiden"]),
        ("status=archived", ["Gammal film"]),
        ("words=lärare", ["Gammal film", "Samtalsguiden"]),
        ("words=x", []),
        ("sort=-title", ["Samtalsguiden", "Gammal film"]),
    ):
        page = client.get(f"{reverse('knowledge')}?{query}")
        assert [one.title for one in page.context["list"].rows] == shown, query
    file = client.get(f"{reverse('knowledge_export')}?status=archived&format=csv")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "Gammal film" in text
    assert "Samtalsguiden" not in text
    day = timezone.localdate().isoformat()
    assert file["Content-Disposition"] == f'attachment; filename="bibliotek-{day}.csv"'


def test_english_titles_are_read_aloud_in_english(people, as_person):
    added(people["anna.ek"], title="Prevention", language="en")
    page = as_person("ulla.vik").get(reverse("knowledge")).content.decode()
    assert 'lang="en">Prevention</a>' in page


def test_the_domain_keeps_nothing_when_the_log_fails(people, monkeypatch):
    def fail(**_: object) -> None:
        raise ObjectDoesNotExist

    monkeypatch.setattr(log, "record", fail)
    with pytest.raises(ObjectDoesNotExist):
        added(people["anna.ek"])
    assert not Entry.objects.exists()


def test_the_list_costs_the_same_at_one_row_and_at_thirty(people, as_person):
    added(people["anna.ek"])
    client = as_person("ulla.vik")
    few = cost(client, reverse("knowledge"))
    for number in range(29):
        added(people["anna.ek"], title=f"Metod {number}")
    assert cost(client, reverse("knowledge")) == few
