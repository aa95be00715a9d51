"""A system with a small synthetic city in it, and Chromium."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from shiendomain.days import today
from shienops.demo.city import CODE, sample_city
from shienops.demo.loading import Loader
from shienops.demo.loop import Loop
from shienops.demo.people import Known
from shienops.system import System, SystemSettings
from shienweb import Role

from .watched import CHROMIUM, PATIENCE_MS, Tab

OpenTab = Callable[[], Tab]


@dataclass(frozen=True)
class Portal:
    """The portal of the running system, and what is in it.

    `token` is an auditor's of the whole city, and `leaving` one more, for a person who signs out: that ends a token.
    `environment`: the variables of its process.
    """

    url: str
    city: str
    areas: tuple[str, ...]
    need: str
    proposal: str
    council: str
    token: str
    leaving: str
    environment: dict[str, str]


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The system with its city, and one need that went through the whole loop."""
    folder = tmp_path_factory.mktemp("browser") / "system"
    settings = SystemSettings(data=folder, kafka_heap="256m", postgres_shared_buffers="128MB", synthetic=True)
    system = System(settings)
    asyncio.run(system.up())
    try:
        yield asyncio.run(_settle(system))
    finally:
        asyncio.run(system.down())


async def _settle(system: System) -> Portal:
    day, known = today(), Known()
    city = sample_city(seed=7, today=day, areas=4, resources=16, needs=16)
    places = await Loader(system, city, day, known, lambda *_: None).load()
    async with Loop(system, places[city.areas[0].code], known=known) as loop:
        walked = await loop.walk()
        await loop.tier2.get("portal", f"/boards/{loop.place.area}")  # waits until the portal knows of all of it
    areas = tuple(area.code for area in city.areas)
    council = places[city.areas[0].code].council
    token, leaving = (system.token(Role.AUDITOR, [CODE], subject=name) for name in ("stays", "leaves"))
    return Portal(
        system.url("portal"), CODE, areas, walked.need, walked.proposal, council, token, leaving,
        system.environment("portal"),
    )  # fmt: skip


@pytest.fixture(scope="package")
def chromium(portal: Portal) -> Iterator[Browser]:
    """The machine's own browser. It comes after the portal: no other event loop runs while it is open."""
    expect.set_options(timeout=PATIENCE_MS)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=as_root, timeout=120_000)
        yield browser
        browser.close()


@pytest.fixture
def open_tab(chromium: Browser, portal: Portal) -> Iterator[OpenTab]:
    """Opens tabs. In the end none of them may have complained of anything."""
    tabs: list[Tab] = []

    def open_one() -> Tab:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP")
        tabs.append(Tab(context, portal.url))
        return tabs[-1]

    yield open_one
    for tab in tabs:
        tab.context.close()
    assert [complaint for tab in tabs for complaint in tab.complaints] == []


@pytest.fixture
def tab(open_tab: OpenTab, portal: Portal) -> Tab:
    """A tab whose user is signed in."""
    opened = open_tab()
    opened.sign_in(portal.token)
    return opened
