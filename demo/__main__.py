"""Runs the service of libs/shienevents/README.md on a stack of its own, and shows what became of each fact."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from shienevents import KafkaSource, Positions, Record, Relay, Store, StoreSource
from shienops import Stack, StackError, StackSettings, Step

README = Path(__file__).parent.parent / "libs/shienevents/README.md"


async def main(console: Console) -> None:
    """Start, run the example, read the topic as a stranger would, and end everything."""
    begun = time.monotonic()
    console.print("[bold]Postgres and Kafka[/bold], real ones, in a temporary folder:")
    with tempfile.TemporaryDirectory(prefix="shien-demo-", ignore_cleanup_errors=True) as folder:
        stack = Stack(StackSettings(data=Path(folder), services=("needs",)))
        await stack.up(lambda step: _tell(console, step))
        try:
            console.print("[bold]The service of libs/shienevents/README.md[/bold]: three needs recorded, their view:")
            await _run_example(stack)
            await _show_log(stack, console)
        finally:
            await stack.down()
    console.print(f"Done in {time.monotonic() - begun:.1f} s; nothing is left behind.")


async def _run_example(stack: Stack) -> None:
    found = re.search(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert found is not None, "the README has its example"
    environment = {
        **os.environ,
        "DSN": stack.dsn("needs"),
        "OWNER_DSN": stack.owner_dsn("needs"),
        "WRITER": "needs",
        "BOOTSTRAP_SERVERS": stack.bootstrap_servers,
        "TOPIC": "needs.events",
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", found[1], env=environment)
    if await process.wait():
        raise SystemExit("the example failed; its message is above")


async def _show_log(stack: Stack, console: Console) -> None:
    """The same events twice: as the store has them, and as the topic has them."""
    store = await Store.open(stack.dsn("needs"))
    count = sum(await store.heads())
    # The example ended as soon as it had its answer. Whatever it had not sent yet, the next relay sends.
    relay = asyncio.create_task(Relay(store, stack.bootstrap_servers, "needs.events").run())
    table = Table(title="the log, and what a subscriber of needs.events received")
    for heading in ("seq", "event", "data", "because of", "in Kafka"):
        table.add_column(heading)
    published = {record.envelope.id: record for record in await _published(store, stack.bootstrap_servers, count)}
    source = StoreSource(store)
    await source.start(Positions())
    for record in await source.next():
        envelope = record.envelope
        there = published.get(envelope.id)
        same = there is not None and there.digest() == record.digest()
        because = f"{envelope.causation} (reaction)" if envelope.causation else envelope.actor
        table.add_row(
            str(envelope.seq), envelope.type, record.data.decode(), because, "same bytes" if same else "MISSING"
        )
    console.print(table)
    relay.cancel()
    await asyncio.gather(relay, return_exceptions=True)
    await store.close()


async def _published(store: Store, bootstrap_servers: str, count: int) -> list[Record]:
    topic = KafkaSource(bootstrap_servers, {"needs": "needs.events"}, store.shards)
    await topic.start(Positions())
    found: list[Record] = []
    try:
        async with asyncio.timeout(20):
            while len(found) < count:
                found += await topic.next()
    except TimeoutError:
        pass  # the table says what is missing
    await topic.stop()
    return found


def _tell(console: Console, step: Step) -> None:
    if step.seconds is not None:
        console.print(f"  {step.text} ({step.seconds:.1f} s)")


if __name__ == "__main__":
    screen = Console(width=170 if not sys.stdout.isatty() else None)
    try:
        asyncio.run(main(screen))
    except StackError as error:
        screen.print(f"{error.message_en} {error.remedy}\n{error.message_ja} {error.remedy_ja}")
        raise SystemExit(1) from None
