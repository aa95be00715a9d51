"""`shien import needs`: how rows of coordinators' own lists are read, and what is said of those that are not."""

from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from shienops.imports.needs import NeedBatch, NeedOptions, NeedRow, read_needs
from shienops.imports.send import identical_row
from shienops.imports.sent import Sent
from shienops.imports.tables import Table, table_of
from shienops.imports.whole import told
from shienops.main import app

OPTIONS = NeedOptions("272108", "ニーズ一覧", area_names={"272108-03": "招提北校区"})
HEADERS = ("NO", "地域", "支援の種類", "人数", "年齢層", "頻度", "曜日", "開始時刻", "終了時刻", "料金の上限", "緊急度", "把握の方法", "備考")  # fmt: skip  # noqa: E501
ROW = ("7", "招提北校区", "外出支援", "５名", "75〜84歳", "週2回", "火・金曜日", "9:30", "12時", "500円まで", "高", "アンケート", "買い物に行けない")  # fmt: skip  # noqa: E501


def a_table(*rows: tuple[str, ...], headers: tuple[str, ...] = HEADERS) -> Table:
    return table_of(headers, list(enumerate(rows, start=2)))


def with_cell(header: str, cell: str) -> tuple[str, ...]:
    """The row with another cell."""
    return tuple(cell if name == header else old for name, old in zip(HEADERS, ROW, strict=True))


def test_a_row_in_the_words_of_a_coordinator_is_a_need() -> None:
    read = read_needs(a_table(ROW), OPTIONS)
    assert read.problems == ()
    assert read.columns.unknown == ()
    assert read.needs == (
        NeedRow(
            2,
            {
                "area": "272108-03",
                "support_kind": "outing",
                "people": 5,
                "age_band": "from_75",
                "frequency": "weekly",
                "weekdays": ["tue", "fri"],
                "hours_from": "09:30",
                "hours_until": "12:00",
                "fee_ceiling_yen": 500,
                "urgency": "urgent",
                "source": "survey",
                "note": "買い物に行けない",
                "reference": "ニーズ一覧:7",
            },
        ),
    )


def test_personal_data_is_told_of_every_row_beside_other_faults() -> None:
    rows = (with_cell("人数", "多数"), with_cell("備考", "会長は田中"), with_cell("備考", "電話 090-0000-0000"))
    read = read_needs(a_table(*rows), OPTIONS)
    assert [(one.row, one.column) for one in read.problems] == [(2, "人数"), (3, "備考"), (4, "備考")]
    assert "個人の氏名" in read.problems[1].ja


def test_a_row_needs_no_more_than_its_kind_and_its_people_when_the_area_is_given() -> None:
    options = NeedOptions("272108", "一覧", area="272108-03")
    read = read_needs(a_table(("家事援助", "2"), headers=("種類", "人数")), options)
    (need,) = read.needs
    found = {name: value for name, value in need.content.items() if name != "reference"}
    assert found == {
        "area": "272108-03", "support_kind": "housework", "people": 2, "age_band": "any", "frequency": "occasional",
        "weekdays": [], "hours_from": None, "hours_until": None, "fee_ceiling_yen": None, "urgency": "normal",
        "source": "import", "note": "",
    }  # fmt: skip
    assert need.content["reference"].startswith("sha256:")
    again = read_needs(a_table(("", ""), ("家事援助", "2"), headers=("種類", "人数")), options)
    assert again.needs[0].content["reference"] == need.content["reference"], "its number in the file does not matter"


