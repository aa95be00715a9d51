"""The complete stack."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from shienops import Busy, Folder, PartFailed, Stack, StackSettings, Step
from shienops.testing import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("own stacks")]


@pytest.fixture
def prefix() -> str:
    """Prefix of the roles and databases of this test, because other workers use the same server."""
    return f"t_{uuid.uuid4().hex[:16]}"


@pytest.fixture
async def external(stack: Stack, tmp_path: Path, prefix: str) -> AsyncIterator[Stack]:
    """A stack that uses the shared servers of the test run as external servers."""
    settings = StackSettings(
        data=tmp_path / "external",
        services=(f"{prefix}_needs", f"{prefix}_matching"),
        postgres_dsn=SecretStr(stack.admin_dsn),
        bootstrap_servers=stack.bootstrap_servers,
    )
    external = Stack(settings)
    yield external
    for name in settings.services:
        await external.drop_database(name)


@pytest.mark.embedded
async def test_two_stacks_run_at_the_same_time_and_report_their_steps(own_stack: Stack, tmp_path: Path) -> None:
    steps: list[Step] = []
    other = Stack(StackSettings(data=tmp_path / "other", services=("needs", "portal"), kafka_heap="256m"))
    await other.up(steps.append)
    assert other.bootstrap_servers != own_stack.bootstrap_servers
    assert other.admin_dsn != own_stack.admin_dsn
    assert await own_stack.postgres.answers()
    assert await other.kafka.answers()
    done = [step.text for step in steps if step.seconds is not None]
    assert done == [
        "Postgres: creating its data folder",
        "Postgres: starting",
        "Postgres: needs, portal",
        "Kafka: creating its data folder",
        "Kafka: starting",
    ]
    with pytest.raises(Busy, match="already running"):
        await Stack(other.settings).up()
    assert await other.postgres.answers()

    steps.clear()
    await Stack(other.settings).down(steps.append)  # with another object, as `shien down` does
    assert [step.text for step in steps if step.seconds is None] == ["Kafka: stopping", "Postgres: stopping"]
    assert [part.pid for part in other.status()] == [None, None]
    assert await own_stack.kafka.answers()


async def test_killed_parts_start_again_with_their_data(own_stack: Stack) -> None:
    database = await own_stack.create_database("needs")
    connection = await asyncpg.connect(database.dsn)
    await connection.execute("CREATE TABLE views.kept AS SELECT 7 AS a")
    own_stack.kafka.kill()
    own_stack.postgres.kill()
    await eventually(connection.is_closed)
    failure = own_stack.failure()
    assert failure is None or isinstance(failure, PartFailed)
    await own_stack.postgres.start()
    await own_stack.kafka.start()
    connection = await asyncpg.connect(own_stack.dsn("needs"))
    assert await connection.fetchval("SELECT a FROM views.kept") == 7
    await connection.close()


@pytest.mark.embedded
async def test_postgres_is_stopped_when_kafka_cannot_start(tmp_path: Path) -> None:
    stack = Stack(StackSettings(data=tmp_path / "stack", services=(), kafka_libs=tmp_path))
    with pytest.raises(Exception, match="jars"):
        await stack.up()
    assert stack.postgres.pid is None


async def test_external_servers_are_used_and_neither_stopped_nor_killed(external: Stack) -> None:
    await external.up()
    await external.up()  # existing databases are kept
    name = external.settings.services[0]
    connection = await asyncpg.connect(external.dsn(name))
    assert await connection.fetchval("SELECT current_user || ' ' || current_database()") == f"{name} {name}"
    await connection.close()
    for part in (external.postgres, external.kafka):
        with pytest.raises(PartFailed) as refused:
            part.kill()
        assert refused.value.code == "part.external"
    await external.down()
    assert await external.postgres.answers()
    assert await external.kafka.answers()
    assert [part.external for part in external.status()] == [True, True]


async def test_an_external_role_with_an_unknown_password_gets_no_new_one(external: Stack, tmp_path: Path) -> None:
    await external.up()
    stranger = Stack(external.settings.model_copy(update={"data": tmp_path / "another folder"}))
    with pytest.raises(Folder) as refused:
        await stranger.up()
    assert refused.value.code == "role.password_unknown"


async def test_one_database_can_be_created_and_dropped_by_many_at_the_same_time(stack: Stack, prefix: str) -> None:
    await asyncio.gather(*(stack.create_database(prefix) for _ in range(5)))
    connection = await asyncpg.connect(stack.dsn(prefix))
    assert await connection.fetchval("SELECT current_user") == prefix
    await connection.close()
    await asyncio.gather(*(stack.drop_database(prefix) for _ in range(5)))
    connection = await asyncpg.connect(stack.admin_dsn)
    assert await connection.fetchval("SELECT count(*) FROM pg_roles WHERE starts_with(rolname, $1)", prefix) == 0
    await connection.close()


async def test_an_external_admin_need_not_be_superuser(stack: Stack, tmp_path: Path, prefix: str) -> None:
    modest_role = f"{prefix}_modest"
    connection = await asyncpg.connect(stack.admin_dsn)
    await connection.execute(f"CREATE ROLE {modest_role} LOGIN CREATEDB CREATEROLE PASSWORD 'modest'")
    place = stack.admin_dsn.rpartition("@")[2]
    settings = StackSettings(
        data=tmp_path / "modest", services=(), postgres_dsn=SecretStr(f"postgresql://{modest_role}:modest@{place}")
    )
    try:
        modest = Stack(settings)
        modest.folder.prepare(0)
        database = await modest.create_database(f"{prefix}_needs")
        writer = await asyncpg.connect(database.dsn)
        await writer.execute("CREATE TABLE views.mine (a int)")
        await writer.close()
        await modest.drop_database(f"{prefix}_needs")
    finally:
        await connection.execute(f"DROP ROLE {modest_role}")
        await connection.close()


async def test_a_wrong_password_of_an_external_server_is_reported_without_the_password(
    stack: Stack, tmp_path: Path
) -> None:
    place = stack.admin_dsn.rpartition("@")[2]
    dsn = SecretStr(f"postgresql://shien_admin:wrong-one@{place}")
    wrong = Stack(StackSettings(data=tmp_path / "wrong", postgres_dsn=dsn))
    with pytest.raises(PartFailed) as refused:
        await wrong.postgres.start()
    assert refused.value.code == "part.no_answer"
    assert "wrong-one" not in str(refused.value)


def test_an_unknown_database_is_reported(tmp_path: Path) -> None:
    stack = Stack(StackSettings(data=tmp_path, postgres_dsn=SecretStr("postgresql://a:b@127.0.0.1/postgres")))
    with pytest.raises(Folder) as refused:
        stack.dsn("needs")
    assert refused.value.code == "part.never_started"
