"""Files as people really have them: what a spreadsheet, another encoding or another year made of a list.

The small files lie beside the checkout; the rules behind them have their tests in `test_import_rows.py` and
`test_import_read.py`, which need no file.
"""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from shiendomain.vocabulary import ServiceClass, SupportKind
from shienops.importing import options_of, read_map, resources_of
from shienops.imports.read import read_table
from shienops.imports.resources import ResourcesRead
from shienops.main import app

from .public_data import public_file

CITY = "472018"
REFUSED = [
    ("one_bad_byte_name.csv", "resources", "2|名称|0x85"),
    ("one_bad_byte_address.csv", "resources", "住所|0x85"),
    ("surrogate_property.geojson", "resources", "name|U+D83D"),
    ("surrogate_area_name.geojson", "areas", "name|U+D83D"),
    ("control_area_name.geojson", "areas", "name|U+0000"),
    ("bad_byte_municipality.csv", "municipalities", "市区町村名|0x85"),
    ("code5_ambiguous.csv", "resources", "012106|121061"),
    ("code5_without_check.csv", "resources", "047201|472018"),
    ("code_ward.csv", "resources", "011011 is not 472018"),
    ("eucjp_silent.csv", "resources", "EUC-JP"),
    ("eucjp_ascii_header.csv", "resources", "EUC-JP"),
    ("eucjp_japanese_header.csv", "resources", "EUC-JP"),
    ("iso2022jp.csv", "resources", "ISO-2022-JP"),
    ("shift_jis_2004.csv", "resources", "Shift_JIS-2004|0x87"),
    ("nbsp_name.csv", "resources", "名称|letter or a digit"),
    ("zwsp_name.csv", "resources", "名称|U+200B"),
    ("hangul_filler_name.csv", "resources", "名称|U+3164"),
    ("rlo_name.csv", "resources", "名称|U+202E"),
    ("crs_tokyo_datum.geojson", "resources", "4301|6668"),
    ("crs_plane_2457.geojson", "resources", "2457|6668"),
    ("title_rows.csv", "resources", "--header-row 3"),
    ("two_row_header.csv", "resources", "--header-row 2"),
    ("merged_header.xlsx", "resources", "--header-row 3"),
    ("formula_cells.xlsx", "resources", "#N/A|there is no name"),
    ("dash_coords.csv", "resources", "number of degrees"),
    ("zero_coords.csv", "resources", "outside Japan"),
    ("swapped_some.csv", "resources", "swapped"),
    ("dms_kanji.csv", "resources", "number of degrees"),
]
WARNED = [
    ("one_bad_byte_unused_column.csv", "社号|0x85"),
    ("code_float.csv", "472018.0 was read as 472018"),
    ("code_hyphen.csv", "47201-8 was read as 472018"),
    ("phone_number_cell.xlsx", "電話番号|leading zero"),
    ("address_became_date.xlsx", "所在地_番地以下|is a date"),
    ("date_address.csv", "所在地_番地以下|is a date"),
    ("merged_kind.xlsx", "種別|rows 2 to 4"),
    ("long_explanation.csv", "説明|the note has the whole text"),
    ("mojibake_text.csv", "名称|characters were lost"),
    ("error_cell_ref.xlsx", "住所|#REF!"),
    ("error_cell_unused_column.xlsx", "担当課メモ|#N/A"),
    ("hidden_row_col.xlsx", "3|hidden row"),
    ("capacity_range.csv", "定員|20〜30名"),
    ("poi_code.csv", "使用しない列|POIコード"),
    ("utf16_tab.txt", "UTF-16"),
]


def case(name: str) -> Path:
    return public_file(name, "cases")


