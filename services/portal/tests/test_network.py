"""The network of an area over HTTP: as data, as a drawing, and as a page."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from shiendomain.registry import (
    CouncilDormant,
    OutreachAnswered,
    PartnershipBodiesChanged,
    PartnershipChangeWithdrawn,
    PartnershipEnded,
    PartnershipFormed,
    PartnershipPlanned,
)
from shiendomain.vocabulary import BodyKind, Member, OutreachAnswer
from shienweb import Role

from .network import ASSOCIATION, COUNCIL, DECLINED, MEMBERS_CHANGED, NPO, OUTREACH, OUTREACH_MADE, PARTNERSHIP
from .test_pages import browser, looks_well
from .town import Town
from .world import CITY, COUNCIL_ESTABLISHED, DAY, NORTH, SOUTH, an_id

pytestmark = pytest.mark.asyncio(loop_scope="module")
SVG = "{http://www.w3.org/2000/svg}"


async def test_the_network_of_an_area_is_shown_as_data_drawing_and_page(town: Town) -> None:
    agreed = OutreachAnswered(outreach_id=OUTREACH, answer=OutreachAnswer.AGREED, answered_on=DAY)
    formed = PartnershipFormed(
        partnership_id=PARTNERSHIP, area=NORTH, bodies=(NPO, Member(kind=BodyKind.COMPANY, name="見本交通")),
        purpose="送迎", since=DAY, planned_until=date(2027, 3, 31),
    )  # fmt: skip
    over = an_id("partnership", 2)
    for event in (
        COUNCIL_ESTABLISHED, MEMBERS_CHANGED, OUTREACH_MADE, DECLINED, agreed, formed,
        formed.model_copy(update={"partnership_id": over}),
        PartnershipEnded(partnership_id=over, on=DAY, reason="終了"),
    ):  # fmt: skip
        await town.write(event)
    found = (await town.get(f"/network/{CITY}")).json()
    names = {body["id"]: body["name"] for body in found["bodies"]}
    assert [(group["relation"], sorted(names[one] for one in group["bodies"])) for group in found["groups"]] == [
        ("council", [NPO.name, ASSOCIATION.name]),
        ("partnership", [NPO.name, "見本交通"]),
        ("outreach", [ASSOCIATION.name]),
    ]  # fmt: skip
    assert [group["until"] for group in found["groups"]] == [None, "2027-03-31", None]
    npo = next(body for body in found["bodies"] if body["name"] == NPO.name)
    assert sorted(names[one] for one in npo["together"]) == sorted([ASSOCIATION.name, "見本交通"])
    drawing = await town.get(f"/network/{NORTH}.svg")
    assert len(list(ElementTree.fromstring(drawing.text).iter(f"{SVG}path"))) == 5
    path = town.theirs(f"/areas/{NORTH}/network")
    async with browser(town, Role.TIER2_COORDINATOR, NORTH) as client:
        page = looks_well(answer := await client.get(path, params={"after": town.position}))
        assert "送迎（2027年3月31日まで）" in answer.text
        assert (await client.get(town.theirs(f"/areas/{SOUTH}/network"))).status_code == 404
    assert page.all("svg")[0]["role"] == "img"
    await town.write(PartnershipPlanned(partnership_id=PARTNERSHIP, until=None, reason="期限を定めない"))
    await town.write(CouncilDormant(council_id=COUNCIL, on=DAY, reason="改選"))
    after = (await town.get(f"/network/{NORTH}")).json()
    assert [(group["relation"], group["until"]) for group in after["groups"]] == [
        ("partnership", None),
        ("outreach", None),
    ]
    before = (await town.get(f"/network/{NORTH}", valid_at=DAY - timedelta(days=1))).json()
    assert before["groups"] == [], "nobody sat on a council, worked together or had agreed by then"
    then = (await town.get(f"/network/{NORTH}", valid_at=DAY)).json()
    relations = [group["relation"] for group in then["groups"]]
    assert relations == ["partnership", "partnership", "outreach"], "it was the last day of one of them"
    refused = await town.get(f"/network/{SOUTH}", Role.TIER2_COORDINATOR, NORTH)
    assert (refused.status_code, refused.json()["code"]) == (404, "area.unknown")


async def test_a_body_that_joins_a_partnership_of_the_city_brings_it_to_its_district(town: Town) -> None:
    of_city, company = an_id("partnership", 3), Member(kind=BodyKind.COMPANY, name="市営交通")
    bodies, purpose = (company, Member(kind=BodyKind.SHAKYO, name="市社協")), "乗合の増便"
    for formed in (
        PartnershipFormed(partnership_id=of_city, area=CITY, bodies=bodies, purpose=purpose, since=DAY),
        PartnershipFormed(
            partnership_id=an_id("partnership", 4), area=NORTH, bodies=(NPO, ASSOCIATION), purpose="送り", since=DAY
        ),
    ):
        await town.write(formed)

    async def seen(day: date) -> list[str]:
        found = (await town.get(f"/network/{NORTH}", valid_at=day)).json()
        names = {body["id"]: body["name"] for body in found["bodies"]}
        groups = [group for group in found["groups"] if group["id"] == str(of_city)]
        return sorted(names[one] for group in groups for one in group["bodies"])

    joined_on = DAY + timedelta(days=1)
    assert await seen(joined_on) == [], "no body of it is of the district"
    joined = PartnershipBodiesChanged(
        partnership_id=of_city, on=joined_on, bodies=(*bodies, NPO), reason="NPOみどりの参加"
    )
    await town.write(joined)
    assert await seen(DAY) == []
    assert await seen(joined_on) == sorted(["市営交通", "市社協", NPO.name])
    await town.write(PartnershipChangeWithdrawn(partnership_id=of_city, on=joined_on, reason="別の連携体制への参加"))
    assert await seen(joined_on) == []
