"""Calls that wait together go together, and none waits for a timer or for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shienevents.testing import examples
from shienevents.write.batching import Batcher


class Flights:
    """A flush that records its batches, and lands when it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.landing: list[asyncio.Event] = []

    async def flush(self, batch: list[int]) -> Sequence[int | Exception]:
        landing = asyncio.Event()
        self.batches.append(list(batch))
        self.landing.append(landing)
        await landing.wait()
        return [ValueError(n) if n < 0 else n * 10 for n in batch]


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_lone_call_goes_at_once_and_those_that_come_meanwhile_go_together() -> None:
    flights = Flights()
    call = Batcher[int, int](flights.flush, limit=3, max_in_flight=1)
    first = asyncio.create_task(call(1))
    await turns()
    assert flights.batches == [[1]]
    others = [asyncio.create_task(call(n)) for n in (2, 3, 4, 5)]
    await turns()
    assert flights.batches == [[1]]
    for n in range(3):
        flights.landing[n].set()
        await turns()
    assert flights.batches == [[1], [2, 3, 4], [5]]
    assert [await task for task in (first, *others)] == [10, 20, 30, 40, 50]


async def test_no_more_flights_than_allowed_are_under_way() -> None:
    flights = Flights()
    call = Batcher[int, int](flights.flush, limit=1, max_in_flight=2)
    tasks = [asyncio.create_task(call(n)) for n in range(5)]
    await turns()
    assert flights.batches == [[0], [1]]
    flights.landing[1].set()
    await turns()
    assert flights.batches == [[0], [1], [2]]
    while not all(task.done() for task in tasks):
        for landing in flights.landing:
            landing.set()
        await turns()
    assert [task.result() for task in tasks] == [0, 10, 20, 30, 40]


async def test_each_call_gets_its_own_answer_or_its_own_exception() -> None:
    flights = Flights()
    call = Batcher[int, int](flights.flush, limit=9, max_in_flight=1)
    tasks = [asyncio.create_task(call(n)) for n in (1, -2, 3)]
    await turns()
    flights.landing[0].set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [repr(result) for result in results] == ["10", "ValueError(-2)", "30"]


async def test_a_flush_that_raises_fails_every_call_of_its_batch_and_the_next_batch_goes() -> None:
    batches: list[list[int]] = []

    async def flush(batch: list[int]) -> Sequence[int | Exception]:
        batches.append(batch)
        await asyncio.sleep(0)
        if 1 in batch:
            raise ZeroDivisionError
        return batch

    call = Batcher[int, int](flush, limit=2, max_in_flight=1)
    results = await asyncio.gather(*[call(n) for n in range(4)], return_exceptions=True)
    assert [repr(result) for result in results] == ["ZeroDivisionError()", "ZeroDivisionError()", "2", "3"]
    assert await call(7) == 7
    assert batches == [[0, 1], [2, 3], [7]]


async def test_a_flush_that_answers_too_few_leaves_no_call_waiting() -> None:
    async def flush(batch: list[int]) -> Sequence[int | Exception]:
        return batch[1:]

    call = Batcher[int, int](flush, limit=9, max_in_flight=1)
    async with asyncio.timeout(60):
        results = await asyncio.gather(*[call(n) for n in range(3)], return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["ValueError"] * 3
    async with asyncio.timeout(60):
        with pytest.raises(ValueError, match="1 items, 0 answers"):
            await call(4)


async def test_a_caller_that_is_cancelled_does_not_affect_the_others() -> None:
    flights = Flights()
    call = Batcher[int, int](flights.flush, limit=9, max_in_flight=1)
    tasks = [asyncio.create_task(call(n)) for n in range(3)]
    await turns()
    tasks[1].cancel()
    await turns()
    flights.landing[0].set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [int, asyncio.CancelledError, int]


@settings(max_examples=examples(60))
@given(
    calls=st.lists(st.integers(0, 5), max_size=40),
    limit=st.integers(1, 5),
    max_in_flight=st.integers(1, 3),
    waits=st.lists(st.integers(0, 4), min_size=1, max_size=8),
)
def test_whatever_the_timing_every_call_is_answered_once_and_in_limits(
    calls: list[int], limit: int, max_in_flight: int, waits: list[int]
) -> None:
    async def scenario() -> None:
        under_way = most = 0
        seen: list[int] = []

        async def flush(batch: list[int]) -> Sequence[int | Exception]:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            assert 1 <= len(batch) <= limit
            seen.extend(batch)
            for _ in range(waits[len(seen) % len(waits)]):
                await asyncio.sleep(0)
            under_way -= 1
            return [-n for n in batch]

        batcher = Batcher[int, int](flush, limit=limit, max_in_flight=max_in_flight)

        async def caller(n: int, wait: int) -> None:
            for _ in range(wait):
                await asyncio.sleep(0)
            assert await batcher(n) == -n

        await asyncio.gather(*[caller(n, wait) for n, wait in enumerate(calls)])
        assert sorted(seen) == list(range(len(calls)))
        assert most <= max_in_flight

    asyncio.run(scenario())
