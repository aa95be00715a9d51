"""Proposals by hand over HTTP: judged as candidates are, or taken with a reason; the people left are searched for."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from shienweb.testing import Caller

from .facts import NEED_REVISED, RECORDED
from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_is_in_the_way_is_said_and_the_reason_to_propose_nevertheless_is_kept(
    city: City, north: Caller
) -> None:
    registered = city.registered()
    dear = registered.details.model_copy(update={"fee_yen": 300})
    await city.publish_offer(registered)
    await city.publish(other := uuid4(), registered.model_copy(update={"resource_id": other, "details": dear}))
    asked = {"need_id": (need := uuid4()), "area": city.north, "fee_ceiling_yen": 0}
    await city.publish(need, RECORDED.model_copy(update=asked))
    await north.until(f"/needs/{city.need}/candidates", lambda seen: len(seen["candidates"]) == 2)
    by_hand = {"need_id": str(need), "resource_id": str(other), "people": 1}
    answer = await north.send("POST", "/matches", by_hand)
    assert (answer.status_code, answer.json()["code"]) == (409, "match.unmet")
    assert "利用料が上限を超える" in answer.json()["detail_ja"]
    made = await north.wrote("/matches", by_hand | {"nevertheless": "利用料は市が補助する"})
    match = await north.saw(f"/matches/{made['id']}")
    assert (match["unmet"], match["unmet_ja"], match["nevertheless"]) == (
        ["fee"],
        ["利用料が上限を超える"],
        "利用料は市が補助する",
    )
    # One of its two people has a proposal. The search is for the other one, and then there is nobody left.
    found = await north.wrote(f"/needs/{need}/search")
    assert (found["outcome"], found["resource_id"]) == ("proposed", str(city.resource))
    assert (await north.saw(f"/matches/{found['id']}"))["people"] == 1
    assert await north.refused(f"/needs/{need}/search") == (409, "match.already_open")


async def test_what_was_declined_is_proposed_again_with_a_reason_or_after_a_change_and_all_are_kept(
    city: City, north: Caller
) -> None:
    await city.publish_offer()
    by_hand = {"need_id": str(city.need), "resource_id": str(city.resource)}

    async def declined(made: dict[str, Any]) -> str:
        await north.wrote(f"/resources/{city.resource}/matches/{made['id']}/declination", {"reason": "no_capacity"})
        return str(made["id"])

    first = await declined(await north.wrote("/matches", by_hand))
    answer = await north.send("POST", "/matches", by_hand)
    assert (answer.status_code, answer.json()["code"]) == (409, "match.declined_before")
    assert "もう一度打診する理由" in answer.json()["detail_ja"]
    second = await declined(await north.wrote("/matches", by_hand | {"nevertheless": "来月から受け入れられる"}))
    await city.publish(city.need, NEED_REVISED.model_copy(update={"need_id": city.need, "people": 1}))
    await north.until(f"/needs/{city.need}/candidates", lambda seen: len(seen["candidates"]) == 1)
    third = (await north.wrote("/matches", by_hand))["id"]
    found = (await north.saw(f"/matches?need_id={city.need}"))["items"]
    assert {one["match_id"]: (one["state"], one["nevertheless"]) for one in found} == {
        first: ("declined", ""),
        second: ("declined", "来月から受け入れられる"),
        third: ("proposed", ""),
    }


async def test_the_people_that_a_match_left_are_told_what_came_near(city: City, north: Caller) -> None:
    await city.publish_offer()
    await city.publish_need(need := uuid4(), people=5)
    made = await north.wrote("/matches", {"need_id": str(need), "resource_id": str(city.resource), "people": 2})
    await north.wrote(f"/resources/{city.resource}/matches/{made['id']}/acceptance")
    found = await north.wrote(f"/needs/{need}/search")
    assert (found["outcome"], found["missing"]) == ("nothing_fits", ["capacity"])
    (search,) = (await north.saw(f"/searches?need_id={need}"))["items"]
    assert search["people"] == 3
    assert [(one["resource_id"], one["obstacles"], one["change_ja"]) for one in search["nearest"]] == [
        (str(city.resource), ["capacity"], "枠を1人分増やしてもらう")
    ]
