"""The network as a graph and as a drawing: pure."""

from __future__ import annotations

from uuid import UUID
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from portal.network import Network, Relation, network
from portal.network_drawing import MOST_BODIES, draw_network
from portal.projections.network import OutreachRow, PartnershipRow
from shiendomain.areas import AreaNode, AreaTree
from shiendomain.councils_view import CouncilRow
from shiendomain.vocabulary import BodyKind

from .world import CITY, NORTH

TREE = AreaTree([AreaNode(CITY, None, CITY), AreaNode(NORTH, CITY, CITY, name="北")])
SVG = "{http://www.w3.org/2000/svg}"


def a_body(kind: str, name: str, parent: str | None = None) -> dict[str, str | None]:
    return {"kind": kind, "name": name, "parent": parent}


def a_council(n: int, *members: dict[str, str | None]) -> CouncilRow:
    return CouncilRow(council_id=UUID(int=n), area=NORTH, name=f"協議体{n}", members=members)


def test_a_body_of_several_groups_is_one_and_knows_who_is_there_too() -> None:
    shakyo, club = a_body("shakyo", "校区社協", "市社協"), a_body("seniors_club", "老人クラブ")
    found = network(
        TREE,
        [a_council(1, shakyo, club), a_council(2, a_body("shakyo", "校区 社協"))],
        [(PartnershipRow(partnership_id=UUID(int=3), area=NORTH, purpose="送迎"), [shakyo, a_body("npo", "会")])],
        [OutreachRow(outreach_id=UUID(int=4), area=NORTH, body="会", kind=BodyKind.NPO)],
    )
    by_name = {body.name: body for body in found.bodies}
    assert list(by_name) == sorted(by_name)
    assert by_name["校区社協"].groups == [str(UUID(int=n)) for n in (1, 2, 3)]
    assert by_name["校区社協"].parents == ["市社協"]
    assert found.together(by_name["校区社協"]) == sorted([by_name["会"].id, by_name["老人クラブ"].id])
    assert found.together(by_name["老人クラブ"]) == [by_name["校区社協"].id]
    assert [(group.relation, group.name) for group in found.groups] == [
        (Relation.COUNCIL, "協議体1"), (Relation.COUNCIL, "協議体2"), (Relation.PARTNERSHIP, "送迎"),
        (Relation.OUTREACH, "北のコーディネーター"),
    ]  # fmt: skip


def test_two_bodies_of_one_name_and_of_two_kinds_are_two() -> None:
    found = network(TREE, [a_council(1, a_body("npo", "会"), a_body("volunteers", "会"))], [], [])
    assert len(found.bodies) == 2


@given(
    st.lists(st.lists(st.tuples(st.sampled_from(BodyKind), st.text(min_size=1, max_size=8)), max_size=5), max_size=6)
)
def test_a_drawing_has_a_box_for_each_group_and_body_and_a_line_for_each_place(
    drawn: list[list[tuple[BodyKind, str]]],
) -> None:
    councils = [
        a_council(n, *(a_body(kind.value, name) for kind, name in members)) for n, members in enumerate(drawn, 1)
    ]
    found = network(TREE, councils, [], [])
    svg = draw_network(found, "北")
    if not found.bodies:
        assert svg == ""
        return
    root = ElementTree.fromstring(svg)
    assert len(list(root.iter(f"{SVG}g"))) == len(found.groups) + len(found.bodies)
    assert len(list(root.iter(f"{SVG}path"))) == sum(len(group.bodies) for group in found.groups)


def test_of_very_many_bodies_those_of_the_most_groups_are_drawn() -> None:
    many = [a_body("npo", f"会{n}") for n in range(MOST_BODIES + 50)]
    found = network(TREE, [a_council(1, *many), a_council(2, many[-1])], [], [])
    svg = draw_network(found, "北")
    assert svg.count("<path") == MOST_BODIES + 1
    assert f"会{MOST_BODIES + 49}" in svg


def test_nothing_is_drawn_of_an_empty_network() -> None:
    assert draw_network(Network([], []), "北") == ""
