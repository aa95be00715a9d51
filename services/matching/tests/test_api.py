"""The routes, on a real Postgres and a real Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from shiendomain.registry import ResourceRegistered
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role
from shienweb.testing import THREAD, World

from .facts import (
    CITY,
    LAUNCHED,
    NEED,
    NORTH,
    OTHER_RESOURCE,
    RECORDED,
    REGISTERED,
    RESOURCE,
    RETIRED,
    SERVICE,
    SOUTH,
    WARD,
    uuid,
)
from .world import a_world


@pytest.fixture
async def world(make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(make_database, kafka, topic_name, tmp_path) as found:
        yield found


async def known(world: World, registered: ResourceRegistered = REGISTERED) -> str:
    """The resource and the need are there, and matching has heard of them; the position."""
    position = await world.heard(",".join([await world.told(RESOURCE, registered), await world.told(NEED, RECORDED)]))
    async with world.caller() as caller:
        # The offer is a reaction's: its position is matching's own.
        await caller.until(f"/needs/{NEED}/candidates", lambda seen: seen["candidates"])
    return position


async def posted(client: httpx2.AsyncClient, path: str, body: object = None, **headers: str) -> dict[str, Any]:
    answer = await client.post(path, json=body, headers={name.replace("_", "-"): v for name, v in headers.items()})
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_need_is_searched_for_matched_and_answered(world: World) -> None:
    position = await known(world)
    async with world.client() as client:
        found = await posted(client, f"/needs/{NEED}/search", shien_after=position)
        assert (found["outcome"], found["resource_id"], found["missing"]) == ("proposed", str(RESOURCE), [])
        path = f"/resources/{RESOURCE}/matches/{found['id']}"
        await posted(client, f"{path}/acceptance")
        done = await posted(client, f"{path}/conclusion", {"outcome": "helped", "people_helped": 2})
        shown = await client.get(f"/matches/{found['id']}", params={"after": done["position"]})
        assert shown.headers["etag"] == f'"{done["version"]}"'
        match = shown.json()
        assert (match["state"], match["people_helped"], match["correlation"]) == ("concluded", 2, str(THREAD))
        assert match["reasons"] == ["kind", "home_area", "serves_area", "capacity"]
        board = (await client.get(f"/boards/{NORTH}", params={"after": done["position"]})).json()
        assert (board["total"]["concluded"], board["total"]["people_helped"]) == (1, 2)
        candidates = (await client.get(f"/needs/{NEED}/candidates", params={"after": done["position"]})).json()
        assert (candidates["candidates"], candidates["missing"]) == ([], ["capacity"])


async def test_a_search_in_vain_says_what_was_missing_and_is_listed(world: World) -> None:
    elsewhere = REGISTERED.details.model_copy(update={"service_areas": (SOUTH,)})
    await world.told(RESOURCE, REGISTERED.model_copy(update={"details": elsewhere}))
    await world.heard(await world.told(NEED, RECORDED))
    async with world.client() as client, world.caller() as caller:
        await caller.until(f"/needs/{NEED}/candidates", lambda seen: seen["missing"] == ["area"])
        first = await posted(client, f"/needs/{NEED}/search", idempotency_key="once")
        again = await posted(client, f"/needs/{NEED}/search", idempotency_key="once")
        assert first == again
        assert (first["outcome"], first["resource_id"], first["missing"]) == ("nothing_fits", None, ["area"])
        listed = (await client.get("/searches", params={"after": first["position"]})).json()
        assert [(one["search_id"], one["missing_ja"]) for one in listed["items"]] == [(first["id"], ["対象地域の外"])]
        board = (await client.get(f"/boards/{NORTH}", params={"after": first["position"]})).json()
        assert board["total"]["searches_in_vain"] == 1


async def test_a_repeated_search_answers_as_it_did_the_first_time(world: World) -> None:
    position = await known(world)
    async with world.client() as client:
        first = await posted(client, f"/needs/{NEED}/search", shien_after=position, idempotency_key="once")
        again = await posted(client, f"/needs/{NEED}/search", shien_after=first["position"], idempotency_key="once")
        assert first == again
        other = await client.post(f"/needs/{NEED}/search", headers={"Shien-After": first["position"]})
        assert (other.status_code, other.json()["code"]) == (409, "match.already_open")


async def test_however_many_accept_at_once_no_place_is_given_twice(world: World) -> None:
    await known(world)
    needs = [uuid(500 + n) for n in range(8)]
    position = ",".join(
        [await world.told(need, RECORDED.model_copy(update={"need_id": need, "people": 1})) for need in needs]
    )
    await world.heard(position)
    async with world.client() as client:
        matches = [
            await posted(client, "/matches", {"need_id": str(need), "resource_id": str(RESOURCE)}, shien_after=position)
            for need in needs
        ]
        answers = await asyncio.gather(
            *(client.post(f"/resources/{RESOURCE}/matches/{match['id']}/acceptance") for match in matches)
        )
    assert sorted(answer.status_code for answer in answers) == [200] * 2 + [409] * 6
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"match.no_capacity"}


async def test_the_match_of_another_territorys_need_is_as_unknown_as_none(world: World) -> None:
    position = await known(world)
    async with world.client() as north, world.client(SOUTH) as south, world.client(CITY, role=Role.AUDITOR) as auditor:
        match = await posted(north, f"/needs/{NEED}/search", shien_after=position)
        for client, path in (
            (south, f"/matches/{match['id']}"),
            (south, f"/matches/{uuid4()}"),
            (south, f"/needs/{NEED}/candidates"),
            (south, f"/boards/{NORTH}"),
        ):
            answer = await client.get(path, params={"after": match["position"]})
            assert answer.status_code == 404, path
        told = [
            (await south.post(f"/resources/{RESOURCE}/matches/{one}/acceptance")).json()
            for one in (match["id"], uuid4())
        ]
        assert [one["code"] for one in told] == ["match.unknown"] * 2
        assert (await south.get("/matches", params={"after": match["position"]})).json()["items"] == []
        assert len((await auditor.get("/matches", params={"after": match["position"]})).json()["items"]) == 1
        assert (await auditor.post(f"/resources/{RESOURCE}/matches/{match['id']}/acceptance")).status_code == 403
        unknown = await north.post("/matches", json={"need_id": str(NEED), "resource_id": str(OTHER_RESOURCE)})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "resource.unknown")


async def test_the_board_is_the_sum_of_the_areas_below(world: World) -> None:
    position = await known(world)
    south = RECORDED.model_copy(update={"need_id": uuid(12), "area": SOUTH, "people": 1})
    position += "," + await world.heard(await world.told(uuid(12), south, SOUTH))
    async with world.client(CITY, role=Role.TIER1_COORDINATOR) as client:
        for need in (NEED, uuid(12)):
            done = await posted(client, f"/needs/{need}/search", shien_after=position)
            position += "," + done["position"]
        board = (await client.get(f"/boards/{WARD}", params={"after": position})).json()
        assert {line["area"]: line["proposed"] for line in board["areas"]} == {WARD: 0, NORTH: 1, SOUTH: 1}
        assert board["total"]["proposed"] == 2
        page = (await client.get("/matches", params={"after": position, "limit": 1})).json()
        rest = (await client.get("/matches", params={"limit": 1, "cursor": page["next_cursor"]})).json()
        assert (len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (1, 1, None)


async def test_what_was_launched_for_a_need_is_proposed_to_it_and_undone_with_it(world: World) -> None:
    position = await known(world, LAUNCHED)
    async with world.client() as client, world.caller() as caller:
        (match,) = (await client.get("/matches", params={"after": position, "need_id": str(NEED)})).json()["items"]
        assert (match["reasons"], match["service_id"]) == (["launched_for"], str(SERVICE))
        await posted(client, f"/resources/{RESOURCE}/matches/{match['match_id']}/acceptance")
        await world.told(RESOURCE, RETIRED)
        await caller.until(f"/matches/{match['match_id']}", lambda seen: seen["state"] == "lapsed")
        late = await client.post(f"/resources/{RESOURCE}/matches/{UUID(match['match_id'])}/acceptance")
        assert late.json()["code"] == "match.wrong_state"
