"""What `shien report` writes of tables, and what of them may be published."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from shiendomain.days import JAPAN
from shiendomain.fiscal import FiscalYear, Table
from shiendomain.publishing import LEGEND
from shienops.errors import StackError
from shienops.reporting import Report, as_object, as_published, moment_of, write

YEAR = FiscalYear(2025)
TABLE = Table("7 ニーズ", ("種類", "人"), (("外出", 3), ("配食", 9), ("合計", 12)), people=("人",), total="合計")
MADE = Report("272108", "枚方市", YEAR, YEAR.end, [TABLE])


def test_a_published_report_hides_few_people_and_says_so(tmp_path: Path) -> None:
    made = as_object(as_published(MADE))
    assert made["published"]
    assert made["tables"][0] == {
        "name": "7 ニーズ", "heads": ("種類", "人"), "rows": (("外出", None), ("配食", None), ("合計", 12)),
        "hidden": ((0, 1), (1, 1)),
    }  # fmt: skip
    assert made["tables"][1]["name"] == LEGEND.name
    book, table, legend = write(as_published(MADE), tmp_path)
    assert book.name == "生活支援体制整備_272108_2025年度_公表用.xlsx"
    assert table.read_text("utf-8-sig").split() == ["種類,人", "外出,x", "配食,x", "合計,12"]
    assert "秘匿" in legend.read_text("utf-8-sig")
    cells = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("7 ニーズ").to_python()
    assert [row[:2] for row in cells[3:]] == [["外出", "x"], ["配食", "x"], ["合計", 12]]


def test_an_internal_report_shows_all(tmp_path: Path) -> None:
    made = as_object(MADE)
    assert (made["published"], made["tables"][0]["rows"]) == (False, TABLE.rows)
    _, table = write(MADE, tmp_path)
    assert table.read_text("utf-8-sig").split() == ["種類,人", "外出,3", "配食,9", "合計,12"]


def test_a_year_that_has_not_begun_has_no_report() -> None:
    begins = datetime(2025, 4, 1, tzinfo=JAPAN)
    assert moment_of(YEAR, begins) == begins
    assert moment_of(YEAR, begins + timedelta(days=400)) == YEAR.end
    with pytest.raises(StackError, match="has not begun"):
        moment_of(YEAR, begins - timedelta(seconds=1))


def test_a_year_that_has_not_ended_is_not_published() -> None:
    with pytest.raises(StackError, match="has not ended"):
        as_published(replace(MADE, moment=YEAR.end - timedelta(days=1)))
