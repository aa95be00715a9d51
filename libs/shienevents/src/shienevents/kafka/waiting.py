"""Every failure of Kafka's as one of ours, and a bound for every wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    InvalidTimestampError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

_CLOSE_SECONDS: Final = 2
_NO_RIGHT: Final = (TopicAuthorizationFailedError, GroupAuthorizationFailedError)
REFUSALS: Final = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidTimestampError)


class KafkaAway(Exception):
    """Kafka does not answer, or answered with an error that may pass. Not for people: who asked tries again."""


class KafkaDenied(KafkaAway):
    """Kafka is there and lets this client not in, or not do this. `en` and `ja` name the setting or the remedy.

    It is tried again like any `KafkaAway`: a password is replaced in two places, one after the other.
    """

    def __init__(self, en: str, ja: str) -> None:
        super().__init__(en)
        self.en = en
        self.ja = ja


class Refused(Exception):
    """The broker will never take this batch: a record is larger than the topic allows, or not valid to it."""


@contextmanager
def translated() -> Iterator[None]:
    """aiokafka's errors become `KafkaAway` (or its child `KafkaDenied`) or `Refused`."""
    try:
        yield
    except REFUSALS as error:
        raise Refused(repr(error)) from error
    except ClusterAuthorizationFailedError as error:
        raise KafkaDenied(
            "Kafka allows this to an administrator alone; name one in SHIEN_KAFKA_USER",
            "この操作は Kafka の管理者だけができます。SHIEN_KAFKA_USER に管理者を指定してください",
        ) from error
    except _NO_RIGHT as error:
        raise KafkaDenied(
            f"Kafka does not allow this to the user of SHIEN_KAFKA_USER ({error!r}); give it the missing right: "
            "`shien kafka plan` shows it, `shien kafka apply` gives it",
            f"SHIEN_KAFKA_USER のユーザーには Kafka の権限がありません（{error!r}）。"
            "`shien kafka plan` で不足を確認し、`shien kafka apply` で付与してください",
        ) from error
    except (KafkaError, OSError, TimeoutError) as error:
        raise KafkaAway(repr(error)) from error


def check_allowed(client: Any, topics: Iterable[str]) -> None:
    """Raise what Kafka answered of these topics when a client asked for them: it hides a topic that it refuses.

    Without this check the topic looks like one without leaders, and a client waits for them for ever.
    """
    if refused := client.cluster.unauthorized_topics & set(topics):
        raise TopicAuthorizationFailedError(", ".join(sorted(refused)))


@asynccontextmanager
async def bounded(seconds: float) -> AsyncIterator[None]:
    """`translated`, and a wait of at most so many seconds."""
    with translated():
        async with asyncio.timeout(seconds):
            yield


async def close(client: Any, tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Close a client, and end the tasks that have requests under way.

    Closing fails those requests. One may be opening a connection instead, which is closed afterwards: hence twice.
    """
    under_way = list(tasks)
    await ended(client.close())
    if under_way:
        await asyncio.wait(under_way, timeout=_CLOSE_SECONDS)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await ended(client.close())


async def ended(end: Coroutine[Any, Any, None]) -> None:
    """Await a client's end, at most 2 s: it waits until a peer that may be gone has taken what was written.

    aiokafka keeps a cancellation that meets it here to itself: the caller would never hear of it and never end.
    """
    ending = asyncio.ensure_future(end)
    try:
        await asyncio.wait([ending], timeout=_CLOSE_SECONDS)
    finally:
        ending.cancel()
