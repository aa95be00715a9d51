"""The verbs `shien kafka plan` and `shien kafka apply`: topics, and the least rights of each service's user.

And of the user `operator`, as whom all other verbs of `shien` come: they read every topic and all rights, and write
none.
"""

from __future__ import annotations

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
def plan(data: Data = None, principal: Principal = "User:{user}") -> None:
    """Show what `shien kafka apply --execute` would change. 変更の予定を表示します。"""
    _do(Stack(settings_of(data=data)), principal, execute=False)


@app.command()
def apply(
    data: Data = None,
    principal: Principal = "User:{user}",
    execute: Annotated[bool, typer.Option("--execute", help="Change it. Without it only the plan is shown.")] = False,
) -> None:
    """Make the topics that are missing, and give each service's user and `operator` what they need and nothing else.

    トピックを作り、各サービスと operator のユーザーに必要な権限だけを付与します。
    """
    _do(Stack(settings_of(data=data)), principal, execute=execute)


def _do(stack: Stack, principal: str, *, execute: bool) -> None:
    run(bring_about(stack, principal, execute=execute))


async def bring_about(stack: Stack, principal: str, *, execute: bool) -> None:
    """Print the plan, and do it with `execute`. Raises `KafkaAway`, `Contract`."""
    settings = ServiceProcessSettings()
    needs = [kafka_needs(service, settings, principal) for service in SERVICES]
    there = await kafka_topics(stack.brokers)
    planned = await difference(stack.brokers, principal)
    _print([need.topic for need in needs if need.topic not in there], planned)
    if not execute:
        return
    for need in needs:
        await ensure_topic(stack.brokers, need.topic, settings.shards, settings.replication)
    await change_rights(stack.brokers, planned)
    Console(highlight=False).print("done / 変更しました")


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
