"""Two hundred clients for ten minutes, slow readers and writers among them, beside ten thousand idle connections.

Everything is on one machine: services, Kafka, Postgres, and the clients. `--share 0.1` takes a tenth of the time, and
less than that takes fewer idle connections too; the clients are two hundred. No client waits between its requests: the
services get more than they can answer at once, and what they cannot answer in time they must refuse in order.
"""

from __future__ import annotations

import asyncio
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.asking import KINDS, Ask, Asking
from bench.figures import Figure
from bench.holding import be_idle_elsewhere, be_slow, wrong
from bench.memory import Memory
from bench.requests import Connection, Load, connect
from bench.serving import City
from shienops.settings import SERVICES
from shienops.system import System, SystemSettings
from shienweb import Role

CLIENTS, IDLE = 200, 10_000
OTHER_FILES = 1_000  # of a process: its modules, pipes and what it has beside the idle connections
UNUSED_SECONDS = 3.0  # since the last request was sent: a service ends a connection that was silent for five
PATIENCE_SECONDS = 60.0
PROCESSES = ("postgres", "kafka", *SERVICES)


@dataclass(frozen=True)
class Size:
    """How long, how many clients (a tenth of them slow), and how many idle connections."""

    seconds: float
    clients: int
    idle: int

    @classmethod
    def of(cls, share: float) -> Size:
        """The size asked for; not more idle connections than this process may open files."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        idle = min(round(IDLE * min(1.0, 10 * share)), hard - OTHER_FILES)
        return cls(600 * share, CLIENTS, max(0, idle))


@dataclass
class Answers:
    """What was answered: milliseconds by kind, answers that refuse, and those that no client should get."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, ask: Ask, head: bytes, body: bytes, milliseconds: float) -> bool:
        """Judge one answer; whether it is 2xx."""
        status = int(head.split(b" ", 2)[1])
        self.statuses[f"{ask.kind} {status}"] += 1
        later = status in (429, 503) and b"\r\nretry-after: " in head
        self.refused += later
        if 200 <= status < 300 or status in ask.right:
            self.milliseconds[ask.kind].append(milliseconds)
        elif not later:
            self.wrong.append(f"{ask.request[:120]!r} → {head[:40]!r} {body[:300].decode(errors='replace')}")
        return 200 <= status < 300

    @property
    def count(self) -> int:
        """How many requests were answered."""
        return sum(self.statuses.values())


async def run(figures: dict[str, Figure], share: float = 1.0) -> None:
    """Measure once, on a new system."""
    size = Size.of(share)
    print(f"  {size}", flush=True)
    with tempfile.TemporaryDirectory(prefix="shien-bench-", ignore_cleanup_errors=True) as folder:
        async with System(SystemSettings(data=Path(folder), synthetic=True)) as system:
            city = await City.load(system)
            answers, held = Answers(), Counter[str]()
            memory = Memory(system, size.seconds)
            begun = time.monotonic()
            await _all_of_them(city, size, answers, held, memory)
            _tell(figures, answers, time.monotonic() - begun, memory)
            _show(answers, held, memory)
    bad = [*answers.wrong[:20], *map(str, wrong(held).items())]
    assert not bad, "\n".join([f"{len(answers.wrong)} wrong answers", *bad])


async def _all_of_them(city: City, size: Size, answers: Answers, held: Counter[str], memory: Memory) -> None:
    ports = {name: city.port(name) for name in SERVICES}
    slow, end = size.clients // 10, time.monotonic() + size.seconds
    token = city.system.token(Role.TIER1_COORDINATOR, ["992011"], subject="slow")
    beside = [
        asyncio.create_task(be_idle_elsewhere(list(ports.values()), size.idle, held)),
        asyncio.create_task(memory.watch()),
        asyncio.create_task(_say_how_far(end, answers, held, memory)),
        *(asyncio.create_task(be_slow(ports, token, n, held)) for n in range(slow)),
    ]
    clients = (_Client(Asking.of(city.system, n), ports, answers) for n in range(size.clients - slow))
    await asyncio.gather(*(client.work(end) for client in clients))
    ended = [task for task in beside if task.done()]
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    for task in ended:
        task.result()  # none of them ends by itself, but with an error


