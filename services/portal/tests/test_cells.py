"""A portal over two cells: an area of each is shown, the other one's is read only, one cell away is one cell."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from fastapi.routing import APIRoute

from portal.api import ROUTES
from portal.projections import VIEWS
from portal.settings import Settings
from shiendomain.days import today
from shiendomain.registry import CoordinatorHandedOver, PrintedDocument
from shienevents import (
    CLOUDEVENT_HEADERS,
    Home,
    Snapshot,
    as_heard,
    key_of,
    municipalities_of,
    parse_token,
    shard_of,
    token_of,
)
from shienops.stack import Stack
from shienweb import Role, Routes
from shienweb.testing import events_of, others_of

from .test_pages import ASSIGNED, HANDED_OVER, browser, looks_well
from .town import Town, a_portal
from .world import CITY, NEED, NORTH, need

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
ADDRESS = "https://shien.osaka.example"
TIER1 = Role.TIER1_COORDINATOR


@dataclass
class InOsaka(Town):
    """A city that is recorded in the other cell: its services call themselves as those of the own one do."""

    @property
    def position(self) -> str:
        """Everything written so far, as the portal calls it."""
        return token_of(as_heard(parse_token(token_of(*self.written)), "osaka"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def towns(
    postgres: Stack, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Town, InOsaka]]:
    """A city of two areas in each cell, and a need in each."""
    run, names = uuid4().hex[:12], [""]

    async def make_database() -> object:
        names.append(f"t_{run}_{len(names)}")
        return await postgres.create_database(names[-1])

    cells = f"osaka=cells_{run}.osaka.={ADDRESS}"
    folder: Path = tmp_path_factory.mktemp("portal")
    async with a_portal(make_database, kafka, folder, f"cells_{run}", cells=cells) as portal:  # type: ignore[arg-type]
        elsewhere = portal.settings.model_copy(update={"topic_prefix": f"cells_{run}.osaka.", "cells": ""})
        assert isinstance(elsewhere, Settings)
        async with others_of(elsewhere, events_of(*VIEWS), make_database) as others:  # type: ignore[arg-type]
            own = replace(portal, number=1, written=[], versions={})
            osaka = InOsaka(**{**vars(portal), "number": 2, "written": [], "versions": {}, "others": others})
            for town in (own, osaka):
                town.home = Home(town.theirs(CITY), town.theirs(NORTH))
                await town.with_areas()
                await town.write(need(people=7))
            yield own, osaka
    for name in names[1:]:
        await postgres.drop_database(name)


def without_the_link(page: httpx2.Response) -> httpx2.Response:
    """The page without the one link that leads elsewhere: to the other cell's portal."""
    headers = [(name, value) for name, value in page.headers.multi_items() if name != "content-length"]
    return httpx2.Response(page.status_code, headers=headers, text=page.text.replace(f'href="{ADDRESS}"', 'href="/"'))


async def whose(town: Town) -> dict[str, str]:
    async with town.service.snapshot() as seen:
        assert isinstance(seen, Snapshot)
        return (await municipalities_of(seen)).cells


async def test_an_area_of_each_cell_is_shown_and_that_of_the_other_one_says_where_it_is_edited(
    towns: tuple[Town, InOsaka],
) -> None:
    own, osaka = towns
    for town in towns:
        board = (await town.get(f"/boards/{CITY}", TIER1, CITY, subtree="true")).json()
        assert board["board"]["people"]["open"] == 7
        assert not board["stale"]
        assert (await town.get(f"/trace/{NEED}", TIER1, CITY)).json()["events"]
    assert await whose(own) == {own.theirs(CITY): "", osaka.theirs(CITY): "osaka"}
    for path in (f"/areas/{CITY}", f"/areas/{NORTH}/hand-over", f"/areas/{CITY}/demand", f"/areas/{CITY}/network",
                 f"/areas/{CITY}/rounds", f"/areas/{CITY}/development", f"/areas/{CITY}/practices",
                 f"/areas/{CITY}/tiers", f"/areas/{CITY}/ended-areas", f"/needs/{NEED}"):  # fmt: skip
        for town in towns:
            async with browser(town, TIER1, CITY) as client:
                page = await client.get(town.theirs(path), params={"after": town.position})
            looks_well(without_the_link(page))
            said = ADDRESS in page.text and "ここでは閲覧だけができます" in page.text
            assert said == (town is osaka), path
            assert re.findall(r'<form method="post" action="(.*?)"', page.text) == ["/sign-out"], path


