"""The sabotages fit the library as it is, and their outcome is judged. `make faults` runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .checker import Findings
from .complaints import Complaint
from .crash import Plan, Report, shortfalls
from .library import Edit, Moved, copy_library
from .sabotage import BREAKS, FENCING, POSITION, Break, misses


def findings(acknowledged: int) -> Findings:
    return Findings([], requests=acknowledged, acknowledged=acknowledged, events=0, duplicates=0, refusals=0)


@pytest.mark.parametrize("sabotage", BREAKS, ids=lambda one: one.name.partition(":")[0])
def test_the_text_that_a_break_replaces_is_there_once(sabotage: Break, tmp_path: Path) -> None:
    copy_library(tmp_path, sabotage.edits)


def test_a_break_whose_text_has_moved_says_so(tmp_path: Path) -> None:
    with pytest.raises(Moved, match="holds this text 0 times"):
        copy_library(tmp_path, [Edit("consume/sequence.py", "no such text", "")])


def test_a_sabotage_passes_only_with_the_complaint_that_shows_it() -> None:
    shown = Complaint(POSITION.rule, f"needs: 3 rows have {POSITION.words} events")
    late = Complaint("caught_up", "matching is late")
    assert misses(POSITION, Report(1, complaints=[shown])) == []
    assert misses(POSITION, Report(1, complaints=[])) == ["nothing said view.rows: … too few …"]
    assert misses(POSITION, Report(1, complaints=[shown, late])) == ["beside it: caught_up: matching is late"]
    assert misses(FENCING, Report(1, complaints=[late, shown])) == ["nothing said view.rows: … too many …"]


def test_crash_rounds_pass_only_when_all_were_run_under_load_without_a_complaint() -> None:
    plan = Plan(rounds=2, seed=1, check_after=())
    assert shortfalls(plan, Report(1, rounds=2, findings=findings(41))) == []
    assert shortfalls(plan, Report(1, rounds=2, findings=findings(40)))
    assert shortfalls(plan, Report(1, rounds=1, findings=findings(41))) == ["it ended after 1 of 2 rounds"]
    complained = Report(1, rounds=2, findings=findings(41), complaints=[Complaint("process", "needs-1 ended")])
    assert shortfalls(plan, complained) == ["process: needs-1 ended"]
