"""What a service may do in Kafka: the least that it needs, what it has, and the difference given and taken.

Kafka keeps rights as ACLs of principals. A right here is an ACL that allows, on one topic or group by its full name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, NamedTuple

from aiokafka.errors import NodeNotReadyError, NoError, for_code
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest

from ..core.errors import Contract
from .client import Client
from .denial import opened
from .security import Servers
from .waiting import ended, translated

_SECONDS: Final = 15
_ANY: Final = 1
_ALLOW: Final = 3
_LITERAL: Final = 3
_MATCHING: Final = 2  # by its full name, by a beginning of it, or by "*"
_EVERYWHERE: Final = "*"
_NO_AUTHORIZER: Final = 54
_CLUSTER: Final = "kafka-cluster"  # the one name that Kafka has for itself


class Kind(IntEnum):
    """What a right is about, as Kafka numbers it."""

    TOPIC = 2
    GROUP = 3
    CLUSTER = 4
    TRANSACTIONAL_ID = 5
    DELEGATION_TOKEN = 6
    USER = 7


class Operation(IntEnum):
    """What a right allows, as Kafka numbers it. READ and WRITE include DESCRIBE."""

    ALL = 2
    READ = 3
    WRITE = 4
    CREATE = 5
    DELETE = 6
    ALTER = 7
    DESCRIBE = 8
    CLUSTER_ACTION = 9
    DESCRIBE_CONFIGS = 10
    ALTER_CONFIGS = 11
    IDEMPOTENT_WRITE = 12
    CREATE_TOKENS = 13
    DESCRIBE_TOKENS = 14


class Right(NamedTuple):
    """An ACL. `pattern` and `permission` are LITERAL and ALLOW in all that is given here."""

    principal: str
    kind: int
    name: str
    operation: int
    pattern: int = _LITERAL
    host: str = _EVERYWHERE
    permission: int = _ALLOW

    @property
    def of_one_name(self) -> bool:
        """Whether it is about one topic or group by its full name, and allows."""
        return self.pattern == _LITERAL and self.name != _EVERYWHERE and self.permission == _ALLOW

    def __str__(self) -> str:
        allowed = "" if self.permission == _ALLOW else ", denied"
        beginning = "" if self.pattern == _LITERAL else ", as a beginning of names"
        host = "" if self.host == _EVERYWHERE else f", from {self.host}"
        what = f"{_called(Operation, self.operation)} on {_called(Kind, self.kind)} {self.name}"
        return f"{self.principal}: {what}{beginning}{host}{allowed}"


@dataclass(frozen=True, slots=True)
class Difference:
    """What `change_rights` would do: rights to give, and rights that no service needs, to take."""

    give: tuple[Right, ...]
    take: tuple[Right, ...]


def needed_rights(principal: str, topic: str, group: str, heard: Iterable[str]) -> frozenset[Right]:
    """The rights of a service that writes `topic`, hears other topics and commits offsets as `group`.

    It reads its own topic too: the relay looks at the last record before it sends. It makes no topic.
    """
    own = (Operation.READ, Operation.WRITE, Operation.DESCRIBE_CONFIGS)
    return frozenset(
        [
            *(Right(principal, Kind.TOPIC, topic, operation) for operation in own),
            *hearing_rights(principal, heard),
            Right(principal, Kind.GROUP, group, Operation.READ),
        ]
    )


def hearing_rights(principal: str, topics: Iterable[str]) -> frozenset[Right]:
    """The rights of who hears topics of another."""
    return frozenset(Right(principal, Kind.TOPIC, topic, Operation.READ) for topic in topics)


def reading_rights(principal: str, topics: Iterable[str]) -> frozenset[Right]:
    """The rights of who looks at topics, their records, how they are kept and who may use them, and writes nothing."""
    looks = (Operation.READ, Operation.DESCRIBE_CONFIGS)
    of_topics = [Right(principal, Kind.TOPIC, topic, operation) for topic in topics for operation in looks]
    return frozenset([*of_topics, Right(principal, Kind.CLUSTER, _CLUSTER, Operation.DESCRIBE)])


async def rights_difference(servers: Servers, principals: Collection[str], wanted: Collection[Right]) -> Difference:
    """What these principals lack and have too much. Raises `KafkaAway`, and `Contract` where Kafka judges no rights."""
    async with _connected(servers) as send:
        held = {right for principal in principals for right in await _held(send, principal)}
    return Difference(tuple(sorted(set(wanted) - held)), tuple(sorted(held - set(wanted))))


async def rights_on(servers: Servers, topics: Iterable[str]) -> frozenset[Right]:
    """The rights that anybody has on these topics. Raises `KafkaAway`, and `Contract` where Kafka judges no rights."""
    async with _connected(servers) as send:
        found = [await _described(send, Kind.TOPIC, topic, _MATCHING, None) for topic in topics]
    return frozenset(right for rights in found for right in rights)


async def change_rights(servers: Servers, planned: Difference) -> None:
    """Give what is missing, then take what is too much. Raises `KafkaAway`."""
    async with _connected(servers) as send:
        for right in planned.give:
            answer = await send(CreateAclsRequest(*_fields(right)))
            _raise(*answer.creation_responses[0])
        for right in planned.take:
            answer = await send(DeleteAclsRequest(*_fields(right)))
            _raise(*answer.filter_responses[0][:2])


@asynccontextmanager
async def _connected(servers: Servers) -> AsyncIterator[Any]:
    client = Client(servers, request_timeout_ms=_SECONDS * 1000)
    try:
        await opened(client.bootstrap(), _SECONDS, servers)

        async def send(request: Any) -> Any:
            broker = client.get_random_node()
            if broker is None:
                raise NodeNotReadyError("no broker is known")
            return await client.send(broker, request)

        with translated():
            yield send
    finally:
        await ended(client.close())


async def _held(send: Any, principal: str) -> list[Right]:
    return await _described(send, _ANY, None, _ANY, principal)


async def _described(send: Any, kind: int, name: str | None, pattern: int, principal: str | None) -> list[Right]:
    answer = await send(DescribeAclsRequest(kind, name, pattern, principal, None, _ANY, _ANY))
    if answer.error_code == _NO_AUTHORIZER:
        raise Contract(
            "this Kafka has no authorizer, so every user may do everything; set authorizer.class.name on the brokers",
            "この Kafka は権限を確認しないため、誰でもすべての操作ができます。サーバーに authorizer.class.name を"
            "設定してください",
        )
    _raise(answer.error_code, answer.error_message)
    return [
        Right(owner, kind, name, operation, pattern, host, permission)
        for kind, name, pattern, rights in answer.resources
        for owner, host, operation, permission in rights
    ]


def _fields(right: Right) -> tuple[int, str, int, str, str, int, int]:
    return (right.kind, right.name, right.pattern, right.principal, right.host, right.operation, right.permission)


def _raise(code: int, message: str | None) -> None:
    if code != NoError.errno:
        raise for_code(code)(message or "")


def _called(names: type[IntEnum], number: int) -> str:
    try:
        return names(number).name
    except ValueError:  # one of a later Kafka
        return str(number)
