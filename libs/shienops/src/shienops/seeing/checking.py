"""The checks of `shien doctor`. Each gives what it found; none raises for what is wrong or does not answer."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg

from shienevents import (
    KafkaAway,
    KafkaDenied,
    ShienError,
    Stopped,
    Store,
    Unavailable,
    standing,
    topic_replicas,
    topic_standing,
    unapplied,
)
from shienops._external import ready
from shienops._words import CHECKS, Said
from shienops.errors import StackError
from shienops.kafka_rights import plans, strangers
from shienops.seeing import promises
from shienops.seeing.opened import views_of
from shienops.seeing.standing import unheld
from shienops.settings import SERVICES
from shienops.system import System
from shienweb import ServiceProcessSettings

NOTHING = Said("", "")
_AWAY = (Unavailable, KafkaAway, OSError, TimeoutError, asyncpg.PostgresConnectionError)


@dataclass(frozen=True)
class Found:
    """What a check found: nothing wrong, or a finding with its remedy. `unreachable`: what it asks does not answer."""

    name: str
    finding: Said = NOTHING
    remedy: Said = NOTHING
    unreachable: bool = False

    @property
    def title(self) -> Said:
        """What was checked, in words; after the name of the service."""
        service, _, check = self.name.rpartition(": ")
        said, before = CHECKS[check], f"{service}: " if service else ""
        return Said(before + said.ja, before + said.en)

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong."""
        return not self.finding.en

    def as_object(self) -> dict[str, Any]:
        """As one JSON object, in both languages."""
        return {
            "check": self.name, "title": {"ja": self.title.ja, "en": self.title.en},
            "fine": self.fine, "unreachable": self.unreachable,
            "finding": {"ja": self.finding.ja, "en": self.finding.en},
            "remedy": {"ja": self.remedy.ja, "en": self.remedy.en},
        }  # fmt: skip


async def asked_of(system: System, principal: str = "User:{user}") -> list[Found]:
    """All that can be checked of this deployment, in the order in which it is built up.

    `principal`: how Kafka names the user of a service, as for `shien kafka plan`.
    """
    found = [*prerequisites(system), *[one async for one in _kafka_rights(system, principal)]]
    for name in system.settings.services:
        found += [one async for one in _of_service(system, name)]
    return found


def prerequisites(system: System) -> Iterator[Found]:
    """What this machine must have, where the parts run on it."""
    version = ".".join(map(str, sys.version_info[:2]))
    fine = sys.version_info >= (3, 11)
    yield (
        Found("python")
        if fine
        else Found(
            "python",
            Said(f"Python {version} は古すぎます", f"Python {version} is too old"),
            Said("Python 3.11 以降を使ってください", "Use Python 3.11 or newer"),
        )
    )
    if system.settings.dsn_folder is None:
        yield from (Found(name) if error is None else _of_error(name, error) for name, error in promises.local(system))


async def _kafka_rights(system: System, principal: str) -> AsyncIterator[Found]:
    """Whether each user of a Kafka with users has its rights. One without has none to judge."""
    if system.settings.kafka_protocol == "PLAINTEXT":
        return
    try:
        planned, of_others = await plans(system.stack.brokers, principal)
        yield Found("kafka rights", *(promises.not_given(list(map(str, planned.give))) or ()))
        topics = map(ServiceProcessSettings().topic, SERVICES)
        others = await strangers(system.stack.brokers, principal, topics)
        yield Found("kafka rights of others", *(promises.given_to_others(list(map(str, others))) or ()))
        for cell in ServiceProcessSettings().other_cells:
            lacking = list(map(str, of_others.get(cell.name, ())))
            yield Found(f"cell {cell.name}: rights", *(promises.not_given_by(cell.name, lacking) or ()))
    except (StackError, ShienError, *_AWAY) as error:
        yield _of_error("kafka rights", error)


async def _of_service(system: System, name: str) -> AsyncIterator[Found]:
    """A service from its schema to its views."""
    try:
        store = await Store.open(system.stack.dsn(name), pool_size=2)
    except (StackError, ShienError, *_AWAY, asyncpg.PostgresError) as error:
        yield _of_error(f"{name}: database", error)
        return
    try:
        yield await _schema(system, name)
        async for found in _of_store(system, store):
            yield found
    except (StackError, ShienError, *_AWAY, asyncpg.PostgresError) as error:
        yield _of_error(f"{name}: database", error)
    finally:
        await store.close()
    yield await _process(system, name)


