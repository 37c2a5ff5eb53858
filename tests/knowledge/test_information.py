"""What the public is told: drafted by coordinators, published in a step of its own, never lost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.audit import log
from coordination.knowledge import information
from coordination.knowledge.models import InformationVersion
from coordination.knowledge.texts import ChangedMeanwhile, Missing, NotForThisText, WrongState

TEXTS = {
    "when_worried": "Gör en orosanmälan om ett barn far illa.",
    "what_we_do": "Kommunen samordnar arbetet.",
    "contacts": "Ring kontaktcenter.",
}


def drafted(by, **other) -> InformationVersion:
    opened = information.draft()
    return information.save(
        texts={**TEXTS, **other},
        draft=opened.pk if opened else None,
        revision=opened.revision if opened else 0,
        by=by,
    )


def published(by, **other) -> InformationVersion:
    draft = drafted(by, **other)
    information.publish(draft=draft, revision=draft.revision, by=by)
    draft.refresh_from_db()
    return draft


def test_the_page_is_read_without_signing_in_and_says_to_call_112_before_anything_is_written(db):
    response = Client().get("/information/")
    assert response.status_code == 200
    assert "Ring 112 om någon är i fara just nu." in response.content.decode()


def test_a_draft_is_read_by_nobody_outside_until_it_is_published(people):
    anna = people["anna.ek"]
    draft = drafted(anna)
    assert TEXTS["contacts"] not in Client().get("/information/").content.decode()
    information.publish(draft=draft, revision=draft.revision, by=anna)
    page = Client().get("/information/").content.decode()
    assert all(text in page for text in TEXTS.values())


def test_the_page_names_nobody_who_wrote_it_and_sets_no_cookie(people):
    published(people["anna.ek"])
    response = Client().get("/information/")
    assert "Anna" not in response.content.decode()
    # As the other open pages: the token of the form for the language, and nothing else.
    assert {*response.cookies} == {*Client().get("/hjalp/").cookies}


def test_it_is_answered_with_the_same_headers_as_the_other_open_pages(people):
    published(people["anna.ek"])

    def headers(address: str) -> dict[str, str]:
        changing = {"Content-Security-Policy", "Content-Length"}
        return {k: v for k, v in Client().get(address).items() if k not in changing}

    assert headers("/information/") == headers("/hjalp/") == headers("/tillganglighet/")


def test_every_open_page_leads_there_and_so_does_the_sign_in_page(db):
    for address in ("/hjalp/", "/konto/login/", "/tillganglighet/"):
        assert 'href="/information/"' in Client().get(address).content.decode()


def test_a_text_with_an_identity_number_is_saved_nowhere(people, as_person):
    text = "Fråga efter 811228-9874"
    with pytest.raises(NotForThisText):
        drafted(people["anna.ek"], contacts=text)
    response = as_person("anna.ek").post(reverse("information_change"), {**TEXTS, "contacts": text})
    assert "personnummer" in response.content.decode()
    assert text in response.content.decode()
    assert not InformationVersion.objects.exists()


def test_nothing_is_published_while_a_part_is_empty(people):
    draft = drafted(people["anna.ek"], contacts="")
    with pytest.raises(Missing, match="Vem du kontaktar"):
        information.publish(draft=draft, revision=draft.revision, by=people["anna.ek"])


def test_what_was_published_before_is_kept_and_can_be_made_a_draft_again(people):
    anna = people["anna.ek"]
    first = published(anna)
    published(anna, contacts="Ring växeln.")
    first.refresh_from_db()
    assert first.state == "replaced"
    draft = information.restore(version=first, by=people["oskar.lind"])
    assert (draft.number, draft.state, draft.contacts) == (3, "draft", TEXTS["contacts"])
    page = Client().get("/information/").content.decode()
    assert "Ring växeln." in page
    assert TEXTS["contacts"] not in page


def test_an_earlier_version_is_not_restored_over_a_draft_that_somebody_writes(people):
    anna = people["anna.ek"]
    first = published(anna)
    published(anna)
    drafted(anna, contacts="Påbörjat.")
    first.refresh_from_db()
    with pytest.raises(WrongState, match="utkast"):
        information.restore(version=first, by=anna)
    assert information.draft().contacts == "Påbörjat."


def test_a_discarded_draft_can_be_taken_up_again(people, as_person):
    drafted(people["anna.ek"])
    client = as_person("anna.ek")
    draft = information.draft()
    response = client.post(
        reverse("information_discard"), {"version": f"{draft.pk}-{draft.revision}"}, follow=True
    )
    undo = reverse("information_restore", args=[draft.pk])
    assert f'action="{undo}"' in response.content.decode()
    client.post(undo)
    assert information.draft().what_we_do == TEXTS["what_we_do"]


def test_whoever_saves_over_anothers_text_is_shown_both_and_nothing_is_lost(people, as_person):
    draft = drafted(people["anna.ek"])
    opened = f"{draft.pk}-{draft.revision}"
    drafted(people["oskar.lind"], contacts="Oskars text.")
    client, sent = as_person("anna.ek"), {**TEXTS, "contacts": "Annas text."}
    response = client.post(reverse("information_change"), {**sent, "version": opened})
    page = response.content.decode()
    assert "Oskar Lind har ändrat samma text" in page
    assert "Oskars text." in page
    assert "Annas text." in page
    assert information.draft().contacts == "Oskars text."
    seen = information.draft()
    client.post(reverse("information_change"), {**sent, "version": f"{seen.pk}-{seen.revision}"})
    assert information.draft().contacts == "Annas text."


def test_two_who_begin_a_draft_at_once_do_not_get_two(people):
    drafted(people["anna.ek"])
    with pytest.raises(ChangedMeanwhile):
        information.save(texts=TEXTS, draft=None, revision=0, by=people["oskar.lind"])
    assert InformationVersion.objects.count() == 1


def test_nobody_publishes_a_text_that_was_changed_after_they_read_it(people):
    draft = drafted(people["anna.ek"])
    drafted(people["oskar.lind"], contacts="Ändrat.")
    with pytest.raises(WrongState):
        information.publish(draft=draft, revision=1, by=people["anna.ek"])
    assert information.published() is None


def test_the_database_holds_one_draft_and_one_published_version_at_most(people):
    anna = people["anna.ek"]
    published(anna)
    drafted(anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        InformationVersion.objects.create(number=9, drafted_by=anna, drafted_at=timezone.now())


def test_a_review_is_asked_for_a_month_before_the_year_is_over(people, as_person):
    published(people["anna.ek"])
    title = "Granska informationen till allmänheten"
    assert title not in as_person("anna.ek").get("/").content.decode()
    InformationVersion.objects.update(reviewed_on=timezone.localdate() - timedelta(days=340))
    assert title in as_person("oskar.lind").get("/").content.decode()
    assert title not in as_person("maria.sten").get("/").content.decode()
    as_person("oskar.lind").post(reverse("information_reviewed"))
    assert information.published().reviewed_on == timezone.localdate()
    assert title not in as_person("anna.ek").get("/").content.decode()


def test_who_changed_what_stands_in_the_history_and_every_step_in_the_log(people, as_person):
    drafted(people["anna.ek"])
    drafted(people["oskar.lind"], contacts="Ring växeln.")
    information.publish(draft=information.draft(), revision=2, by=people["anna.ek"])
    page = as_person("anna.ek").get(reverse("information")).content.decode()
    assert "Oskar Lind" in page
    assert "Vem du kontaktar" in page
    version = information.published()
    assert [event.event for event in log.events(on=version)] == [
        "knowledge.information.published",
        "knowledge.information.changed",
        "knowledge.information.drafted",
    ]


@pytest.mark.parametrize("username", ["maria.sten", "nils.frisk", "ulla.vik", "ny.person"])
def test_the_pages_where_it_is_written_do_not_exist_for_others(people, as_person, username):
    version = published(people["anna.ek"])
    client = as_person(username)
    for address in (
        reverse("information"),
        reverse("information_change"),
        reverse("information_version", args=[version.pk]),
    ):
        assert client.get(address).status_code == 404
    assert client.post(reverse("information_reviewed")).status_code == 404
