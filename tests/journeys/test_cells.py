"""Two deployments on one Kafka, and a portal of the one that hears both: what people and operators do there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from shienevents import as_heard, parse_token, token_of
from shienops.demo.loop import eventually
from shienops.demo.people import Known, Refused
from shienops.system import System, SystemSettings
from shienweb import Role

from .conftest import LEASE_SECONDS
from .shien import Shien
from .town import Town

pytestmark = [
    pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(600),
]  # fmt: skip

ADDRESS = "https://shien.osaka.example"
SMALL = {"kafka_heap": "256m", "postgres_shared_buffers": "64MB"}


class Cells(NamedTuple):
    """The deployment with the portal over both, and that of Osaka, which knows nothing of it."""

    hyogo: System
    osaka: System


@pytest_asyncio.fixture
async def cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cells]:
    """Osaka has its own Postgres and a prefix; Kafka is Hyogo's."""
    monkeypatch.setenv("SHIEN_LEASE_SECONDS", str(LEASE_SECONDS))
    monkeypatch.setenv("SHIEN_SHARDS", "3")
    few: dict[str, Any] = {"services": ("registry", "needs"), **SMALL}
    hyogo = System(SystemSettings(data=tmp_path / "hyogo", **{**few, "services": (*few["services"], "portal")}))
    await hyogo.stack.up()
    try:
        osaka = System(SystemSettings(data=tmp_path / "osaka", bootstrap_servers=hyogo.stack.bootstrap_servers, **few))
        monkeypatch.setenv("SHIEN_TOPIC_PREFIX", "osaka.")
        await osaka.up()
        try:
            monkeypatch.delenv("SHIEN_TOPIC_PREFIX")
            monkeypatch.setenv("SHIEN_CELLS", f"osaka=osaka.={ADDRESS}")
            monkeypatch.setenv("SHIEN_SERVICES", ",".join(hyogo.settings.services))  # for `shien`
            await hyogo.up()
            yield Cells(hyogo, osaka)
        finally:
            await osaka.down()
    finally:
        await hyogo.down()


async def test_a_portal_over_two_cells(cells: Cells) -> None:
    hyogo, osaka = cells
    shien = Shien(hyogo)
    async with Town(hyogo, "28201", replayed=False) as himeji, Town(osaka, "27210", replayed=False) as hirakata:
        (here,), (there,) = await himeji.build(districts=1), await hirakata.build(districts=1)
        await himeji.need(himeji.person(Role.TIER2_COORDINATOR, here.area), here.area, people=3)
        theirs = await hirakata.need(hirakata.person(Role.TIER2_COORDINATOR, there.area), there.area, people=4)
        reached = token_of(parse_token(himeji.known.token()), as_heard(parse_token(hirakata.known.token()), "osaka"))
        both = himeji.person(Role.TIER1_COORDINATOR, himeji.code, hirakata.code, known=Known())

        async def boards() -> list[int]:
            both.known.learn(reached)
            found = [await both.get("portal", f"/boards/{town.code}", subtree="true") for town in (himeji, hirakata)]
            return [board["board"]["people"]["open"] for board in found]

        assert await boards() == [3, 4]
        assert (await both.get("portal", f"/trace/{theirs}"))["events"]

        # What is of Osaka is recorded there: here it is refused, with the address.
        body = {"area": there.area, "support_kind": "outing", "people": 1, "frequency": "weekly",
                "source": "coordinator", "note": "別の地域"}  # fmt: skip
        here_and_there = himeji.person(Role.TIER2_COORDINATOR, here.area, there.area, known=Known())
        with pytest.raises(Refused) as refused:
            await here_and_there.post("needs", "/needs", body)
        assert (refused.value.status, refused.value.problem["code"]) == (404, "area.of_another_cell")
        assert ADDRESS in refused.value.problem["detail_ja"]
        assert ADDRESS in refused.value.problem["detail_en"]

        # Hyogo records a city of Osaka by mistake: it is not added up with the right one.
        async with Town(hyogo, "27210", replayed=False) as mistaken:
            await mistaken.build(districts=1)

        async def parked() -> list[Any]:
            _, data, _ = await shien.ended("parked", "list", "--service", "portal", "--json")
            found: list[Any] = json.loads(data)["parked"]
            return found

        assert "the cell osaka told of 272108 first" in str(await eventually(parked))
        assert await boards() == [3, 4]

        # Operators and auditors: each line says whose it is, and the views are what the logs make of them.
        lines = await shien.json("lag", "--service", "portal")
        assert {"needs", "needs@osaka", "registry@osaka"} <= {line["source"] for line in lines}
        assert {line["topic"] for line in lines if line["source"] == "needs@osaka"} == {"osaka.needs.events"}
        verified = await shien.json("views", "verify", "--service", "portal")
        assert {one["log"] for one in verified} == {"store", "kafka"}
        assert all(one["same"] for one in verified)
        _, data, said = await shien.ended("doctor", "--json")
        assert data, said
        checks = {one["check"]: one["fine"] for one in json.loads(data)}
        assert checks["portal: osaka: heard"]
        assert not checks["portal: parked"]

        # The portal is killed; and Osaka is stopped: what was heard of it stays, and its own portal's cell goes on.
        hyogo.kill("portal")
        await hyogo.start("portal")
        await osaka.down()
        await himeji.need(himeji.person(Role.TIER2_COORDINATOR, here.area), here.area, people=5)
        reached = token_of(parse_token(reached), parse_token(himeji.known.token()))
        assert await boards() == [8, 4]
        await shien("views", "rebuild", "portal", "needs", "--execute")
        assert await boards() == [8, 4]
