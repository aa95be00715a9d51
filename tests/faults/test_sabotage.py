"""The checker has teeth: with one thing broken on purpose, it goes red, and says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from shienops._shared import in_containers

from .complaints import Complaint
from .library import Edit, Moved, copy_library
from .sabotage import DEDUPE, FENCING, POSITION, PRODUCER, Break, expose

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240), pytest.mark.xdist_group("faults")]


async def complaints(sabotage: Break, folder: Path) -> list[Complaint]:
    return (await expose(sabotage, folder, print)).complaints


@pytest.mark.skipif(in_containers(), reason="a session of a Postgres in a container cannot be stopped from here")
async def test_without_fencing_the_checker_finds_rows_that_two_consumers_wrote(tmp_path: Path) -> None:
    assert FENCING.shown(await complaints(FENCING, tmp_path))


async def test_without_dedupe_the_checker_finds_rows_that_counted_twice(tmp_path: Path) -> None:
    assert DEDUPE.shown(await complaints(DEDUPE, tmp_path))


async def test_with_the_position_in_a_commit_of_its_own_the_checker_finds_rows_that_lack_events(tmp_path: Path) -> None:
    found = await complaints(POSITION, tmp_path)
    assert POSITION.shown(found)
    # Views that are only late lack events too. These are at the end of both logs, and lack them for ever.
    assert not {"caught_up", "positions"} & {complaint.rule for complaint in found}


async def test_with_a_relay_that_goes_on_after_a_failed_batch_the_checker_finds_a_hole_in_kafka(tmp_path: Path) -> None:
    assert PRODUCER.shown(await complaints(PRODUCER, tmp_path))


def test_a_break_whose_text_has_moved_says_so(tmp_path: Path) -> None:
    with pytest.raises(Moved, match="holds this text 0 times"):
        copy_library(tmp_path, [Edit("_gate.py", "no such text", "")])
