"""The verbs `shien kafka plan` and `shien kafka apply`: topics, and the least rights of each service's user.

And of the user `operator`, as whom all other verbs of `shien` come: they read every topic and all rights, and write
none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from shienevents import (
    Brokers,
    Difference,
    change_rights,
    ensure_topic,
    kafka_topics,
    reading_rights,
    rights_difference,
)
from shienops._output import AsJson, emit
from shienops.cli import Data, run, settings_of
from shienops.settings import SERVICES
from shienops.stack import Stack
from shienweb import ServiceProcessSettings, kafka_needs

OPERATOR = "operator"

app = typer.Typer(help="Topics and rights in Kafka. Kafka のトピックと権限。", no_args_is_help=True)

Principal = Annotated[
    str, typer.Option(help="How Kafka names the user of a service; with certificates it may be User:CN={user}.")
]


@app.command()
def plan(data: Data = None, principal: Principal = "User:{user}", as_json: AsJson = False) -> None:
    """Show what `shien kafka apply --execute` would change. 変更の予定を表示します。"""
    _do(Stack(settings_of(data=data)), principal, execute=False, as_json=as_json)


@app.command()
def apply(
    data: Data = None,
    principal: Principal = "User:{user}",
    execute: Annotated[bool, typer.Option("--execute", help="Change it. Without it only the plan is shown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the topics that are missing, and give each service's user and `operator` what they need and nothing else.

    トピックを作り、各サービスと operator のユーザーに必要な権限だけを付与します。
    """
    _do(Stack(settings_of(data=data)), principal, execute=execute, as_json=as_json)


def _do(stack: Stack, principal: str, *, execute: bool, as_json: bool) -> None:
    run(bring_about(stack, principal, execute=execute, as_json=as_json))


async def bring_about(stack: Stack, principal: str, *, execute: bool, as_json: bool = False) -> None:
    """Print the plan, and do it with `execute`. Raises `KafkaAway`, `Contract`."""
    settings = ServiceProcessSettings()
    needs = [kafka_needs(service, settings, principal) for service in SERVICES]
    there = await kafka_topics(stack.brokers)
    planned = await difference(stack.brokers, principal)
    missing = [need.topic for need in needs if need.topic not in there]
    if not as_json:
        _print(missing, planned)
    if execute:
        await _change(stack, [need.topic for need in needs], planned)
    if as_json:
        give, take = (list(map(str, rights)) for rights in (planned.give, planned.take))
        emit({"topics": missing, "give": give, "take": take, "executed": execute})
    elif execute:
        Console(highlight=False).print("done / 変更しました")


async def _change(stack: Stack, topics: Sequence[str], planned: Difference) -> None:
    settings = ServiceProcessSettings()
    for topic in topics:
        await ensure_topic(stack.brokers, topic, settings.shards, settings.replication)
    await change_rights(stack.brokers, planned)


async def difference(brokers: Brokers, principal: str) -> Difference:
    """What the users of the services and `operator` lack and have too much. Raises `KafkaAway`, `Contract`."""
    settings = ServiceProcessSettings()
    needs = [kafka_needs(service, settings, principal) for service in SERVICES]
    operator = principal.replace("{user}", f"{settings.topic_prefix}{OPERATOR}")
    reading = reading_rights(operator, [need.topic for need in needs])
    wanted = reading.union(*(need.rights for need in needs))
    return await rights_difference(brokers, [operator, *(need.principal for need in needs)], wanted)


def _print(missing: list[str], planned: Difference) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for topic in missing:
        console.print(f"+ topic {topic}", markup=False)
    for right in planned.give:
        console.print(f"+ {right}", markup=False)
    for right in planned.take:
        console.print(f"- {right}", markup=False)
    if not (missing or planned.give or planned.take):
        console.print("nothing to change / 変更はありません")
