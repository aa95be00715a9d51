"""Ticks over HTTP, on a real Postgres and a real Kafka: proposals lapse, and what is new is proposed between rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shienevents import Wake, token_of
from shienweb import Role
from shienweb.testing import Caller

from .facts import NEED_REVISED, SUSPENDED
from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_proposal_that_nobody_answers_lapses_once_and_its_need_is_free(city: City, north: Caller) -> None:
    await city.publish_offer()
    other = uuid4()
    await city.publish_need(other, people=1)
    found = await north.wrote(f"/needs/{city.need}/search")
    answered = await north.wrote(f"/needs/{other}/search")
    await north.wrote(f"/resources/{city.resource}/matches/{answered['id']}/acceptance")
    ticker = city.world.service.ticker
    now = datetime.now(UTC)
    assert await ticker.turn("lapse_unanswered", Wake(now)) == []
    late = Wake(now + timedelta(days=15))
    (written,) = await ticker.turn("lapse_unanswered", late)
    assert written.stream == f"offer-{city.resource}"
    assert await ticker.turn("lapse_unanswered", late) == []
    match = await north.saw(f"/matches/{found['id']}", after=token_of(written))
    assert (match["state"], match["lapse"]) == ("lapsed", "no_answer")
    assert (await north.saw(f"/matches/{answered['id']}"))["state"] == "accepted"


async def test_a_proposal_of_last_month_that_is_recorded_today_waits_as_long_as_any(city: City, north: Caller) -> None:
    """A service is entered that began a month ago: its matches are for people to answer, not lapsed at once."""
    now = datetime.now(UTC)
    begun = (now - timedelta(days=30)).isoformat()
    await city.publish_offer(at=now - timedelta(days=60))
    found = await north.wrote(f"/needs/{city.need}/search", shien_occurred_at=begun)
    match = await north.saw(f"/matches/{found['id']}")
    assert datetime.fromisoformat(match["proposed_at"]) == datetime.fromisoformat(begun)
    ticker = city.world.service.ticker
    assert await ticker.turn("lapse_unanswered", Wake(now + timedelta(days=13))) == []
    assert len(await ticker.turn("lapse_unanswered", Wake(now + timedelta(days=15)))) == 1


async def test_between_rounds_what_is_new_is_proposed_by_itself(city: City, north: Caller) -> None:
    await city.publish_offer()  # two places, and a need of two
    async with city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as lead:
        await lead.wrote("/rounds", {"area": city.code})
        # A new need finds nothing: both places are proposed. It is told so, and a new resource is proposed to it.
        late = uuid4()
        await city.publish_need(late, area=city.south, people=3)
        (said,) = await told(lead, late)
        assert (said["people"], said["round_id"], said["missing"]) == (3, None, ["capacity"])
        new = city.registered(uuid4())
        await city.publish(new.resource_id, new)
        (match,) = await matches_of(lead, late, 1)
        assert (match["resource_id"], match["people"], match["round_id"]) == (str(new.resource_id), 2, None)
        # A decline frees the places for others, and its own need is not asked there again.
        declined = f"/resources/{new.resource_id}/matches/{match['match_id']}/declination"
        await lead.wrote(declined, {"reason": "not_suitable"})
        third = uuid4()
        await city.publish_need(third, people=2)
        (taken,) = await matches_of(lead, third, 1)
        assert taken["resource_id"] == str(new.resource_id)
        assert [one["state"] for one in await matches_of(lead, late, 1)] == ["declined"]
        # It is suspended: its proposal lapses, and who was proposed there is looked at again.
        await city.publish(new.resource_id, SUSPENDED.model_copy(update={"resource_id": new.resource_id}))
        (said,) = await told(lead, third)
        assert (said["people"], said["missing"]) == (2, ["capacity"])


async def test_a_need_that_changed_is_proposed_again_and_without_live_nothing_is(city: City, north: Caller) -> None:
    await city.publish_offer()
    async with city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as lead:
        begun = await lead.wrote("/rounds", {"area": city.code})
        (match,) = await matches_of(lead, city.need, 1)
        await lead.wrote(
            f"/resources/{city.resource}/matches/{match['match_id']}/declination", {"reason": "not_suitable"}
        )
        await told(lead, city.need)
        await city.publish(city.need, NEED_REVISED.model_copy(update={"need_id": city.need, "people": 1}))
        _, again = sorted(await matches_of(lead, city.need, 2), key=lambda one: str(one["proposed_at"]))
        assert (again["resource_id"], again["people"], again["state"]) == (str(city.resource), 1, "proposed")
        assert (await lead.saw(f"/rounds/{begun['id']}"))["live"] is True
        # The last round of an area says whether.
        other = uuid4()
        await city.publish_need(other, people=1)
        await matches_of(lead, other, 1)
        late = uuid4()
        await city.publish_need(late, people=1, area=city.south)
        await told(lead, late)
        quiet = await lead.wrote("/rounds", {"area": city.code, "live": False})
        assert (await lead.saw(f"/rounds/{quiet['id']}"))["live"] is False
        await city.publish_need(uuid4(), people=1)
        assert await city.world.service.ticker.turn("propose_live", Wake(datetime.now(UTC))) == []


async def matches_of(caller: Caller, need: UUID, count: int) -> Sequence[dict[str, Any]]:
    """The matches of a need, as soon as there are so many."""
    found = await caller.until(f"/matches?need_id={need}", lambda seen: len(seen["items"]) == count)
    return list(found["items"])


async def told(caller: Caller, need: UUID) -> Sequence[dict[str, Any]]:
    """The searches in vain for a need, as soon as there are any."""
    return list((await caller.until(f"/searches?need_id={need}", lambda seen: seen["items"]))["items"])
