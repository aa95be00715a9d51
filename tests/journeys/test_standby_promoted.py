"""A Postgres that every commit waits for takes over when the other one is killed: nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest

from shienops._folder import DataFolder
from shienops._postgres import ADMIN, EmbeddedPostgres
from shienops.demo.loop import eventually
from shienops.settings import StackSettings
from shienops.system import System, SystemSettings
from shienweb import Role

from .conftest import LEASE_SECONDS
from .recorders import Recorders, logged
from .shien import Shien
from .standby import Standby, asked, synchronous
from .town import Town, adds_up, all_views_agree

pytestmark = [
    pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(600),
]  # fmt: skip


class Pair:
    """A Postgres and its standby. `folders`: of the one that takes writes first, and of the other."""

    def __init__(self, settings: StackSettings) -> None:
        self._settings = settings
        self.folders = [DataFolder(settings.data / name) for name in ("first", "second")]
        self.folders[0].prepare(settings.min_free_mb)
        self.primary = EmbeddedPostgres(settings, self.folders[0])

    async def start(self) -> None:
        """The first one, and the second as its standby."""
        await self.primary.start()
        await self.follow(self.folders[1])

    async def follow(self, folder: DataFolder) -> None:
        """Make a standby of the primary in this folder. From now on each commit waits for it."""
        password = self.folders[0].password(ADMIN) or ""
        self.standby = Standby(self._settings, folder, self.primary, password)
        await self.standby.start()
        await synchronous(self.primary)

    async def promote(self) -> None:
        """The standby becomes the primary."""
        await self.standby.promote()
        self.primary = self.standby

    @property
    def dsn(self) -> str:
        """Of the administrator, on whichever takes writes."""
        place = f"127.0.0.1:{self.folders[0].port('postgres')}"
        both = f"{place},127.0.0.1:{self.folders[1].port('postgres')}"
        return f"{self.primary.admin_dsn.replace(place, both)}?target_session_attrs=read-write"

    def kill(self) -> None:
        """Both."""
        self.primary.kill()
        self.standby.kill()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two servers of this module's own."""
    pair = Pair(StackSettings(data=tmp_path_factory.mktemp("pair"), postgres_shared_buffers="64MB"))
    try:
        asyncio.run(pair.start())
        yield pair
    finally:
        pair.kill()


@pytest.fixture(scope="module")
def paired(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system on both servers, as on somebody else's."""
    folder = tmp_path_factory.mktemp("paired") / "system"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHIEN_LEASE_SECONDS", str(LEASE_SECONDS))
        environment.setenv("SHIEN_POSTGRES_DSN", pair.dsn)
        system = System(SystemSettings(data=folder, kafka_heap="256m"))
        asyncio.run(system.up())
        try:
            yield system
        finally:
            asyncio.run(system.down())


async def test_the_standby_is_promoted_while_people_record_and_nothing_acknowledged_is_lost(
    pair: Pair, paired: System
) -> None:
    shien = Shien(paired)
    async with Town(paired, "99172") as town:
        (place,) = await town.build(districts=1)
        recorders = Recorders(town, place.area)
        async with recorders.at_work():
            for lost, folder in enumerate(pair.folders):  # there, and back again
                await recorders.some_more()
                pair.primary.kill()
                await pair.promote()
                await recorders.some_more()
                await pair.follow(folder)
                await recorders.some_more()
                assert lost < 2
        assert set(recorders.refused) <= {"store.unavailable"}, recorders.refused
        assert await logged(paired, place.area) == sorted(recorders.recorded), "each once"
        await eventually(lambda: heard(town, len(recorders.recorded)))
        await shien("outbox", "--most", "0")
        await shien("lag", "--most", "0")
        await eventually(lambda: sound(shien))
        await shien("views", "verify")
    await all_views_agree(paired)


async def sound(shien: Shien) -> bool:
    """Whether `doctor` finds nothing. A service looks every ten seconds whether it can sign its log again."""
    code, _, _ = await shien.ended("doctor")
    return code == 0


async def heard(town: Town, many: int) -> bool:
    """Whether the portal counts so many needs."""
    board = await town.board()
    adds_up(board)
    return bool(board["board"]["needs"]["open"] == many)


async def test_what_the_standby_has_not_got_is_not_acknowledged_also_when_it_is_asked_again(
    pair: Pair, paired: System
) -> None:
    async with Town(paired, "99173") as town:
        (place,) = await town.build(districts=1)
        headers = {"Idempotency-Key": str(uuid4())}
        headers["Authorization"] = f"Bearer {paired.token(Role.TIER2_COORDINATOR, [place.area])}"
        need = {"area": place.area, "support_kind": "outing", "people": 1, "frequency": "weekly"}
        need |= {"source": "coordinator"}
        async with httpx2.AsyncClient(base_url=paired.url("needs"), headers=headers, timeout=60) as client:
            family = [int(str(pid)) for pid in await walreceivers(pair)]
            for pid in family:
                os.kill(pid, signal.SIGSTOP)  # it is there, and takes nothing
            try:
                for _ in range(2):
                    answer = await client.post("/needs", json=need)
                    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True), answer.text
            finally:
                for pid in family:
                    os.kill(pid, signal.SIGCONT)

            async def accepted() -> str | None:
                again = await client.post("/needs", json=need)
                return str(again.json()["id"]) if again.status_code == 201 else None

            recorded = await eventually(accepted)
        assert await logged(paired, place.area) == [recorded], "once"


async def walreceivers(pair: Pair) -> list[object]:
    """The process of the standby that takes what the primary sends."""
    return [await asked(pair.standby, "select pid from pg_stat_wal_receiver")]
