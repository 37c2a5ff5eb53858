"""T01: from the forum's page to a sent invitation in two steps, with everything filled in."""

import re

import pytest

from tests.browser import bra_meeting as bra
from tests.browser.documents import long_day

NAMES = ("Ek", "Lind", "Sten", "Berg", "Frisk", "Holm", "Amiri", "Dahl", "Malm")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_next_meeting_is_called_in_two_steps(portal, visit, scripts):
    forum = portal.stage.council(carried=True)
    anna = visit.hands("anna.ek", java_script_enabled=scripts)
    anna.open(f"/forum/{forum['pk']}/")

    anna.press("Skapa nästa möte")
    anna.seen.address(r"/planera/$")
    meeting = portal.stage.meetings_of(forum=forum["pk"])[0]
    assert meeting["state"] == "planned"
    assert anna.seen.value("Datum") in meeting["starts_at"]
    assert (anna.seen.value("Börjar"), anna.seen.value("Slutar")) == ("13.00", "14.30")
    assert anna.seen.value(re.compile("^Plats")) == bra.PLACE
    page = anna.seen.body()
    for text in bra.OLD:
        anna.seen.holds(text)
    for label in ("Anna Ek", "Gun Malm", bra.REPLACED):
        assert label in page
    assert anna.seen.ticked("called") == 11

    anna.press("Skicka kallelse")
    anna.seen.address(rf"/moten/{meeting['pk']}/$")
    anna.seen.text("Kallat")
    print(f"FIGURE T01 steps: {anna.steps}")
    assert anna.steps <= 2, anna.protocol

    portal.settle()
    letters = portal.invitations(forum["name"])
    assert sorted(letter.to for letter in letters) == sorted(
        f"{username}@example.org" for username, _role, _place in bra.MEMBERS
    )
    for letter in letters:
        assert letter.subject.startswith(f"Kallelse: {forum['name']}")
        assert long_day(meeting["starts_at"]).rsplit(" ", 1)[0] in letter.subject
        assert bra.PLACE in letter.text
        assert "13.00" in letter.text
        assert letter.links == [f"{portal.address}/moten/{meeting['pk']}/"]
        assert len(letter.lines) <= 6
        # The calendar file, and nothing in it that the letter does not say.
        (calendar,) = letter.attachments
        assert calendar.get_content_type() == "text/calendar"
        written = calendar.get_content()
        if isinstance(written, bytes):
            written = written.decode()
        for private in (*NAMES, *bra.OLD, bra.REPLACED):
            assert private not in letter.subject + letter.text + written, private
