"""The client of aiokafka that all others here are written on, or are given."""

from __future__ import annotations

import logging
from typing import Any, Final

from aiokafka import AIOKafkaClient, conn
from aiokafka.client import ConnectionGroup
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError, KafkaError, SaslAuthenticationFailed
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.util import create_task

from .security import Servers, brokers_of

_FIRST: Final = ("bootstrap", ConnectionGroup.DEFAULT)

_log = logging.getLogger("aiokafka.client")  # where the rest of the client logs


class _BearerToken(conn.OAuthAuthenticator):  # type: ignore[misc]  # aiokafka ships no types
    """Signs in with a token, and hears when it is refused (RFC 7628, section 3.2.3).

    aiokafka's own takes that answer for a success: what follows is read as the answers to other questions.
    """

    async def step(self, payload: bytes | None) -> tuple[bytes, bool] | None:
        """The next word to the broker; `None` when nothing is left to say. Raises `SaslAuthenticationFailed`."""
        if payload:
            raise SaslAuthenticationFailed(f"the token is refused: {payload[:200]!r}")
        said: tuple[bytes, bool] | None = await super().step(payload)
        return said


conn.OAuthAuthenticator = _BearerToken


class Client(AIOKafkaClient):  # type: ignore[misc]  # aiokafka ships no types
    """A client that `close` closes whole, also when its `bootstrap` was cancelled.

    aiokafka's own holds its first connection in a local variable until the broker has said which brokers there are: a
    cancellation meanwhile leaves the connection open. Nor does it wait until that connection has ended, which over TLS
    takes a while. This one keeps it.
    """

    def __init__(self, servers: Servers, *, request_timeout_ms: int, client_id: str = "shien") -> None:
        brokers = brokers_of(servers)
        self._connecting = {
            "client_id": client_id,
            "request_timeout_ms": request_timeout_ms,
            **brokers.security.options(),
        }
        self._first: Any = None
        super().__init__(bootstrap_servers=brokers.servers, **self._connecting)

    async def bootstrap(self) -> None:
        """Connect to the first host that answers, and learn of the brokers. Raises what aiokafka raises."""
        for host, port, _ in self.hosts:
            await self._leave_first()
            try:
                self._first = await create_conn(host, port, **self._connecting)
                self.cluster.update_metadata(await self._first.send(MetadataRequest([])))
            except (OSError, KafkaError, TimeoutError) as error:
                _log.error('Unable connect to "%s:%s": %s', host, port, error)
                continue
            break
        else:
            raise KafkaConnectionError(f"Unable to bootstrap from {self.hosts}")
        if self.cluster.brokers():
            self._first.close()
        else:  # as in aiokafka: the only connection there is, until the brokers are known
            self._conns[_FIRST] = self._first
        self._sync_task = create_task(self._md_synchronizer())

    async def close(self) -> None:
        """Close all connections, and wait until they are."""
        await super().close()
        await self._leave_first()

    async def _leave_first(self) -> None:
        if self._first is not None:
            await self._first.close()

    def connection(self, broker: int) -> Any:
        """The connection that a request to this broker takes; `None` where there is none yet."""
        return self._conns.get((broker, ConnectionGroup.DEFAULT))


def given(user: Any, client: Client) -> Any:
    """A consumer or an admin of aiokafka's that has not started, with this client instead of its own."""
    user._client = client
    return user
