"""Who may do what in Kafka, tried on a broker that judges it: principal × topic × operation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiokafka.structs import TopicPartition

from shienevents import (
    Brokers,
    Difference,
    KafkaAway,
    KafkaDenied,
    Right,
    change_rights,
    ensure_topic,
    rights_difference,
    rights_on,
)
from shienevents.kafka.broker import administrator, last_records
from shienevents.kafka.group_offsets import GroupOffsets
from shienevents.kafka.packing import Batch
from shienevents.kafka.producer import Producer
from shienevents.kafka.rights import Kind, Operation
from shienops import StackSettings
from shienops._external import ExternalKafka
from shienops.errors import Wrong
from shienops.kafka_rights import OPERATOR, bring_about
from shienops.settings import SERVICES
from shienops.stack import Stack

from .secured import Secured

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("secured")]

PATIENCE = 60  # seconds: 150 clients at once on a machine that is busy

# Who reads whose topic, as a person would draw it: its own, and those it hears.
READS = {
    "registry": {"registry", "needs", "matching", "escalation"},
    "needs": {"needs", "registry", "matching", "escalation"},
    "matching": {"matching", "registry", "needs"},
    "escalation": {"escalation", "registry", "needs", "matching"},
    "portal": {"portal", "registry", "needs", "matching", "escalation"},
    OPERATOR: set(SERVICES),
}


async def write(brokers: Brokers, service: str) -> None:
    batch = Batch()
    batch.count = 1
    batch._builder.append(0, 1_700_000_000_000, b"key", b"value", [])
    async with Producer(brokers, f"{service}.events", timeout_seconds=PATIENCE) as producer:
        await producer.send(0, batch)


async def read(brokers: Brokers, service: str) -> None:
    await last_records(brokers, f"{service}.events", [0], timeout_seconds=PATIENCE)


async def look_at(brokers: Brokers, service: str) -> None:
    await ensure_topic(brokers, f"{service}.events", 12, timeout_seconds=PATIENCE)


async def commit(brokers: Brokers, service: str) -> None:
    """As the group of this service, on a topic that the user reads."""
    group = GroupOffsets(brokers, service)
    try:
        while True:
            try:
                return await group.commit(
                    {TopicPartition(f"{brokers.security.kafka_user}.events".replace(OPERATOR, service), 0): 1}
                )
            except KafkaDenied:
                raise
            except KafkaAway:  # the topic of the offsets is made at the first commit
                continue
    finally:
        await group.close()


async def delete(brokers: Brokers, service: str) -> None:
    async with administrator(brokers, 60) as admin:
        answer = await admin.delete_topics([f"{service}.events"])
    if answer.topic_error_codes[0][1] == 29:  # TOPIC_AUTHORIZATION_FAILED
        raise KafkaDenied("may not delete", "削除できません")


ALLOWED: dict[Callable[[Brokers, str], Awaitable[None]], Callable[[str, str], bool]] = {
    write: lambda user, other: user == other,
    read: lambda user, other: other in READS[user],
    look_at: lambda user, other: other in READS[user],
    commit: lambda user, other: user == other,
    delete: lambda user, other: False,
}


def stack_of(secured: Secured, user: str = "admin") -> Stack:
    brokers = secured.brokers(user)
    settings = StackSettings(data=secured.folder / "operator", services=(), bootstrap_servers=brokers.servers)
    return Stack(settings.model_copy(update=dict(brokers.security)), kafka=ExternalKafka(brokers))


@pytest.fixture
async def given(secured: Secured) -> Secured:
    """The broker with the topics of the five services, and their users' rights."""
    await bring_about(stack_of(secured), "User:{user}", execute=True)
    return secured


