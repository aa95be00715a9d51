"""A meeting that is recorded already is not recorded twice, unless a person says that it is another one."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from shiendomain.days import today
from shienweb.testing import Caller

from .world import City


@pytest.mark.asyncio(loop_scope="module")
async def test_an_identical_meeting_is_refused_until_somebody_says_that_it_is_another(
    city: City, tier2: Caller
) -> None:
    item = {"kind": "salon_independence", "text": "世話役の交代"}
    meeting = city.a_meeting(minutes="移動手段の協議", items=[item])
    first = (await tier2.wrote("/meetings", meeting))["id"]
    await tier2.saw("/meetings")  # the views have it
    attended = [{"kind": "npo", "count": 2}]
    same = {**meeting, "minutes": "移動手段の 協議", "attendance": attended, "items": [{**item, "decision": "輪番"}]}
    answer = await tier2.send("POST", "/meetings", same)
    assert (answer.status_code, answer.json()["code"]) == (409, "meeting.identical")
    assert first in answer.json()["detail_en"]
    assert first in answer.json()["detail_ja"]
    yesterday = str(today() - timedelta(days=1))
    others: list[dict[str, object]] = [{"minutes": "見守り"}, {"issues": []}, {"items": []}, {"held_on": yesterday}]
    for other in others:
        await tier2.wrote("/meetings", meeting | other)
    assert await tier2.refused("/meetings", {**same, "not_the_same_as": [str(uuid4())]}) == (404, "meeting.unknown")
    second = (await tier2.wrote("/meetings", {**same, "not_the_same_as": [first, first]}))["id"]
    assert (await tier2.saw(f"/meetings/{second}"))["not_the_same_as"] == [first]
    assert (await tier2.refused("/meetings", {**same, "not_the_same_as": [first]}))[1] == "meeting.identical"
    for one in (first, second):
        await tier2.wrote(f"/meetings/{one}/withdrawal", {"reason": "二重の記録"})
    await tier2.saw("/meetings")
    await tier2.wrote("/meetings", meeting)
