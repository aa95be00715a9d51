"""Appends that cannot be checked together go one turn after another: rivals for a stream, and a key used twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from ._append import Answer, Append, Prepared, Written
from ._errors import StreamConflict

Write = Callable[[Sequence[Prepared]], Awaitable[Sequence[Answer]]]


async def in_turns(batch: Sequence[Prepared], write: Write) -> list[Answer]:
    """Write a batch turn by turn: nobody is refused because of one beside it that is refused itself.

    Almost every batch is one turn. What a turn made hopeless is refused without asking the database.
    """
    if _strangers(batch):
        return list(await write(batch))
    answers: dict[int, Answer] = {}
    waiting = list(range(len(batch)))
    while waiting:
        turn = _turn(batch, waiting)
        answers.update(zip(turn, await write([batch[n] for n in turn]), strict=True))
        waiting = [n for n in waiting if n not in answers]
        if waiting:
            for n in _hopeless(batch, waiting, {n: answers[n] for n in turn}):
                answers[n] = StreamConflict(batch[n][0].stream)
            waiting = [n for n in waiting if n not in answers]
    return [answers[n] for n in range(len(batch))]


def _strangers(batch: Sequence[Prepared]) -> bool:
    """Whether no two of them share a stream or a key."""
    keys = [(key.principal, key.key) for append, _ in batch if (key := append.origin.idempotency)]
    return len({append.stream for append, _ in batch}) == len(batch) and len(set(keys)) == len(keys)


def _turn(batch: Sequence[Prepared], waiting: Sequence[int]) -> list[int]:
    """Those that can be checked together: the appends of a stream in one chain of versions, and no key twice."""
    versions: dict[str, int] = {}
    keys: set[tuple[str, str]] = set()
    turn = []
    for n in waiting:
        append: Append = batch[n][0]
        key = append.origin.idempotency
        named = (key.principal, key.key) if key else None
        if versions.get(append.stream, append.expected) == append.expected and named not in keys:
            turn.append(n)
            versions[append.stream] = append.version
            if named:
                keys.add(named)
    return turn


def _hopeless(batch: Sequence[Prepared], waiting: Sequence[int], answers: dict[int, Answer]) -> list[int]:
    """Those waiting, without a key, whose version is wrong for certain after these answers."""
    stands: dict[str, int] = {}
    wrong: set[tuple[str, int]] = set()
    for n, answer in answers.items():
        if isinstance(answer, Written) and not answer.replayed:
            stands[answer.stream] = answer.version
        elif isinstance(answer, StreamConflict):
            wrong.add((answer.stream, batch[n][0].expected))
    return [
        n
        for n in waiting
        if (append := batch[n][0]).origin.idempotency is None
        and (stands.get(append.stream, append.expected) != append.expected or (append.stream, append.expected) in wrong)
    ]