async def test_each_user_may_do_what_its_service_needs_and_nothing_else(given: Secured) -> None:
    few = asyncio.Semaphore(16)

    async def tried(act: Callable[[Brokers, str], Awaitable[None]], user: str, other: str) -> bool:
        async with few:
            try:
                await act(given.brokers(user), other)
            except KafkaDenied:
                return False
            return True

    cells = [(act, user, other) for act in ALLOWED for user in READS for other in SERVICES]
    found = await asyncio.gather(*(tried(*cell) for cell in cells))
    wrong = [
        f"{user} {'may' if may else 'may not'} {act.__name__} {other}"
        for (act, user, other), may in zip(cells, found, strict=True)
        if may != ALLOWED[act](user, other)
    ]
    assert not wrong


async def test_a_user_without_rights_sees_no_topic(given: Secured) -> None:
    nobody = given.brokers("nobody")
    for act in (write, read, look_at):
        with pytest.raises(KafkaDenied):
            await act(nobody, "needs")


async def test_the_operator_sees_all_rights_and_changes_none(
    given: Secured, capsys: pytest.CaptureFixture[str]
) -> None:
    await bring_about(stack_of(given, OPERATOR), "User:{user}", execute=False)
    assert capsys.readouterr().out == "nothing to change / 変更はありません\n"
    right = Right("User:nobody", Kind.TOPIC, "needs.events", Operation.READ)
    with pytest.raises(KafkaDenied):
        await change_rights(given.brokers(OPERATOR), Difference((right,), ()))


async def test_who_is_no_administrator_is_told_so(given: Secured) -> None:
    with pytest.raises(KafkaDenied, match="administrator"):
        await bring_about(stack_of(given, "nobody"), "User:{user}", execute=False)


async def test_a_user_that_no_setting_names_is_shown_and_its_rights_on_the_topics_are_taken(
    given: Secured, capsys: pytest.CaptureFixture[str]
) -> None:
    admin = given.brokers()
    one = Right("User:hyogo.portal", Kind.TOPIC, "needs.events", Operation.READ)
    another = Right("User:analysis", Kind.TOPIC, "matching.events", Operation.READ)
    wider = Right("User:hyogo.portal", Kind.TOPIC, "needs.", Operation.READ, 4)
    await change_rights(admin, Difference((one, another, wider), ()))
    try:
        capsys.readouterr()
        await bring_about(stack_of(given), "User:{user}", execute=False)
        shown = capsys.readouterr().out.splitlines()
        assert [line.partition(":")[0] for line in shown] == ["? User"] * 3 + ["nothing to change / 変更はありません"]
        assert shown[0].startswith(f"? {another}: no setting names this user")
        with pytest.raises(Wrong, match="SHIEN_HEARD_BY"):
            await bring_about(stack_of(given), "User:{user}", ["needs"], execute=True)
        await bring_about(stack_of(given), "User:{user}", ["hyogo.portal"], execute=False)
        assert f"- {one}" in capsys.readouterr().out.splitlines()
        await bring_about(stack_of(given), "User:{user}", ["hyogo.portal"], execute=True)
        assert await rights_on(admin, ["needs.events", "matching.events"]) >= {another, wider}
        assert one not in await rights_on(admin, ["needs.events"])
    finally:
        await change_rights(admin, Difference((), (another, wider)))


async def test_a_plan_changes_nothing_and_a_second_one_is_empty(
    given: Secured, capsys: pytest.CaptureFixture[str]
) -> None:
    extra = Right("User:needs", Kind.TOPIC, "portal.events", Operation.WRITE)
    admin = given.brokers()
    await change_rights(admin, await rights_difference(admin, [], [extra]))
    capsys.readouterr()
    for _ in range(2):
        await bring_about(stack_of(given), "User:{user}", execute=False)
        assert capsys.readouterr().out == "- User:needs: WRITE on TOPIC portal.events\n"
    await bring_about(stack_of(given), "User:{user}", execute=True)
    capsys.readouterr()
    await bring_about(stack_of(given), "User:{user}", execute=False)
    assert capsys.readouterr().out == "nothing to change / 変更はありません\n"
