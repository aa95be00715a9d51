"""Promises 1 to 4, 6 and 7: processes are killed at random moments under load, and nothing is lost or counted twice.

ROUNDS and SEED in the environment choose how long and which; `make faults ROUNDS=500` runs the same without pytest.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import pytest

from .crash import Plan, run
from .schedules import checks

ROUNDS = int(os.environ.get("ROUNDS", "60"))


@pytest.mark.slow
@pytest.mark.timeout(300 + 15 * ROUNDS)
@pytest.mark.xdist_group("faults")
async def test_whatever_is_killed_every_answer_holds_and_every_event_counts_once(tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED", "0")) or secrets.randbelow(1_000_000) + 1
    report = await run(Plan(rounds=ROUNDS, seed=seed, check_after=checks(ROUNDS)), tmp_path, print)
    assert report.complaints == []
    assert report.rounds == ROUNDS
    assert report.findings is not None
    assert report.findings.acknowledged > 20 * ROUNDS
    shutil.rmtree(tmp_path)
