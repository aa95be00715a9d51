"""`python -m tests.faults [--rounds 60] [--seed N] [--folder PATH]`, or ROUNDS and SEED from the environment.

First the crash rounds on the library as it is, which must give no complaint. Then the four sabotages: in each the
library is broken on purpose, and the checker must complain of exactly that.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shienops._shared import in_containers

from .crash import Plan, Report, run, shortfalls
from .sabotage import BREAKS, Break, expose, misses
from .schedules import checks

_SABOTAGE_SECONDS = 300.0


@dataclass(frozen=True)
class Trial:
    """One run of the system: what it is called, and the run itself, which returns what is wrong with its outcome."""

    name: str
    run: Callable[[Path], Coroutine[Any, Any, list[str]]]
    seconds: float
    """after which it is given up"""


def main() -> int:
    """Run all trials, with progress. Returns the exit code; the folder is kept when something was found."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults",
        description="Kill processes, and check the promises; then break the library, and check the checker.",
    )
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "60")), help="0: sabotages only")
    parser.add_argument(
        "--seed", type=int, default=int(os.environ.get("SEED", "0")) or secrets.randbelow(1_000_000) + 1
    )
    parser.add_argument("--folder", type=Path, default=None, help="where data and logs go; a fresh one by default")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="shien-faults-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # Postgres's account must reach its data
    trials = [rounds(chosen.rounds, chosen.seed)] if chosen.rounds else []
    trials += [sabotage(one) for one in BREAKS if one.possible_in_containers or not in_containers()]
    try:
        failed = [trial.name for number, trial in enumerate(trials) if not passes(trial, folder / f"{number}")]
    except KeyboardInterrupt:
        tell(f"interrupted; data and logs are in {folder}")
        return 130
    if failed:
        tell(f"failed: {'; '.join(failed)}. Data and logs are kept in {folder}")
        tell(f"the same again: make faults ROUNDS={chosen.rounds} SEED={chosen.seed}")
    elif chosen.folder is None:
        shutil.rmtree(folder)
    tell(f"{len(trials) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def rounds(count: int, seed: int) -> Trial:
    """The crash rounds."""

    async def outcome(folder: Path) -> list[str]:
        plan = Plan(rounds=count, seed=seed, check_after=checks(count))
        return shortfalls(plan, told(await run(plan, folder, tell)))

    return Trial(f"{count} crash rounds", outcome, 300.0 + 15.0 * count)


def sabotage(broken: Break) -> Trial:
    """One break of the library."""

    async def outcome(folder: Path) -> list[str]:
        return misses(broken, told(await expose(broken, folder, tell)))

    return Trial(f"sabotage, {broken.name}", outcome, _SABOTAGE_SECONDS)


def passes(trial: Trial, folder: Path) -> bool:
    """Run a trial. Says what was wrong; data of a trial without fault are removed."""
    tell(f"== {trial.name}")

    async def within_its_time() -> list[str]:
        async with asyncio.timeout(trial.seconds):
            return await trial.run(folder)

    try:
        wrong = asyncio.run(within_its_time())
    except Exception as error:  # noqa: BLE001 - a trial that breaks off is a failed one, and the others still run
        wrong = [f"broke off: {error!r}"]
    for text in wrong:
        tell(f"!! {text}")
    tell(f"== {'FAILED' if wrong else 'passed'}: {trial.name}")
    if not wrong:
        shutil.rmtree(folder)
    return not wrong


def told(report: Report) -> Report:
    """The report, after a line of it."""
    tell(f"{report.rounds} rounds in {report.seconds:.0f} s, {len(report.complaints)} complaints")
    return report


def tell(words: str) -> None:
    """One line, at once, also into a pipe."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
