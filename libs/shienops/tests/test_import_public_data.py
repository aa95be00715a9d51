"""Imports of public data. Skipped where the data is not available."""

from collections import Counter

from shiendomain.government_codes import is_government_code
from shiendomain.personal_data import PersonalData, personal_data
from shiendomain.vocabulary import AreaKind
from shienops.imports.areas import AreaOptions, AreasRead, read_areas
from shienops.imports.municipalities import read_municipalities
from shienops.imports.places import AreaMap, points_of, shape_of
from shienops.imports.read import read_table
from shienops.imports.resources import ResourceOptions, read_resources
from shienops.imports.tables import keep

from .public_data import public_file

HIRAKATA = {6: 85, 8: 79, 13: 78, 12: 75, 3: 74, 11: 59, 7: 51, 5: 47, 4: 47, 2: 47, 10: 42, 9: 42, 1: 38}


def hirakata() -> AreasRead:
    return read_areas(read_table(public_file("hirakata_chiiki_houkatsu.geojson")), AreaOptions("272108"))


def test_hirakata_has_13_areas_with_short_boundaries() -> None:
    read = hirakata()
    assert read.problems == ()
    assert [area.area for area in read.areas] == [f"272108-{number:02d}" for number in range(1, 14)]
    assert read.areas[0].name == "はなまる"
    assert max(points_of(area.boundary) for area in read.areas) <= 2000


def test_each_centre_lies_in_its_own_area() -> None:
    table = read_table(public_file("hirakata_houkatsu_centers.geojson"))
    options = ResourceOptions("272108", "centres", AreaMap(hirakata().shapes), columns=("name=center_name",))
    read = read_resources(table, options)
    assert read.problems == ()
    own = [f"272108-{int(record.cells['area_id']):02d}" for record in table.records]
    assert [row.area for row in read.resources] == own
    assert len(own) == 13


def test_of_779_offices_764_lie_in_one_area_and_15_in_none() -> None:
    table = read_table(public_file("hirakata_jigyosho.geojson"))
    known = hirakata()
    for shapes in (known.shapes, {area.area: shape_of(area.boundary) for area in known.areas}):
        read = read_resources(table, ResourceOptions("272108", "offices", AreaMap(shapes)))
        counts = Counter(row.area for row in read.resources)
        assert counts.pop("272108") == 15
        assert counts == {f"272108-{number:02d}": count for number, count in HIRAKATA.items()}
        assert (counts.total(), len(read.resources)) == (764, 779)
        assert {(problem.column, problem.refused) for problem in read.problems} == {("geometry", False)}
        assert len(read.problems) == 15


def test_no_text_of_the_offices_is_taken_for_personal_data() -> None:
    table = read_table(public_file("hirakata_jigyosho.geojson"))
    read = read_resources(table, ResourceOptions("272108", "offices", AreaMap({})))
    listed = [row.details for row in read.resources]
    texts = [text for one in listed for text in (one.kana, one.provider_name, one.schedule, one.activity, one.note)]
    assert [found for found in map(personal_data, texts) if found] == []
    assert [one.name for one in listed if personal_data(one.name, frozenset({PersonalData.ADDRESS}))] == []


def test_offices_keep_their_number_services_and_capacity() -> None:
    read = read_resources(
        read_table(public_file("hirakata_jigyosho.geojson")), ResourceOptions("272108", "offices", AreaMap({}))
    )
    assert len({row.source.reference for row in read.resources}) == 779
    assert sum("; " in row.details.activity for row in read.resources) == 377
    assert sum(row.details.capacity is None for row in read.resources) == 563
    assert all(row.details.service_class for row in read.resources)


def test_all_municipalities_and_wards_are_a_tree_of_valid_codes() -> None:
    read = read_municipalities(read_table(public_file("localgovjp-utf8.csv")))
    assert read.problems == ()
    assert (len(read.found), len(read.roots), len(read.wards)) == (1916, 1741, 175)
    assert all(is_government_code(one.code) for one in read.found)
    cities = {one.code: one.name for one in read.roots}
    assert all(ward.city and ward.name.startswith(cities[ward.city]) for ward in read.wards)
    hamamatsu = next(code for code, name in cities.items() if name == "浜松市")
    assert sum(ward.city == hamamatsu for ward in read.wards) == 7


def test_the_five_wards_of_kumamoto_are_imported_with_their_city() -> None:
    table = keep(read_table(public_file("kumamoto_N03-21_43_210101.geojson")), ["N03_003=熊本市"])
    read = read_areas(table, AreaOptions("431001", kind=AreaKind.WARD))
    assert read.problems == ()
    assert [area.area for area in read.areas] == ["431010", "431028", "431036", "431044", "431052"]
