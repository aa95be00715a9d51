"""Rounds over HTTP, on a real Postgres and a real Kafka. Every test has a city of its own."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from matching.rounds.certificate import digest, faults
from shiendomain.vocabulary import SupportKind
from shienweb import Role
from shienweb.testing import Caller

from .facts import NEED_REVISED, RECORDED
from .world import City

QUIET = {"live": False}  # what comes after the round is not proposed by itself
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_round_proposes_what_it_found_with_a_certificate_and_says_why_the_rest_waits(
    city: City, north: Caller
) -> None:
    await city.publish_offer()  # two places, and a need of two
    late, meals = uuid4(), uuid4()
    await city.publish_need(late, area=city.south, people=3)
    asked = {"need_id": meals, "area": city.north, "support_kind": SupportKind.MEALS}
    await city.publish(meals, RECORDED.model_copy(update=asked))
    async with city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as lead:
        begun = await lead.wrote("/rounds", QUIET | {"area": city.code})
        found = await lead.saw(f"/rounds/{begun['id']}")
        assert {name: found[name] for name in ("need_count", "people", "resource_count", "places", "pairs")} == {
            "need_count": 3, "people": 7, "resource_count": 1, "places": 2, "pairs": 2,
        }  # fmt: skip
        assert (found["people_proposed"], found["people_unserved"]) == (2, 5)
        assert [(one["area"], one["support_kind"], one["people"]) for one in found["shortages"]] != []
        matches = (await lead.saw(f"/matches?round_id={begun['id']}"))["items"]
        # A floor for each area: one person of each need, and the two places are gone.
        assert sorted((one["need_id"], one["people"], one["state"]) for one in matches) == sorted(
            [(str(city.need), 1, "proposed"), (str(late), 1, "proposed")]
        )
        shown = await lead.saw(f"/matches/{matches[0]['match_id']}")
        assert shown["points_for_each"] == sum(shown["points"].values()) > shown["points"]["served"] == 1000
        searches = (await lead.saw(f"/searches?round_id={begun['id']}"))["items"]
        told = {one["need_id"]: (one["people"], one["missing"], [(near["resource_id"], near["free"])
                for near in one["nearest"]]) for one in searches}  # fmt: skip
        full = [(str(city.resource), 0)]  # it is where those were proposed who were served
        assert told == {
            str(meals): (2, ["kind"], []), str(city.need): (1, ["capacity"], full), str(late): (2, ["capacity"], full),
        }  # fmt: skip
        certificate = await certificate_of(lead, begun["id"])
        assert (faults(certificate), digest(certificate)) == ([], found["certificate"])
        # Open proposals count as taken: a second round has no place left, and says so.
        again = await lead.saw(f"/rounds/{(await lead.wrote('/rounds', QUIET | {'area': city.code}))['id']}")
        assert (again["pairs"], again["people"], again["places"], again["people_unserved"]) == (0, 5, 0, 5)
        assert [one["round_id"] for one in (await lead.saw("/rounds"))["items"]] == [begun["id"], again["round_id"]]
    # The districts see the round of their city, with their own shortages, and not its certificate.
    shown = await north.saw(f"/rounds/{begun['id']}")
    assert {one["area"] for one in shown["shortages"]} == {city.north}
    assert (await north.send("GET", f"/rounds/{begun['id']}/certificate")).json()["code"] == "round.unknown"
    assert await north.refused("/rounds", {"area": city.north}) == (403, "role.not_allowed")


async def certificate_of(caller: Caller, round_id: str) -> Any:
    answer = await caller.send("GET", f"/rounds/{round_id}/certificate")
    assert answer.status_code == 200
    return json.loads(answer.content)


async def test_a_declined_pair_is_not_proposed_again_until_the_need_changed(city: City, north: Caller) -> None:
    await city.publish_offer()
    async with city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as lead:
        begun = await lead.wrote("/rounds", QUIET | {"area": city.code})
        (match,) = (await lead.saw(f"/matches?round_id={begun['id']}"))["items"]
        declined = f"/resources/{city.resource}/matches/{match['match_id']}/declination"
        await lead.wrote(declined, {"reason": "not_suitable"})
        again = await lead.saw(f"/rounds/{(await lead.wrote('/rounds', QUIET | {'area': city.code}))['id']}")
        assert (again["pairs"], again["people_unserved"]) == (0, 2)
        (search,) = (await lead.saw(f"/searches?round_id={again['round_id']}"))["items"]
        assert [one["obstacles"] for one in search["nearest"]] == [["declined"]]
        assert (await lead.wrote(f"/needs/{city.need}/search"))["unmet"] == ["declined"]
        await city.publish(city.need, NEED_REVISED.model_copy(update={"need_id": city.need, "people": 2}))
        third = await lead.saw(f"/rounds/{(await lead.wrote('/rounds', QUIET | {'area': city.code}))['id']}")
        assert third["pairs"] == 1
