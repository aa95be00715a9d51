"""The crash test: rounds of hits under load, and the checker between them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from . import schedules
from .checker import Findings, check
from .complaints import Complaint, complain
from .deployment import SERVICES
from .glimpses import Glimpse, look
from .hits import Hit, strike
from .library import Edit
from .rig import Rig, rig
from .standings import at_rest, heads, in_motion
from .waiting import until

_PROGRESS = 10  # acknowledgements between two hits, at least: no hit falls on a system that does nothing
_PROGRESS_SECONDS = 60.0
_ACKNOWLEDGED_PER_ROUND = 20  # over a whole run, at least


@dataclass(frozen=True)
class Plan:
    """How a run goes. `check_after` names the rounds after which the load is stopped and everything is checked."""

    rounds: int
    seed: int
    check_after: Sequence[int]
    schedule: Callable[[Random, float], Iterator[Hit]] = schedules.mixed
    lease_seconds: float = 1.2
    commands_per_second: float = 40.0  # of each producer
    rest_seconds: float = 60.0
    edits: Sequence[Edit] = ()
    enough: Callable[[Sequence[Complaint]], bool] = bool  # which complaints end the run


@dataclass
class Report:
    """What came of a run."""

    seed: int
    rounds: int = 0
    acknowledged: int = 0
    seconds: float = 0.0
    complaints: list[Complaint] = field(default_factory=list)
    findings: Findings | None = None


def shortfalls(plan: Plan, report: Report) -> list[str]:
    """What is wrong with a run in which every promise should have held: its complaints, and too little work done."""
    wrong = [str(complaint) for complaint in report.complaints]
    if report.rounds < plan.rounds:
        wrong.append(f"it ended after {report.rounds} of {plan.rounds} rounds")
    acknowledged = report.findings.acknowledged if report.findings else 0
    if acknowledged <= _ACKNOWLEDGED_PER_ROUND * report.rounds:
        wrong.append(f"only {acknowledged} requests were acknowledged: the hits fell on a system that did nothing")
    return wrong


class Run:
    """One run under way."""

    def __init__(self, running: Rig, plan: Plan, tell: Callable[[str], None]) -> None:
        self._rig = running
        self._plan = plan
        self._tell = tell
        self._random = Random(plan.seed)
        self._hits = plan.schedule(self._random, plan.lease_seconds)
        self._glimpses: deque[Glimpse] = deque(maxlen=2)
        self._began = time.monotonic()
        self.report = Report(plan.seed)

    async def run(self) -> Report:
        """Round after round, until the end or the first complaint that is enough."""
        report = self.report
        report.complaints += await in_motion(self._rig.deployment)
        for number in range(1, self._plan.rounds + 1):
            if self._plan.enough(report.complaints):
                break
            report.complaints.clear()
            await self._round(number)
            report.rounds = number
            if number in self._plan.check_after or number == self._plan.rounds:
                await self._check()
        for complaint in report.complaints:
            self._say(str(complaint))
        report.seconds = time.monotonic() - self._began
        return report

    async def _round(self, number: int) -> None:
        if not await self._progressed():
            self._complain(
                "progress", [f"not {_PROGRESS} acknowledgements within {_PROGRESS_SECONDS:.0f} s before round {number}"]
            )
            return
        await asyncio.sleep(self._random.uniform(0.0, 1.0))  # the random moment
        for service in SERVICES:
            if glimpse := await look(self._rig.deployment, service):
                self._glimpses.append(glimpse)
        what = await strike(self._rig, next(self._hits), self._random)
        self._rig.revive()
        self._complain("process", self._rig.complaints)
        self.report.acknowledged = self._rig.acknowledged()
        self._say(f"round {number:3}  {what:60}  {self.report.acknowledged:6} acknowledged")

    async def _progressed(self) -> bool:
        goal = self.report.acknowledged + _PROGRESS
        return await until(lambda: self._rig.acknowledged() >= goal, seconds=_PROGRESS_SECONDS)

    async def _check(self) -> None:
        rig = self._rig
        await rig.stop_load()
        self._complain("process", rig.complaints)
        rested = time.monotonic()
        late, findings = await self._check_at_rest()
        self.report.findings = findings
        self.report.complaints += [*late, *findings.complaints]
        self._say(
            f"checked: {findings.acknowledged} of {findings.requests} requests acknowledged, {findings.events} events, "
            f"{findings.duplicates} sent again, {findings.refusals} refused, {len(self._glimpses)} glimpses, "
            f"{len(self.report.complaints)} complaints, in {time.monotonic() - rested:.1f} s"
        )
        rig.resume_load()

    async def _check_at_rest(self) -> tuple[list[Complaint], Findings]:
        """What the checker finds while nothing moves.

        Positions that reach the heads of the logs are no proof of rest: where a position moves before the work of its
        batch (one of the breaks), reactions may still append. So the heads must be the same after the check.
        """
        deployment, seconds = self._rig.deployment, self._plan.rest_seconds
        late = await at_rest(deployment, seconds=seconds)
        while True:
            before = await heads(deployment)
            late = late or await at_rest(deployment, seconds=seconds)
            findings = await check(deployment, list(self._glimpses))
            if late or await heads(deployment) == before:
                return late, findings

    def _complain(self, rule: str, texts: Sequence[str]) -> None:
        self.report.complaints += complain(rule, texts)
        self._rig.complaints = []

    def _say(self, words: str) -> None:
        self._tell(f"{time.monotonic() - self._began:6.1f} s  {words}")


async def run(plan: Plan, folder: Path, tell: Callable[[str], None]) -> Report:
    """Start a system of its own in this folder, let the plan loose on it, and end it."""
    began = time.monotonic()
    tell(f"seed {plan.seed}, {plan.rounds} rounds, lease {plan.lease_seconds} s, in {folder}")
    async with rig(
        folder,
        lease_seconds=plan.lease_seconds,
        commands_per_second=plan.commands_per_second,
        edits=plan.edits,
    ) as running:
        tell(f"{time.monotonic() - began:6.1f} s  Postgres, Kafka and {len(running.lasting)} processes run")
        return await Run(running, plan, tell).run()
