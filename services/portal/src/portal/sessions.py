"""Sessions of people who signed in at the identity provider, in a table of the portal's that all its processes share.

The browser has a secret, and the table what is derived of it (`browser_secrets`). Times are those of the database: one
clock for all processes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from shienevents import Service
from shienweb import Refusal

from .browser_secrets import derived, sealed, unsealed

SEEN_EVERY: Final = timedelta(seconds=10)  # requests are noted this often at most: not every read is a write
RENEWING: Final = timedelta(seconds=10)  # longer than the provider may take to answer


class Tokens(BaseModel):
    """What a session keeps. `until`: the Unix time at which the access token has expired, leeway included."""

    model_config = ConfigDict(frozen=True)

    account: str
    access: str
    refresh: str
    identity: str
    until: float


class Session(NamedTuple):
    """A session as it was found. `box` is what was in the row, to notice that another process renewed it."""

    secret: str
    tokens: Tokens
    box: bytes


class Sessions:
    """The sessions of one portal. Every method raises `Unavailable` when Postgres does not answer."""

    def __init__(self, service: Service, idle: timedelta, longest: timedelta) -> None:
        self._tables = service.tables
        self._idle = idle
        self._longest = longest

    async def begin(self, secret: str, tokens: Tokens) -> None:
        """Begin a session for the browser with this secret."""
        async with self._tables.transaction() as connection:
            await connection.execute(
                "insert into sessions (digest, sealed, until) values ($1, $2, now() + $3)",
                _digest(secret), _sealed(secret, tokens), self._longest,
            )  # fmt: skip

    async def find(self, secret: str) -> Session | None:
        """The session of this browser, which makes a request now; `None` where there is none.

        Raises `Refusal`: 401 `sign_in.idle` or `sign_in.longest` where it has ended by itself.
        """
        async with self._tables.transaction() as connection:
            row = await connection.fetchrow(
                "select sealed, until <= now() as over, seen <= now() - $2::interval as idle, "
                "seen <= now() - $3::interval as unnoted from sessions where digest = $1",
                _digest(secret), self._idle, SEEN_EVERY,
            )  # fmt: skip
            if row is None:
                return None
            if row["over"] or row["idle"]:
                raise Refusal(401, "sign_in.longest" if row["over"] else "sign_in.idle")
            if row["unnoted"]:
                await connection.execute("update sessions set seen = now() where digest = $1", _digest(secret))
        return Session(secret, Tokens.model_validate_json(unsealed(secret, row["sealed"])), row["sealed"])

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
    """Delete those that are over. Who was idle is told so until then."""
    async with service.tables.transaction() as connection:
        await connection.execute("delete from sessions where until < now()")


def _digest(secret: str) -> bytes:
    return derived(secret, "digest")


def _sealed(secret: str, tokens: Tokens) -> bytes:
    return sealed(secret, tokens.model_dump_json().encode())
