"""Parts of the system are killed while people work. Nothing is lost, nothing happens twice, and all of it agrees."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shienevents.testing import DEPTH
from shienops.demo.loop import Loop, WalkPlace, eventually
from shienops.demo.people import Known, Person
from shienops.demo.verify import events_per_type
from shienops.system import System
from shienweb import Role

from .town import DUE, TODAY, Town, adds_up, all_views_agree, minutes_of_its_own

pytestmark = [
    pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(400),
]  # fmt: skip

VICTIMS = ("registry", "needs", "matching", "escalation", "portal", "kafka", "postgres")
AWAY_SECONDS = 8.0 * DEPTH


def kill(system: System, victim: str) -> None:
    """SIGKILL; returns when it is gone."""
    part = getattr(system.stack, victim) if victim in ("kafka", "postgres") else system.services[victim]
    part.kill()


async def start(system: System, victim: str) -> None:
    """Start it again."""
    part = getattr(system.stack, victim) if victim in ("kafka", "postgres") else system.services[victim]
    await part.start()


async def all_up(system: System) -> None:
    """Start what is still away, for the tests that come next."""
    parts = (system.stack.postgres, system.stack.kafka, *system.services.values())
    for part in parts:
        if part.pid is None:
            await part.start()


class Outage:
    """Told of each step of a loop, it kills its victim twice: after one step, and while a later step is under way."""

    def __init__(self, system: System, victim: str, between: int) -> None:
        self._system = system
        self._victim = victim
        self._between = between
        self._during = asyncio.Event()
        self._steps = 0
        self._restarted: asyncio.Task[None] | None = None

    def step(self, ja: str, en: str) -> None:
        """A step was done, the next one did not begin yet."""
        self._steps += 1
        if self._steps == self._between:
            kill(self._system, self._victim)
            self._restarted = asyncio.create_task(start(self._system, self._victim))
        elif self._steps == self._between + 3:
            self._during.set()  # whoever waits for it runs when the next step has sent its request

    async def run(self) -> None:
        """Start the victim again each time, until it was killed twice."""
        await self._during.wait()
        assert self._restarted is not None
        await self._restarted
        kill(self._system, self._victim)
        await start(self._system, self._victim)


async def written(system: System, work: Callable[[], Awaitable[object]]) -> dict[str, int]:
    """How many events of each type the work left."""
    before = await events_per_type(system)
    await work()
    after = await events_per_type(system)
    return {wire: n - before.get(wire, 0) for wire, n in after.items() if n > before.get(wire, 0)}


async def test_whatever_is_killed_the_loop_is_walked_once(system: System) -> None:
    async with Town(system, "99108") as town:
        calm, *places = await town.build(districts=1 + len(VICTIMS))

        async def walk(place: WalkPlace, told: Callable[[str, str], None]) -> None:
            async with Loop(system, place, told, town.known) as loop:
                await loop.walk()

        expected = await written(system, lambda: walk(calm, lambda ja, en: None))
        for n, (victim, place) in enumerate(zip(VICTIMS, places, strict=True)):
            outage = Outage(system, victim, between=1 + n)

            async def disturbed(place: WalkPlace = place, outage: Outage = outage) -> None:
                async with asyncio.TaskGroup() as group:
                    group.create_task(walk(place, outage.step))
                    group.create_task(outage.run())

            try:
                assert (victim, await written(system, disturbed)) == (victim, expected)
                assert system.failure() is None, "it goes on by itself once the part is back"
            except BaseExceptionGroup as failed:
                failed.add_note(f"while this was killed: {victim}")
                raise
            finally:
                await all_up(system)
            adds_up(await town.board())
        board = await settled(town)
        assert (board["people"]["helped"], board["needs"]["met"]) == (3 * (1 + len(VICTIMS)), 1 + len(VICTIMS))
    await all_views_agree(system)


async def settled(town: Town) -> Any:
    """The town's board, once it is not stale."""

    async def fresh() -> Any:
        board = await town.board()
        adds_up(board)
        return None if board["stale"] else board["board"]

    return await eventually(fresh)


