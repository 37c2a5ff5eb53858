"""Who came: all at once, exceptions, substitutes and guests."""

import pytest

from forums import finishing, minutes, proceedings

from .sending import KEY, NUMBER, url

pytestmark = pytest.mark.django_db


def test_all_are_present_with_one_click_and_exceptions_are_saved_with_the_page(
    sample, anna, meeting
):
    anna.post(url("attendance", meeting), {"do": "all"})
    assert set(meeting.participations.values_list("attendance", flat=True)) == {"present"}
    sofia = meeting.participations.get(user=sample.sofia)
    region = meeting.participations.get(organisation__name__startswith="Region")
    data = {"do": "next"}
    for row in meeting.participations.all():
        data |= {f"row-{row.pk}-attendance": "present", f"row-{row.pk}-was": "present|"}
    data |= {
        f"row-{sofia.pk}-attendance": "absent",
        f"row-{region.pk}-attendance": "substitute",
        f"row-{region.pk}-substitute": "Karin Öst",
    }
    response = anna.post(url("attendance", meeting), data)
    assert response.url.startswith(url("log_item", meeting, meeting.items.in_order().first()))
    sofia.refresh_from_db()
    region.refresh_from_db()
    assert (sofia.attendance, region.substitute_name) == ("absent", "Karin Öst")


def test_exceptions_may_come_before_all_the_others(sample, anna, meeting):
    sofia = meeting.participations.get(user=sample.sofia)
    data = {"do": "all", f"row-{sofia.pk}-attendance": "absent", f"row-{sofia.pk}-was": "|"}
    anna.post(url("attendance", meeting), data)
    sofia.refresh_from_db()
    assert sofia.attendance == "absent"
    assert not meeting.participations.filter(attendance="unknown").exists()


def test_an_old_page_takes_nothing_back_that_another_said(sample, anna, meeting):
    """Anna's page shows nobody recorded; Jonas has marked Sofia absent since; she marks Gun."""
    sofia, gun = (meeting.participations.get(user=one) for one in (sample.sofia, sample.gun))
    proceedings.set_attendance(participation=sofia, attendance="absent", by=sample.jonas)
    data = {f"row-{gun.pk}-attendance": "digital"}
    for row in meeting.participations.all():
        data[f"row-{row.pk}-was"] = "|"
    anna.post(url("attendance_autosave", meeting), data)
    sofia.refresh_from_db()
    gun.refresh_from_db()
    assert (sofia.attendance, gun.attendance) == ("absent", "digital")


def test_a_substitute_needs_a_name_but_autosave_waits_for_it(sample, anna, meeting):
    row = meeting.participations.get(user=sample.sofia)
    data = {f"row-{row.pk}-attendance": "substitute", f"row-{row.pk}-was": "|"}
    assert anna.post(url("attendance_autosave", meeting), data).status_code == 200
    refused = anna.post(url("attendance", meeting), {**data, "do": "next"})
    assert refused.context["errors"][0].field_id == f"id_row-{row.pk}-substitute"


def test_a_substitute_may_come_from_another_organisation(sample, anna, meeting):
    """And is offered the one that was called, which costs no step."""
    row = meeting.participations.get(user=sample.sofia)
    other = meeting.participations.get(user=sample.nils).organisation
    page = anna.get(url("attendance", meeting)).context["rows"]
    (form,) = [one for one in page if one.row == row]
    assert form["organisation"].value() == row.organisation_id
    at = f"row-{row.pk}"
    data = {f"{at}-attendance": "substitute", f"{at}-substitute": "Karin Öst", f"{at}-was": "|"}
    anna.post(url("attendance", meeting), data | {f"{at}-organisation": row.organisation_id})
    row.refresh_from_db()
    assert row.attending_organisation == row.organisation
    was = {f"{at}-was": f"substitute|Karin Öst|{row.organisation_id}"}
    anna.post(url("attendance_autosave", meeting), data | was | {f"{at}-organisation": other.pk})
    row.refresh_from_db()
    assert row.attending_organisation == other
    proceedings.set_attendance(participation=row, attendance="present", by=sample.anna)
    row.refresh_from_db()
    assert row.attending_organisation == row.organisation


def test_what_is_typed_of_a_guest_is_kept_and_outlives_marking_all_as_present(
    sample, anna, jonas, meeting
):
    organisation = meeting.participations.first().organisation
    typed = {"guest-name": "Berit Ask", "guest-organisation": organisation.pk}
    address, autosave = url("attendance", meeting), url("attendance_autosave", meeting)
    assert anna.post(autosave, typed).status_code == 200
    page = anna.get(address)
    assert 'value="Berit Ask"' in page.content.decode()
    assert page.context["guest"]["organisation"].value() == organisation.pk
    assert "Berit Ask" not in jonas.get(address).content.decode()
    anna.post(address, typed | {"do": "all"})
    assert 'value="Berit Ask"' in anna.get(address).content.decode()
    anna.post(address, typed | {"do": "next"})
    assert meeting.participations.get(is_guest=True).name == "Berit Ask"
    assert anna.get(address).context["guest"]["name"].value() is None


