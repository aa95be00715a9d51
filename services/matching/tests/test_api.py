"""The routes, on a real Postgres and a real Kafka. Every test has a city of its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from matching import views
from shiendomain.days import today
from shiendomain.needs import NeedMoved, NeedReinstated, NeedWithdrawn
from shiendomain.registry import ResourceReinstated, ResourceRetired
from shiendomain.vocabulary import NeedBehind, ResourceEnd
from shienweb import Role
from shienweb.testing import THREAD, Caller

from .facts import NEED_REVISED, RETIRED, SERVICE, SUSPENDED
from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def events(city: City, stream: str) -> list[str]:
    """The events of a stream of matching, by name."""
    records = await city.world.service.store.read_stream(stream)
    return [record.envelope.type.split(".")[1] for record in records]


async def test_a_need_is_searched_for_matched_and_answered(city: City, north: Caller) -> None:
    await city.publish_offer()
    found = await north.wrote(f"/needs/{city.need}/search")
    assert (found["outcome"], found["resource_id"], found["missing"]) == ("proposed", str(city.resource), [])
    path = f"/resources/{city.resource}/matches/{found['id']}"
    await north.wrote(f"{path}/acceptance")
    done = await north.wrote(f"{path}/conclusion", {"outcome": "helped", "people_helped": 2})
    shown = await north.send("GET", f"/matches/{found['id']}", after=north.position)
    assert shown.headers["etag"] == f'"{done["version"]}"'
    match = shown.json()
    assert (match["state"], match["people_helped"], match["correlation"]) == ("concluded", 2, str(THREAD))
    assert match["reasons"] == ["kind", "home_area", "serves_area", "capacity"]
    board = await north.saw(f"/boards/{city.north}")
    assert (board["total"]["concluded"], board["total"]["people_helped"]) == (1, 2)
    candidates = await north.saw(f"/needs/{city.need}/candidates")
    assert (candidates["candidates"], candidates["missing"]) == ([], [])
    assert await north.refused(f"/needs/{city.need}/search") == (409, "match.nobody_waits")


async def test_one_thread_runs_from_a_need_through_its_search_and_its_match(city: City, north: Caller) -> None:
    await city.publish_offer()
    found = await north.wrote(f"/needs/{city.need}/search")
    path = f"/resources/{city.resource}/matches/{found['id']}"
    await north.wrote(f"{path}/declination", {"reason": "not_suitable"})
    store = city.world.service.store
    offer, search = [await store.read_stream(stream) for stream in (f"offer-{city.resource}", f"search-{city.need}")]
    assert [record.envelope.type.split(".")[1] for record in (*offer[1:], *search)] == [
        "match_proposed",
        "match_declined",
        "match_found",
    ]
    assert {record.envelope.correlation for record in (*offer[1:], *search)} == {THREAD}


async def test_a_search_without_a_match_says_what_was_missing_and_is_listed(city: City, north: Caller) -> None:
    await city.publish(city.resource, city.registered(serves=city.south))
    await city.publish_need()
    await north.until(f"/needs/{city.need}/candidates", lambda seen: seen["missing"] == ["area"])
    found = await north.wrote(f"/needs/{city.need}/search")
    assert (found["outcome"], found["resource_id"], found["missing"]) == ("nothing_fits", None, ["area"])
    listed = await north.saw("/searches")
    assert [(one["search_id"], one["missing_ja"]) for one in listed["items"]] == [
        (found["id"], ["対象地域に含まれない"])
    ]
    assert (await north.saw(f"/boards/{city.north}"))["total"]["searches_unmatched"] == 1


async def test_of_ten_searches_at_once_exactly_one_proposes_a_match(city: City, north: Caller) -> None:
    other = uuid4()
    await city.publish_offer(city.registered(), city.registered(other))
    answers = await asyncio.gather(*(north.send("POST", f"/needs/{city.need}/search") for _ in range(10)))
    assert Counter(answer.json().get("code", answer.json().get("outcome")) for answer in answers) == {
        "proposed": 1,
        "match.already_open": 9,
    }
    assert len((await north.saw(f"/matches?need_id={city.need}"))["items"]) == 1
    assert await events(city, f"search-{city.need}") == ["match_found"]
    proposed = [*await events(city, f"offer-{city.resource}"), *await events(city, f"offer-{other}")]
    assert sorted(proposed) == ["match_proposed", "offer_noted", "offer_noted"]


async def test_one_resource_is_proposed_for_many_needs_at_once(city: City, north: Caller) -> None:
    await city.publish_offer()
    needs = [uuid4() for _ in range(12)]
    for need in needs:
        await city.publish_need(need, people=1)
    found = await asyncio.gather(*(north.wrote(f"/needs/{need}/search") for need in needs))
    assert [one["resource_id"] for one in found] == [str(city.resource)] * len(needs)


async def test_people_helped_partly_are_not_matched_again_and_the_others_are(city: City, north: Caller) -> None:
    other = uuid4()
    await city.publish_offer(city.registered(), city.registered(other))
    proposed = await north.wrote("/matches", {"need_id": str(city.need), "resource_id": str(city.resource)})
    path = f"/resources/{city.resource}/matches/{proposed['id']}"
    await north.wrote(f"{path}/acceptance")
    await north.wrote(f"{path}/conclusion", {"outcome": "partly", "people_helped": 1})
    too_many = {"need_id": str(city.need), "resource_id": str(other), "people": 2}
    assert await north.refused("/matches", too_many) == (409, "match.too_many_people")
    found = await north.wrote(f"/needs/{city.need}/search")
    assert (await north.saw(f"/matches/{found['id']}"))["people"] == 1
    await north.wrote(f"/resources/{found['resource_id']}/matches/{found['id']}/acceptance")
    assert await north.refused("/matches", {**too_many, "people": 1}) == (409, "match.nobody_waits")


async def test_places_come_free_when_support_ends_and_its_people_wait_again_if_they_need_it(
    city: City, north: Caller
) -> None:
    await city.publish_offer()
    found = await north.wrote(f"/needs/{city.need}/search")
    path = f"/resources/{city.resource}/matches/{found['id']}"
    await north.wrote(f"{path}/acceptance")
    await north.wrote(f"{path}/conclusion", {"outcome": "helped", "people_helped": 2})
    other = uuid4()
    await city.publish_need(other, people=2)
    assert (await north.wrote(f"/needs/{other}/search"))["missing"] == ["capacity"]
    assert await free_places(north, f"area={city.north}") == {str(city.resource): 0}
    assert await free_places(north, "people=1") == {}
    end = {"reason": "moved_away", "ended_on": str(today())}
    assert await north.refused(f"{path}/end", {**end, "ended_on": str(today() + timedelta(days=1))}) == (
        409, "match.ends_in_future",
    )  # fmt: skip
    await north.wrote(f"{path}/end", {**end, "note": "入所"})
    ended = await north.saw(f"/matches/{found['id']}")
    assert (ended["state"], ended["ended_for"], ended["ended_note"], ended["people_helped"]) == (
        "ended", "moved_away", "入所", 2,
    )  # fmt: skip
    assert (await north.saw(f"/boards/{city.north}"))["total"]["people_helped"] == 2
    assert await north.refused(f"/needs/{city.need}/search") == (409, "match.nobody_waits")
    assert await free_places(north, "people=2&support_kind=outing") == {str(city.resource): 2}
    assert await free_places(north, "people=3") == await free_places(north, "support_kind=meals") == {}
    async with city.world.caller(city.code, role=Role.SUBSCRIBER) as subscriber:
        assert await subscriber.refused("/offers", method="GET") == (403, "role.not_allowed")
    assert (await north.wrote(f"/needs/{other}/search"))["outcome"] == "proposed"


async def free_places(caller: Caller, query: str) -> dict[str, int]:
    """The free places of the resources that `GET /offers` lists."""
    return {one["resource_id"]: one["free"] for one in (await caller.saw(f"/offers?{query}"))["items"]}


async def test_a_wrong_outcome_is_corrected_its_places_follow_and_so_does_who_waits(city: City, north: Caller) -> None:
    await city.publish_offer()
    found = await north.wrote(f"/needs/{city.need}/search")
    path = f"/resources/{city.resource}/matches/{found['id']}"
    wrong = {"outcome": "partly", "people_helped": 1, "ongoing": False, "why": "人数の誤り"}
    await north.wrote(f"{path}/acceptance")
    assert await north.refused(f"{path}/correction", wrong) == (409, "match.no_outcome")
    await north.wrote(f"{path}/conclusion", {"outcome": "helped", "people_helped": 2})
    await north.wrote(f"{path}/correction", wrong)
    now = await north.saw(f"/matches/{found['id']}")
    assert (now["state"], now["outcome"], now["people_helped"], now["ongoing"], now["corrected"]) == (
        "concluded", "partly", 1, False, "人数の誤り",
    )  # fmt: skip
    assert (await north.saw(f"/boards/{city.north}"))["total"]["people_helped"] == 1
    other = await north.wrote("/matches", {"need_id": str(city.need), "resource_id": str(city.resource), "people": 1})
    await north.wrote(f"/resources/{city.resource}/matches/{other['id']}/acceptance")
    two = {**wrong, "outcome": "helped", "people_helped": 2}
    assert await north.refused(f"{path}/correction", two) == (409, "match.others_helped")


async def test_the_matches_of_a_withdrawn_need_end_by_themselves(city: City, north: Caller) -> None:
    await city.publish_offer()
    found = await north.wrote(f"/needs/{city.need}/search")
    path = f"/resources/{city.resource}/matches/{found['id']}"
    await north.wrote(f"{path}/acceptance")
    await city.publish(city.need, NeedWithdrawn(need_id=city.need, reason="転居"))
    over = await north.until(f"/matches/{found['id']}", lambda match: match["state"] == "concluded")
    assert (over["outcome"], over["failure"], over["people_helped"]) == ("not_helped", "need_gone", 0)
    assert await events(city, f"search-{city.need}") == ["match_found", "acceptance_noted", "matches_released"]


async def test_support_that_lapsed_with_a_mistaken_retirement_is_listed_and_goes_on(city: City, north: Caller) -> None:
    await city.publish_offer()
    found = await north.wrote(f"/needs/{city.need}/search")
    path = f"/resources/{city.resource}/matches/{found['id']}"
    await north.wrote(f"{path}/acceptance")
    goes_on = {"outcome": "helped", "people_helped": 2, "ongoing": True}
    await north.wrote(f"{path}/conclusion", goes_on)
    retired = ResourceRetired(resource_id=city.resource, reason=ResourceEnd.OTHER)
    await city.publish(city.resource, retired)
    await north.until(f"/matches/{found['id']}", lambda match: match["state"] == "lapsed")
    assert (await north.saw("/matches?cut_off=true"))["items"] == []
    again = {**goes_on, "why": "廃止が誤りで、支援は続いていた"}
    assert await north.refused(f"{path}/correction", again) == (409, "match.cannot_go_on")
    await city.publish(city.resource, ResourceReinstated(resource_id=city.resource, reason="別の資源だった"))
    listed = await north.until("/matches?cut_off=true", lambda page: page["items"] != [])
    assert [one["match_id"] for one in listed["items"]] == [found["id"]]
    await north.wrote(f"{path}/correction", again)
    now = await north.saw(f"/matches/{found['id']}")
    assert (now["state"], now["people_helped"], now["ongoing"], now["lapse"]) == ("concluded", 2, True, None)
    assert (await north.saw("/matches?cut_off=true"))["items"] == []


async def test_a_refusal_recorded_by_mistake_is_corrected(city: City, north: Caller) -> None:
    await city.publish_offer()
    found = await north.wrote(f"/needs/{city.need}/search")
    path = f"/resources/{city.resource}/matches/{found['id']}"
    await north.wrote(f"{path}/declination", {"reason": "not_suitable"})
    await north.wrote(
        f"{path}/correction", {"outcome": "helped", "people_helped": 2, "ongoing": True, "why": "別の打診の辞退だった"}
    )
    now = await north.saw(f"/matches/{found['id']}")
    assert (now["state"], now["people_helped"], now["failure"]) == ("concluded", 2, None)
    assert await events(city, f"offer-{city.resource}") == [
        "offer_noted", "match_proposed", "match_declined", "match_outcome_corrected",
    ]  # fmt: skip


async def test_support_that_ended_with_a_mistaken_withdrawal_is_listed_and_goes_on(city: City, north: Caller) -> None:
    await city.publish_offer()
    found = await north.wrote(f"/needs/{city.need}/search")
    path = f"/resources/{city.resource}/matches/{found['id']}"
    await north.wrote(f"{path}/acceptance")
    goes_on = {"outcome": "helped", "people_helped": 2, "ongoing": True}
    await north.wrote(f"{path}/conclusion", goes_on)
    withdrawn = NeedWithdrawn(need_id=city.need, reason="転居")
    for _ in range(2):
        await city.publish(city.need, withdrawn)
        ended = await north.until(f"/matches/{found['id']}", lambda match: match["state"] == "ended")
        assert (ended["ended_with_need"], ended["ongoing"]) == (True, False)
        assert (await north.saw("/matches?cut_off=true"))["items"] == []
        await city.publish(city.need, NeedReinstated(need_id=city.need, reason="別のニーズだった"))
        listed = await north.until("/matches?cut_off=true", lambda page: page["items"] != [])
        assert [one["match_id"] for one in listed["items"]] == [found["id"]]
        await north.wrote(f"{path}/correction", {**goes_on, "why": "取下げが誤りで、支援は続いていた"})
        again = await north.saw(f"/matches/{found['id']}")
        assert (again["state"], again["ongoing"], again["ended_with_need"]) == ("concluded", True, False)
        assert (await north.saw("/matches?cut_off=true"))["items"] == []


async def test_a_moved_need_is_matched_anew_where_it_is(city: City, north: Caller) -> None:
    await city.publish_offer(city.registered(serves=city.north))
    found = await north.wrote(f"/needs/{city.need}/search")
    moved = NeedMoved(need_id=city.need, from_area=city.north, area=city.south, reason="南の校区だった")
    await city.publish(city.need, moved)
    over = await north.until(f"/matches/{found['id']}", lambda match: match["state"] == "declined")
    assert (over["failure"], over["note"]) == ("other", "ニーズの地域が訂正された")
    async with city.world.caller(city.south) as south:
        await south.until(f"/needs/{city.need}/candidates", lambda seen: seen["missing"] == ["area"])
        assert (await south.wrote(f"/needs/{city.need}/search"))["outcome"] == "nothing_fits"
        assert (await south.saw(f"/boards/{city.south}"))["total"]["searches_unmatched"] == 1
    assert await north.refused(f"/needs/{city.need}/candidates", method="GET") == (404, "need.unknown")


async def test_no_more_people_are_helped_than_wait_by_then(city: City, north: Caller) -> None:
    await city.publish_offer()
    found = await north.wrote(f"/needs/{city.need}/search")
    path = f"/resources/{city.resource}/matches/{found['id']}"
    await north.wrote(f"{path}/acceptance")
    revised = NEED_REVISED.model_copy(update={"need_id": city.need, "people": 1})
    await city.publish(city.need, revised)
    outcome = {"outcome": "helped", "people_helped": 2}
    assert await north.refused(f"{path}/conclusion", outcome) == (409, "match.more_than_wait")
    await north.wrote(f"{path}/conclusion", {**outcome, "people_helped": 1})


async def test_of_two_matches_for_the_same_people_one_is_accepted(city: City, north: Caller) -> None:
    other = uuid4()
    await city.publish_offer(city.registered(), city.registered(other))
    both = [
        (resource, (await north.wrote("/matches", {"need_id": str(city.need), "resource_id": str(resource)}))["id"])
        for resource in (city.resource, other)
    ]
    first, second = (f"/resources/{resource}/matches/{match}/acceptance" for resource, match in both)
    await north.wrote(first)
    assert await north.refused(second) == (409, "match.nobody_waits")


async def test_of_two_matches_that_are_accepted_at_once_no_more_people_are_held_for_than_wait(
    city: City, north: Caller
) -> None:
    """All of its people at each of five resources: one stands."""
    resources = [city.resource, *(uuid4() for _ in range(4))]
    await city.publish_offer(*(city.registered(one) for one in resources))
    paths = []
    for one in resources:
        proposed = await north.wrote("/matches", {"need_id": str(city.need), "resource_id": str(one), "people": 2})
        paths.append(f"/resources/{one}/matches/{proposed['id']}/acceptance")
    answers = await asyncio.gather(*(north.send("POST", path) for path in paths))
    said = Counter(answer.json().get("code", "accepted") for answer in answers)
    assert said["accepted"] == 1, said
    assert set(said) <= {"accepted", "match.nobody_waits"}, said
    (held,) = (await north.saw(f"/matches?need_id={city.need}&state=accepted"))["items"]
    assert await events(city, f"search-{city.need}") == [*["match_found"] * 5, "acceptance_noted"]
    again = f"/resources/{held['resource_id']}/matches/{held['match_id']}/acceptance"
    await north.wrote(again)


async def test_of_two_matches_of_some_of_the_people_accepted_at_once_both_stand(city: City, north: Caller) -> None:
    other = uuid4()
    await city.publish_offer(city.registered(), city.registered(other))
    paths = []
    for one in (city.resource, other):
        body = {"need_id": str(city.need), "resource_id": str(one), "people": 1}
        paths.append(f"/resources/{one}/matches/{(await north.wrote('/matches', body))['id']}/acceptance")
    answers = await asyncio.gather(*(north.send("POST", path) for path in paths))
    assert [answer.status_code for answer in answers] == [200, 200], [answer.text for answer in answers]


async def test_a_search_is_refused_while_a_match_is_open_and_a_person_may_still_propose_another(
    city: City, north: Caller
) -> None:
    other = uuid4()
    await city.publish_offer(city.registered(), city.registered(other))
    first = await north.wrote(f"/needs/{city.need}/search")
    assert await north.refused(f"/needs/{city.need}/search") == (409, "match.already_open")
    named = str(other) if first["resource_id"] == str(city.resource) else str(city.resource)
    await north.wrote("/matches", {"need_id": str(city.need), "resource_id": named})
    matches = (await north.saw(f"/matches?need_id={city.need}"))["items"]
    assert {match["resource_id"]: match["state"] for match in matches} == {
        str(city.resource): "proposed",
        str(other): "proposed",
    }


async def test_a_match_is_not_proposed_on_another_version_of_the_offer_than_was_seen(city: City, north: Caller) -> None:
    await city.publish_offer()
    body = {"need_id": str(city.need), "resource_id": str(city.resource)}
    stale = await north.refused("/matches", body, if_match='"7"')
    assert stale == (412, "precondition.failed")
    assert await north.refused(f"/needs/{city.need}/search", if_match='"7"') == (412, "precondition.failed")
    unknown = {**body, "resource_id": str(uuid4())}
    assert await north.refused("/matches", unknown, if_match='"7"') == (404, "resource.unknown")
    assert await events(city, f"offer-{city.resource}") == ["offer_noted"]
    assert (await north.wrote("/matches", body, if_match='"1"'))["version"] == 2


def first_answer(found: dict[str, Any]) -> dict[str, Any]:
    """What a repeated search answers again. Its position is later: all that the service holds."""
    return {name: value for name, value in found.items() if name != "position"}


async def test_a_repeated_search_is_answered_as_the_first_time_whatever_has_changed(city: City, north: Caller) -> None:
    await city.publish_offer()
    path = f"/needs/{city.need}/search"
    first = await north.wrote(path, idempotency_key=city.code)
    assert first_answer(await north.wrote(path, idempotency_key=city.code)) == first_answer(first)
    other = uuid4()
    await city.publish(other, city.registered(other))
    await north.wrote(f"/resources/{city.resource}/matches/{first['id']}/declination", {"reason": "no_capacity"})
    await city.publish(city.resource, SUSPENDED.model_copy(update={"resource_id": city.resource}))
    await north.until(
        f"/needs/{city.need}/candidates",
        lambda seen: [one["resource_id"] for one in seen["candidates"]] == [str(other)],
    )
    assert first_answer(await north.wrote(path, idempotency_key=city.code)) == first_answer(first)
    assert await events(city, f"search-{city.need}") == ["match_found"]


async def test_a_repeated_search_without_a_match_says_again_what_was_missing(city: City, north: Caller) -> None:
    await city.publish(city.resource, city.registered(serves=city.south))
    await city.publish_need()
    await north.until(f"/needs/{city.need}/candidates", lambda seen: seen["missing"] == ["area"])
    path = f"/needs/{city.need}/search"
    first = await north.wrote(path, idempotency_key=city.code)
    other = uuid4()
    await city.publish(other, city.registered(other))
    await north.until(f"/needs/{city.need}/candidates", lambda seen: seen["candidates"])
    again = await north.wrote(path, idempotency_key=city.code)
    assert first_answer(again) == first_answer(first)
    assert (again["outcome"], again["missing"]) == ("nothing_fits", ["area"])
    assert await events(city, f"search-{city.need}") == ["no_match_found"]


async def test_however_many_accept_at_once_no_place_is_given_twice(city: City, north: Caller) -> None:
    await city.publish_offer()
    matches = []
    for need in [uuid4() for _ in range(8)]:
        await city.publish_need(need, people=1)
        matches.append(await north.wrote("/matches", {"need_id": str(need), "resource_id": str(city.resource)}))
    paths = [f"/resources/{city.resource}/matches/{match['id']}/acceptance" for match in matches]
    answers = await asyncio.gather(*(north.send("POST", path) for path in paths))
    assert Counter((answer.status_code, answer.json().get("code")) for answer in answers) == {
        (200, None): 2,
        (409, "match.no_capacity"): 6,
    }


async def test_the_match_of_another_territorys_need_is_as_unknown_as_none(city: City, north: Caller) -> None:
    await city.publish_offer()
    match = await north.wrote(f"/needs/{city.need}/search")
    path = f"/resources/{city.resource}/matches"
    async with city.world.caller(city.south) as south, city.world.caller(city.code, role=Role.AUDITOR) as auditor:
        south.position = auditor.position = north.position
        for unknown in (
            f"/matches/{match['id']}",
            f"/matches/{uuid4()}",
            f"/needs/{city.need}/candidates",
            f"/boards/{city.north}",
        ):
            assert (await south.refused(unknown, method="GET"))[0] == 404, unknown
        for one in (match["id"], uuid4()):
            for headers in ({}, {"if_match": '"2"'}, {"if_match": '"9"'}):
                assert await south.refused(f"{path}/{one}/acceptance", **headers) == (404, "match.unknown")
        assert (await south.saw("/matches"))["items"] == []
        assert len((await auditor.saw("/matches"))["items"]) == 1
        assert await auditor.refused(f"{path}/{match['id']}/acceptance") == (403, "role.not_allowed")
    body = {"need_id": str(city.need), "resource_id": str(uuid4())}
    assert await north.refused("/matches", body) == (404, "resource.unknown")


async def test_the_board_is_the_sum_of_the_areas_below(city: City, north: Caller) -> None:
    await city.publish_offer()
    other = uuid4()
    await city.publish_need(other, city.south, people=1)
    async with city.world.caller(city.code, role=Role.TIER1_COORDINATOR) as tier1:
        for need in (city.need, other):
            await tier1.wrote(f"/needs/{need}/search")
        board = await tier1.saw(f"/boards/{city.ward}")
        assert {line["area"]: line["proposed"] for line in board["areas"]} == {
            city.ward: 0,
            city.north: 1,
            city.south: 1,
        }
        assert board["total"]["proposed"] == 2
        before = await tier1.saw(f"/boards/{city.ward}?valid_at={today() - timedelta(days=1)}")
        assert before["total"]["proposed"] == 0, "none was proposed by then"
        page = await tier1.saw("/matches?limit=1")
        rest = await tier1.saw(f"/matches?limit=1&cursor={page['next_cursor']}")
        assert (len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (1, 1, None)


async def test_what_was_launched_for_a_need_is_proposed_to_it_and_undone_with_it(city: City, north: Caller) -> None:
    needs = (NeedBehind(need_id=city.need, area=city.north, people=2),)
    await city.publish_offer(city.registered().model_copy(update={"service_id": SERVICE, "for_needs": needs}))
    (match,) = (await north.saw(f"/matches?need_id={city.need}"))["items"]
    assert (match["reasons"], match["service_id"]) == (["launched_for"], str(SERVICE))
    path = f"/resources/{city.resource}/matches/{UUID(match['match_id'])}/acceptance"
    await north.wrote(path)
    await city.publish(city.resource, RETIRED.model_copy(update={"resource_id": city.resource}))
    await north.until(f"/matches/{match['match_id']}", lambda seen: seen["state"] == "lapsed")
    assert await north.refused(path) == (409, "match.wrong_state")


async def test_candidates_are_found_by_index_and_not_among_all_offers(city: City) -> None:
    """With sequential scans made dear, no plan has one: the indexes of served areas and of homes are enough."""
    await city.publish_offer()
    async with city.world.service.snapshot() as snapshot:
        await snapshot.fetch("select set_config('enable_seqscan', 'off', true)")
        for select, arguments in (
            (views.NEAR + " and $3 = any(support_kinds)", ([city.north, city.ward], [city.south], "outing")),
            (views.NEAR + " order by resource_id", ([city.north, city.ward], [city.south])),
        ):
            plan = "\n".join(
                row[0] for row in await snapshot.fetch(f"explain select * from offers {select}", *arguments)
            )
            assert "Seq Scan" not in plan
            assert "offers_service_areas_idx" in plan or "offers_area_idx" in plan, plan
        areas = "explain select * from areas where municipality = $1"  # a round, and each need that is looked at
        assert "areas_municipality_idx" in str(await snapshot.fetch(areas, city.code))
