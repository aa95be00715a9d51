"""One need walked through the whole loop, while somebody reads the board of the first tier all the time."""

from __future__ import annotations

import asyncio
from typing import Any
from xml.etree import ElementTree

import pytest

from shienops.demo.loop import Loop
from shienops.system import System

from .town import Town, adds_up, all_views_agree

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.timeout(400)]


class Reader:
    """Reads the board of the first tier until told to stop; every board must add up."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._over = False
        self.boards: list[Any] = []

    async def __aenter__(self) -> Reader:
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over = True
        await self._task

    async def _read(self) -> None:
        while not self._over:
            board = await self._town.board()
            adds_up(board)
            self.boards.append(board)


async def test_on_every_read_of_the_loop_tier_1_is_the_sum_of_tier_2(system: System) -> None:
    async with Town(system, "99101") as town:
        place, other = await town.build(districts=2)
        async with Reader(town) as reader, Loop(system, place, known=town.known) as loop:
            walked = await loop.walk()
        board = await town.board()
        adds_up(board)
        assert len({one["digest"] for one in reader.boards}) > 3, "it was read while things happened"
        assert (board["stale"], board["board"]["people"]["helped"], board["board"]["needs"]["met"]) == (False, 3, 1)
        by_area = {row["area"]: row["board"] for row in board["areas"]}
        assert (by_area[place.area]["needs"]["met"], by_area[other.area]["needs"]["met"]) == (1, 0)

        trace = await town.auditor.get("portal", f"/trace/{walked.need}")
        sources = [event["source"] for event in trace["events"]]
        assert list(dict.fromkeys(sources)) == ["needs", "matching", "escalation", "registry"]
        assert sources[-1] == "needs"
        ids = [event["id"] for event in trace["events"]]
        causes = [(event["causation"], event["id"]) for event in trace["events"] if event["causation"] in ids]
        assert len(causes) >= 5
        assert all(ids.index(cause) < ids.index(effect) for cause, effect in causes)
        drawing = ElementTree.fromstring(await town.auditor.text("portal", f"/trace/{walked.need}.svg"))
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    await all_views_agree(system)
