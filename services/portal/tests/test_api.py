"""The portal's JSON over real topics: boards, their sums and digests, traces, territories, lists."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from portal.board_answers import count
from portal.boards import BoardFigures, digest_of_boards, total
from shiendomain.days import today
from shiendomain.needs import NeedGrouped, NeedMet, NeedRecorded, NeedWithdrawn
from shiendomain.registry import AreaReorganized, ProviderMoved, ProviderRegistered, ProviderReleased
from shiendomain.vocabulary import BodyKind, LapseReason, ServiceClass
from shienevents import Event
from shienweb import Role

from .town import Town
from .world import (
    CITY,
    COHORT,
    CONSOLIDATED,
    DESIGNED,
    FOUND,
    GAP,
    ISSUE,
    LAUNCHED,
    MATCH,
    MEETING_HELD,
    NEED,
    NO_MATCH,
    NORTH,
    OFFER,
    PLACE,
    PROPOSAL,
    RAISED,
    RESOURCE,
    SERVICE,
    SOUTH,
    VENUE,
    an_id,
    behind,
    cohort_events,
    escalated,
    match_events,
    need,
    offered,
    proposal_events,
    proposed,
    resource,
    secured,
    trained,
    venue_events,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

TIER2 = Role.TIER2_COORDINATOR
OTHER = an_id("need", 2)


async def the_loop(town: Town) -> UUID:
    """A need of the north goes the whole way; one of the south is in the same issue. The correlation of the first."""
    thread = uuid4()

    async def write(event: Event, area: str = NORTH, causation: UUID | None = None) -> UUID:
        return await town.write(event, area, causation=causation, correlation=thread)

    both = {"needs": (behind(), behind(OTHER, SOUTH, 4))}
    await write(need())
    await town.write(need(OTHER, SOUTH, 4), SOUTH)
    await write(NO_MATCH)
    consolidated = await write(CONSOLIDATED.model_copy(update=both))
    await write(RAISED)
    await write(NeedGrouped(need_id=NEED, issue_id=ISSUE), causation=consolidated)
    await write(NeedGrouped(need_id=OTHER, issue_id=ISSUE), SOUTH, causation=consolidated)
    await write(GAP.model_copy(update=both))
    await write(MEETING_HELD)
    await write(escalated().model_copy(update=both))
    received, *_ = proposal_events(PROPOSAL)
    await write(received)
    await write(DESIGNED)
    launched = await write(LAUNCHED)
    registered = await write(resource(where=CITY, service=SERVICE), CITY, causation=launched)
    noted = await write(OFFER, CITY, causation=registered)
    await write(FOUND, causation=noted)
    await write(proposed(), CITY, causation=noted)
    await write(proposed(an_id("match", 2), OTHER, SOUTH), CITY, causation=noted)
    accepted, _, _, helped, *_ = match_events(MATCH, NEED, NORTH, RESOURCE)
    await write(accepted, CITY)
    concluded = await write(helped, CITY)
    met = NeedMet(need_id=NEED, match_id=MATCH, resource_id=RESOURCE, service_id=SERVICE, people_helped=2)
    await write(met, causation=concluded)
    return thread


async def test_the_city_s_board_is_the_sum_of_its_areas_boards(town: Town) -> None:
    await the_loop(town)
    answer = (await town.get(f"/boards/{CITY}", subtree=True)).json()
    boards = {row["area"]: BoardFigures.model_validate(row["board"]) for row in answer["areas"]}
    assert list(boards) == [CITY, NORTH, SOUTH]
    assert BoardFigures.model_validate(answer["board"]) == total(boards.values())
    assert answer["digest"] == digest_of_boards({town.theirs(area): board for area, board in boards.items()})
    assert (answer["stale"], answer["parked"], answer["stale_after_days"]) == (False, {}, 180)
    assert set(town.position.split(",")) <= set(answer["position"].split(","))
    assert boards[NORTH] == BoardFigures.model_validate(
        {
            "needs": {"met": 1}, "people": {"met": 2, "helped": 2}, "matches": {"helped": 1},
            "issues": {"gap": 1}, "councils": {"meetings": 1}, "proposals": {"launched": 1},
        }
    )  # fmt: skip
    assert boards[SOUTH] == BoardFigures.model_validate(
        {"needs": {"gap": 1}, "people": {"gap": 4}, "matches": {"proposed": 1}}
    )
    assert boards[CITY] == BoardFigures.model_validate({"resources": {"unverified": 1}})
    for area, board in boards.items():
        alone = (await town.get(f"/boards/{area}")).json()
        assert BoardFigures.model_validate(alone["board"]) == board
        assert [row["area"] for row in alone["areas"]] == [area]


async def test_an_area_recorded_by_mistake_is_on_no_board_and_in_no_list(town: Town) -> None:
    await town.reached()
    before = datetime.now(UTC).isoformat()
    await town.write(AreaReorganized(area=SOUTH, successors=(), valid_from=today(), reason="圏域の数の誤り"), SOUTH)
    board = (await town.get(f"/boards/{CITY}", subtree=True)).json()
    assert [row["area"] for row in board["areas"]] == [CITY, NORTH]
    assert [row["area"] for row in (await town.get("/areas")).json()] == [CITY, NORTH]
    then = (await town.get(f"/boards/{CITY}", subtree=True, as_of=before)).json()
    assert [row["area"] for row in then["areas"]] == [CITY, NORTH, SOUTH]
    assert (await town.get(f"/boards/{SOUTH}")).status_code == 200


async def test_an_area_that_ended_is_summed_in_the_board_of_the_one_that_it_became_part_of(town: Town) -> None:
    await town.write(need(people=3))
    await town.write(need(OTHER, SOUTH, 4), SOUTH)
    await town.write(AreaReorganized(area=NORTH, successors=(SOUTH,), valid_from=today()))
    south = (await town.get(f"/boards/{SOUTH}", subtree=True)).json()
    assert [(row["area"], row["parent"]) for row in south["areas"]] == [(NORTH, SOUTH), (SOUTH, None)]
    assert south["board"]["people"]["open"] == 7
    city = (await town.get(f"/boards/{CITY}", subtree=True)).json()
    assert [(row["area"], row["parent"]) for row in city["areas"]] == [(CITY, None), (NORTH, SOUTH), (SOUTH, CITY)]
    assert city["board"] == south["board"]
    yesterday = str(today() - timedelta(days=1))
    assert len((await town.get(f"/boards/{SOUTH}", subtree=True, valid_at=yesterday)).json()["areas"]) == 1
    assert (await town.get(f"/boards/{SOUTH}")).json()["board"]["people"]["open"] == 4


async def test_a_kept_board_is_not_shown_once_something_has_moved(town: Town) -> None:
    await town.get(f"/boards/{NORTH}")
    for n in range(1, 6):
        await town.write(need(an_id("need", 100 + n)))
        answer = (await town.get(f"/boards/{NORTH}")).json()
        again = (await town.get(f"/boards/{NORTH}")).json()
        assert answer == again
        assert answer["board"]["needs"]["open"] == n


async def figures_read(town: Town) -> int:
    """How often the rows of the city are read for its board, in a process whose views have moved."""
    await town.reached()
    asked: list[str] = []
    async with town.service.snapshot() as seen:
        with seen._connection.query_logger(lambda query: asked.append(query.query)):
            board = await count(seen, town.theirs(CITY), today(), 180, subtree=True)
        assert board.position == seen.token
    return sum("counted_needs" in sql for sql in asked)


async def test_events_of_other_cities_make_no_board_be_counted_again(town: Town) -> None:
    await town.write(need(an_id("need", 201)))
    other = replace(town, number=town.number + 5000, written=[], versions={})
    await other.with_areas()
    await other.reached()
    assert [await figures_read(town), await figures_read(town)] == [1, 0]
    for n in range(3):
        await other.write(need(an_id("need", 210 + n)))
        await other.reached()
        assert await figures_read(town) == 0
    await town.write(need(an_id("need", 202)))
    assert [await figures_read(town), await figures_read(town)] == [1, 0]
    answer = (await town.get(f"/boards/{CITY}", subtree=True)).json()
    assert answer["board"]["needs"]["open"] == 2


async def test_a_reader_that_waits_for_what_never_came_is_answered_that_the_board_is_stale(town: Town) -> None:
    await town.get(f"/boards/{NORTH}")
    async with town.client() as client:
        answer = await client.get(town.theirs(f"/boards/{NORTH}"), params={"after": "needs.0.999"})
        far = await client.get(town.theirs(f"/boards/{NORTH}"), params={"after": "needs.0.999999999999"})
    assert answer.json()["stale"] is True
    assert (far.status_code, far.json()["code"]) == (422, "position.malformed")
    assert (await town.get(f"/boards/{NORTH}")).json()["stale"] is False


async def trace(town: Town, thing: object, role: Role = Role.TIER1_COORDINATOR, *areas: str) -> list[dict[str, Any]]:
    answer = await town.get(f"/trace/{thing}", role, *areas)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["events"]
    return found


def types(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"].split(".")[1] for event in events]


WAY = [
    "need_recorded", "no_match_found", "needs_consolidated", "issue_raised", "need_grouped", "gap_declared",
    "council_meeting_held", "proposal_escalated", "proposal_received", "service_designed", "service_launched",
    "resource_registered", "offer_noted", "match_found", "match_proposed", "match_accepted",
    "match_concluded", "need_met",
]  # fmt: skip


async def test_a_trace_is_in_the_order_in_which_things_happened(town: Town) -> None:
    await town.write(need(), days_ago=30)
    await town.write(NeedWithdrawn(need_id=NEED, reason="転居"))
    await town.write(NeedGrouped(need_id=NEED, issue_id=ISSUE), days_ago=10)  # recorded late
    assert types(await trace(town, NEED)) == ["need_recorded", "need_grouped", "need_withdrawn"]


async def test_a_need_is_traced_through_four_services_to_its_answer(town: Town) -> None:
    await the_loop(town)
    events = await trace(town, NEED, TIER2, NORTH)
    assert types(events) == WAY
    assert {event["source"] for event in events} == {"needs", "matching", "escalation", "registry"}
    by_type = dict(zip(WAY, events, strict=True))
    assert by_type["resource_registered"]["causation"] == by_type["service_launched"]["id"]
    known = {str(OTHER), str(an_id("match", 2))}
    assert not known & {mention for event in events for mention in event["mentions"]}


@pytest.mark.parametrize(
    "thing", [ISSUE, PROPOSAL, SERVICE, RESOURCE], ids=["issue", "proposal", "service", "resource"]
)
async def test_from_what_came_of_them_one_walks_back_to_each_need(town: Town, thing: UUID) -> None:
    await the_loop(town)
    events = await trace(town, thing)
    recorded = [event["subject"] for event in events if event["type"] == NeedRecorded.wire]
    assert recorded == [str(NEED), str(OTHER)]
    assert types(events).count("match_proposed") == 2
    theirs = await trace(town, thing, TIER2, NORTH)
    assert types(theirs) == WAY, "of other areas' needs nothing is told"


async def test_a_subscriber_is_told_no_count_of_people_by_a_trace_or_a_board(town: Town) -> None:
    await the_loop(town)
    said = [f"{event['ja']} {event['en']}" for event in await trace(town, NEED, Role.SUBSCRIBER)]
    assert any("x人" in one and "x people" in one for one in said)
    assert not any(re.search(r"[0-9]+(人| people)", one) for one in said)
    answer = (await town.get(f"/boards/{CITY}", Role.SUBSCRIBER, subtree=True)).json()
    people = [answer["board"]["people"], *(row["board"]["people"] for row in answer["areas"])]
    people += [answer["board"]["supporters"], *(row["board"]["supporters"] for row in answer["areas"])]
    assert (people, answer["digest"]) == ([None] * 8, None)
    for path in (
        f"/trace/{NEED}.svg",
        f"/areas/{CITY}",
        f"/areas/{CITY}/hand-over",
        f"/areas/{CITY}/practices",
        f"/areas/{CITY}/tiers",
        f"/areas/{CITY}/ended-areas",
        f"/needs/{NEED}",
    ):
        assert (await town.get(path, Role.SUBSCRIBER)).status_code == 403


async def test_a_match_and_a_correlation_are_traced_too(town: Town) -> None:
    thread = await the_loop(town)
    assert types(await trace(town, MATCH, TIER2, NORTH)) == WAY
    events = await trace(town, thread)
    assert len(events) == len(WAY) + 2
    assert {event["correlation"] for event in events} == {str(thread)}


async def test_an_issue_is_traced_by_each_district_that_has_a_need_in_it(town: Town) -> None:
    await the_loop(town)
    for thing in (ISSUE, PROPOSAL):
        events = await trace(town, thing, TIER2, SOUTH)
        assert {"issue_raised", "proposal_escalated"} <= set(types(events)), thing
        assert types(events).count("need_recorded") == 1, "that of the other district is not theirs"


async def test_what_lies_outside_is_as_unknown_as_what_is_not_there(town: Town) -> None:
    await the_loop(town)
    for path in (f"/trace/{OTHER}", f"/trace/{an_id('match', 2)}", f"/trace/{uuid4()}", f"/trace/{OTHER}.svg"):
        answer = await town.get(path, TIER2, NORTH)
        assert (answer.status_code, answer.json()["code"]) == (404, "trace.unknown"), path
    for area in (CITY, SOUTH, "999999"):
        for path in (f"/boards/{area}", "/needs"):
            query = {"area": area} if path == "/needs" else {}
            answer = await town.get(path, TIER2, NORTH, **query)
            assert (answer.status_code, answer.json()["code"]) == (404, "area.unknown"), area
    for path in ("/needs", "/matches", "/proposals"):
        items = (await town.get(path, TIER2, SOUTH)).json()["items"]
        assert {item.get("area") or item["need_area"] for item in items} <= {SOUTH}, path
    items = (await town.get("/resources", TIER2, SOUTH)).json()["items"]
    assert all(item["area"] == SOUTH or {CITY, SOUTH} & {*item["service_areas"]} for item in items)


async def test_a_resource_of_no_service_is_traced_through_its_matches(town: Town) -> None:
    await town.write(resource())
    await town.write(need())
    await town.write(need(OTHER, SOUTH, 4), SOUTH)
    await town.write(proposed())
    await town.write(match_events(MATCH, NEED, NORTH, RESOURCE)[2])
    await town.write(proposed(an_id("match", 2), OTHER, SOUTH))
    expected = ["resource_registered", "need_recorded", "match_proposed", "match_lapsed"]
    events = await trace(town, RESOURCE, TIER2, NORTH)
    assert types(events) == expected
    assert LapseReason.NO_ANSWER.ja in events[-1]["ja"]


async def test_what_is_developed_is_traced_by_itself(town: Town) -> None:
    _, _, placed, *_ = cohort_events(COHORT)
    for event in (trained(), placed, secured(), *venue_events(VENUE)[:2], offered()):
        await town.write(event)
    events = await trace(town, COHORT, TIER2, NORTH)
    assert types(events) == ["supporters_trained", "supporters_placed"]
    assert [event["ja"] for event in events] == [
        "担い手を養成（外出支援・交流サロン、8人）",
        "担い手が活動を開始（4人）",
    ]
    released = (await trace(town, VENUE, TIER2, NORTH))[2]
    assert released["en"] == "Venue released: The building closed"
    assert types(await trace(town, PLACE, TIER2, NORTH)) == ["place_offered"]
    for thing in (COHORT, VENUE, PLACE):
        answer = await town.get(f"/trace/{thing}", TIER2, SOUTH)
        assert (answer.status_code, answer.json()["code"]) == (404, "trace.unknown")


async def test_a_moved_thing_is_traced_where_it_belongs_now(town: Town) -> None:
    provider = an_id("provider")
    registered = ProviderRegistered(provider_id=provider, area=NORTH, name="NPO見本", kind=BodyKind.NPO)
    moved = ProviderMoved(provider_id=provider, from_area=NORTH, area=SOUTH, reason="南の団体だった")
    released = ProviderReleased(provider_id=provider, service_class=ServiceClass.VISIT_A, reason="人員の不足")
    for event in (registered, moved, released):
        await town.write(event)
    events = await trace(town, provider, TIER2, SOUTH)
    assert types(events) == ["provider_registered", "provider_moved", "provider_released"]
    answer = await town.get(f"/trace/{provider}", TIER2, NORTH)
    assert (answer.status_code, answer.json()["code"]) == (404, "trace.unknown")


async def test_lists_are_read_page_by_page(town: Town) -> None:
    for n in range(1, 6):
        await town.write(need(an_id("need", n)))
    await town.write(CONSOLIDATED)
    await town.write(NeedGrouped(need_id=NEED, issue_id=ISSUE))
    found: list[str] = []
    cursor: str | None = None
    while True:
        query: dict[str, Any] = {"limit": 2, "cursor": cursor} if cursor else {"limit": 2}
        page = (await town.get("/needs", **query)).json()
        found += [item["need_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == [str(an_id("need", n)) for n in range(1, 6)]
    grouped = (await town.get("/needs", state="grouped")).json()["items"]
    assert [(item["need_id"], item["state"]) for item in grouped] == [(str(NEED), "grouped")]
    assert [area["area"] for area in (await town.get("/areas")).json()] == [CITY, NORTH, SOUTH]


async def test_a_trace_is_drawn(town: Town) -> None:
    await the_loop(town)
    answer = await town.get(f"/trace/{NEED}.svg", TIER2, NORTH)
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.count("<g>") == len(WAY)