def test_a_refused_name_of_a_guest_keeps_no_row_from_being_saved(sample, anna, meeting):
    row = meeting.participations.get(user=sample.sofia)
    autosave = url("attendance_autosave", meeting)
    anna.post(autosave, {"guest-name": "Berit"})
    typed = {f"row-{row.pk}-attendance": "absent", f"row-{row.pk}-was": "|"}
    reply = anna.post(autosave, typed | {"guest-name": NUMBER})
    assert (reply.status_code, reply.json()["field"]) == (422, "id_guest-name")
    row.refresh_from_db()
    assert row.attendance == "absent"
    page = anna.get(url("attendance", meeting)).content.decode()
    assert 'value="Berit"' in page
    assert NUMBER not in page


def test_a_substitute_still_without_name_is_kept_as_chosen(sample, anna, meeting):
    row = meeting.participations.get(user=sample.sofia)
    data = {f"row-{row.pk}-attendance": "substitute", f"row-{row.pk}-was": "|"}
    anna.post(url("attendance_autosave", meeting), data)
    (form,) = [
        one for one in anna.get(url("attendance", meeting)).context["rows"] if one.row == row
    ]
    assert (form["attendance"].value(), form["was"].value()) == ("substitute", "|")
    row.refresh_from_db()
    assert row.attendance == "unknown"


def test_a_guest_is_added_and_taken_off_again(sample, anna, meeting):
    organisation = meeting.participations.first().organisation
    data = {"do": "guest", "guest-name": "Berit Ask", "guest-organisation": organisation.pk}
    anna.post(url("attendance", meeting), data)
    guest = meeting.participations.get(is_guest=True)
    assert (guest.name, guest.attendance) == ("Berit Ask", "present")
    anna.post(url("attendance", meeting), {"do": f"remove-guest:{guest.pk}"})
    assert not meeting.participations.filter(is_guest=True).exists()


def test_a_guest_without_organisation_is_refused_and_stays_typed(anna, meeting):
    response = anna.post(url("attendance", meeting), {"do": "guest", "guest-name": "Berit Ask"})
    assert response.context["errors"][0].field_id == "id_guest-organisation"
    assert "Berit Ask" in response.content.decode()


def test_an_autosave_of_attendance_that_arrives_late_takes_nothing_back(sample, anna, meeting):
    row = meeting.participations.get(user=sample.sofia)
    place = meeting.participations.first().organisation.pk
    said = {f"row-{row.pk}-was": "|", "guest-organisation": place, "_once": KEY}
    late = said | {f"row-{row.pk}-attendance": "present", "guest-name": "Berit"}
    sent = said | {f"row-{row.pk}-attendance": "absent", "guest-name": "Berit Ask", "do": "next"}
    anna.post(url("attendance", meeting), sent)
    reply = anna.post(url("attendance_autosave", meeting), late)
    assert (reply.status_code, "url" in reply.json()) == (409, False)
    row.refresh_from_db()
    assert row.attendance == "absent"
    assert anna.get(url("attendance", meeting)).context["guest"]["name"].value() is None


@pytest.mark.parametrize("key", ["9" * 5000, "\u0663", "", "abc"])
def test_a_guest_with_no_key_is_not_found(anna, meeting, key):
    address = url("attendance", meeting)
    assert anna.post(address, {"do": f"remove-guest:{key}"}).status_code == 404


def test_a_substitute_counts_for_the_organisation_they_came_from(sample, anna, meeting):
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    sofia, nils = (meeting.participations.get(user=one) for one in (sample.sofia, sample.nils))
    proceedings.set_attendance(
        participation=sofia,
        attendance="substitute",
        substitute_name="Karin Öst",
        substitute_organisation=nils.organisation,
        by=sample.anna,
    )
    outcomes = {one.pk: "done" for one in meeting.items.all()}
    version = finishing.finish(meeting=meeting, by=sample.anna, choices=outcomes)
    groups = {one["organisation"]: one for one in minutes.document(version)["attendance"]}
    assert groups[nils.organisation.name]["came"] == 2
    assert sofia.organisation.name not in groups
    page = anna.get(url("minutes", meeting)).content.decode()
    assert f"ersättare för Sofia Dahl, {sofia.organisation}" in " ".join(page.split())
    detail = anna.get(url("meeting", meeting)).content.decode()
    assert f"Karin Öst, {nils.organisation}" in detail