async def _schema(system: System, name: str) -> Found:
    missing = await unapplied(system.stack.owner_dsn(name), service=name)
    if not missing:
        return Found(f"{name}: schema")
    return Found(
        f"{name}: schema",
        Said(f"適用していない更新があります: {'、'.join(missing)}", f"files not applied: {', '.join(missing)}"),
        Said(
            "shien serve（コンテナーでは docker compose run --rm prepare）を実行してください",
            "Run shien serve, or in containers docker compose run --rm prepare",
        ),
    )


async def _of_store(system: System, store: Store) -> AsyncIterator[Found]:
    """Promises about the log, the topic, the two workers of the service, and its views."""
    name = store.service
    async with store.pool.acquire(timeout=5) as connection:
        for check, wrong in (
            ("numbers", await promises.numbers(connection)),
            ("rights", await promises.rights(connection)),
            ("clock", await promises.clock(connection)),
            ("connections", await promises.connections(connection)),
        ):
            yield Found(f"{name}: {check}", *(wrong or ()))
    async for found in _topic(system, store):
        yield found
    yield await _replicas(system, name)
    stands = await standing(store)
    yield Found(f"{name}: workers", *(promises.idle(unheld(stands)) or ()))
    yield Found(f"{name}: views", *(promises.behind(stands, views_of(name)) or ()))
    yield Found(f"{name}: parked", *(promises.parked(stands) or ()))
    for cell in stands.cells:
        yield Found(f"{name}: {cell.cell}: heard", *(promises.not_heard(cell) or ()))


async def _topic(system: System, store: Store) -> AsyncIterator[Found]:
    topic = ServiceProcessSettings().topic(store.service)
    try:
        verdicts = await topic_standing(store, system.stack.brokers, topic)
    except (StackError, *_AWAY) as error:
        yield _of_error(f"{store.service}: topic", error)
        return
    stopped = [verdict for verdict in verdicts.values() if isinstance(verdict, Stopped)]
    yield Found(f"{store.service}: topic", *(promises.stopped(stopped) or ()))


async def _replicas(system: System, name: str) -> Found:
    """Promise 7, where Kafka has several brokers: one of them may be lost."""
    settings = ServiceProcessSettings()
    try:
        has = await topic_replicas(system.stack.brokers, settings.topic(name))
    except (StackError, *_AWAY) as error:
        return _of_error(f"{name}: replicas", error)
    return Found(f"{name}: replicas", *(promises.replicas(settings.topic(name), has, settings.replication) or ()))


async def _process(system: System, name: str) -> Found:
    """Whether the service's process is ready, and what it says."""
    try:
        url = system.url(name)
    except StackError as error:
        return _of_error(f"{name}: process", error)
    answer = await ready(url)
    if not answer.answers:
        return Found(
            f"{name}: process",
            Said(f"{url} が応答しません", f"{url}: {answer.reason}"),
            Said("shien serve で起動するか、docker compose logs で原因を調べてください",
                 "Start it with shien serve, or look for the cause with docker compose logs"),
            unreachable=True,
        )  # fmt: skip
    said = "; ".join([*([answer.reason] if answer.reason else []), *answer.notices])
    if not said:
        return Found(f"{name}: process")
    return Found(
        f"{name}: process",
        Said(f"サービスからの通知があります: {said}", said),
        Said("docs/runbooks の手順に従ってください", "Follow docs/runbooks"),
    )


def _of_error(name: str, error: Exception) -> Found:
    away = isinstance(error, _AWAY) and not isinstance(error, KafkaDenied)
    if isinstance(error, StackError):
        finding = Said(error.message_ja, error.message_en)
        away = away or error.code in ("part.never_started", "part.no_answer", "dsn.unreadable")
        return Found(name, finding, Said(error.remedy_ja, error.remedy), unreachable=away)
    text = str(error) or type(error).__name__
    if isinstance(error, KafkaDenied):
        return Found(
            name,
            Said(error.ja, error.en),
            Said(
                "docs/how-to/connect-securely.md に従って設定を直してください", "Follow docs/how-to/connect-securely.md"
            ),
        )
    return Found(
        name,
        Said(f"応答がありません（{text}）" if away else text, f"no answer ({text})" if away else text),
        Said(
            "サーバーの稼働状況と接続先を確認してください（shien status）",
            "Check that the server runs, and its address (shien status)",
        ),
        unreachable=away,
    )
