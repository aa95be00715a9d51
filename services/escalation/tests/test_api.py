"""The routes, on a real Postgres and a real Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from shiendomain.days import day_of, today
from shienops.pytest_plugin import MakeDatabase
from shienweb import Role
from shienweb.testing import THREAD, World

from .facts import (
    CITY,
    CONSOLIDATED,
    COUNCIL,
    DECLARED,
    FAR,
    FOREIGN,
    ISSUE,
    LOWER_COUNCIL,
    NORTH,
    NPO,
    PROPOSAL,
    RAISED,
    SOUTH,
    UPPER,
    UPPER_COUNCIL,
    WARD,
    established,
    registered,
)
from .world import a_world


@pytest.fixture
async def world(make_database: MakeDatabase, kafka: str, topic_name: str, tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(make_database, kafka, topic_name, tmp_path) as found:
        yield found


async def known(world: World, *, gap: bool = True) -> str:
    """The councils and the issue are there; the position of what was said."""
    said = [
        await world.told(COUNCIL, established(LOWER_COUNCIL)),
        await world.told(UPPER, established(UPPER_COUNCIL), WARD),
        await world.told(ISSUE, CONSOLIDATED),
        await world.told(ISSUE, RAISED),
    ]
    return await world.heard(",".join([*said, await world.told(ISSUE, DECLARED)] if gap else said))


async def posted(client: httpx2.AsyncClient, path: str, body: object, after: str = "") -> dict[str, Any]:
    answer = await client.post(path, json=body, headers={"Shien-After": after} if after else {})
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, Any] = answer.json()
    return found


async def sent(client: httpx2.AsyncClient, after: str) -> dict[str, Any]:
    """A proposal on its way, after a meeting."""
    held = {"council_id": str(COUNCIL), "held_on": str(today()), "issues": [str(ISSUE)]}
    meeting = await posted(client, "/meetings", held, after)
    body = {"issue_id": str(ISSUE), "meeting_id": meeting["id"], "title": "買い物の足", "ask": "週一回の送迎"}
    return await posted(client, "/proposals", body, meeting["position"])


async def test_a_proposal_goes_up_is_answered_and_becomes_a_service(world: World) -> None:
    position = await known(world)
    async with world.client() as tier2, world.client(CITY, role=Role.TIER1_COORDINATOR) as tier1:
        done = await sent(tier2, position)
        path = f"/proposals/{done['id']}"
        assert done["id"] == str(PROPOSAL)
        await posted(tier1, f"{path}/receipt", {"due_on": str(today())})
        upper = {"council_id": str(UPPER), "held_on": str(today()), "proposals": [done["id"]]}
        meeting = await posted(tier1, "/meetings", upper, done["position"])
        thought = {"meeting_id": meeting["id"], "supply": "二台"}
        await posted(tier1, f"{path}/deliberations", thought, meeting["position"])
        await posted(tier1, f"{path}/adoption", {"reason": "必要"})
        design = {
            "name": "北おでかけ便",
            "service_class": "visit_d",
            "support_kinds": ["outing"],
            "fee_yen": 200,
            "starts_on": str(today()),
        }
        await posted(tier1, f"{path}/design", design)
        start = {"provider_name": "NPO 北", "capacity": 10, "launched_on": str(today())}
        said = [await world.told(one, registered(one, area), area) for one, area in ((NPO, NORTH), (FAR, FOREIGN))]
        for provider in (FAR, uuid4()):
            named, after = {**start, "provider_id": str(provider)}, {"Shien-After": ",".join(said)}
            refused = await tier1.post(f"{path}/launch", json=named, headers=after)
            assert (refused.status_code, refused.json()["code"]) == (404, "provider.unknown")
        done = await posted(tier1, f"{path}/launch", {**start, "provider_id": str(NPO)})
        shown = await tier2.get(path, params={"after": done["position"]})
        assert shown.headers["etag"] == '"6"'
        found = shown.json()
        assert (found["state"], found["target_kind"], found["target_council_id"]) == ("launched", "council", str(UPPER))
        assert (len(found["needs"]), found["service_name"], found["correlation"]) == (3, "北おでかけ便", str(THREAD))
        heard = (await tier2.get(f"/meetings/{meeting['id']}")).status_code
        assert heard == 404, "the upper council's meeting lies outside the district"
        board = (await tier1.get(f"/boards/{WARD}", params={"after": done["position"]})).json()
        assert {line["area"]: line["launched"] for line in board["areas"]} == {WARD: 0, NORTH: 1, SOUTH: 0}
        assert (board["total"]["launched"], board["total"]["waiting_to_30"]) == (1, 0)


async def test_nothing_goes_up_without_a_gap_or_from_elsewhere_or_by_the_wrong_role(world: World) -> None:
    position = await known(world, gap=False)
    async with world.client() as tier2, world.client(SOUTH) as south, world.client(CITY, role=Role.AUDITOR) as auditor:
        held = {"council_id": str(COUNCIL), "held_on": str(today()), "issues": [str(ISSUE)]}
        meeting = await posted(tier2, "/meetings", held, position)
        body = {"issue_id": str(ISSUE), "meeting_id": meeting["id"], "title": "買い物の足"}
        after = {"Shien-After": meeting["position"]}
        answers = [await client.post("/proposals", json=body, headers=after) for client in (tier2, south, auditor)]
        assert [(one.status_code, one.json()["code"]) for one in answers] == [
            (409, "proposal.no_gap"),
            (404, "issue.unknown"),
            (403, "role.not_allowed"),
        ]
        elsewhere = await south.post("/meetings", json=held, headers=after)
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "council.unknown")


async def test_a_command_is_judged_by_the_day_on_which_it_occurred(world: World) -> None:
    """Notes of past months are taken in: what was still to come then may be past by now."""
    position = await known(world)
    then = datetime.now(UTC) - timedelta(days=90)
    day = day_of(then)
    headers = {"Shien-Occurred-At": then.isoformat()}
    async with world.client() as tier2, world.client(CITY, role=Role.TIER1_COORDINATOR) as tier1:
        done = await sent(tier2, position)
        path = f"/proposals/{done['id']}"
        for due, code in ((day - timedelta(days=1), 409), (day, 200)):
            answer = await tier1.post(f"{path}/receipt", json={"due_on": str(due)}, headers=headers)
            assert answer.status_code == code, answer.text
        for until, code in ((day, 409), (day + timedelta(days=1), 200)):
            body = {"until": str(until), "reason": "予算"}
            answer = await tier1.post(f"{path}/deferral", json=body, headers=headers)
            assert answer.status_code == code, answer.text
        late = (await tier1.get("/proposals", params={"overdue": "true", "after": answer.json()["position"]})).json()
        assert [one["proposal_id"] for one in late["items"]] == [done["id"]]
        for held, code in ((day + timedelta(days=1), 409), (day, 201)):
            meeting = {"council_id": str(COUNCIL), "held_on": str(held)}
            answer = await tier2.post("/meetings", json=meeting, headers=headers)
            assert answer.status_code == code, answer.text


async def test_what_waits_too_long_is_listed_and_others_do_not_see_it(world: World) -> None:
    position = await known(world)
    async with (
        world.client() as tier2,
        world.client(SOUTH) as south,
        world.client(CITY, role=Role.TIER1_COORDINATOR) as tier1,
    ):
        done = await sent(tier2, position)
        late = await tier1.post(f"/proposals/{done['id']}/receipt", json={"due_on": str(today() - timedelta(days=1))})
        assert (late.status_code, late.json()["code"]) == (409, "proposal.due_in_past")
        received = await posted(tier1, f"/proposals/{done['id']}/receipt", {"due_on": str(today())})
        after = {"after": received["position"]}
        counts = {}
        for name, client, params in (
            ("all", tier1, {}),
            ("received", tier1, {"state": "received"}),
            ("overdue", tier1, {"overdue": "true"}),
            ("south", south, {}),
        ):
            page = (await client.get("/proposals", params={**after, **params})).json()
            counts[name] = [one["proposal_id"] for one in page["items"]]
        assert counts == {"all": [done["id"]], "received": [done["id"]], "overdue": [], "south": []}
        told = [(await south.get(f"/proposals/{one}")).json() for one in (done["id"], uuid4())]
        assert [one["code"] for one in told] == ["proposal.unknown"] * 2
        board = (await tier1.get(f"/boards/{CITY}", params=after)).json()
        assert (board["total"]["received"], board["total"]["waiting_to_30"], board["total"]["overdue"]) == (1, 1, 0)


async def test_the_same_request_twice_is_answered_the_same_and_a_second_proposal_is_refused(world: World) -> None:
    position = await known(world)
    async with world.client() as tier2:
        done = await sent(tier2, position)
        shown = (await tier2.get("/meetings", params={"after": done["position"]})).json()["items"]
        body = {"issue_id": str(ISSUE), "meeting_id": shown[0]["meeting_id"], "title": "もう一度"}
        again = await tier2.post("/proposals", json=body, headers={"Shien-After": done["position"]})
        assert (again.status_code, again.json()["code"]) == (409, "proposal.already_open")
        path, key = f"/proposals/{done['id']}/withdrawal", {"Idempotency-Key": "once"}
        first = await tier2.post(path, json={"reason": "地域で解決"}, headers=key)
        second = await tier2.post(path, json={"reason": "地域で解決"}, headers=key)
        assert (first.status_code, first.json()) == (second.status_code, second.json())
