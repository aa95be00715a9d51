"""docs/security.md names what exists, and every requirement that it must answer, once and in both languages."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from scripts.security_page import PAGE, ROOT, ROWS, STATES, numbers, page
from scripts.settings_page import fields

# The requirements of levels 1 and 2 in the release 5.0.0: 70 and 183.
REQUIRED = """
    1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2
    4.1.1-3 4.2.1 4.3.1-2 4.4.1-4 5.1.1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3
    6.8.1-4 7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1 8.4.1 9.1.1-3 9.2.1-4 10.1.1-2
    10.2.1-2 10.3.1-4 10.4.1-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1 11.6.1 12.1.1-3
    12.2.1-2 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3 15.3.1-7 16.1.1
    16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2
"""
_ALL = [row for rows in ROWS.values() for row in rows]


@cache
def names_in(file: Path) -> frozenset[str]:
    found = ast.walk(ast.parse(file.read_text()))
    return frozenset(one.name for one in found if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def missing(place: str) -> bool:
    """Whether a test, a file, a folder or a setting is not there."""
    if place.startswith("SHIEN_"):
        return place.removeprefix("SHIEN_").lower() not in fields()
    file, _, name = place.partition("::")
    if name:
        return not (ROOT / file).is_file() or name not in names_in(ROOT / file)
    return not (ROOT / file).exists()


def test_the_page_is_what_the_data_say() -> None:
    assert PAGE.read_text() == page(), "run `make readmes` and read what changed"


def test_every_requirement_of_levels_1_and_2_is_there_once() -> None:
    found = Counter(number for row in ROWS["asvs"] for number in numbers(row["of"]))
    assert len(numbers(REQUIRED)) == 253
    assert found == Counter(numbers(REQUIRED))


def test_what_is_named_exists() -> None:
    assert [place for row in _ALL for place in row["see"] if missing(place)] == []


def test_what_is_said_to_be_done_names_what_shows_it() -> None:
    assert [row["of"] for row in _ALL if row["state"] in ("done", "part") and not row["see"]] == []


def test_every_row_says_the_same_in_both_languages() -> None:
    for row in _ALL:
        assert row["state"] in STATES, row
        for ja, en in ((row["ja"], row["en"]), (row["ask"]["ja"], row["ask"]["en"])):
            assert re.search(r"[ぁ-んァ-ン一-龥]|^[A-Za-z, 、]+$", ja), ja
            assert not re.search(r"[ぁ-んァ-ン一-龥]", en), en
            assert not ja.endswith("。"), ja
            assert not en.endswith("."), en
            assert {*re.findall(r"SHIEN_\w+", ja)} == {*re.findall(r"SHIEN_\w+", en)}, ja


@pytest.mark.parametrize(
    "place",
    ["SHIEN_NOTHING", "docs/nothing.md", "tests/test_security_page.py::test_nothing", "tests/nothing.py::test_x"],
)
def test_what_does_not_exist_is_missed(place: str) -> None:
    assert missing(place)
