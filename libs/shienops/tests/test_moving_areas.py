"""A table that maps an ended area: kinds, single things, what is refused. That it moves: `tests/journeys`."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from shiendomain.area_mappings import AreaMappingRow
from shiendomain.vocabulary import AreaThing
from shienops.imports.mappings import MappingRead, read_mapping
from shienops.imports.problems import Unreadable
from shienops.imports.read import read_table

THING = str(UUID(int=0xABC))
OTHER = UUID(int=1)


def read(folder: Path, text: str, encoding: str = "utf-8") -> MappingRead:
    """The table with these lines."""
    file = folder / "mapping.csv"
    file.write_text(text, encoding=encoding)
    return read_mapping(read_table(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_row_names_a_kind_or_a_thing_and_all_means_the_other_kinds(tmp_path: Path, encoding: str) -> None:
    lines = f"種別,番号,移管先\nすべて,,1-a\n社会資源,,1-b\n,{THING.upper()},1-c\n"
    found = read(tmp_path, lines, encoding)
    assert not found.problems
    assert found.kinds == {kind: "1-b" if kind is AreaThing.RESOURCES else "1-a" for kind in AreaThing}
    assert found.things == {THING: ("1-c", 4)}
    assert found.successor(AreaThing.NEEDS, [OTHER, UUID(THING)]) == "1-c"
    assert found.successor(AreaThing.NEEDS, [OTHER]) == "1-a"
    assert found.body()["things"] == [{"thing_id": THING, "successor": "1-c"}]


def test_words_and_headers_are_taken_in_english_too_and_what_is_left_out_stays(tmp_path: Path) -> None:
    found = read(tmp_path, "kind,successor\nneeds,1-a\nLocal issues,1-b\n")
    assert found.kinds == {AreaThing.NEEDS: "1-a", AreaThing.ISSUES: "1-b"}
    assert found.successor(AreaThing.VENUES, [OTHER]) is None


def test_the_plan_has_what_mappings_in_force_say_too(tmp_path: Path) -> None:
    standing = [AreaMappingRow(mapping_id=OTHER, kinds={"venues": "1-d"}, things={THING: "1-e"})]
    found = read(tmp_path, "種別,移管先\nニーズ,1-a\n")
    assert found.successor(AreaThing.VENUES, [OTHER], standing) == "1-d"
    assert found.successor(AreaThing.NEEDS, [OTHER], standing) == "1-a"
    assert found.successor(AreaThing.NEEDS, [UUID(THING)], standing) == "1-e"


@pytest.mark.parametrize(
    ("line", "column"), [("社会資源,,", "移管先"), ("資源,,1-a", "種別"), (",12-3,1-a", "番号"), (",,1-a", "種別")]
)
def test_a_row_that_cannot_be_taken_is_told_with_its_row_and_column(tmp_path: Path, line: str, column: str) -> None:
    found = read(tmp_path, f"種別,番号,移管先\nニーズ,,1-a\n{line}\n")
    assert [(problem.row, problem.column) for problem in found.problems] == [(3, column)]


def test_a_thing_that_the_area_does_not_have_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, f"番号,移管先\n{THING},1-a\n")
    assert [problem.row for problem in found.strange(set())] == [2]
    assert found.strange({THING}) == []


def test_a_table_without_a_successor_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="successor"):
        read(tmp_path, "種別,番号\nニーズ,\n")