async def test_one_person_may_have_areas_of_both_and_sees_each(towns: tuple[Town, InOsaka]) -> None:
    own, osaka = towns
    token = super(Town, own).token(own.theirs(CITY), osaka.theirs(CITY), role=TIER1)
    async with own.client(role=TIER1) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        after = token_of(parse_token(own.position), parse_token(osaka.position))
        found = await client.get("/needs", params={"after": after})
        assert sorted(row["area"] for row in found.json()["items"]) == [own.theirs(NORTH), osaka.theirs(NORTH)]
        assert set(parse_token(found.headers["Shien-Position"])) >= set(parse_token(after))
        again = await client.get("/needs", params={"after": found.headers["Shien-Position"]})
        assert (again.status_code, again.json()["stale"]) == (200, False)


async def test_who_has_no_area_of_the_other_cell_sees_nothing_of_it(towns: tuple[Town, InOsaka]) -> None:
    own, osaka = towns
    async with own.client(own.home.municipality, role=TIER1) as client:
        assert (await client.get(f"/boards/{osaka.theirs(CITY)}")).status_code == 404
        assert (await client.get(f"/trace/{osaka.theirs(NEED)}")).status_code == 404
        assert (await client.get(f"/areas/{osaka.theirs(CITY)}")).status_code == 404


async def test_a_document_of_the_other_cell_is_folded_at_the_position_that_its_own_services_named(
    towns: tuple[Town, InOsaka],
) -> None:
    _, osaka = towns
    await osaka.write(ASSIGNED)
    handed_over = HANDED_OVER.model_copy(
        update={"document": PrintedDocument(position=token_of(*osaka.written), day=today())}
    )
    assert isinstance(handed_over, CoordinatorHandedOver)
    hand_over_id = await osaka.write(handed_over)
    found = await osaka.get(f"/hand-overs/{hand_over_id}", TIER1, CITY)
    assert found.status_code == 200, found.text
    named = {source for source, _ in parse_token(found.json()["document"]["position"])}
    assert named == {"registry", "needs"}, "what is printed is what its own services take"
    assert {source for source, _ in parse_token(found.headers["Shien-Position"])} == {"registry@osaka", "needs@osaka"}


async def test_the_portal_records_nothing_but_who_signed_in() -> None:
    """So there is nothing of another cell that could be written there."""
    writes = {
        (method, route.path)
        for router in ROUTES
        if isinstance(router, Routes)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in (route.methods or set()) - {"GET", "HEAD"}
    }
    assert writes == set()


async def test_a_cell_whose_store_was_replaced_makes_its_own_areas_stale_and_no_others(
    towns: tuple[Town, InOsaka],
) -> None:
    own, osaka = towns
    await osaka.reached()
    await another_store_writes_to(osaka)

    async def stale(town: Town) -> bool:
        board = (await town.get(f"/boards/{CITY}", TIER1, CITY, subtree="true")).json()
        return bool(board["stale"])

    async with asyncio.timeout(30):
        while not await stale(osaka):  # noqa: ASYNC110 - it is noted once a second
            await asyncio.sleep(0.1)
    assert not await stale(own)
    for town in towns:
        async with browser(town, TIER1, CITY) as client:
            page = await client.get(town.theirs(f"/areas/{CITY}"), params={"after": town.position})
        looks_well(without_the_link(page))
        assert ("から「osaka」の新しい記録を受信できていません" in page.text) == (town is osaka)
    async with own.client(role=Role.AUDITOR) as client:
        standing = (await client.get("/standing")).json()
    [cell] = standing["cells"]
    assert cell["cell"] == "osaka"
    assert cell["away_since"]
    assert "needs@osaka" in cell["why"]
    assert standing["ready"]
    assert {"needs", "needs@osaka"} <= {line["source"] for line in standing["lag"]}


async def another_store_writes_to(town: Town) -> None:
    """What follows in the topic of its needs comes from a store that nobody knows."""
    service = town.others["needs"]
    shard = shard_of(town.theirs(NORTH), service.store.shards)
    last = (await service.store.read(shard, 0, 1000))[-1]
    following = last.envelope._replace(id=uuid4(), seq=last.envelope.seq + 1)
    record = last._replace(store=uuid4(), envelope=following)
    producer = AIOKafkaProducer(bootstrap_servers=str(service.settings.bootstrap_servers))
    await producer.start()
    try:
        topic, key, headers = service.settings.topic("needs"), key_of(record), CLOUDEVENT_HEADERS
        await producer.send_and_wait(topic, record.structured(), key=key, partition=shard, headers=headers)
    finally:
        await producer.stop()
