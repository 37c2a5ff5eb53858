"""The signed file of an agreement, and what coordinators are told before an agreement expires."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from coordination.agreements import expiring, keeping, signed_files, tasks
from coordination.agreements.models import Agreement, SignedFile
from coordination.audit.models import Event
from coordination.jobs import files
from coordination.jobs.models import OutgoingMail
from tests import papers
from tests.agreements import OTHERS, draft, in_months, signed, values

CANARY = "kanariefågel"


@pytest.fixture(autouse=True)
def unscanned(settings) -> None:
    settings.UPLOADS_UNSCANNED = True


def handed_in(made: Agreement, by, content: bytes | None = None, name="a.pdf") -> SignedFile:
    with signed_files.checked(content=content or papers.pdf(), name=name) as file:
        return signed_files.add(agreement=made, file=file, by=by)


def stored() -> list[str]:
    return sorted(one.name for one in Path(files.path("x")).parent.glob("agreement-*"))


def test_the_signed_file_is_downloaded_by_those_who_read_the_agreement_and_it_is_logged(
    people, as_person
):
    made = signed(people["anna.ek"])
    page = reverse("agreement_file_new", args=[made.pk])
    upload = SimpleUploadedFile(f"{CANARY}.pdf", papers.pdf("Undertecknad"))
    assert as_person("anna.ek").post(page, {"file": upload}).status_code == 302
    for username in ("anna.ek", "nils.frisk", "bo.kvist"):
        answer = as_person(username).get(reverse("agreement_file", args=[made.pk]))
        assert answer.getvalue() == papers.pdf("Undertecknad")
        assert answer["Content-Disposition"] == (
            f'attachment; filename="overenskommelse-{made.pk}.pdf"'
        )
        assert Event.objects.latest("pk").event == "agreements.file.fetched"
    shown = as_person("nils.frisk").get(reverse("agreement", args=[made.pk])).content.decode()
    assert CANARY not in shown
    # What was done to it before they could read it is not told to the police.
    assert "Registrerad som utkast" not in shown


def test_the_file_of_a_draft_or_of_others_is_not_there_for_the_police(people, as_person):
    for made in (draft(people["anna.ek"]), signed(people["anna.ek"], parties=OTHERS)):
        handed_in(made, people["anna.ek"])
        address = reverse("agreement_file", args=[made.pk])
        assert as_person("nils.frisk").get(address).status_code == 404
        for page in ("agreement_file_new", "agreement_file_remove"):
            assert as_person("nils.frisk").post(reverse(page, args=[made.pk])).status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ not a document", "avtal.exe"),
        (papers.pdf(more=b"6 0 obj << /S /JavaScript /JS (x) >> endobj"), "avtal.pdf"),
        (papers.document("docx"), "avtal.pdf"),
        (papers.pdf(), "811228-9874.pdf"),
    ],
    ids=["kind", "script", "two kinds", "identity number"],
)
def test_a_file_that_cannot_be_taken_is_refused_and_nothing_of_it_stays(
    people, as_person, content, name
):
    made = signed(people["anna.ek"])
    page = reverse("agreement_file_new", args=[made.pk])
    answer = as_person("anna.ek").post(page, {"file": SimpleUploadedFile(name, content)})
    assert answer.context["form"].errors.keys() == {"file"}
    assert not SignedFile.objects.exists()
    assert stored() == []


def test_without_a_scanner_nothing_is_taken(people, as_person, settings):
    settings.UPLOADS_UNSCANNED = False
    made = signed(people["anna.ek"])
    page = reverse("agreement_file_new", args=[made.pk])
    answer = as_person("anna.ek").post(page, {"file": SimpleUploadedFile("a.pdf", papers.pdf())})
    assert answer.context["form"].errors
    assert stored() == []


def test_a_file_that_is_sent_twice_is_there_once(people, as_person):
    made = signed(people["anna.ek"])
    page, client = reverse("agreement_file_new", args=[made.pk]), as_person("anna.ek")
    for _turn in range(2):
        upload = SimpleUploadedFile("a.pdf", papers.pdf())
        client.post(page, {"file": upload, "_once": "6f2a53b2-64c5-4b63-9be4-2f0b1d3a7a11"})
    assert SignedFile.objects.count() == 1
    assert len(stored()) == 1


def test_a_new_file_takes_the_place_of_the_old_which_is_erased_a_day_later(people, as_person):
    made, anna = signed(people["anna.ek"]), people["anna.ek"]
    old, new = handed_in(made, anna), handed_in(made, anna, papers.pdf("Ny"))
    assert signed_files.of(made) == new
    later = timezone.now() + timedelta(days=2)
    signed_files.sweep(now=timezone.now() + timedelta(hours=12))
    assert stored() == sorted([old.file, new.file])
    signed_files.sweep(now=later)
    assert stored() == [new.file]
    signed_files.remove(agreement=made, by=anna)
    signed_files.remove(agreement=made, by=anna)
    assert Event.objects.filter(event="agreements.file.removed").count() == 1
    gone = as_person("anna.ek").get(reverse("agreement_file", args=[made.pk]))
    assert gone.status_code == 404


# Warnings -----------------------------------------------------------------------------------------


def at(days: int, hour: int = 7) -> datetime:
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour)))


def told() -> list[tuple[int, str]]:
    """For each mail how many days ahead of today it was posted, and to whom."""
    today = timezone.localdate()
    return [
        ((timezone.localdate(one.posted_at) - today).days, one.user_id)
        for one in OutgoingMail.objects.filter(letter=expiring.LETTER).order_by("pk")
    ]


def test_coordinators_are_told_six_and_two_months_before_once_each(people):
    made = signed(people["anna.ek"], valid_to=in_months(6, 3))
    both = [people["anna.ek"].pk, people["oskar.lind"].pk]
    two = (made.valid_to - timezone.localdate()).days - 62
    for day in range(two + 70):
        for hour in (5, 7, 23):
            expiring.post(now=at(day, hour))
    days = sorted({day for day, _user in told()})
    assert sorted(user for _day, user in told()) == sorted(both * 2)
    assert days[0] == next(
        day for day in range(9) if made.expires_within(6, timezone.localdate(at(day)))
    )
    assert made.expires_within(2, timezone.localdate(at(days[1])))
    assert not made.expires_within(2, timezone.localdate(at(days[1] - 1)))
    assert len(days) == 2


def test_who_slept_over_the_first_warning_is_told_once_of_the_nearer_one(people):
    signed(people["anna.ek"], valid_to=in_months(1))
    assert [expiring.post(now=at(day)) for day in (0, 1, 2)] == [1, 0, 0]


def test_drafts_and_what_is_renewed_ended_or_expired_warn_of_nothing(people):
    anna = people["anna.ek"]
    draft(anna, valid_to=in_months(3))
    signed(anna, valid_to=in_months(-1))
    ended = signed(anna, valid_to=in_months(3))
    keeping.end(agreement=ended, on=timezone.localdate(), reason="Ny lag", by=anna)
    old = signed(anna, valid_to=in_months(3))
    renewal = keeping.renew(agreement=old, by=anna)
    to = values(valid_from=in_months(3), valid_to=in_months(30))
    keeping.change(agreement=renewal, values=to, revision=1, by=anna)
    keeping.put_in_force(agreement=renewal, by=anna)
    assert expiring.post(now=at(0)) == 0


def test_a_last_day_that_was_wrong_is_warned_of_anew(people):
    made, anna = signed(people["anna.ek"], valid_to=in_months(5)), people["anna.ek"]
    assert expiring.post(now=at(0)) == 1
    keeping.change(agreement=made, values=values(valid_to=in_months(4)), revision=2, by=anna)
    assert [expiring.post(now=at(day)) for day in (0, 1)] == [1, 0]


def test_the_mail_says_when_and_nothing_of_what(people):
    made = signed(people["anna.ek"], name=CANARY, purposes=CANARY, valid_to=in_months(5))
    letter = tasks.expires(user=people["anna.ek"], ids={"agreement": made.pk})
    assert letter is not None
    assert letter.url == reverse("agreement", args=[made.pk])
    assert CANARY not in letter.subject + letter.text()
    assert tasks.expires(user=people["nils.frisk"], ids={"agreement": made.pk}) is None
    keeping.end(agreement=made, on=timezone.localdate(), reason="Ny lag", by=people["anna.ek"])
    assert tasks.expires(user=people["anna.ek"], ids={"agreement": made.pk}) is None
