"""Two coordinators with a right to one resource change it at the same time, and neither change is lost unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from shienops.demo.people import Person, Refused
from shienops.system import System
from shienweb import Role

from .town import TODAY, Town

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.timeout(400)]

NORTH, SOUTH = "ささえりあ北", "ささえりあ南"


class Editor(NamedTuple):
    """A coordinator, the body she works for, and what she wants to write."""

    who: Person
    body: str
    change: dict[str, Any]


async def test_two_coordinators_edit_one_resource_and_both_changes_are_in_it(system: System) -> None:
    async with Town(system, "99131") as town:
        place, other = await town.build(districts=2)
        editors = [
            Editor(town.person(Role.TIER2_COORDINATOR, place.area, body=NORTH), NORTH, {"fee": "1回200円"}),
            Editor(
                town.person(Role.TIER2_COORDINATOR, place.area, other.area, body=SOUTH), SOUTH, {"activity": "百歳体操"}
            ),
        ]
        path = f"/resources/{await town.resource(place.area, capacity=5)}"
        lost = await one_of_two_is_told_to_read_again(editors, path)
        await she_sees_the_others_change_and_adds_hers(editors, lost, path)
        await a_listing_is_verified_as_it_was_seen(editors, path)
        await without_a_version_the_last_one_stands(town, editors, path)


async def one_of_two_is_told_to_read_again(editors: Sequence[Editor], path: str) -> int:
    """Both read the same version and write: who of them was too late."""
    seen = [await one.who.get("registry", path) for one in editors]
    assert [one["version"] for one in seen] == [1, 1]
    written = await asyncio.gather(
        *(
            one.who.put("registry", path, {**was["details"], **one.change}, seen=was["version"])
            for one, was in zip(editors, seen, strict=True)
        ),
        return_exceptions=True,
    )
    ((lost, no),) = [(n, one) for n, one in enumerate(written) if isinstance(one, BaseException)]
    assert isinstance(no, Refused), no
    assert (no.status, no.code) == (412, "precondition.failed")
    assert "読み直して" in no.problem["detail_ja"]
    assert "Read it again" in no.problem["detail_en"]
    return lost


async def she_sees_the_others_change_and_adds_hers(editors: Sequence[Editor], lost: int, path: str) -> None:
    """The history says what changed, when, and by which role of which body."""
    mine, theirs = editors[lost], editors[1 - lost]
    now = await mine.who.get("registry", path)
    assert now["version"] == 2
    assert now["details"] == {**now["details"], **theirs.change}
    events = (await mine.who.get("portal", path.replace("/resources", "/trace")))["events"]
    (revised,) = [one for one in events if one["ja"].startswith("資源を更新")]
    assert (revised["role"], revised["body"]) == ("tier2_coordinator", theirs.body)
    assert revised["occurred_at"] <= revised["recorded_at"]
    await mine.who.put("registry", path, {**now["details"], **mine.change}, seen=now["version"])
    both = await theirs.who.get("registry", path)
    assert (both["version"], both["details"]) == (3, {**both["details"], **mine.change, **theirs.change})


async def a_listing_is_verified_as_it_was_seen(editors: Sequence[Editor], path: str) -> None:
    """One is on the way to verify the listing while the other revises it: nobody verifies what she has not seen."""
    visiting, revising = (one.who for one in editors)
    seen = await visiting.get("registry", path)
    await revising.put("registry", path, {**seen["details"], "fee": "1回300円"}, seen=seen["version"])
    verified = {"verified_on": str(TODAY), "method": "visit"}
    with pytest.raises(Refused, match=r"precondition\.failed"):
        await visiting.post("registry", f"{path}/verification", verified, seen=seen["version"])
    now = await visiting.get("registry", path)
    assert (now["state"], now["details"]["fee"]) == ("registered", "1回300円")
    await visiting.post("registry", f"{path}/verification", verified, seen=now["version"])
    known = await revising.get("registry", path)
    assert (known["state"], known["unverified"]) == ("verified", [])
    await revising.put("registry", path, {**known["details"], "fee": "無料"}, seen=known["version"])
    after = await visiting.get("registry", path)
    assert (after["state"], after["unverified"]) == ("registered", ["fee"])


async def without_a_version_the_last_one_stands(town: Town, editors: Sequence[Editor], path: str) -> None:
    """Who names no version replaces what is there. What was replaced stays in the history."""
    seen = await town.auditor.get("registry", path)
    notes = ["鍵は自治会館", "駐車場なし"]
    done = await asyncio.gather(
        *(
            one.who.put("registry", path, {**seen["details"], "note": note})
            for one, note in zip(editors, notes, strict=True)
        )
    )
    assert sorted(one["version"] - seen["version"] for one in done) == [1, 2]
    last = notes[[one["version"] for one in done].index(seen["version"] + 2)]
    assert (await town.auditor.get("registry", path))["details"]["note"] == last
    events = (await town.auditor.get("portal", path.replace("/resources", "/trace")))["events"]
    assert {one["body"] for one in events if "備考" in one["ja"]} == {NORTH, SOUTH}
