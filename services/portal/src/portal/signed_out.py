"""Tokens that were ended by signing out. They are kept in the portal's own table until they expire.

Any number of processes read the table: where one signs out, the others refuse the token a second later at most.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from shienevents import Service
from shienweb import VerifiedToken

_LOOK_SECONDS = 1.0  # so long a token that was looked up is not looked up again
_MOST = 4096  # tokens that are remembered as not ended


class SignedOut:
    """The ended tokens of one portal. It is one of the checker's `denied`."""

    def __init__(self, service: Service) -> None:
        self._tables = service.tables
        self._clear: dict[bytes, float] = {}  # not ended, until this time of the monotonic clock

    async def add(self, token: VerifiedToken) -> None:
        """End this token. Raises `Unavailable`, and then it is not ended."""
        until = datetime.fromtimestamp(token.until, UTC)
        async with self._tables.transaction() as connection:
            await connection.execute(
                "insert into signed_out (digest, until) values ($1, $2) on conflict do nothing", token.digest, until
            )
        self._clear.pop(token.digest, None)

    async def names(self, token: VerifiedToken) -> bool:
        """Whether this token was ended. Raises `Unavailable`."""
        if self._clear.get(token.digest, 0.0) > time.monotonic():
            return False
        async with self._tables.transaction() as connection:
            ended = await connection.fetchval("select true from signed_out where digest = $1", token.digest)
        if ended:
            return True
        if len(self._clear) >= _MOST:
            self._clear.clear()
        self._clear[token.digest] = time.monotonic() + _LOOK_SECONDS
        return False


async def forget_expired(service: Service) -> None:
    """Delete those that have expired: they are refused for that. The portal does so once a minute."""
    async with service.tables.transaction() as connection:
        await connection.execute("delete from signed_out where until < now()")
