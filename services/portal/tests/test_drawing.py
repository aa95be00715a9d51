"""Drawings are well-formed, say what they show in words, load nothing, and take any text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from portal.area_map import centre, draw_map, numbers_drawn
from portal.bars import draw_bars
from portal.drawing import LANES, Drawn, draw_trace, wrapped
from shiendomain.areas import AreaNode, AreaTree

from .world import square

SVG = "{http://www.w3.org/2000/svg}"
NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


def an_event(n: int, source: str = "needs", cause: int | None = None, ja: str = "ニーズを記録") -> Drawn:
    return Drawn(UUID(int=n), NOON, source, None if cause is None else UUID(int=cause), ja)


def test_every_event_has_a_box_in_the_lane_of_its_service_and_every_cause_an_arrow() -> None:
    events = [an_event(1), an_event(2, "matching", 1), an_event(3, "escalation", 2), an_event(4, "registry", 99)]
    drawn = ElementTree.fromstring(draw_trace(events, "経過"))
    boxes = [box.find(f"{SVG}rect") for box in drawn.iter(f"{SVG}g")]
    places = [(int(box.get("x", "")), int(box.get("y", ""))) for box in boxes if box is not None]
    assert places == sorted(places)
    assert len({x for x, _ in places}) == len({y for _, y in places}) == len(LANES) == 4
    assert len([path for path in drawn.iter(f"{SVG}path") if path.get("marker-end")]) == 2
    assert [title.text for title in drawn.iter(f"{SVG}title")][:2] == ["経過", "2026-04-01 12:00 ニーズを記録"]
    desc = drawn.find(f"{SVG}desc")
    assert desc is not None
    assert "4 件" in (desc.text or "")


@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=20))
def test_any_text_is_drawn_and_none_of_it_becomes_markup(sentences: list[str], title: str) -> None:
    svg = draw_trace([an_event(n, ja=one) for n, one in enumerate(sentences)], title)
    drawn = ElementTree.fromstring(svg)
    assert len(list(drawn.iter(f"{SVG}g"))) == len(sentences)


def test_nothing_is_loaded_and_nothing_has_a_style_of_its_own() -> None:
    evil = '"><script>alert(1)</script><image href="https://example.org/x.png" style="x"/>'
    svg = draw_trace([an_event(1, ja=evil)], evil) + draw_map({"a": square(0, 0)}, {"a": evil}, {"a": 1}, evil)
    for drawing in (draw_trace([an_event(1, ja=evil)], evil), draw_map({"a": square(0, 0)}, {"a": evil}, {}, evil)):
        for element in ElementTree.fromstring(drawing).iter():
            assert element.tag.removeprefix(SVG) not in {"script", "image", "style", "a", "use"}
            assert not {name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name}
    assert "<script" not in svg


def test_a_long_sentence_is_broken_into_two_lines_and_cut() -> None:
    assert wrapped("短い") == ["短い"]
    assert wrapped("あ" * 20) == ["あ" * 16, "あ" * 4]
    assert wrapped("あ" * 40) == ["あ" * 16, "あ" * 15 + "…"]
    assert wrapped("") == [""]


def test_a_map_has_a_shape_and_a_number_for_each_area() -> None:
    shapes = {"a": square(1_356_000_000, 348_000_000), "b": square(1_356_100_000, 348_000_000), "none": ()}
    drawn = ElementTree.fromstring(draw_map(shapes, {"a": "北", "b": "南"}, {"a": 12}, "待つ人"))
    assert [path[0].text for path in drawn.iter(f"{SVG}path")] == ["北: 12", "南: 0"]
    assert [label.text for label in drawn.iter(f"{SVG}text")] == ["12", "0"]
    assert draw_map({"none": ()}, {}, {}, "待つ人") == ""


def test_an_area_that_ended_is_not_drawn_over_its_successor_which_has_its_number() -> None:
    ended = date(2026, 4, 1)
    tree = AreaTree(
        [
            AreaNode("c", None, "c"), AreaNode("new", "c", "c"), AreaNode("other", "c", "c"),
            AreaNode("blank", "c", "c"),
            AreaNode("old", "c", "c", closed_on=ended, successors=("new",)),
            AreaNode("older", "c", "c", closed_on=ended, successors=("old",)),
            AreaNode("divided", "c", "c", closed_on=ended, successors=("new", "other")),
            AreaNode("kept", "c", "c", closed_on=ended, successors=("blank",)),
        ],
        ended,
    )  # fmt: skip
    waiting = {"new": 1, "other": 2, "old": 4, "older": 8, "divided": 16, "kept": 32, "blank": 64}
    shapes = ("new", "other", "old", "divided", "kept")
    assert numbers_drawn(tree, "c", shapes, waiting) == {"new": 13, "other": 2, "kept": 32}
    before = AreaTree(tree.areas.values(), date(2026, 3, 31))
    assert numbers_drawn(before, "c", shapes, waiting) == {code: waiting[code] for code in shapes}


def test_an_area_is_drawn_with_the_sum_of_all_below_it_and_without_a_shape_those_below_it_are_drawn() -> None:
    nodes = [AreaNode("c", None, "c"), *(AreaNode(one, "c", "c") for one in ("a", "b"))]
    tree = AreaTree([*nodes, *(AreaNode(f"{one}-{n}", one, "c") for one in ("a", "b") for n in (1, 2))])
    waiting = {"c": 1, "a": 2, "a-1": 4, "a-2": 8, "b": 16, "b-1": 32, "b-2": 64}
    assert numbers_drawn(tree, "c", ("c", "a", "a-1", "b-1", "b-2"), waiting) == {"a": 14, "b-1": 32, "b-2": 64}
    assert numbers_drawn(tree, "c", ("c",), waiting) == {"c": 127}
    assert numbers_drawn(tree, "a-1", ("a-1",), waiting) == {"a-1": 4}
    assert numbers_drawn(tree, "a", (), waiting) == {}


def test_the_centre_is_that_of_the_largest_polygon_and_a_line_has_one_too() -> None:
    assert centre((*square(0, 0, 10), *square(100, 100, 100))) == (150.0, 150.0)
    assert centre([[[(0, 0), (10, 10), (0, 0)]]]) == (10 / 3, 10 / 3)


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 10**6)), min_size=1, max_size=30), st.text(max_size=20))
def test_bars_are_as_high_as_their_numbers_and_take_any_text(numbers: list[tuple[str, int]], what: str) -> None:
    drawn = ElementTree.fromstring(draw_bars(numbers, what))
    bars = list(drawn.iter(f"{SVG}rect"))
    high = [int(bar.get("height", "")) for bar in bars]
    most = max(number for _, number in numbers)
    assert [max(1, round(40 * number / max(1, most))) for _, number in numbers] == high
    assert all(int(bar.get("y", "")) + height == 40 for bar, height in zip(bars, high, strict=True))
    assert [title is not None for bar in bars for title in [bar.find(f"{SVG}title")]] == [True] * len(numbers)


def test_nothing_is_drawn_of_no_numbers() -> None:
    assert draw_bars([], "人") == ""
