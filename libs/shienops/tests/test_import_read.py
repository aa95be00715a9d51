"""Reading files as tables, and the problems with row and column."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from shienops.imports.columns import RESOURCES, columns_of
from shienops.imports.problems import Problem, Unreadable
from shienops.imports.read import MAX_BYTES, read_csv, read_table
from shienops.imports.sheet import read_sheet
from shienops.imports.tables import MAX_ROWS, Table, keep

HEAD = "名称,住所,備考\n"


def rows(table: Table) -> list[dict[str, str]]:
    return [dict(record.cells) for record in table.records]


def places(table: Table) -> list[tuple[int, str, bool]]:
    return [(problem.row, problem.column, problem.refused) for problem in table.problems]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("名称\n髙﨑①㈱№\n".encode(), "UTF-8("),
        (b"\xef\xbb\xbf" + "名称\n髙﨑①㈱№\n".encode(), "UTF-8 BOM"),
        ("名称\n髙﨑①㈱№\n".encode("cp932"), "CP932"),
        ("名称\r\n髙﨑①㈱№\r\n".encode("cp932"), "CP932"),
    ],
)
def test_the_encoding_is_detected_and_reported_and_names_are_unchanged(data: bytes, encoding: str) -> None:
    table = read_csv(data)
    assert rows(table) == [{"名称": "髙﨑①㈱№"}]
    assert encoding in table.notes[0][0]


def test_a_specified_encoding_overrides_the_detected_one_and_invalid_bytes_are_reported() -> None:
    table = read_csv("名称\n①\n".encode("cp932"), encoding="Shift_JIS")
    assert rows(table) == [{"名称": "①"}]
    wrong = read_csv("a,b\nx,髙\n".encode("cp932"), encoding="utf-8")
    assert places(wrong) == [(2, "b", True)]
    assert "0xEE" in wrong.problems[0].en
    with pytest.raises(Unreadable, match="utf-8 or cp932"):
        read_csv(b"a\n1\n", encoding="latin-1")


def test_a_broken_first_character_is_said_to_be_the_first() -> None:
    table = read_csv("名称,住所\n".encode() + b"\xff" + "体操会,西町1\n".encode(), encoding="utf-8")
    assert "(セルの先頭)" in table.problems[0].ja
    assert "at the beginning of the cell" in table.problems[0].en


def test_headers_that_are_missing_are_told_in_whole_sentences() -> None:
    with pytest.raises(Unreadable) as refused:
        columns_of(read_csv("一覧,2026\n名称,住所\n体操会,西町1\n".encode()), RESOURCES, required=("name",))
    assert refused.value.message_ja.endswith("2026。見出しは 2 行目にあるようです。")


def test_bytes_of_neither_encoding_are_reported_with_row_and_column() -> None:
    table = read_csv("名称,住所\nあ,".encode("cp932") + b"\x85\n")
    assert places(table) == [(2, "住所", True)]


def test_mixed_encodings_are_refused_with_both_lines() -> None:
    mixed = "名称,住所\nあ,枚方市\n".encode() + "い,枚方市\n".encode("cp932")
    with pytest.raises(Unreadable) as refused:
        read_csv(mixed)
    assert refused.value.code == "import.encodings_mixed"
    assert "line 2 is UTF-8" in refused.value.message_en or "line 1 is UTF-8" in refused.value.message_en
    assert "line 3" in refused.value.message_en
    assert "混在" in refused.value.message_ja


def test_quoted_line_breaks_and_quotes_are_part_of_the_cell_and_rows_are_counted_as_records() -> None:
    table = read_csv((HEAD + '"a\r\nb","say ""x""",\n' + "c,d\n").encode())
    assert rows(table)[0] == {"名称": "a\nb", "住所": 'say "x"', "備考": ""}
    assert places(table) == [(3, "備考", True)]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("a,b\n", (2, "備考", True)),
        ("a,b,c,d\n", (2, "4", True)),
        ("a,b\x00,c\n", (2, "住所", True)),
        ("a,b\x1b[2J,c\n", (2, "住所", True)),
        ("a,b,\ue000\n", (2, "備考", False)),
        ("a," + "x" * 10_000_000 + ",c\n", (2, "住所", True)),
    ],
    ids=["short row", "long row", "NUL", "escape", "private character", "10 MB in a cell"],
)
def test_a_wrong_row_is_reported_with_row_and_column(body: str, place: tuple[int, str, bool]) -> None:
    table = read_csv((HEAD + body).encode())
    assert places(table) == [place]
    assert all(problem.ja and problem.en for problem in table.problems)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('a,"b,c\nd,e,f\n', "row 2, column 2"),
        ('a,b,c\nd,e,"f"x\n', "row 3, column 3"),
        ('a,b,c\n"1\n2",e,"f"x\n', "row 3, column 3"),
    ],
)
def test_a_misplaced_quote_is_reported_with_row_and_column(body: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_csv((HEAD + body).encode())
    assert words in refused.value.message_en


def test_duplicate_and_missing_headers_are_refused() -> None:
    with pytest.raises(Unreadable, match="columns 1 and 3"):
        read_csv("名称,b,名称\n1,2,3\n".encode())
    with pytest.raises(Unreadable, match="columns 1 and 2"):
        read_csv("ＩＤ,ID\n1,2\n".encode())
    assert places(read_csv(b"a,\n1,2\n3,\n")) == [(2, "2", True)]
    with pytest.raises(Unreadable, match="header row is empty"):
        read_csv(b",,\n1,2,3\n")


def test_a_title_above_the_headers_is_skipped_with_header_row() -> None:
    table = read_csv("令和8年度 一覧,\n名称,住所\nあ,い\n".encode(), header_row=2)
    assert [(one.number, dict(one.cells)) for one in table.records] == [(3, {"名称": "あ", "住所": "い"})]


def test_a_million_rows_are_refused_at_the_first_row_above_the_limit() -> None:
    with pytest.raises(Unreadable, match=f"{MAX_ROWS:,} rows"):
        read_csv(b"a\n" + b"1\n" * 1_000_000)


def test_a_file_that_is_too_large_empty_missing_or_of_another_type_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (tmp_path / "empty.csv").touch()
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    for name, code in (
        ("large.csv", "file_size"),
        ("empty.csv", "file_size"),
        ("none.csv", "file_unreadable"),
        ("a\x00b.csv", "file_unreadable"),
        ("a.pdf", "kind_unknown"),
    ):
        with pytest.raises(Unreadable) as refused:
            read_table(tmp_path / name)
        assert refused.value.code == f"import.{code}", name


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"features": []}', '{"features": [' + "[" * 100_000, '{"features": [NaN]}', "9" * 5000],
)
def test_a_file_that_is_not_geojson_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(text)
    with pytest.raises(Unreadable):
        read_table(path)


def test_features_without_properties_or_with_an_invalid_geometry_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"features": [7, {"properties": {"a": 1.0, "b": null}, "geometry": null},'
        '{"properties": {"a": "x\\ud800"}, "geometry": {"type": "Polygon", "coordinates": [[[1, 2]]]}}]}'
    )
    table = read_table(path)
    assert rows(table) == [{"a": "1", "b": ""}, {"a": "x\ufffd"}]
    assert places(table) == [(1, "properties", True), (3, "a", True), (3, "geometry", True)]


def test_rows_are_selected_by_the_value_of_a_column() -> None:
    table = read_csv("市区町村名,名称\n枚方市,a\n寝屋川市,b\n".encode())
    assert rows(keep(table, ["市区町村名=枚方市"])) == [{"市区町村名": "枚方市", "名称": "a"}]
    with pytest.raises(Unreadable):
        keep(table, ["市=枚方市"])


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fill(book)
    book.close()
    return out.getvalue()


def list_of_a_coordinator(book: xlsxwriter.Workbook) -> None:
    hidden = book.add_worksheet("作業用")
    hidden.hide()
    sheet = book.add_worksheet("一覧")
    sheet.activate()
    sheet.set_first_sheet()
    sheet.write_row(0, 0, ["名称", "定員", "開始", "日"])
    sheet.write_row(1, 0, ["ふれあいサロン", 12])
    sheet.write_datetime(1, 2, __import__("datetime").time(9, 30), book.add_format({"num_format": "hh:mm"}))
    sheet.write_datetime(1, 3, __import__("datetime").date(2026, 4, 1), book.add_format({"num_format": "yyyy/mm/dd"}))
    sheet.write_formula(2, 0, '="計"&"算"', None, "計算")
    sheet.merge_range(3, 0, 4, 0, "結合")


def test_the_cells_of_an_excel_sheet_are_read_as_displayed(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook(list_of_a_coordinator))
    table = read_table(path)
    assert rows(table) == [
        {"名称": "ふれあいサロン", "定員": "12", "開始": "09:30", "日": "2026-04-01"},
        {"名称": "計算", "定員": "", "開始": "", "日": ""},
        {"名称": "結合", "定員": "", "開始": "", "日": ""},
    ]
    assert places(table) == [(4, "名称", False)]
    assert "一覧" in table.notes[0][0]
    with pytest.raises(Unreadable, match="no such sheet"):
        read_table(path, sheet="なし")


def bomb(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as entry:
        for _ in range(size // 2**20):
            entry.write(b"\0" * 2**20)
    return out.getvalue()


def lying_bomb() -> bytes:
    """An archive whose directory has a wrong, small size for a large content."""
    data = bytearray(bomb(300 * 2**20))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    return bytes(data)


def corners(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write(0, 0, "名称")
    sheet.write(1_048_575, 16_383, "x")


def deep_column(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write(0, 0, "名称")
    sheet.write(1_048_575, 0, "x")


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"not a zip at all", {"excel_not"}),
        (OLD, {"excel_old"}),
        (OLD + "EncryptedPackage".encode("utf-16-le"), {"excel_encrypted"}),
        (bomb(300 * 2**20), {"excel_bomb"}),
        (lying_bomb(), {"excel_broken", "excel_memory", "excel_sheet"}),
        (workbook(corners), {"excel_memory", "too_many_columns"}),
        (workbook(deep_column), {"too_many_rows"}),
        (workbook(list_of_a_coordinator)[:-200], {"excel_not"}),
        (workbook(lambda book: book.add_worksheet().hide() if False else None), {"empty", "no_header", "excel_sheet"}),
    ],
    ids=["no zip", "old", "encrypted", "bomb", "lying bomb", "corners", "deep", "cut", "empty"],
)
def test_an_excel_file_that_cannot_be_read_is_refused_in_one_sentence(data: bytes, codes: set[str]) -> None:
    with pytest.raises(Unreadable) as refused:
        read_sheet(data)
    assert refused.value.code.removeprefix("import.") in codes
    assert refused.value.message_ja
    assert "\n" not in refused.value.message_en


def test_entities_of_a_workbook_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    source, out = zipfile.ZipFile(io.BytesIO(workbook(list_of_a_coordinator))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for entry in source.namelist():
            text = source.read(entry)
            if entry == "xl/sharedStrings.xml":
                text = text.replace(b"<sst", f'<!DOCTYPE sst [<!ENTITY l0 "lol">{laughs}]><sst'.encode(), 1)
                text = text.replace("ふれあい".encode(), b"&l9;")
            archive.writestr(entry, text)
    try:
        longest = max(len(cell) for row in rows(read_sheet(out.getvalue())) for cell in row.values())
    except Unreadable:
        return
    assert longest < 100


def test_a_problem_is_a_value() -> None:
    assert Problem(1, "a", "x", "y") == Problem(1, "a", "x", "y", refused=True)