async def _say_how_far(end: float, answers: Answers, held: Counter[str], memory: Memory) -> None:
    """Print a line each half minute, until cancelled."""
    while True:
        await asyncio.sleep(30)
        print(
            f"  {end - time.monotonic():.0f} s to go: {answers.count:,} answers, {answers.refused:,} of them 'later', "
            f"{len(answers.wrong):,} wrong; {held['idle now']:,} idle connections; {memory.now():.0f} MB",
            flush=True,
        )


class _Client:
    """One person at work: a request at a time, a connection to each service."""

    def __init__(self, asking: Asking, ports: Mapping[str, int], answers: Answers) -> None:
        self._asking, self._ports, self._answers = asking, ports, answers
        self._connections: dict[str, tuple[float, Connection]] = {}

    async def work(self, end: float) -> None:
        """Ask one thing after the other until then."""
        while time.monotonic() < end:
            ask = self._asking.next()
            begun = time.perf_counter()
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    head, body = await self._sent(ask)
            except (OSError, EOFError, TimeoutError) as error:
                self._connections.pop(ask.service, None)
                self._answers.wrong.append(f"{ask.request[:120]!r} → {error!r}")
                continue
            if self._answers.add(ask, head, body, (time.perf_counter() - begun) * 1000):
                self._asking.learn(ask, body)
        for _, connection in self._connections.values():
            connection.close()

    async def _sent(self, ask: Ask) -> tuple[bytes, bytes]:
        now = time.monotonic()
        used, connection = self._connections.pop(ask.service, (now, None))
        if connection and now - used > UNUSED_SECONDS:
            connection.close()
            connection = None
        connection = connection or await connect(self._ports[ask.service])
        sent = time.monotonic()
        head, body = await connection.answer(ask.request)
        if b"\r\nconnection: close" in head:
            connection.close()
        else:
            self._connections[ask.service] = sent, connection
        return head, body


def _tell(figures: dict[str, Figure], answers: Answers, seconds: float, memory: Memory) -> None:
    figures["load"].add((answers.count - answers.refused) / seconds, answers.count / seconds)
    for kind in KINDS:
        if len(times := answers.milliseconds[kind]) > 1:
            load = Load(len(times) / seconds, sorted(times))
            figures[f"load_{kind}_p99_ms"].add(load.percentile(99), load.percentile(50))
    figures["load_mb"].add(*memory.grew_most())
    for name, (early, late) in memory.told().items():
        figures[f"load_{name.lower()}_mb"].add(late, early)


def _show(answers: Answers, held: Counter[str], memory: Memory) -> None:
    """Print what became of everything, and the table of docs/performance.md."""
    lines: Sequence[str] = [
        ", ".join(f"{what}: {n:,}" for what, n in sorted(answers.statuses.items())),
        ", ".join(f"{what}: {n:,}" for what, n in sorted(held.items())),
        "| asked | answers | 429 and 503 | p50 ms | p99 ms |",
        *(_row(kind, answers) for kind in KINDS),
        "| memory, MB | after a fifth | at the end |",
        *(f"| {name} | {early:.0f} | {late:.0f} |" for name, (early, late) in memory.told().items()),
    ]
    for line in lines:
        print(f"  {line}")


def _row(kind: str, answers: Answers) -> str:
    of_kind = {what: n for what, n in answers.statuses.items() if what.startswith(f"{kind} ")}
    refused = sum(n for what, n in of_kind.items() if what.endswith((" 429", " 503")))
    times = sorted(answers.milliseconds[kind]) * 2 or [0.0, 0.0]  # of one answer there are no percentiles
    p50, p99 = (Load(0, sorted(times)).percentile(percent) for percent in (50, 99))
    return f"| {kind} | {sum(of_kind.values()):,} | {refused:,} | {p50:,.0f} | {p99:,.0f} |"
