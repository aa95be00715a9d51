"""Which hit comes in which round: decks of cards, shuffled, so that none is left out for long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from shienops._shared import in_containers

from .hits import Hit

_EVERYTHING = ("needs-1", "needs-2", "matching-1", "matching-2", "producer-1", "producer-2")

PROCESSES = (
    Hit("kill", ["any"]),
    Hit("kill", ["any", "any"]),
    Hit("kill", ["producer"]),
    Hit("kill", ["consumer needs"]),
    Hit("kill", ["consumer matching"]),
    Hit("kill", ["consumer needs", "consumer matching"]),
    Hit("kill", ["relay needs"]),
    Hit("kill", ["relay matching", "producer"]),
    Hit("kill", ["relay needs", "consumer matching"]),
    Hit("kill", ["needs-1", "needs-2"]),
    Hit("kill", ["matching-1", "matching-2"]),
    Hit("kill", _EVERYTHING),
    Hit("restart", ["needs", "matching"]),
    Hit("restart", ["consumer matching"]),
    Hit("pause", ["consumer needs"], seconds=1.0),
    Hit("pause", ["consumer matching"], seconds=1.0),
    Hit("pause", ["relay needs", "consumer matching"], seconds=1.0),
    Hit("pause", ["needs-1", "needs-2"], seconds=1.0),
    Hit("stall", ["needs"]),
    Hit("stall", ["matching"]),
    Hit("cut", ["needs"]),
    Hit("cut", ["matching", "needs"]),
    Hit("late relay", ["needs"]),
    Hit("late relay", ["matching"]),
)
SERVERS = (
    Hit("kill", [], ["postgres"]),
    Hit("kill", [], ["broker"]),
    Hit("kill", ["consumer matching"], ["postgres"]),
    Hit("kill", ["relay needs"], ["broker"]),
    Hit("kill", ["producer"], ["postgres"], away_seconds=2.0),
    Hit("pause", ["consumer needs"], ["broker"], seconds=1.0),
    Hit("kill", [], ["broker", "postgres"]),
    Hit("kill", [], ["broker"], away_seconds=12.0),  # longer than a relay waits for an answer
)
_SERVER_EVERY = 6


def mixed(random: Random, lease_seconds: float) -> Iterator[Hit]:
    """Hits without end: mostly processes, every sixth a server. Pauses last past the lease."""
    # The sessions of a Postgres in a container cannot be stopped from here.
    possible = [hit for hit in PROCESSES if hit.kind != "stall" or not in_containers()]
    processes, servers = _dealt(random, possible), _dealt(random, SERVERS)
    number = 0
    while True:
        number += 1
        hit = next(servers if number % _SERVER_EVERY == 0 else processes)
        yield replace(hit, seconds=lease_seconds * random.uniform(1.1, 2.5)) if hit.seconds else hit


def _dealt(random: Random, cards: Sequence[Hit]) -> Iterator[Hit]:
    while True:
        yield from random.sample(cards, len(cards))


def checks(rounds: int) -> list[int]:
    """After which rounds all is checked, besides the last: 30, 60, 120 …, for a check reads the whole history."""
    marks = [30 * 2**n for n in range(20)]
    return [mark for mark in marks if mark < rounds]
