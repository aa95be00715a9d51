"""The verbs that repair a shard that the relay stopped: `shien relay resend` and `shien store refill`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from shienevents import KafkaAway, KafkaDenied, ShienError, Store, Unavailable, refill, resend
from shienops._output import FINDING, UNREACHABLE, AsJson, Execute, emit, tell
from shienops._pace import Pace
from shienops._words import Said
from shienops.cli import Data, run, settings_of
from shienops.stack import Stack
from shienweb import ServiceProcessSettings

relay = typer.Typer(help="Repair a service's relay to Kafka. リレーの復旧。", no_args_is_help=True)
store = typer.Typer(help="Repair a service's event store. イベントストアの復旧。", no_args_is_help=True)

Service = Annotated[str, typer.Argument(help="Name of the service, which is the name of its database.")]
Topic = Annotated[str | None, typer.Option(help="Topic of the service. [SHIEN_TOPIC_PREFIX + SERVICE.events]")]


@relay.command("resend")
def relay_resend(
    service: Service, execute: Execute = False, as_json: AsJson = False, data: Data = None, topic: Topic = None
) -> None:
    """Send the events again that the broker lost: the end of a topic, or all of it when it was lost or deleted.

    The running service's relay continues after the last event that the topic has: same partitions, same order, same
    bytes. Subscribers go on by number. Without --execute it only says what would be sent.
    """
    run(_resend(Stack(settings_of(data=data)), service, topic, execute, as_json))


@store.command("refill")
def store_refill(
    service: Service,
    execute: Execute = False,
    as_json: AsJson = False,
    data: Data = None,
    topic: Topic = None,
    set_aside: Annotated[Path | None, typer.Option(help="New file for the events that only this store has.")] = None,
) -> None:
    """Copy the events that a restored or an empty database lacks back from the topic, byte for byte.

    An empty database takes the id of the store that was lost. What is not in events, such as contacts, does not come
    back. Without --execute it only says what would be copied.
    """
    run(_refill(Stack(settings_of(data=data)), service, topic, set_aside, execute, as_json))


def _topic(service: str) -> str:
    return ServiceProcessSettings().topic(service)


async def _resend(stack: Stack, service: str, topic: str | None, execute: bool, as_json: bool) -> None:
    topic = topic or _topic(service)
    try:
        opened = await Store.open(stack.dsn(service))
        try:
            checkpoints = await resend(opened, stack.brokers, topic, execute=execute)
            heads = await opened.heads()
        finally:
            await opened.close()
    except (ShienError, KafkaAway) as error:
        _fail(error)
    if as_json:
        shards = [
            {"shard": shard, "after": one.seq, "events": heads[shard] - one.seq} for shard, one in checkpoints.items()
        ]
        emit({"service": service, "executed": execute, "shards": shards})
        return
    console = Console(highlight=False)
    for shard, checkpoint in sorted(checkpoints.items()):
        count = heads[shard] - checkpoint.seq
        ja = f"シャード {shard}：番号 {checkpoint.seq} の次から送信（{count} 件）"
        en = f"shard {shard}: the relay continues after number {checkpoint.seq} ({count} events)"
        console.print(str(Said(ja, en)), markup=False)
    if not checkpoints:
        en = "no shard lost an event; nothing was changed"
        console.print(str(Said("出来事を失ったシャードはありません。何も変更していません。", en)), markup=False)
    elif execute:
        tell(
            "サービスが動いていれば送信が始まります。進み具合は shien outbox で確認できます。",
            "the running service sends them now; shien outbox shows how far it is",
        )
    else:
        _ask_for_execute()


async def _refill(
    stack: Stack, service: str, topic: str | None, set_aside: Path | None, execute: bool, as_json: bool
) -> None:
    topic = topic or _topic(service)
    try:
        shards = await refill(
            stack.owner_dsn(service),
            stack.brokers,
            topic,
            set_aside,
            execute=execute,
            progress=Pace("照合と復元", "compared and copied"),
        )
    except (ShienError, KafkaAway) as error:
        _fail(error)
    if as_json:
        emit({"service": service, "executed": execute, "shards": [one._asdict() for one in shards]})
        return
    console = Console(highlight=False)
    for one in shards:
        ja = f"シャード {one.shard}：復元 {one.inserted} 件、退避 {one.set_aside} 件、最後の番号 {one.head}"
        en = f"shard {one.shard}: {one.inserted} copied back, {one.set_aside} set aside, last number {one.head}"
        console.print(str(Said(ja, en)), markup=False)
    if not execute:
        _ask_for_execute()


def _ask_for_execute() -> None:
    tell(
        "まだ何も変更していません。--execute を付けて実行してください。",
        "nothing was changed yet. Add --execute to do it.",
    )


def _fail(error: ShienError | KafkaAway) -> NoReturn:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if isinstance(error, KafkaDenied):
        console.print(f"shien: {error.en}\nshien: {error.ja}", markup=False)
    elif isinstance(error, KafkaAway):
        console.print(f"shien: Kafka does not answer ({error}). Start it (shien up) and run this again", markup=False)
        console.print("shien: Kafka が応答しません。起動してから（shien up）もう一度実行してください", markup=False)
    else:
        console.print(f"shien: {error}", markup=False)
        console.print(f"shien: {error.ja or error}", markup=False)
    raise typer.Exit(UNREACHABLE if isinstance(error, KafkaAway | Unavailable) else FINDING) from None
