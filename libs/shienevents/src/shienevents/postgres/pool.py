"""The connection to Postgres, and which of its failures mean that it is unavailable."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias, cast
from urllib.parse import quote, unquote

import asyncpg

from ..core.errors import Contract, DatabaseDenied, Unavailable
from ..core.setting_files import ENCODING
from .places import places_of

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_FILE = "file:"
_NAMED = "?application_name="
_APART_SECONDS = 60
_CONNECT_SECONDS = 10
_LATER_SECONDS = 5
CLOSE_SECONDS = 10
COMMAND_SECONDS = 7  # how long a command waits for a database that hangs, before it fails

# Unavailable, starting, shutting down, out of connections or out of disk: nothing about the request is wrong.
AWAY = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.ReadOnlySQLTransactionError,  # a server that became a standby under a session
)


def unavailable(error: BaseException) -> Unavailable:
    """Why Postgres cannot be used, when it is `AWAY`: a certificate, a password, a setting, or it is really away."""
    match error:
        case ssl.SSLCertVerificationError():
            return DatabaseDenied(
                f"the certificate of Postgres is not trusted ({error.verify_message}); sslrootcert in SHIEN_DSN must "
                "name the authority that signed it, and the certificate must be for this host name",
                f"Postgres の証明書を信頼できません（{error.verify_message}）。証明書を発行した認証局を SHIEN_DSN の"
                " sslrootcert に指定し、証明書のホスト名が接続先と同じであることを確認してください",
            )
        case asyncpg.InvalidAuthorizationSpecificationError():
            return DatabaseDenied(
                f"Postgres lets this role not in ({error}); correct the role, the password or sslmode in SHIEN_DSN",
                f"Postgres がこのロールの接続を受け付けません（{error}）。SHIEN_DSN のロール、パスワード、sslmode を"
                "見直してください",
            )
        case asyncpg.ClientConfigurationError() | FileNotFoundError() | PermissionError() | ssl.SSLError():
            return DatabaseDenied(
                f"SHIEN_DSN cannot be used ({error}); correct it, and the files that it names",
                f"SHIEN_DSN を使用できません（{error}）。値と、そこに書かれたファイルを見直してください",
            )
        case ConnectionError() if "rejected SSL upgrade" in str(error):
            return DatabaseDenied(
                f"Postgres does not speak TLS ({error}); turn it on there (ssl=on), or correct sslmode in SHIEN_DSN",
                f"Postgres が暗号化通信に対応していません（{error}）。サーバーで有効にするか、SHIEN_DSN の sslmode を"
                "見直してください",
            )
    return Unavailable()


def current_dsn(dsn: str) -> str:
    """The DSN, or the one that is now in the file that `file:PATH` names.

    Each new connection asks for it: a password that was changed in the file needs no restart. Raises `OSError`.
    """
    if not dsn.startswith(_FILE):
        return dsn
    path, *name = dsn.removeprefix(_FILE).split(_NAMED, 1)
    found = Path(path).read_text(ENCODING).strip()
    return named(found, unquote(name[0])) if name else found


def named(dsn: str, name: str) -> str:
    """The DSN of sessions that have this name, at most 63 bytes, in Postgres; that of the DSN itself gives way."""
    more = "?" in dsn and not dsn.startswith(_FILE)
    return f"{dsn}{'&' + _NAMED[1:] if more else _NAMED}{quote(name)}"


async def connect(dsn: str, **options: Any) -> asyncpg.Connection[asyncpg.Record]:
    """A new connection of asyncpg's, with the password of now, to a server that takes writes. Raises what is `AWAY`.

    Where the DSN names several hosts each has its share of `timeout`: one that is cut off does not answer at all, and
    asyncpg would wait for it until all the time is over. A standby is passed over, unless the DSN wants another one.
    Where none is left, a host whose certificate is wrong says more than one that does not answer.
    """
    now = current_dsn(dsn)
    if "target_session_attrs=" not in now:
        options["target_session_attrs"] = "read-write"
    places = places_of(now)
    if len(places) == 1 or "host" in options:
        return await _connect(now, **options)
    share = options.pop("timeout", _CONNECT_SECONDS) / len(places)
    failed: list[Exception] = []
    for host, port in places:
        try:
            return await _connect(now, host=host.strip("[]"), port=int(port), timeout=share, **options)
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.TargetServerAttributeNotMatched) as error:
            failed.append(error)
    raise next((error for error in failed if isinstance(unavailable(error), DatabaseDenied)), failed[-1])


async def _connect(dsn: str, **options: Any) -> asyncpg.Connection[asyncpg.Record]:
    found: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(dsn, **options)
    return found


async def open_pool(dsn: str, *, size: int = 8, scans: bool = False) -> Pool:
    """A pool for one service. Raises `Unavailable` when Postgres does not answer.

    Without `scans`, plans keep to indexes: the log and the views are looked up by key, and a plan that was made,
    and kept, while a table was still empty must not read all of it when it has grown. Boards do scan.
    """
    seconds = 60 if scans else 10
    try:
        pool: Pool = await asyncpg.create_pool(
            dsn,
            connect=cast("Any", connect),  # the stub wants each option by name
            min_size=1,
            max_size=size,
            timeout=5,
            command_timeout=seconds,
            init=_refuse_pooler,
            reset=_keep,
            server_settings=_settings(dsn)
            | {
                "statement_timeout": statement_timeout(seconds),
                "search_path": "views, public",
                "enable_seqscan": "on" if scans else "off",
                # A process that is paused within a transaction holds locks that others wait for: it loses them well
                # before their command_timeout ends. A reader holds no locks.
                "idle_in_transaction_session_timeout": "0" if scans else "5s",
            },
        )
        return pool
    except AWAY as error:
        raise unavailable(error) from error


async def close_pool(pool: Pool, seconds: float = CLOSE_SECONDS) -> None:
    """Close its connections. One lent for longer is cut off: a use that was cancelled may never give it back."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await pool.close()


