"""The verbs `shien kafka plan` and `shien kafka apply`: topics, and the least rights of each service's user.

And of the user `operator`, as whom all other verbs of `shien` come: they read every topic and all rights, and write
none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Annotated

import typer
from rich.console import Console

from shienevents import (
    Brokers,
    Difference,
    Right,
    change_rights,
    ensure_topic,
    kafka_topics,
    reading_rights,
    rights_difference,
    rights_on,
)
from shienops._output import AsJson, emit
from shienops.cli import Data, run, settings_of
from shienops.errors import Wrong
from shienops.settings import SERVICES
from shienops.stack import Stack
from shienweb import OPERATOR as OPERATOR
from shienweb import ServiceProcessSettings, kafka_needs, rights_for_others, rights_of_others

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
    take: Annotated[
        list[str] | None,
        typer.Option("--take", metavar="USER", help="Take what this other user may do with the topics. Repeatable."),
    ] = None,
    execute: Annotated[bool, typer.Option("--execute", help="Change it. Without it only the plan is shown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the topics that are missing, and give each service's user and `operator` what they need and nothing else.

    トピックを作り、各サービスと operator のユーザーに必要な権限だけを付与します。
    """
    _do(Stack(settings_of(data=data)), principal, take or (), execute=execute, as_json=as_json)


def _do(stack: Stack, principal: str, take: Sequence[str] = (), *, execute: bool, as_json: bool) -> None:
    run(bring_about(stack, principal, take, execute=execute, as_json=as_json))


async def bring_about(
    stack: Stack, principal: str, take: Sequence[str] = (), *, execute: bool, as_json: bool = False
) -> None:
    """Print the plan, and do it with `execute`. `take`: users from whom all rights on the topics are taken.

    Raises `KafkaAway`, `Contract`, and `Wrong` for a user that has them by the settings.
    """
    settings = ServiceProcessSettings()
    needs = [kafka_needs(service, settings, principal) for service in SERVICES]
    there = await kafka_topics(stack.brokers)
    planned, lacking = await plans(stack.brokers, principal)
    missing = [need.topic for need in needs if need.topic not in there]
    topics = [need.topic for need in needs if need.topic in there]
    taken_from = _taken_from(take, principal)
    of_others = await strangers(stack.brokers, principal, topics)
    # A right on a beginning of names or on all topics is not this deployment's to take.
    taken = [right for right in of_others if right.principal in taken_from and right.of_one_name]
    further = [right for right in of_others if right not in taken]
    planned = Difference(planned.give, (*planned.take, *taken))
    if not as_json:
        _print(missing, planned, lacking, further)
    if execute:
        await _change(stack, [need.topic for need in needs], planned)
    if as_json:
        give, taken_ = (list(map(str, rights)) for rights in (planned.give, planned.take))
        others = {cell: list(map(str, rights)) for cell, rights in lacking.items()}
        unnamed = list(map(str, further))
        rights = {"give": give, "take": taken_, "others": others, "unnamed": unnamed}
        emit({"topics": missing, **rights, "executed": execute})
    elif execute:
        Console(highlight=False).print("done / 変更しました")


async def _change(stack: Stack, topics: Sequence[str], planned: Difference) -> None:
    settings = ServiceProcessSettings()
    for topic in topics:
        await ensure_topic(stack.brokers, topic, settings.shards, settings.replication)
    await change_rights(stack.brokers, planned)


async def plans(brokers: Brokers, principal: str) -> tuple[Difference, Mapping[str, Sequence[Right]]]:
    """What the users of the services and `operator` lack and have too much, and what the users of other cells' portals
    lack; then, by cell, the rights that this cell's portal lacks and another cell has to give.

    Raises `KafkaAway`, `Contract`.
    """
    settings = ServiceProcessSettings()
    of_others = rights_of_others(settings, principal)
    from_others = frozenset().union(*of_others.values())
    own = await difference(brokers, principal, from_others)
    guests = rights_for_others(settings, principal)
    given = await rights_difference(brokers, {right.principal for right in guests}, guests)
    lacking = {cell: sorted(rights & set(own.give)) for cell, rights in of_others.items()}
    give = (*(right for right in own.give if right not in from_others), *given.give)
    # Of a guest only rights on the topics of this cell are this cell's to take.
    topics = {right.name for right in guests}
    take = (*own.take, *(right for right in given.take if right.name in topics))
    return Difference(give, take), {cell: rights for cell, rights in lacking.items() if rights}


async def difference(brokers: Brokers, principal: str, more: frozenset[Right] = frozenset()) -> Difference:
    """What the users of the services and `operator` lack and have too much. `more`: further rights that they have.

    Raises `KafkaAway`, `Contract`.
    """
    settings = ServiceProcessSettings()
    needs = [kafka_needs(service, settings, principal) for service in SERVICES]
    operator = principal.replace("{user}", f"{settings.topic_prefix}{OPERATOR}")
    reading = reading_rights(operator, [need.topic for need in needs])
    wanted = reading.union(more, *(need.rights for need in needs))
    return await rights_difference(brokers, [operator, *(need.principal for need in needs)], wanted)


async def strangers(brokers: Brokers, principal: str, topics: Iterable[str]) -> Sequence[Right]:
    """The rights on these topics of users that no setting names. Raises `KafkaAway`, `Contract`."""
    named = _named(principal)
    return sorted(right for right in await rights_on(brokers, topics) if right.principal not in named)


def _named(principal: str) -> Set[str]:
    """The users that have rights by the settings: those of this deployment, and those whom it lets read."""
    settings = ServiceProcessSettings()
    own = {principal.replace("{user}", settings.parts().group(user)) for user in (*SERVICES, OPERATOR)}
    return own | {right.principal for right in rights_for_others(settings, principal)}


def _taken_from(users: Sequence[str], principal: str) -> Set[str]:
    """The users of whom rights are to be taken. Raises `Wrong` for one that has them by the settings."""
    from_whom = {principal.replace("{user}", user) for user in users}
    if wrong := sorted(from_whom & _named(principal)):
        raise Wrong(
            "kafka.user_named",
            f"{', '.join(wrong)} has its rights by the settings.",
            f"{', '.join(wrong)} の権限は設定によるものです。",
            "Take it out of SHIEN_HEARD_BY first; users of this deployment's own services keep theirs.",
            "先に SHIEN_HEARD_BY から外してください。この環境のサービスのユーザーの権限は外せません。",
        )
    return from_whom


def _print(
    missing: list[str], planned: Difference, lacking: Mapping[str, Sequence[Right]], further: Sequence[Right]
) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for topic in missing:
        console.print(f"+ topic {topic}", markup=False)
    for right in planned.give:
        console.print(f"+ {right}", markup=False)
    for right in planned.take:
        console.print(f"- {right}", markup=False)
    for cell, rights in lacking.items():
        for right in rights:
            console.print(f"! {right}: the cell {cell} gives it (SHIEN_HEARD_BY there) / "
                          f"セル {cell} の SHIEN_HEARD_BY で付与します", markup=False)  # fmt: skip
    for right in further:
        console.print(f"? {right}: no setting names this user; --take USER takes it / "
                      "設定にないユーザーです（--take で外せます）", markup=False)  # fmt: skip
    if not (missing or planned.give or planned.take or lacking):
        console.print("nothing to change / 変更はありません")
