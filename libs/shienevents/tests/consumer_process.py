"""A consumer in a process of its own, to be paused and woken: `python consumer_process.py DSN SECONDS`.

It folds the boxes, each batch slowly enough to be paused in the middle of one. Prints a line when it becomes active.
"""

from __future__ import annotations

import asyncio
import sys

from shienevents import Consumer, Envelope, Event, EventTypes, Handler, Row, Store, StoreSource, View, replace


class BoxFilled(Event, wire="needs.box_filled.v1"):
    """Something was put into a box."""

    box: str
    amount: int


class BoxRow(Row, key=("box",)):
    """What a box holds, and how often it was touched."""

    box: str
    held: int = 0
    touched: int = 0


def fold(row: BoxRow, event: BoxFilled, envelope: Envelope) -> BoxRow:
    return replace(row, held=row.held + event.amount, touched=row.touched + 1)


async def main(dsn: str, seconds: float) -> None:
    types = EventTypes([BoxFilled])
    boxes = View(
        name="boxes",
        version=1,
        row=BoxRow,
        subscribes_to=(BoxFilled,),
        keys=lambda event, envelope: [event.box],
        evolve=fold,
    )
    store = await Store.open(dsn)
    sources = [StoreSource(store, limit=5)]
    consumer = Consumer(store, types, Handler(store, types, []), sources, views=[boxes], lease_seconds=seconds)
    task = asyncio.create_task(consumer.run())
    told = False
    while not task.done():
        if consumer.active != told:
            told = consumer.active
            sys.stdout.write("active\n" if told else "idle\n")
            sys.stdout.flush()
        await asyncio.sleep(0.005)
    await task


asyncio.run(main(sys.argv[1], float(sys.argv[2])))