def waiting_for(pool: Pool) -> int:
    """How many uses wait for a connection of this pool. asyncpg counts the connections, and not who waits for one."""
    queue: Any = pool
    return sum(not waiter.done() for waiter in queue._queue._getters) if queue._queue is not None else 0


def statement_timeout(client_seconds: float) -> str:
    """When Postgres itself ends a statement: later than its client would, which may be paused, cut off or gone."""
    return str(int(1000 * (client_seconds + _LATER_SECONDS)))


async def _refuse_pooler(connection: Connection) -> None:
    """Raise `Contract` when a new session says another number than the one we were given: somebody stands between."""
    if await connection.fetchval("select pg_backend_pid()") != connection.get_server_pid():
        raise Contract(
            "there is a connection pooler before Postgres: the outcome of an interrupted commit is found by the number "
            "of its session, which a pooler hides; give the address of Postgres itself in SHIEN_DSN",
            "Postgres の前にコネクションプーラーがあります。中断した書き込みの結果を確認できなくなるため使用"
            "できません。SHIEN_DSN には Postgres 自体のアドレスを指定してください",
        )


async def open_connection(
    dsn: str, *, seconds: float = 5, command_seconds: float | None = None
) -> asyncpg.Connection[asyncpg.Record]:
    """One connection, outside of a pool: a tool's, or the owner's. Its user closes it. Raises `Unavailable`."""
    try:
        return await connect(dsn, timeout=seconds, command_timeout=command_seconds)
    except AWAY as error:
        raise unavailable(error) from error


_SETTINGS = {
    "default_transaction_isolation": "read committed",
    "timezone": "UTC",
    "jit": "off",
}


def _settings(dsn: str) -> dict[str, str]:
    """What every session has; a name of its own comes with the DSN."""
    return _SETTINGS if "application_name=" in dsn else {**_SETTINGS, "application_name": "shien"}


@asynccontextmanager
async def apart(dsn: str) -> AsyncIterator[Connection]:
    """A connection of one use, that sees temporary tables only. Raises `Unavailable`."""
    try:
        settings = _settings(dsn) | {"search_path": "pg_temp", "statement_timeout": statement_timeout(_APART_SECONDS)}
        connection = await connect(dsn, timeout=5, command_timeout=_APART_SECONDS, server_settings=settings)
        try:
            yield connection
        finally:
            await connection.close()
    except AWAY as error:
        raise unavailable(error) from error


async def _keep(connection: Any) -> None:
    """Nothing to reset between uses: no session state is ever set, and a round trip is saved each time."""


@asynccontextmanager
async def borrowed(pool: Pool) -> AsyncIterator[Connection]:
    """A connection for one use. Raises `Unavailable` when Postgres is away."""
    try:
        async with pool.acquire(timeout=5) as connection:
            yield connection
    except AWAY as error:
        raise unavailable(error) from error


class ConnectionCache:
    """Connections for what runs all the time, kept out of the pool between uses: a pool's own work costs 45 µs a use.

    One is kept after a success only. After anything else the pool gets it back, which puts it right or throws it away.
    """

    def __init__(self, pool: Pool, most: int) -> None:
        self._pool = pool
        self._room = most
        self._idle: deque[Connection] = deque()

    @asynccontextmanager
    async def borrowed(self) -> AsyncIterator[Connection]:
        """A connection for one use, as from the pool."""
        connection = await self._next()
        kept = False
        try:
            yield connection
            kept = len(self._idle) < self._room
        finally:
            if kept:
                self._idle.append(connection)
            else:
                await self._pool.release(connection)  # type: ignore[arg-type]

    async def _next(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            with suppress(asyncpg.InterfaceError):  # lost meanwhile: the pool has it back already
                if not connection.is_closed():
                    return connection
                await self._pool.release(connection)  # type: ignore[arg-type]
        return await self._pool.acquire(timeout=5)

    async def close(self) -> None:
        """Give the connections back, and keep none from now on."""
        self._room = 0
        while self._idle:
            await self._pool.release(self._idle.pop())  # type: ignore[arg-type]