def test_the_answers_of_a_survey_are_recorded_under_it() -> None:
    options = replace(OPTIONS, survey="00000000-0000-4000-8000-000000000007")
    (alone,) = read_needs(a_table(with_cell("把握の方法", "")), OPTIONS).needs
    (need,) = read_needs(a_table(with_cell("把握の方法", "")), options).needs
    assert need.content == {**alone.content, "source": "survey", "survey_id": options.survey}
    (heard,) = read_needs(a_table(with_cell("把握の方法", "個別訪問")), options).needs
    assert (heard.content["source"], heard.content["survey_id"]) == ("coordinator", options.survey)


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("頻度", "毎日", "daily"),
        ("頻度", "隔週", "monthly"),
        ("頻度", "月1回以上", "monthly"),
        ("頻度", "年に数回", "occasional"),
        ("頻度", "", "occasional"),
        ("緊急度", "低", "normal"),
        ("緊急度", "早めの対応", "soon"),
        ("把握の方法", "個別訪問", "coordinator"),
        ("把握の方法", "", "import"),
        ("年齢層", "85歳以上", "from_85"),
        ("曜日", "平日", ["mon", "tue", "wed", "thu", "fri"]),
        ("曜日", "土日", ["sat", "sun"]),
        ("曜日", "", []),
        ("料金の上限", "無料", 0),
        ("料金の上限", "", None),
        ("開始時刻", "", None),
        ("開始時刻", "９時３０分", "09:30"),
        ("開始時刻", "09:30:00", "09:30"),
        ("地域", "272108-07", "272108-07"),
        ("把握の方法", "基本チェックリスト", "checklist"),
        ("把握の方法", "自治会への働きかけ", "outreach"),
        ("把握の方法", "電話相談", "consultation"),
    ],
)
def test_cells_are_read_in_the_ways_they_are_written(header: str, cell: str, expected: object) -> None:
    field = {
        "頻度": "frequency", "緊急度": "urgency", "把握の方法": "source", "年齢層": "age_band", "曜日": "weekdays",
        "料金の上限": "fee_ceiling_yen", "開始時刻": "hours_from", "地域": "area",
    }[header]  # fmt: skip
    read = read_needs(a_table(with_cell(header, cell)), OPTIONS)
    assert read.problems == ()
    assert read.needs[0].content[field] == expected


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("地域", "となり町"), ("地域", ""), ("支援の種類", "謎"), ("支援の種類", "家事援助、外出支援"), ("人数", ""),
        ("人数", "数名"), ("年齢層", "若い"), ("頻度", "たくさん"), ("曜日", "あした"), ("開始時刻", "25:00"),
        ("終了時刻", "昼"), ("料金の上限", "安く"), ("緊急度", "?"), ("把握の方法", "うわさ"), ("備考", "あ" * 301),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_named_in_both_languages_and_nothing_is_guessed(header: str, cell: str) -> None:
    read = read_needs(a_table(ROW, with_cell(header, cell)), OPTIONS)
    assert len(read.needs) == 1
    (problem,) = read.problems
    assert (problem.row, problem.column, problem.refused) == (3, header, True)
    assert problem.ja
    assert problem.en.isprintable()


def test_two_rows_that_cannot_be_told_apart_are_one_problem() -> None:
    read = read_needs(a_table(ROW, ROW), OPTIONS)
    assert [(problem.row, "2" in problem.en) for problem in read.problems] == [(3, True)]


def test_a_fault_of_the_service_is_told_with_the_row_of_the_file() -> None:
    batch = NeedBatch((NeedRow(4, {}), NeedRow(9, {})))
    assert batch.row_of("needs.1.people") == (9, "people")
    assert batch.row_of("needs.2.people") == (0, "needs.2.people")
    assert batch.row_of("body") == (0, "body")


def test_a_row_that_is_recorded_already_is_a_warning_with_the_ids() -> None:
    batch = NeedBatch((NeedRow(4, {}), NeedRow(9, {})))
    row = identical_row({"row": 1, "need_ids": ["id-1", "id-2"]}, batch)
    (problem,) = told([Sent(2, 0, 0, "", 0.1, identical=(row,))])
    assert (problem.row, problem.refused) == (9, False)
    assert "id-1, id-2" in problem.ja
    assert "id-1, id-2" in problem.en


def shien(*arguments: str | Path, data: Path) -> tuple[int, str]:
    environment = {"SHIEN_DATA": str(data), "COLUMNS": "300"}
    done = CliRunner().invoke(app, ["import", "needs", *map(str, arguments)], env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_checked_without_a_service(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"needs.{kind}"
    rows = [HEADERS, with_cell("地域", "272108-03")]
    if kind == "csv":
        path.write_bytes("\r\n".join(",".join(row) for row in rows).encode("cp932"))
    else:
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    code, said = shien(path, "--municipality", "272108", "--dry-run", data=tmp_path)
    assert (code, "/ 1 need\n" in said, "nothing was sent" in said) == (0, True, True), said
    code, said = shien(path, "--municipality", "272108", data=tmp_path)
    assert (code, "no_needs" in said, "--needs" in said) == (1, True, True)


def test_a_refused_row_is_told_with_its_number_and_its_column(tmp_path: Path) -> None:
    path = tmp_path / "needs.csv"
    path.write_text("地域,支援の種類,人数\n272108-03,外出支援,数名\n")
    code, said = shien(path, "--municipality", "272108", "--dry-run", data=tmp_path)
    assert code == 1
    assert all(words in said for words in ("人数", "数名", "is not a number of people", "取り込めない行が 1 行"))
