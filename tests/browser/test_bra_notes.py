"""What is entered in the browser is what the coordinator wrote."""

import re
from pathlib import Path

from tests.browser import bra_meeting as bra

NOTES = re.sub(r"[*\"]", "", Path(__file__).with_name("meeting_bra.md").read_text()).lower()


def test_every_word_that_is_entered_stands_in_the_notes():
    for item in bra.ITEMS:
        written = [item.title, *re.split(r"(?<=\.) ", item.notes), *item.decisions]
        written += [action.what for action in item.actions]
        for words in filter(None, written):
            assert words.lower().removesuffix(".") in NOTES, words
    for words in (*bra.OLD, bra.WHY, bra.ABSENT, bra.SUBSTITUTE, bra.FORUM, bra.PLACE):
        assert words.lower() in NOTES, words


def test_all_that_must_stand_in_the_minutes_is_entered():
    assert (len(bra.ITEMS), len(bra.DECISIONS), len(bra.ACTIONS), len(bra.OLD)) == (8, 3, 5, 3)
    assert NOTES.count("beslut:") == 3
    assert NOTES.count("åtgärd:") == 5
    assert [item.title for item in bra.ITEMS if item.report] == [
        "Gymnasieförvaltningen och forumen"
    ]
    assert bra.POSTPONED == "Stödtelefonen"