def shien(*arguments: str | Path, data: Path) -> tuple[int, str]:
    environment = {"SHIEN_DATA": str(data), "COLUMNS": "300"}
    given = ["import", *map(str, arguments), "--municipality", CITY, "--dry-run"]
    done = CliRunner().invoke(app, given, env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize(("name", "verb", "words"), REFUSED, ids=[name for name, *_ in REFUSED])
def test_a_file_that_cannot_be_read_for_sure_is_refused_with_the_place_and_the_remedy(
    name: str, verb: str, words: str, tmp_path: Path
) -> None:
    areas: list[str | Path] = ["--areas", case("map.geojson")] if verb == "resources" else []
    code, said = shien(verb, case(name), *areas, data=tmp_path)
    assert code == 1, said
    assert [word for word in words.split("|") if word not in said] == [], said
    assert "Traceback" not in said


@pytest.mark.parametrize(("name", "words"), WARNED, ids=[name for name, _ in WARNED])
def test_a_file_that_is_taken_says_what_was_changed_or_left_out(name: str, words: str, tmp_path: Path) -> None:
    code, said = shien("resources", case(name), "--areas", case("map.geojson"), data=tmp_path)
    assert code == 0, said
    assert [word for word in words.split("|") if word not in said] == [], said


def read(name: str, header_row: int = 1) -> ResourcesRead:
    known = read_map(case("map.geojson"), CITY, ())
    options = options_of(CITY, known, "list", SupportKind.OTHER, serve_city=False, column=None)
    return resources_of(read_table(case(name), header_row=header_row), known, options)


def test_the_names_of_services_since_2024_have_their_classes() -> None:
    classes = [row.details.service_class for row in read("service_2024_names.csv").resources]
    one = ServiceClass
    assert classes == [one.VISIT_A, one.VISIT_B, one.DAY_C, one.VISIT_D, one.DAY_A, one.VISIT_B]


def test_no_single_amount_is_claimed_of_a_range_or_of_a_fee_with_conditions() -> None:
    rows = read("fee_range.csv").resources
    assert [row.details.fee_yen for row in rows] == [None, None, None, None, None, 0, 500]
    assert rows[0].details.fee == "100〜300円"


def test_numbers_and_times_of_a_spreadsheet_become_what_they_were() -> None:
    (phone,) = read("phone_number_cell.xlsx").resources
    assert (phone.details.telephone, phone.source.reference) == ("0980000001", "0170100013")
    assert [row.details.schedule for row in read("hours_24.xlsx").resources] == ["09:00〜26:00", "09:00〜17:30"]
    assert [row.details.schedule for row in read("time_as_number.xlsx").resources] == ["09:00〜17:30"]


def test_merged_cells_count_for_each_of_their_rows_and_for_headers_of_two_rows() -> None:
    kinds = [row.details.support_kinds for row in read("merged_kind.xlsx").resources]
    assert kinds == [(SupportKind.SALON,)] * 3
    with pytest.raises(Exception, match="--header-row 3"):
        read("merged_header.xlsx")
    headed = read("merged_header.xlsx", header_row=3)
    assert headed.columns.headers == {"name": "名称", "address": "住所", "latitude": "緯度"}


@pytest.mark.parametrize("name", ["utf8_tab.tsv", "utf16_tab.txt", "semicolon.csv"])
def test_a_table_is_split_by_what_separates_its_headers(name: str) -> None:
    (row,) = read(name).resources
    assert (row.details.name, row.details.address) == ("茶話会", "西町")


def test_houses_and_centres_whose_names_hold_a_word_of_support_are_no_support() -> None:
    kinds = [row.details.support_kinds for row in read("kinds_traps.csv").resources]
    assert kinds[:2] == [(SupportKind.OTHER,)] * 2
    assert kinds[5:] == [(SupportKind.OUTING,), (SupportKind.MEALS,)]


@pytest.mark.parametrize("name", ["one_area_town_map.geojson", "one_area_town_map6.geojson"])
def test_areas_and_lists_of_a_town_of_one_area_have_one_code(name: str) -> None:
    known = read_map(case(name), "472107", ())
    assert known is not None
    assert [area.area for area in known.areas] == ["472107"]
