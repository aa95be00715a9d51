"""Splits over HTTP: a proposal for needs of two kinds of answer, in two parts that are answered one by one."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shiendomain.days import today
from shienweb.testing import Caller

from .test_mergers_api import declared, up
from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")
DUE = today() + timedelta(days=30)
WHY = {"reason": "送迎で足りる人と、外出が難しい人がいる"}


def parts(*needs: Any) -> dict[str, Any]:
    words = ({"title": "移動支援", "ask": "週二回の送迎"}, {"title": "移動販売", "ask": "集会所への移動販売"})
    groups = zip(words, needs, strict=True)
    return {"parts": [{**said, "needs": [str(one) for one in group]} for said, group in groups], **WHY}


async def test_a_proposal_is_split_and_each_part_has_its_own_answer(city: City, tier1: Caller) -> None:
    async with AsyncExitStack() as stack:
        tier2 = await stack.enter_async_context(city.world.caller(city.north))
        await declared(city)
        whole = await up(city, tier2)
        path = f"/proposals/{whole}"
        await tier1.wrote(f"{path}/receipt", {"due_on": str(DUE)})
        first, *rest = [need.need_id for need in city.needs]
        body = parts([first], rest)
        assert await tier2.refused(f"{path}/split", body) == (409, "proposal.split_by_tier1")
        assert await tier1.refused(f"{path}/split", parts([first], [first])) == (409, "proposal.needs_not_divided")
        before = (await tier1.saw(f"/boards/{city.code}"))["total"]
        split = await tier1.wrote(f"{path}/split", body)
        one, other = split["parts"]
        now = await tier1.saw(path)
        assert (now["state"], now["parts"], now["due_on"]) == ("split", [one, other], None)
        after = (await tier1.saw(f"/boards/{city.code}"))["total"]
        assert after["received"] == before["received"] + 1, "each part is counted, and the original is not"
        assert await tier1.refused(f"{path}/rejection", WHY) == (409, "proposal.split")

        await tier1.wrote(f"{path}/split-undoing", WHY)
        now = await tier1.saw(path)
        assert (now["state"], now["parts"], now["due_on"]) == ("received", [], str(DUE))
        assert (await tier1.saw(f"/proposals/{one}"))["state"] == "split_undone"

        one, other = (await tier1.wrote(f"{path}/split", body))["parts"]
        await tier1.wrote(f"/proposals/{one}/rejection", {"reason": "財源がない"})
        await tier1.wrote(f"/proposals/{other}/return", {"asked": "何人か"})
        assert await tier1.refused(f"{path}/split-undoing", WHY) == (409, "proposal.part_went_on")
        meeting = await tier2.wrote("/meetings", city.a_meeting())
        again = city.a_proposal(meeting["id"])
        assert await tier2.refused("/proposals", again) == (409, "proposal.split")
        assert await tier2.refused("/proposals", {**again, "part": str(uuid4())}) == (404, "proposal.unknown")
        assert (await tier2.wrote("/proposals", {**again, "part": other}))["id"] == other
        found = [await tier1.saw(f"/proposals/{key}", after=tier2.position) for key in (whole, one, other)]
        assert [(key["state"], key["round"]) for key in found] == [("split", 1), ("rejected", 1), ("escalated", 2)]
        assert [need["need_id"] for need in found[2]["needs"]] == [str(need) for need in rest]
        assert found[2]["split_from"] == whole
        agenda = await tier2.saw(f"/councils/{city.council}/agenda")
        assert [entry["kind"] for entry in agenda["entries"]] == ["gap_without_proposal"], "that of the rejected part"