async def test_while_kafka_is_away_every_service_goes_on_with_its_own(system: System) -> None:
    async with Town(system, "99109") as town:
        (place,) = await town.build(districts=1)
        async with Loop(system, place, known=town.known) as loop:
            await loop.record_need()
            await loop.find_nothing()
            await loop.raise_issue()
        resource = await town.resource(place.area, capacity=1000, kind="meals")
        needs = [await town.need(loop_person(town, place), place.area, kind="meals") for _ in range(3)]
        await eventually(lambda: everybody_knows(town, loop.walked.issue, needs[-1], resource))
        alone = Alone(town, place, loop.walked.issue, resource)
        kill(system, "kafka")
        try:
            deadline = time.monotonic() + AWAY_SECONDS
            await alone.propose()
            for need in needs:
                await alone.match(need)
            while time.monotonic() < deadline:
                await alone.record()
                await alone.look_at_the_portal()
        finally:
            await start(system, "kafka")
        assert system.failure() is None
        await eventually(lambda: caught_up(town, alone.recorded, len(needs)))
    await all_views_agree(system)


def loop_person(town: Town, place: WalkPlace) -> Person:
    """The tier-2 coordinator, who is told of everything."""
    return town.person(Role.TIER2_COORDINATOR, place.area)


async def everybody_knows(town: Town, issue: str, need: str, resource: str) -> bool:
    """Whether matching and escalation have heard of what they will be asked about."""
    found = await town.auditor.get("matching", f"/needs/{need}/candidates")
    await town.auditor.get("escalation", "/meetings")  # waits for the issue, as it waits for all that is known
    return resource in [one["resource_id"] for one in found["candidates"]]


class Alone:
    """People of each service who know only of that service: the others' news do not come."""

    def __init__(self, town: Town, place: WalkPlace, issue: str, resource: str) -> None:
        self._town = town
        self._place = place
        self._issue = issue
        self._resource = resource
        self._people = {
            service: town.person(Role.TIER2_COORDINATOR, place.area, known=Known()) for service in town.system.services
        }
        self._upper = town.person(Role.TIER1_COORDINATOR, known=self._people["escalation"].known)
        self.recorded = 0

    async def propose(self) -> None:
        """The councils' work in escalation, and its view."""
        who = self._people["escalation"]
        meeting = {"council_id": self._place.council, "held_on": str(TODAY), "issues": [self._issue]}
        meeting["minutes"] = minutes_of_its_own()
        held = await who.post("escalation", "/meetings", meeting)
        proposal = {"issue_id": self._issue, "meeting_id": held["id"], "title": "買い物への移動支援"}
        proposal["ask"] = "週一回の送迎"
        done = await who.post("escalation", "/proposals", proposal)
        await self._upper.post("escalation", f"/proposals/{done['id']}/receipt", {"due_on": str(DUE)})
        assert (await who.get("escalation", f"/proposals/{done['id']}"))["state"] == "received"

    async def match(self, need: str) -> None:
        """A match in matching, from proposed to accepted, and its view."""
        who = self._people["matching"]
        done = await who.post("matching", "/matches", {"need_id": need, "resource_id": self._resource})
        await who.post("matching", f"/resources/{self._resource}/matches/{done['id']}/acceptance")
        assert (await who.get("matching", f"/matches/{done['id']}"))["state"] == "accepted"

    async def record(self) -> None:
        """A need and a resource, each with its list."""
        who = self._people["needs"]
        need = await self._town.need(who, self._place.area, kind="salon")
        page = await who.get("needs", "/needs", support_kind="salon")
        self.recorded += 1
        assert (page["stale"], len(page["items"]), page["items"][0]["need_id"]) == (False, self.recorded, need)
        listed = self._people["registry"]
        body = {"area": self._place.area, "details": {"name": f"サロン{self.recorded}", "support_kinds": ["salon"]}}
        resource = (await listed.post("registry", "/resources", body))["id"]
        assert (await listed.get("registry", f"/resources/{resource}"))["state"] == "registered"

    async def look_at_the_portal(self) -> None:
        """It answers, and says that it does not know of the needs yet; and what they did is known in the town."""
        who = self._people["portal"]
        adds_up(await who.get("portal", f"/boards/{self._place.area}", subtree="true"))
        for person in self._people.values():
            self._town.known.learn(person.known.token())
        board = await self._town.board()
        adds_up(board)
        assert board["stale"] is True


async def caught_up(town: Town, recorded: int, matched: int) -> bool:
    """Whether the portal shows all that was done, and the needs have heard of their matches."""
    board = await town.board()
    adds_up(board)
    told = board["board"]
    found = board["stale"], told["needs"]["open"], told["needs"]["matched"], told["proposals"]["received"]
    return found == (False, recorded, matched, 1)
