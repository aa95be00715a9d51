"""Rows as areas, resources and municipalities."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from shiendomain.government_codes import check_digit, is_government_code
from shiendomain.registry import ResourceDetails
from shiendomain.vocabulary import Accessibility, AreaKind, Location, ServiceClass, SupportKind, Tier
from shienops.errors import StackError
from shienops.imports.accessibility import accessibility_of
from shienops.imports.areas import MAX_POINTS, START, AreaOptions, begun_as_known, read_areas, simple_boundary
from shienops.imports.cells import people_of, yen_of
from shienops.imports.codes import code_of, codes_read, is_of, why_no_code
from shienops.imports.columns import RESOURCES, match_columns
from shienops.imports.kinds import meaning_of
from shienops.imports.municipalities import areas_of, read_municipalities
from shienops.imports.places import AreaMap, boundary_of, location, points_of, shape_of, why_not_in_japan
from shienops.imports.problems import Problem, Unreadable
from shienops.imports.read import read_csv
from shienops.imports.report import neutral, write_report
from shienops.imports.resources import ResourceOptions, ResourceRow, ResourcesRead, read_resources
from shienops.imports.send import Batch
from shienops.imports.sent import Alike
from shienops.imports.tables import ListRow, Table, table_of
from shienops.imports.whole import refuse_renamed

WEST, EAST = box(135.60, 34.80, 135.65, 34.85), box(135.65, 34.80, 135.70, 34.85)
AREAS = {"272108-01": WEST, "272108-02": EAST}
NAMES = {"272108": "枚方市", "272108-01": "西圏域", "272108-02": "東圏域"}
OPTIONS = ResourceOptions("272108", "一覧", AreaMap(AREAS), NAMES)


def resources(text: str, options: ResourceOptions = OPTIONS) -> ResourcesRead:
    return read_resources(read_csv(text.encode()), options)


def one(text: str, options: ResourceOptions = OPTIONS) -> ResourceRow:
    read = resources(text, options)
    assert read.problems == ()
    (row,) = read.resources
    return row


def only_problem(text: str) -> Problem:
    (problem,) = resources(text).problems
    return problem


# codes


def read_as(text: str, also: tuple[str, ...] = ()) -> str | None:
    code = code_of(text, also)
    return code.code if code else None


def test_a_code_is_read_as_programs_and_habits_have_left_it() -> None:
    assert [read_as(text) for text in ("272108", "２７２１０８", "11002", "472018.0", "47201-8", "43101")] == [
        "272108", "272108", "011002", "472018", "472018", "431010",
    ]  # fmt: skip
    assert [read_as(text) for text in ("272109", "", "48000A", "١٢٣٤٥٦", "2721080")] == [None] * 5
    assert read_as("992011") == "992011"


def test_five_digits_that_can_be_read_in_two_ways_are_asked_about_unless_the_column_has_check_digits() -> None:
    """12106 is 岩見沢市 without its zero, or 美浜区 of 千葉市 without its check digit."""
    assert [one.code for one in codes_read("12106")] == ["012106", "121061"]
    assert read_as("12106") is None
    assert "012106" in why_no_code("12106", "12106")[1]
    assert read_as("12106", also=("272108", "12106")) == "012106"


@given(st.integers(1, 47), st.integers(0, 999), st.integers(0, 9))
def test_of_ten_last_digits_one_makes_a_code(prefecture: int, place: int, digit: int) -> None:
    five = f"{prefecture:02d}{place:03d}"
    assert is_government_code(f"{five}{digit}") == (check_digit(five) == str(digit))


def test_a_row_is_of_the_municipality_by_its_own_code_that_of_a_ward_or_of_the_prefecture() -> None:
    codes = ("431001", "431010", "430005", "432024", "270008")
    assert [is_of(code, "431001") for code in codes] == [True, True, True, False, False]


# columns


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            "都道府県コード又は市区町村コード,NO,介護サービス事業所名称,介護サービス事業所名称_カナ,実施サービス,住所,事業所番号",
            {"name": "介護サービス事業所名称", "kind": "実施サービス", "office": "事業所番号", "number": "NO"},
        ),
        (
            "都道府県コード又は市町村コード,No,事業所名,事業所名カナ,サービスの種類,住所,方書（ビル名等）,緯度,経度,事業所番号",
            {"name": "事業所名", "kana": "事業所名カナ", "building": "方書（ビル名等）", "number": "No"},
        ),
        (
            "都道府県コード又は市区町村コード,NO,名称,名称_カナ,名称_通称,POIコード,住所,利用可能曜日,開始時間,終了時間,説明",
            {"name": "名称", "kana": "名称_カナ", "days": "利用可能曜日", "from": "開始時間", "activity": "説明"},
        ),
        (
            "全国地方公共団体コード,ID,名称,所在地_連結表記,所在地_都道府県,所在地_町字,建物名等(方書),緯度,経度",
            {"municipality": "全国地方公共団体コード", "address": "所在地_連結表記", "building": "建物名等(方書)"},
        ),
        (
            "category,subtype,name,address,telephone,areas served,activity,target,schedule,hours,fee,note",
            {"kind": "category", "areas": "areas served", "days": "schedule", "target": "target"},
        ),
    ],
    ids=["older recommended set", "MHLW", "public facilities", "successor", "a coordinator's own"],
)
def test_the_headers_of_each_layout_are_known(headers: str, expected: dict[str, str]) -> None:
    found = match_columns(headers.split(","), RESOURCES).headers
    assert {field: found.get(field) for field in expected} == expected


def test_one_thing_is_counted_in_the_singular() -> None:
    city = area_table(({"code": "47210", "name": "一区町"}, WEST))
    areas = read_areas(city, AreaOptions("472107")).areas
    assert Batch(areas=areas).counted() == ("地域 1、資源 0", "1 area, 0 resources")
    (short,) = table_of(("名称", "住所", "備考"), [(2, ["茶話会"])]).problems
    assert short.en.startswith("1 cell for 3 headers: ")


def test_a_kind_that_is_unknown_is_said_in_each_language() -> None:
    read = read_resources(read_csv("名称,種別\n茶話会,貸館\n".encode()), OPTIONS)
    (told,) = read.problems
    assert (told.ja, told.en) == (
        "種類「貸館」は不明のため「その他」とします",
        "the kind '貸館' is unknown and read as 'Other'",
    )


def test_other_headers_are_specified_by_an_option_and_unused_ones_are_listed() -> None:
    columns = match_columns(["施設", "住所", "ひみつ"], RESOURCES, ["name=施設"], required=["name"])
    assert (columns.headers, columns.unknown) == ({"name": "施設", "address": "住所"}, ("ひみつ",))
    for given_, words in (([], "no header 「"), (["name=なし"], "なし"), (["nam=施設"], "no known field")):
        with pytest.raises(Unreadable, match=words):
            match_columns(["施設", "住所"], RESOURCES, given_, required=["name"])


# resources


def test_a_row_becomes_a_resource_in_its_area_with_unchanged_texts() -> None:
    row = one(
        "事業所番号,サービスの種類,事業所名,住所,方書（ビル名等）,緯度,経度,電話番号,内線番号,定員,利用可能曜日,利用可能曜日特記事項,URL\n"
        "2712403472,訪問介護,髙﨑ヘルプ①,枚方市1-1,㈱ビル,34.81,135.61,072-1,9,0,平日,祝日休,https://example.jp\n"
    )
    assert row == ResourceRow(
        2,
        "272108-01",
        ResourceDetails(
            name="髙﨑ヘルプ①",
            support_kinds=(SupportKind.HOUSEWORK,),
            service_class=ServiceClass.VISIT_CONVENTIONAL,
            service_areas=("272108-01",),
            location=Location(lat_e7=348100000, lon_e7=1356100000),
            address="枚方市1-1 ㈱ビル",
            telephone="072-1 (内線 9)",
            schedule="平日 祝日休",
            activity="訪問介護",
            note="https://example.jp",
        ),
        row.source,
    )
    assert row.source.reference == "2712403472 訪問介護"


def test_a_row_without_a_location_gets_its_only_service_area_or_the_city() -> None:
    assert one("名称,対象地域\nサロン,西圏域\n").area == "272108-01"
    both = one("名称,対象地域\n移動販売,東圏域、272108-01\n")
    assert (both.area, both.details.service_areas) == ("272108", ("272108-02", "272108-01"))
    assert one("名称,対象地域\n配食,市内全域\n").details.service_areas == ("272108",)
    assert one("名称\n電話相談\n").details.service_areas == ("272108",)


def test_an_option_makes_rows_without_areas_serve_the_city() -> None:
    options = ResourceOptions("272108", "一覧", AreaMap(AREAS), NAMES, serve_city=True)
    row = one("名称,緯度,経度\nあ,34.81,135.61\n", options)
    assert (row.area, row.details.service_areas) == ("272108-01", ("272108",))


def test_a_location_on_the_border_of_two_areas_is_a_warning_and_the_row_gets_the_first() -> None:
    read = resources("名称,緯度,経度\nあ,34.82,135.65\n")
    assert [row.area for row in read.resources] == ["272108-01"]
    (problem,) = read.problems
    assert (problem.row, problem.column, problem.refused) == (2, "緯度", False)
    assert "272108-01、272108-02" in problem.ja


def test_a_location_outside_of_all_areas_is_a_warning_and_the_row_gets_the_city() -> None:
    read = resources("名称,緯度,経度\nあ,34.90,135.61\n")
    assert [(row.area, row.details.service_areas) for row in read.resources] == [("272108", ("272108",))]
    assert [(problem.row, problem.column, problem.refused) for problem in read.problems] == [(2, "緯度", False)]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("名称,緯度,経度\nあ,135.61,34.81\n", "緯度", "swapped: perhaps latitude 34.81, longitude 135.61"),
        ("名称,緯度,経度\nあ,51.5,-0.1\n", "緯度", "outside Japan"),
        ("名称,緯度,経度\nあ,34.81,\n", "経度", "number of degrees"),
        ("名称,緯度,経度\nあ,nan,135.61\n", "緯度", "number of degrees"),
        ("名称,緯度,経度\nあ,1e999,135.61\n", "緯度", "number of degrees"),
        ("名称,住所\n,枚方市\n", "名称", "no name"),
        ("名称\n" + "あ" * 201 + "\n", "名称", "the limit is 200"),
        ("名称,備考\nあ," + "い" * 4001 + "\n", "備考", "the limit is 4000"),
        ("名称,対象地域\nあ,北圏域\n", "対象地域", "is not on the map"),
        ("名称,全国地方公共団体コード\nあ,272109\n", "全国地方公共団体コード", "check digit"),
        ("名称,全国地方公共団体コード\nあ,271004\n", "全国地方公共団体コード", "is not 272108"),
        ("ID,名称\n7,あ\n7,い\n", "reference", "row 2"),
        ("名称,住所,開催日\nあ,い,火曜\nあ,い,木曜\n", "reference", "row 2"),
    ],
)
def test_a_row_that_cannot_be_imported_is_refused_with_its_column(text: str, column: str, words: str) -> None:
    problem = only_problem(text)
    assert (problem.column, problem.refused) == (column, True)
    assert words in problem.en
    assert problem.ja


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("名称,カテゴリ\nあ,なぞ\n", "カテゴリ"),
        ("名称,定員\nあ,若干名\n", "定員"),
        ("名称,lgcode\nあ,11002\n", "lgcode"),
        ("名称,住所\nあ,い\nあ,い\n", "名称"),
        ("名称,電話番号\nあ,980000001\n", "電話番号"),
        ("名称,住所\nあ,3月5日\n", "住所"),
        ("名称,更新日\nあ,去年\n", "更新日"),
        ("名称,説明\nあ," + "い" * 301 + "\n", "説明"),
    ],
)
def test_a_row_with_a_minor_problem_gets_a_warning(text: str, column: str) -> None:
    options = ResourceOptions("011002", "一覧", AreaMap({}))
    read = read_resources(read_csv(text.encode()), options)
    assert [(problem.column, problem.refused) for problem in read.problems] == [(column, False)]
    assert len(read.resources) == 1


def test_a_long_text_of_a_public_list_is_cut_and_kept_whole_in_the_note() -> None:
    text = "い" * 301
    (row,) = resources(f"名称,説明,備考\nあ,{text},う\n").resources
    assert row.details.activity == "い" * 299 + "…"
    assert row.details.note == f"う\n説明: {text}"


def test_columns_without_a_field_of_their_own_are_kept_in_the_note() -> None:
    row = one("名称,場所名称,開始日,終了日,バリアフリー情報\n茶話会,西町集会所,2026-04-01,2027-03-31,スロープ\n")
    assert row.details.note == "会場: 西町集会所\nバリアフリー: スロープ\n開催期間: 2026-04-01〜2027-03-31"
    assert row.details.accessibility == (Accessibility.RAMP,)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("スロープ、手すり、車いす対応トイレ", "RAMP HANDRAILS ACCESSIBLE_TOILET"),
        ("段差なし・ｴﾚﾍﾞｰﾀｰあり", "STEP_FREE LIFT"),
        ("段差なし", "STEP_FREE"),
        ("スロープ有、エレベーター無、駐車場なし", "RAMP"),
        ("エレベーターはありません", ""),
        ("多目的トイレ（令和9年設置予定）", ""),
        ("手すり及び磁気ループ", "HANDRAILS HEARING_LOOP"),
        ("スロープと多機能トイレ", "RAMP ACCESSIBLE_TOILET"),
        ("トイレあり", ""),
        ("車椅子可", ""),
        ("", ""),
    ],
)
def test_what_makes_a_place_accessible_is_claimed_only_where_the_text_says_that_it_is_there(
    text: str, names: str
) -> None:
    assert accessibility_of(text) == tuple(Accessibility[name] for name in names.split())


@pytest.mark.parametrize(
    "text", ["2026-04-01", "2026/4/1", "2026年4月1日", "令和8年4月1日", "R8.4.1", "2026-04-01 09:00"]
)
def test_the_day_of_the_last_update_is_taken(text: str) -> None:
    assert one(f"名称,更新日\nあ,{text}\n").details.updated_on == date(2026, 4, 1)


@pytest.mark.parametrize("text", ["2026-02-30", "1926-04-01", "4月", "R99.1.1"])
def test_what_is_no_day_of_this_time_is_not_taken(text: str) -> None:
    assert [row.details.updated_on for row in resources(f"名称,更新日\nあ,{text}\n").resources] == [None]


def test_a_day_of_an_update_that_is_to_come_is_left_out_and_named() -> None:
    read = resources("名称,更新日\nあ,2099-04-01\n")
    assert [row.details.updated_on for row in read.resources] == [None]
    assert [(one.column, one.refused) for one in read.problems if one.column == "更新日"] == [("更新日", False)]


def test_a_time_is_read_as_a_time_where_a_spreadsheet_stores_a_part_of_a_day() -> None:
    assert one("名称,開始時間,終了時間\nあ,0.375,0.7291666666666666\n").details.schedule == "09:00〜17:30"
    assert one("名称,開始時間,終了時間\nあ,9時半,1\n").details.schedule == "9時半〜1"


@pytest.mark.parametrize("name", ["\u00a0", "茶話\u200b会", "\u3164", "茶話会\u202e", "山田花子様の会"])
def test_what_the_registry_would_refuse_is_refused_with_its_row_before_anything_is_sent(name: str) -> None:
    problem = only_problem(f"名称,住所\n{name},西町\n")
    assert (problem.row, problem.column, problem.refused) == (2, "名称", True)


def test_the_code_of_a_prefecture_includes_its_municipalities() -> None:
    assert one("名称,全国地方公共団体コード\nあ,270008\n").area == "272108"


def test_the_reference_of_a_row_does_not_depend_on_its_position() -> None:
    def references(text: str) -> set[str]:
        return {row.source.reference for row in resources(text).resources}

    assert references("名称,住所\nあ,い\nう,え\n") == references("名称,住所\nう,え\nあ,い\n")
    assert references("名称,住所\nあ,い\n") != {
        one("名称,住所\nあ,い\n", replace(OPTIONS, list_name="別の一覧")).source.reference
    }
    assert references("NO,名称\n1,あ\n") == {"一覧:1"}
    assert references("jigyosho_id,service_type,name\n27,訪問看護; 通所介護,あ\n") == {"27"}
    renamed = "事業所番号,サービスの種類,名称\n２７１２４０３４７２,訪問介護(ホームヘルプ),あ\n"
    assert references(renamed) == references("事業所番号,サービスの種類,名称\n2712403472,訪問介護,い\n")


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("1回200円", 200),
        ("ドリンク１００円", 100),
        ("30分300円", 300),
        ("無料", 0),
        ("1,500円", 1500),
        ("500", 500),
        ("100円〜300円", None),
        ("100〜300円", None),
        ("無料（材料費100円）", None),
        ("月額500円", None),
        ("要相談", None),
        ("9" * 5000 + "円", None),
    ],
)
def test_the_amount_is_read_from_a_fee_with_one_amount(text: str, yen: int | None) -> None:
    assert yen_of(text) == yen


def test_the_number_of_people_is_read_from_a_capacity() -> None:
    assert [people_of(text) for text in ("20", "２０名", "0", "", "15人程度")] == [
        20,
        20,
        None,
        None,
        15,
    ]
    for text in ("多数", "-1", "1.5", "9999999"):
        with pytest.raises(ValueError):  # noqa: PT011
            people_of(text)


@pytest.mark.parametrize(
    ("text", "kinds", "heading"),
    [
        ("訪問介護（ホームヘルプ）", [SupportKind.HOUSEWORK], ServiceClass.VISIT_CONVENTIONAL),
        ("地域密着型通所介護", [SupportKind.CAREGIVER_SUPPORT, SupportKind.SALON], ServiceClass.DAY_CONVENTIONAL),
        ("訪問看護; 訪問介護", [SupportKind.HOUSEWORK], ServiceClass.VISIT_CONVENTIONAL),
        ("居宅介護支援", [SupportKind.OTHER], ServiceClass.INSURANCE_OTHER),
        ("交流サロン", [SupportKind.SALON], None),
        ("配食＋見守り", [SupportKind.MEALS], None),
        ("ｻﾛﾝ", [SupportKind.SALON], None),
        ("outing", [SupportKind.OUTING], None),
        ("訪問型サービス・活動Ａ", [SupportKind.HOUSEWORK], ServiceClass.VISIT_A),
        ("訪問型サービス・活動D", [SupportKind.OUTING], ServiceClass.VISIT_D),
        ("通所型サービス・活動Ａ（多様なサービス）", [SupportKind.SALON], ServiceClass.DAY_A),
        ("生活支援ハウス", [SupportKind.OTHER], None),
        ("障害者生活支援センター", [SupportKind.OTHER], None),
        ("福祉有償運送", [SupportKind.OUTING], None),
    ],
)
def test_a_service_has_its_kinds_and_service_class(
    text: str, kinds: list[SupportKind], heading: ServiceClass | None
) -> None:
    assert meaning_of(text) == (tuple(kinds), heading)


def test_every_word_of_the_lists_is_known() -> None:
    for kind in SupportKind:
        meaning = meaning_of(kind.ja)
        assert meaning is not None
        assert kind in meaning[0], kind
    assert meaning_of("なぞ") is None


# locations and areas


def test_a_location_on_a_border_is_in_both_areas() -> None:
    known = AreaMap(AREAS)
    assert known.areas_of(location(34.82, 135.65)) == ("272108-01", "272108-02")
    assert known.areas_of(location(34.82, 135.66)) == ("272108-02",)
    assert known.areas_of(location(34.86, 135.66)) == ()
    assert why_not_in_japan(24.3, 153.98) is None


def test_a_boundary_has_integers_and_can_be_read_back() -> None:
    shape = MultiPolygon([Polygon(WEST.exterior.coords, [box(135.61, 34.81, 135.62, 34.82).exterior.coords]), EAST])
    boundary = boundary_of(shape)
    assert [len(polygon) for polygon in boundary] == [2, 1]
    assert boundary_of(shape_of(boundary)) == boundary
    assert shape_of(boundary).equals(shape)


def test_a_long_boundary_is_simplified_to_2000_points_and_a_short_one_is_kept() -> None:
    assert simple_boundary(WEST) == (boundary_of(WEST), False)
    coast = Point(135.65, 34.82).buffer(0.05, quad_segs=5000)
    boundary, simplified = simple_boundary(coast)
    assert simplified
    assert 3 < points_of(boundary) <= MAX_POINTS
    assert shape_of(boundary).is_valid
    assert shape_of(boundary).symmetric_difference(coast).area < coast.area / 1000
    islands = MultiPolygon([Point(130 + n / 50, 30).buffer(0.005, quad_segs=8) for n in range(300)])
    assert 3 < points_of(simple_boundary(islands)[0]) <= MAX_POINTS


def area_table(*features: tuple[dict[str, str], object]) -> Table:
    records = [ListRow(n, cells, shape) for n, (cells, shape) in enumerate(features, start=1)]  # type: ignore[arg-type]
    return Table(tuple(features[0][0]), tuple(records))


def test_areas_get_their_codes_from_their_numbers_and_the_root_its_name() -> None:
    table = area_table(({"area_id": "1", "center_name": "西"}, WEST), ({"area_id": "12", "center_name": "東"}, EAST))
    read = read_areas(table, AreaOptions("272108", root_name="枚方市"))
    assert read.problems == ()
    assert [(area.area, area.parent, area.kind, area.tiers, area.name) for area in read.areas] == [
        ("272108", None, AreaKind.MUNICIPALITY, (Tier.TIER1,), "枚方市"),
        ("272108-01", "272108", AreaKind.CENTRE_AREA, (Tier.TIER2,), "西"),
        ("272108-12", "272108", AreaKind.CENTRE_AREA, (Tier.TIER2,), "東"),
    ]


def test_an_area_begins_as_it_is_registered_and_a_new_one_as_the_area_above_it() -> None:
    table = area_table(({"area_id": "1", "center_name": "西"}, WEST), ({"area_id": "12", "center_name": "東"}, EAST))
    city, west, east = read_areas(table, AreaOptions("272108", root_name="枚方市")).areas
    begun, later = date(2024, 4, 1), date(2026, 4, 1)
    for known, days in (
        ({}, [START, START, START]),
        ({"272108": begun}, [begun, begun, begun]),
        ({"272108": begun, "272108-12": later}, [begun, begun, later]),
    ):
        assert [one.valid_from for one in begun_as_known([city, west, east], known)] == days
    (alone,) = begun_as_known([west], {"272108": begun})
    assert (alone.valid_from, alone.name) == (begun, "西")


@pytest.mark.parametrize("code", ["47210", "472107"])
def test_in_a_town_of_one_area_the_municipality_carries_both_tiers(code: str) -> None:
    read = read_areas(area_table(({"code": code, "name": "一区町"}, WEST)), AreaOptions("472107", root_name="一区町"))
    assert [(area.area, area.parent, area.kind, area.tiers) for area in read.areas] == [
        ("472107", None, AreaKind.MUNICIPALITY, (Tier.TIER1, Tier.TIER2))
    ]
    assert list(read.shapes) == ["472107"]


def test_wards_have_their_own_codes_whatever_kind_is_given() -> None:
    """So that the map for a list of resources gives the codes that the import of areas gave."""
    read = read_areas(area_table(({"N03_007": "43101", "N03_004": "中央区"}, WEST)), AreaOptions("431001"))
    assert [(area.area, area.kind) for area in read.areas] == [("431010", AreaKind.WARD)]


def test_wards_get_their_own_codes() -> None:
    read = read_areas(
        area_table(({"N03_007": "43101", "N03_004": "中央区"}, WEST)), AreaOptions("431001", kind=AreaKind.WARD)
    )
    assert [(area.area, area.parent, area.kind) for area in read.areas] == [("431010", "431001", AreaKind.WARD)]


def test_areas_that_cannot_be_imported_are_reported() -> None:
    bow = Polygon([(135.6, 34.8), (135.7, 34.9), (135.7, 34.8), (135.6, 34.9)])
    swapped = Polygon([(y, x) for x, y in WEST.exterior.coords])
    table = area_table(
        ({"code": "1", "name": "a"}, WEST),
        ({"code": "1", "name": "b"}, EAST),
        ({"code": "第三", "name": ""}, EAST),
        ({"code": "4", "name": "d"}, Point(135.6, 34.8)),
        ({"code": "5", "name": "e"}, swapped),
        ({"code": "6", "name": "f"}, bow),
    )
    read = read_areas(table, AreaOptions("272108"))
    assert [(problem.row, problem.column, problem.refused) for problem in read.problems] == [
        (2, "code", True),
        (3, "code", True),
        (3, "name", True),
        (4, "geometry", True),
        (5, "geometry", True),
        (6, "geometry", False),
    ]


# municipalities

LIST = "pref,city,citykana,lgcode\n熊本県,熊本市,くまもとし,431001\n熊本県,熊本市 中央区,ちゅうおうく,431010\n"


def test_wards_are_below_their_city_and_a_ward_without_it_is_a_root() -> None:
    read = read_municipalities(read_csv(LIST.encode()))
    assert read.problems == ()
    city = areas_of(read, ["431001"])
    assert [(area.area, area.parent, area.municipality, area.tiers) for area in city] == [
        ("431001", None, "431001", (Tier.TIER1,)),
        ("431010", "431001", "431001", ()),
    ]
    (ward,) = areas_of(read, ["431010"])
    assert (ward.parent, ward.municipality, ward.kind, ward.tiers) == (None, "431010", AreaKind.WARD, (Tier.TIER1,))
    assert areas_of(read, ["272108"]) == ()


def test_wrong_rows_of_the_list_are_reported() -> None:
    text = (
        LIST
        + "北海道,札幌市,さっぽろし,11002\n,市,し,431002\n,別市 北区,きたく,431052\n熊本県,熊本市,くまもとし,431001\n"
    )
    read = read_municipalities(read_csv(text.encode()))
    assert [(problem.row, problem.column, problem.refused) for problem in read.problems] == [
        (4, "lgcode", False),
        (5, "lgcode", True),
        (7, "lgcode", True),
        (6, "city", True),
    ]


# the report


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠a", "  =1", '"=1', "　=1"]
)
def test_a_cell_that_a_spreadsheet_would_execute_is_neutralised(cell: str) -> None:
    assert neutral(cell) == "'" + cell
    assert neutral("名称") == "名称"


def test_the_report_has_all_problems(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_report([Problem(2, "=名称", "理由", 'a "b"\ud800')], path)
    table = read_csv(path.read_bytes())
    assert list(table.records[0].cells.values()) == ["2", "'=名称", "不可 refused", "理由", 'a "b"?']
    with pytest.raises(StackError):
        write_report([], tmp_path / "none" / "report.csv")


@pytest.mark.parametrize(
    ("new", "known", "refused"), [(1, 1, False), (2, 2, False), (3, 3, True), (6, 3, True), (7, 3, False)]
)
def test_a_list_is_taken_for_another_one_by_three_rows_and_by_half_of_those_that_are_new(
    new: int, known: int, refused: bool
) -> None:
    alike = [Alike(n, "茶話会", "通いの場R7") for n in range(known)]
    with pytest.raises(Unreadable, match="has registered") if refused else nullcontext():
        refuse_renamed(alike, new)
