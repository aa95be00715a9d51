"""Sessions of people who signed in, in a table of the portal's that all its processes share.

The browser has a secret, and the table what is derived of it (`browser_secrets`). Times are those of the database: one
clock for all processes. A session ends without requests, after its longest time, and where its account begins more
sessions than it may have at a time. What is known of an account's sign-ins is kept for its person for a year.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from shienevents import Service
from shienweb import Refusal

from .browser_secrets import derived, sealed, unsealed

SEEN_EVERY: Final = timedelta(seconds=10)  # requests are noted this often at most: not every read is a write
RENEWING: Final = timedelta(seconds=10)  # longer than the provider may take to answer

SIGN_INS_KEPT: Final = timedelta(days=366)
_NOTE: Final = (
    "insert into sign_ins (account, at) values ($1, clock_timestamp()) on conflict (account) "
    "do update set before = sign_ins.at, at = clock_timestamp() returning at, before"
)
_CROWD_OUT: Final = (  # the account's oldest ones, so that there is room for one more
    "update sessions set crowded_out = true where digest in (select digest from sessions where account = $1 "
    "and not crowded_out and until > now() and seen > now() - $2::interval order by begun desc offset $3)"
)
_FIND: Final = (
    "select sealed, crowded_out, until <= now() as longest, seen <= now() - $2::interval as idle, "
    "seen <= now() - $3::interval as unnoted, before, "
    "(select at from sign_ins where sign_ins.account = sessions.account and at > begun) as elsewhere "
    "from sessions where digest = $1"
)

_WHY: Final = {"crowded_out": "sign_in.crowded_out", "longest": "sign_in.longest", "idle": "sign_in.idle"}


class Tokens(BaseModel):
    """What a session keeps. `until`: the Unix time at which the access token has expired, leeway included."""

    model_config = ConfigDict(frozen=True)

    account: str
    access: str
    refresh: str
    identity: str
    until: float


class SignIns(NamedTuple):
    """What a person is told of their account: the sign-in before this session, and the last one after it began."""

    before: datetime | None
    elsewhere: datetime | None


class Session(NamedTuple):
    """A session as it was found. `box` is what was in the row, to notice that another process renewed it."""

    secret: str
    tokens: Tokens
    box: bytes
    sign_ins: SignIns


class Limits(NamedTuple):
    """When a session ends by itself: so long after its last request or its beginning, or with `most` newer ones."""

    idle: timedelta
    longest: timedelta
    most: int


class Sessions:
    """The sessions of one portal. Every method raises `Unavailable` when Postgres does not answer."""

    def __init__(self, service: Service, limits: Limits) -> None:
        self._tables = service.tables
        self._limits = limits

    async def begin(self, secret: str, tokens: Tokens) -> None:
        """Begin a session for the browser with this secret. The account's oldest ones end where it has too many."""
        async with self._tables.transaction() as connection:
            row = await connection.fetchrow(_NOTE, tokens.account)  # one sign-in of an account at a time
            assert row is not None
            await connection.execute(_CROWD_OUT, tokens.account, self._limits.idle, self._limits.most - 1)
            await connection.execute(
                "insert into sessions (digest, sealed, until, account, begun, before) "
                "values ($1, $2, now() + $3, $4, $5, $6)",
                _digest(secret), _sealed(secret, tokens), self._limits.longest, tokens.account, row["at"],
                row["before"],
            )  # fmt: skip

    async def find(self, secret: str) -> Session | None:
        """The session of this browser, which makes a request now; `None` where there is none.

        Raises `Refusal`: 401 `sign_in.idle`, `sign_in.longest` or `sign_in.crowded_out` where it has ended by itself.
        """
        async with self._tables.transaction() as connection:
            row = await connection.fetchrow(_FIND, _digest(secret), self._limits.idle, SEEN_EVERY)
            if row is None:
                return None
            if why := next((code for ended, code in _WHY.items() if row[ended]), None):
                raise Refusal(401, why)
            if row["unnoted"]:
                await connection.execute("update sessions set seen = now() where digest = $1", _digest(secret))
        tokens = Tokens.model_validate_json(unsealed(secret, row["sealed"]))
        return Session(secret, tokens, row["sealed"], SignIns(row["before"], row["elsewhere"]))

    async def may_renew(self, session: Session) -> bool:
        """Whether this process is the one that asks for newer tokens now."""
        async with self._tables.transaction() as connection:
            given = await connection.fetchval(
                "update sessions set renewing = now() + $3 where digest = $1 and sealed = $2 "
                "and (renewing is null or renewing <= now()) returning true",
                _digest(session.secret), session.box, RENEWING,
            )  # fmt: skip
        return bool(given)

    async def keep(self, secret: str, tokens: Tokens) -> None:
        """Keep newer tokens. A session that was ended meanwhile stays so."""
        async with self._tables.transaction() as connection:
            await connection.execute(
                "update sessions set sealed = $2, renewing = null where digest = $1",
                _digest(secret), _sealed(secret, tokens),
            )  # fmt: skip

    async def end(self, secret: str) -> Tokens | None:
        """End the session of this browser; what it kept."""
        async with self._tables.transaction() as connection:
            box = await connection.fetchval("delete from sessions where digest = $1 returning sealed", _digest(secret))
        return None if box is None else Tokens.model_validate_json(unsealed(secret, box))


async def forget_sessions(service: Service) -> None:
    """Delete those that are over, and sign-ins of long ago. Who was idle or crowded out is told so until then."""
    async with service.tables.transaction() as connection:
        await connection.execute("delete from sessions where until < now()")
        await connection.execute("delete from sign_ins where at < now() - $1::interval", SIGN_INS_KEPT)


def _digest(secret: str) -> bytes:
    return derived(secret, "digest")


def _sealed(secret: str, tokens: Tokens) -> bytes:
    return sealed(secret, tokens.model_dump_json().encode())
