"""docs/asvs.md answers each requirement once, and what it points at exists."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "asvs.md").read_text()
ROW = re.compile(r"(?m)^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (\w+) \| ([^|\n]+) \|$")
STATES = {"held", "part", "open", "later", "none"}

# Section and the last number of it that our level asks for: lower levels come first in a section.
LAST = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2
2.1:3 2.2:3 2.3:5 2.4:1
3.2:2 3.3:4 3.4:6 3.5:5 3.7:2
4.1:3 4.2:1 4.3:2 4.4:4
5.1:1 5.2:3 5.3:2 5.4:3
6.1:3 6.2:12 6.3:8 6.4:4 6.5:5 6.6:3 6.8:4
7.1:3 7.2:4 7.3:2 7.4:5 7.5:3 7.6:2
8.1:4 8.2:4 8.3:3 8.4:2
9.1:3 9.2:4
10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3
11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1
12.1:3 12.2:2 12.3:4
13.1:1 13.2:5 13.3:2 13.4:5
14.1:2 14.2:8 14.3:3
15.1:3 15.2:3 15.3:7 15.4:4
16.1:1 16.2:5 16.3:4 16.4:3 16.5:4
17.1:1 17.2:4 17.3:2
"""
ASKED = {
    f"{section}.{number}"
    for section, last in (entry.split(":") for entry in LAST.split())
    for number in range(1, int(last) + 1)
}
ROWS = ROW.findall(TEXT)


def test_each_requirement_of_our_levels_is_answered_once():
    counted = Counter(number for number, *_rest in ROWS)
    assert set(counted) == ASKED
    assert max(counted.values()) == 1
    assert {state for _number, _what, state, _why in ROWS} == STATES


def test_every_row_is_read():
    assert len(ROWS) == len(re.findall(r"(?m)^\| \d", TEXT))


def test_every_file_that_is_pointed_at_exists():
    named = set(re.findall(r"`([\w./-]+(?:/|\.)[\w.-]+)(?:::\w+)?`", TEXT))
    files = {name for name in named if "/" in name or name.startswith(".")}
    assert {name for name in files if not (ROOT / name).exists()} == set()
    assert len(files) > 50


def test_every_test_that_is_named_is_in_its_file_and_none_is_named_by_half():
    named = set(re.findall(r"`([\w./-]+\.py)::(\w+)`", TEXT))
    absent = {
        f"{name}::{test}"
        for name, test in named
        if f"\ndef {test}(" not in (ROOT / name).read_text()
    }
    assert absent == set()
    assert len(named) >= 15
    assert TEXT.count("::") == len(re.findall(r"`[\w./-]+\.py::test_\w+`", TEXT)) + 1


def test_what_is_held_says_where_or_by_what():
    bare = [number for number, _what, state, why in ROWS if state == "held" and len(why) < 6]
    assert bare == []


def test_the_count_by_state():
    counts = Counter(state for _number, _what, state, _why in ROWS)
    print(f"FIGURE ASVS: {len(ROWS)} requirements: {dict(counts.most_common())}")
    assert counts["open"] <= 12
