"""What a round does to the system."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from shienops._parts import Part

from .processes import Process
from .rig import Rig
from .stalls import stall
from .waiting import until

Kind = Literal["kill", "restart", "pause", "stall", "cut", "late relay"]
Server = Literal["broker", "postgres"]

_LATE_SECONDS = 60.0


@dataclass(frozen=True)
class Hit:
    """One blow, or several at once.

    `targets` are names of processes, or words that are looked up when it falls: "any", "producer", "needs",
    "matching" (one of its processes), "consumer needs", "relay matching" (the one that holds that lease); for "stall",
    "cut" and "late relay" they are services. The servers named are killed at the same moment, and are started again
    after `away_seconds`. A pause lasts `seconds`.
    """

    kind: Kind
    targets: Sequence[str] = ()
    servers: Sequence[Server] = ()
    seconds: float = 0.0
    away_seconds: float = 0.0


async def strike(rig: Rig, hit: Hit, random: Random) -> str:
    """Strike, put back what was hit, and say in words what it was."""
    names = list(hit.targets)
    if hit.kind in ("kill", "restart", "pause"):
        names = list(dict.fromkeys([(await _find(rig, target, random)).name for target in hit.targets]))
    for server in hit.servers:
        _part(rig, server).kill()
    await _BLOWS[hit.kind](rig, names, hit)
    await asyncio.sleep(hit.away_seconds)
    await asyncio.gather(*(_part(rig, server).start() for server in hit.servers))
    words = [f"{hit.kind} {' + '.join(names)}"] if names else []
    words += [f"kill {' + '.join(hit.servers)}"] if hit.servers else []
    words += [f"for {length:.1f} s" for length in (hit.seconds, hit.away_seconds) if length]
    return " ".join(words)


async def _kill(rig: Rig, names: Sequence[str], _: Hit) -> None:
    for name in names:
        rig.processes[name].kill()
    for name in names:
        rig.processes[name].start()


async def _restart(rig: Rig, names: Sequence[str], _: Hit) -> None:
    """What a deployment does: SIGTERM, and a new life."""
    said = await asyncio.gather(*(rig.processes[name].stop() for name in names))
    rig.complaints += [words for words in said if words]
    for name in names:
        rig.processes[name].start()


async def _pause(rig: Rig, names: Sequence[str], hit: Hit) -> None:
    for name in names:
        rig.processes[name].pause()
    await asyncio.sleep(hit.seconds)
    for name in names:
        rig.processes[name].resume()


async def _stall(rig: Rig, services: Sequence[str], _: Hit) -> None:
    for service in services:
        await stall(rig, service)


async def _cut(rig: Rig, services: Sequence[str], _: Hit) -> None:
    for service in services:
        await rig.cut_connections(service)


async def _send_late(rig: Rig, services: Sequence[str], _: Hit) -> None:
    """A relay without a lease, beside the one that has it."""
    for service in services:
        process = rig.late_relay(service)
        process.start()
        if not await until(lambda process=process: process.ended is not None, seconds=_LATE_SECONDS):  # type: ignore[misc]
            rig.complaints.append(f"{process.name} did not come to its end within {_LATE_SECONDS:.0f} s")
        process.kill()


_BLOWS: dict[Kind, Callable[[Rig, Sequence[str], Hit], Awaitable[None]]] = {
    "kill": _kill,
    "restart": _restart,
    "pause": _pause,
    "stall": _stall,
    "cut": _cut,
    "late relay": _send_late,
}


def _part(rig: Rig, server: Server) -> Part:
    return rig.stack.kafka if server == "broker" else rig.stack.postgres


async def _find(rig: Rig, target: str, random: Random) -> Process:
    if target in rig.processes:
        return rig.processes[target]
    role, _, service = target.rpartition(" ")
    if role and (active := await rig.active(service, role)) is not None:
        return active
    return random.choice(rig.lasting if service == "any" else rig.of(service))
