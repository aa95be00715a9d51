"""An erased contact is in no file: not of the database, not of its write-ahead log, not of Kafka, not of any log.

The raw files are searched for markers. First these are found: a search that always finds nothing proves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from fastapi import FastAPI

import shienweb
from registry.api import ROUTES
from registry.contact_contents import keep_up
from registry.decider import DECIDERS
from registry.main import TITLE
from registry.messages import MESSAGES
from registry.projections import VIEWS
from registry.settings import Settings
from shiendomain.days import today
from shienevents import Home, Service
from shienops import Database
from shienops.stack import Stack
from shienweb import Role
from shienweb.testing import Caller, World, at_work, settings_for

from .world import a_city, with_areas

pytestmark = pytest.mark.embedded
TELEPHONE, PERSON = "072-555-0198", "印旛 目印郎"
MARKERS = (TELEPHONE.encode(), PERSON.encode())


async def without_upkeep(settings: Settings) -> FastAPI:
    """The registry as it is built, but what it does once a minute is done by the test."""
    service = await Service.open(settings.parts(), deciders=DECIDERS, views=VIEWS)
    return shienweb.make_app(service, TITLE, ROUTES, MESSAGES, settings)


@asynccontextmanager
async def a_caller(stack: Stack, database: Database, folder: Path) -> AsyncIterator[tuple[Caller, str, Service]]:
    """An administrator of a city, a provider there, and the running registry, which sends its events to Kafka."""
    settings = settings_for(Settings, database, folder, bootstrap_servers=stack.bootstrap_servers)
    async with at_work(without_upkeep, settings) as app:
        city = a_city(World(app, settings, Home("000000", "000000"), Role.MUNICIPAL_ADMINISTRATOR), 1)
        async with city.world.caller() as caller:
            await with_areas(caller, city)
            made = await caller.wrote("/providers", {"area": city.north, "name": "みどり会", "kind": "npo"})
            yield caller, made["id"], city.world.service


async def a_contact(caller: Caller, provider: str, telephone: str, person: str) -> str:
    body = {"about": "provider", "subject_id": provider, "purpose": "liaison"}
    said = {"telephone": telephone, "person": person}
    return str((await caller.wrote("/contacts", {**body, **said}, idempotency_key=str(uuid4())))["id"])


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def flushed(stack: Stack, database: Database) -> None:
    """Have the server write all to its files, and leave the segment of its write-ahead log that it is in."""
    async with connected(stack.admin_dsn) as admin:
        await admin.execute("select pg_switch_wal()")
        await admin.execute("checkpoint")


async def written_out(service: Service, database: Database) -> None:
    """Do what the service does once a minute, until it finds nothing more to do."""
    async with connected(database.owner_dsn) as owner, asyncio.timeout(60):
        await keep_up(service)
        while await owner.fetchval("select count(*) from contact_erasures"):
            await keep_up(service)


def found(folder: Path) -> Sequence[str]:
    """The files of a folder in which one of the markers is."""
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    return sorted(
        str(file.relative_to(folder)) for file in files if any(marker in file.read_bytes() for marker in MARKERS)
    )


async def test_after_an_erasure_no_file_holds_what_the_contact_said(
    own_stack: Stack, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    database = await own_stack.create_database("registry")
    home = own_stack.folder.path
    async with a_caller(own_stack, database, tmp_path) as (caller, provider, service):
        other = await a_contact(caller, provider, "072-555-0100", "代表")
        contact = await a_contact(caller, provider, TELEPHONE, PERSON)
        await caller.saw(f"/contacts/{contact}?purpose=liaison")
        renewal = {"keep_until": str(today() + timedelta(days=500)), "reason": "次年度も連絡調整を続ける"}
        await caller.wrote(f"/contacts/{contact}/renewal", renewal)
        async with connected(database.owner_dsn) as owner:
            await owner.execute("analyze")
        await flushed(own_stack, database)
        before = found(home)
        assert any("/base/" in file for file in before), before

        await caller.wrote(f"/contacts/{contact}/erasure", {"reason": "requested"})
        async with connected(database.owner_dsn) as owner:
            await owner.execute("vacuum contact_contents")
        await flushed(own_stack, database)
        dead = [file for file in found(home) if "/base/" in file]
        assert dead, "a plain VACUUM was enough: then the table need not be written anew"

        await written_out(service, database)
        await flushed(own_stack, database)
        assert found(home) == []
        assert (await caller.saw(f"/contacts/{other}?purpose=liaison"))["person"] == "代表"
    said = "".join(capfd.readouterr())
    assert "contacts" in said
    assert not any(marker.decode() in said for marker in MARKERS)
