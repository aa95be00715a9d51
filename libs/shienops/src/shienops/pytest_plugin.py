"""Fixtures for tests on a real Postgres and a real Kafka: `-p shienops.pytest_plugin`.

The parts start when the first test asks for them, are shared by all workers of the run, and end with it.
SHIEN_TEST_PARTS=containers runs them in containers instead (`postgres:18`, `apache/kafka:4.3.1`).
"""

from __future__ import annotations

import gc
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio
import structlog

from shienevents.testing import DEPTH
from shienops._databases import Database
from shienops._shared import TestRun, in_containers
from shienops.settings import StackSettings
from shienops.stack import Stack

RUN = pytest.StashKey[TestRun]()
LONG_SECONDS = 4 * 3600
OWN_PARTS = {"own_stack", "own_postgres"}
MakeDatabase = Callable[[], Awaitable[Database]]


def pytest_configure(config: pytest.Config) -> None:
    """Plain tracebacks in the log, and no deadline of examples; in the first process the folder of the run.

    Nothing is started yet.
    """
    structlog.configure(  # structlog's own, drawn with all their variables, take a second each
        processors=[
            *structlog.get_config()["processors"][:-1],
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )
    hypothesis.settings.register_profile("shien", deadline=None)  # how long an example takes depends on the machine
    hypothesis.settings.load_profile("shien")
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = TestRun.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the run started."""
    run = config.stash.get(RUN, None)
    if run is not None:
        run.end()


def pytest_collection() -> None:
    """Collect no garbage while the tests are collected: their modules stay, and were looked through again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is collected, and only among what the tests make."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what starts parts of its own as slow; leave out the tests of the embedded parts where containers take their
    place; give a long run its time.
    """
    for item in items:
        if isinstance(item, pytest.Function) and OWN_PARTS & set(item.fixturenames):
            item.add_marker(pytest.mark.slow)
    if DEPTH > 1:
        for item in items:
            item.add_marker(pytest.mark.timeout(LONG_SECONDS), append=False)
    if in_containers():
        skip = pytest.mark.skip(reason="about the embedded parts, and this run uses containers")
        for item in items:
            if item.get_closest_marker("embedded") is not None:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def postgres() -> Stack:
    """The run's shared Postgres, seen through a Stack whose Kafka need not run. Do not kill it: see `own_stack`."""
    return TestRun.current().stack("postgres")


@pytest.fixture(scope="session")
def kafka() -> str:
    """The bootstrap servers of the run's shared Kafka."""
    return TestRun.current().stack("kafka").bootstrap_servers


@pytest.fixture(scope="session")
def stack() -> Stack:
    """The run's shared stack: both parts answer, no service's database is made. Do not kill it: see `own_stack`."""
    return TestRun.current().stack("postgres", "kafka")


@asynccontextmanager
async def _databases(postgres: Stack) -> AsyncIterator[MakeDatabase]:
    made: list[str] = []

    async def make() -> Database:
        name = f"t_{uuid.uuid4().hex[:16]}"
        made.append(name)
        return await postgres.create_database(name)

    yield make
    for name in made:
        await postgres.drop_database(name)


@pytest.fixture
async def make_database(postgres: Stack) -> AsyncIterator[MakeDatabase]:
    """A function that makes a fresh database with its two roles; all of them are dropped after the test."""
    async with _databases(postgres) as make:
        yield make


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def make_module_database(postgres: Stack) -> AsyncIterator[MakeDatabase]:
    """The same for the fixtures of a module, which run in the loop of the module; dropped after its last test."""
    async with _databases(postgres) as make:
        yield make


@pytest.fixture
async def database(make_database: MakeDatabase) -> Database:
    """A fresh database with its two roles: `.name`, `.dsn` (the service's role) and `.owner_dsn` (migrations)."""
    return await make_database()


@pytest.fixture
def topic_name(request: pytest.FixtureRequest) -> str:
    """A topic name of this test's own. The topic is not made."""
    test = re.sub(r"[^a-zA-Z0-9]+", "_", request.node.name)[:60].strip("_")
    return f"{test}.{uuid.uuid4().hex[:12]}"


@pytest.fixture
async def own_stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """A running stack of this test's own, to be killed and restarted at will; about five seconds."""
    async with new_stack(_own(tmp_path)) as stack:
        yield stack


@pytest.fixture
async def own_postgres(tmp_path: Path) -> AsyncIterator[Stack]:
    """The same with Postgres alone, for tests that use no Kafka; about two seconds."""
    stack = new_stack(_own(tmp_path))
    stack.folder.prepare(stack.settings.min_free_mb)
    await stack.postgres.start()
    try:
        yield stack
    finally:
        await stack.postgres.stop()


@pytest.fixture
async def own_kafka(tmp_path: Path) -> AsyncIterator[Stack]:
    """The same with Kafka alone, for tests that use no Postgres; about three seconds."""
    stack = new_stack(_own(tmp_path))
    stack.folder.prepare(stack.settings.min_free_mb)
    await stack.kafka.start()
    try:
        yield stack
    finally:
        await stack.kafka.stop()


def _own(folder: Path) -> StackSettings:
    return StackSettings(data=folder / "stack", services=(), postgres_shared_buffers="128MB")


def new_stack(settings: StackSettings) -> Stack:
    """A stack that is not started yet, embedded or in containers as this run wants it."""
    if not in_containers():
        return Stack(settings)
    from shienops._containers import ContainerKafka, ContainerPostgres

    return Stack(settings, postgres=ContainerPostgres(), kafka=ContainerKafka())
