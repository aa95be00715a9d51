"""`python -m tests.faults [--rounds 60] [--seed N] [--folder PATH]`, or ROUNDS and SEED from the environment."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from .crash import Plan, run
from .schedules import checks


def main() -> int:
    """Run, tell as it goes, keep the folder when something was found."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description="Kill processes, and check the promises."
    )
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "60")))
    parser.add_argument(
        "--seed", type=int, default=int(os.environ.get("SEED", "0")) or secrets.randbelow(1_000_000) + 1
    )
    parser.add_argument("--folder", type=Path, default=None, help="where data and logs go; a fresh one by default")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="shien-faults-"))
    plan = Plan(rounds=chosen.rounds, seed=chosen.seed, check_after=checks(chosen.rounds))
    try:
        report = asyncio.run(run(plan, folder, tell))
    except KeyboardInterrupt:
        tell(f"interrupted; data and logs are in {folder}")
        return 130
    tell(f"{report.rounds} rounds in {report.seconds:.0f} s, {len(report.complaints)} complaints")
    if report.complaints:
        tell(f"SEED={plan.seed} ROUNDS={plan.rounds}; data and logs are kept in {folder}")
        return 1
    if chosen.folder is None:
        shutil.rmtree(folder)
    return 0


def tell(words: str) -> None:
    """One line, at once, also into a pipe."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
