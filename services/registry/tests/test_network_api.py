"""The routes of councils, posts, providers and the network, on a real Postgres. Every test has a city of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shiendomain.days import today
from shienweb import Role
from shienweb.testing import Caller, joined

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = timedelta(days=1)
E6 = 1_000_000
TODAY, LAST_WEEK, BEFORE_IT, NEXT_WEEK = (str(today() + n * DAY) for n in (0, -7, -8, 7))
SHAKYO: dict[str, str | None] = {"kind": "shakyo", "name": "校区社協", "parent": None}
COMPANY: dict[str, str | None] = {"kind": "company", "name": "見本交通", "parent": None}
NPO: dict[str, str | None] = {"kind": "npo", "name": "NPOみどり", "parent": None}
NOT_REGISTERED: dict[str, str | None] = {"seat": None, "body_id": None, "parent_id": None}
SHAKYO_SITS, NPO_SITS = {**SHAKYO, **NOT_REGISTERED}, {**NPO, **NOT_REGISTERED}
TIER1, TIER2, SECRETARY = Role.TIER1_COORDINATOR, Role.TIER2_COORDINATOR, Role.COUNCIL_SECRETARY
MISTAKE = {"reason": "二重の記録"}


async def a_council(caller: Caller, area: str, name: str = "北協議体") -> str:
    """A council of the second tier; its id."""
    made = await caller.wrote("/councils", {"area": area, "tier": "tier2", "name": name, "members": [SHAKYO]})
    return str(made["id"])


async def test_a_council_says_who_sat_on_it_on_a_day(administrator: Caller, city: City) -> None:
    council = f"/councils/{await a_council(administrator, city.north)}"
    await administrator.wrote(f"{council}/members", {"on": LAST_WEEK, "members": [NPO], "reason": "改選"})
    found = await administrator.saw(council)
    assert found["members"] == [NPO_SITS]
    assert [(one["on"], one["reason"]) for one in found["history"]] == [(None, ""), (LAST_WEEK, "改選")]
    for day, members in ((TODAY, [NPO_SITS]), (LAST_WEEK, [NPO_SITS]), (BEFORE_IT, [SHAKYO_SITS])):
        assert (await administrator.saw(f"{council}?valid_at={day}"))["members"] == members, day
    later = {"on": NEXT_WEEK, "members": [], "reason": "解散"}
    assert await administrator.refused(f"{council}/members", later) == (409, "day.in_future")
    right = {"name": "北部協議体", "history": found["history"][:1], "purpose": None, "reason": "改選はなかった"}
    await administrator.wrote(council, right, method="PUT")
    found = await administrator.saw(council)
    assert (found["name"], found["members"], found["corrected_for"]) == ("北部協議体", [SHAKYO_SITS], "改選はなかった")
    unordered = {**right, "history": [{"on": TODAY, "members": []}]}
    assert await administrator.refused(council, unordered, method="PUT") == (409, "council.history_out_of_order")


async def test_a_member_that_is_registered_has_the_name_of_the_register(administrator: Caller, city: City) -> None:
    body, parent, foreign = "みどり会", "市みどり連合会", "東みどり会"
    ids = [
        str((await administrator.wrote("/providers", {"area": area, "name": name, "kind": "npo"}))["id"])
        for area, name in ((city.north, body), (city.code, parent), (city.south, foreign))
    ]
    member = {"kind": "npo", "name": "みどり", "seat": "service_projects", "body_id": ids[0], "parent_id": ids[1]}
    async with city.world.caller(city.north, role=SECRETARY) as secretary:
        secretary.position = administrator.position
        council = {"area": city.north, "tier": "tier2", "name": "北協議体", "members": [member]}
        made = (await secretary.wrote("/councils", council))["id"]
        other = {"on": TODAY, "members": [{**member, "body_id": ids[2]}], "reason": "改選"}
        assert await secretary.refused(f"/councils/{made}/members", other) == (404, "provider.unknown")
        administrator.position = secretary.position
    renamed = {"name": "新しいみどり会", "kind": "npo", "reason": "名称の変更"}
    await administrator.wrote(f"/providers/{ids[0]}", renamed, method="PUT")
    found = await administrator.saw(f"/councils/{made}")
    assert found["members"] == [{**member, "name": "新しいみどり会", "parent": parent}]
    assert found["history"][0]["members"] == found["members"]


async def test_a_purpose_is_due_for_review_from_its_day_on(administrator: Caller, city: City) -> None:
    north, south = [await a_council(administrator, area) for area in (city.north, city.south)]
    async with city.world.caller(city.north, role=TIER2) as coordinator:
        purpose = {"text": "歩いて行ける居場所をつくる", "agreed_on": LAST_WEEK, "review_on": TODAY}
        await coordinator.wrote(f"/councils/{north}/purpose", purpose)
        found = await coordinator.saw(f"/councils/{north}")
        assert (found["purpose"], found["due_for_review"]) == ({**purpose, "meeting_id": None}, True)
        others = await coordinator.refused(f"/councils/{south}/purpose", purpose)
        assert others == (404, "council.unknown")
    due = await administrator.saw("/councils?due=true", after=coordinator.position)
    assert [one["council_id"] for one in due["items"]] == [north]
    others = await administrator.saw("/councils?due=false")
    assert [one["council_id"] for one in others["items"]] == [south]
    assert (await administrator.saw(f"/boards/{city.code}"))["total"]["network"]["reviews_due"] == 1


async def test_a_council_is_dormant_with_a_reason_and_works_again(administrator: Caller, city: City) -> None:
    council = f"/councils/{await a_council(administrator, city.north)}"
    await administrator.wrote(f"{council}/dormancy", {"on": LAST_WEEK, "reason": "改選が終わるまで"})
    found = await administrator.saw(council)
    assert [found[name] for name in ("state", "state_on", "state_for")] == ["dormant", LAST_WEEK, "改選が終わるまで"]
    assert len((await administrator.saw("/councils?state=dormant"))["items"]) == 1
    board = await administrator.saw(f"/boards/{city.code}")
    assert board["total"]["network"]["councils"] == {"active": 0, "dormant": 1}
    answer = await administrator.send("POST", f"{council}/dormancy", {"on": TODAY, "reason": "別"})
    assert answer.json()["code"] == "council.dormant"
    assert LAST_WEEK in answer.json()["detail_en"]
    await administrator.wrote(f"{council}/resumption", {"on": TODAY})
    assert (await administrator.saw(council))["state"] == "active"


def a_post(area: str, **more: object) -> dict[str, object]:
    given = {"area": area, "tier": "tier2", "employer": "ささえりあ北", "employer_kind": "support_centre"}
    begun, ends = str(today() - 700 * DAY), str(today() + 30 * DAY)
    return {**given, "term_from": begun, "term_until": ends, **more}


async def test_posts_whose_term_ends_are_listed_until_their_succession_is_settled(
    administrator: Caller, city: City
) -> None:
    async def unsettled(days: int = 60) -> list[str]:
        found = await administrator.saw(f"/coordinators?ends_within={days}")
        return [one["coordinator_id"] for one in found["items"]]

    soon = (await administrator.wrote("/coordinators", a_post(city.north)))["id"]
    over = (await administrator.wrote("/coordinators", a_post(city.south, term_until=TODAY)))["id"]
    next_one = (await administrator.wrote("/coordinators", a_post(city.north, term_until=str(today() + 1000 * DAY))))[
        "id"
    ]
    assert await unsettled() == [over, soon]
    assert await unsettled(29) == [over]
    later = {"term_until": str(today() + 1100 * DAY)}
    await administrator.wrote(f"/coordinators/{over}/renewal", later)
    async with city.world.caller(city.north, role=TIER2) as coordinator:
        stranger = {"on": TODAY, "successor_id": over}
        assert await coordinator.refused(f"/coordinators/{soon}/hand-over", stranger) == (404, "coordinator.unknown")
        given = {"on": LAST_WEEK, "successor_id": next_one, "note": "提案は市の回答待ち"}
        malformed = {**given, "document": {"position": "registry 3", "day": TODAY}}
        assert (await coordinator.refused(f"/coordinators/{soon}/hand-over", malformed))[0] == 422
        beyond = {**given, "document": {"position": "registry.3.900000000", "day": TODAY}}
        said = await coordinator.refused(f"/coordinators/{soon}/hand-over", beyond)
        assert said == (409, "coordinator.position_unknown")
        given["document"] = {"position": administrator.position, "day": TODAY}
        await coordinator.wrote(f"/coordinators/{soon}/hand-over", given)
        found = await coordinator.saw(f"/coordinators/{soon}")
    assert (found["term"], found["handed_over_on"], found["successor_id"]) == ("handed_over", LAST_WEEK, next_one)
    assert found["hand_over_note"] == "提案は市の回答待ち"
    assert (found["hand_over_document"], found["hand_over_stale_after_days"]) == (given["document"], 180)
    assert await unsettled() == []
    running = [one["coordinator_id"] for one in (await administrator.saw(f"/coordinators?on={TODAY}"))["items"]]
    assert running == [next_one, over]
    await administrator.wrote(f"/coordinators/{soon}/reinstatement", MISTAKE)
    assert await unsettled() == [soon]


async def test_a_post_is_corrected_with_a_reason(administrator: Caller, city: City) -> None:
    post = a_post(city.north)
    made = (await administrator.wrote("/coordinators", post))["id"]
    right = {**post, "posts": 2, "reason": "人数の誤り"}
    del right["area"], right["tier"]
    await administrator.wrote(f"/coordinators/{made}", right, method="PUT")
    found = await administrator.saw(f"/coordinators/{made}")
    assert (found["posts"], found["corrected_for"], found["version"]) == (2, "人数の誤り", 2)


async def test_a_post_is_of_a_tier_that_its_area_has(administrator: Caller, city: City) -> None:
    other = (409, "coordinator.area_of_other_tier")
    post = a_post(city.north)
    assert await administrator.refused("/coordinators", {**post, "tier": "tier1"}) == other
    both = city.an_area(city.north, city.code, tiers=["tier1", "tier2"], reason="層の誤り")
    await administrator.wrote("/areas", both)
    made = (await administrator.wrote("/coordinators", {**post, "tier": "tier1"}))["id"]
    move = {"area": city.south, "reason": "隣の校区だった"}
    assert await administrator.refused(f"/coordinators/{made}/move", move) == other
    right = {**post, "tier": "tier2", "posts": 1, "reason": "層の誤り"}
    del right["area"]
    await administrator.wrote(f"/coordinators/{made}", right, method="PUT")
    tiers = {one["tier"]: one["coordinators"] for one in (await administrator.saw("/tiers"))["items"]}
    assert tiers == {"tier1": 0, "tier2": 1}
    await administrator.wrote(f"/coordinators/{made}/move", move)
    back = {**right, "tier": "tier1"}
    assert await administrator.refused(f"/coordinators/{made}", back, method="PUT") == other
    del back["tier"]
    await administrator.wrote(f"/coordinators/{made}", {**back, "posts": 2}, method="PUT")
    assert (await administrator.saw(f"/coordinators/{made}"))["tier"] == "tier2"


async def test_resources_show_the_name_that_their_provider_has_now(administrator: Caller, city: City) -> None:
    entry = {"name": "みどり会", "kind": "npo"}
    provider = (await administrator.wrote("/providers", {"area": city.code, **entry}))["id"]
    body = city.a_resource(city.north, provider_id=provider, provider_name="昔の名")
    resource = (await administrator.wrote("/resources", body))["id"]

    async def shown() -> tuple[str, str, int]:
        one = await administrator.saw(f"/resources/{resource}")
        [listed] = (await administrator.saw("/resources"))["items"]
        return one["details"]["provider_name"], listed["details"]["provider_name"], one["version"]

    assert await shown() == ("みどり会", "みどり会", 1)
    revised = {**entry, "name": "緑法人", "reason": "名称の変更"}
    await administrator.wrote(f"/providers/{provider}", revised, method="PUT")
    assert await shown() == ("緑法人", "緑法人", 1)
    assert len((await administrator.saw("/resources?q=緑法人"))["items"]) == 1
    assert (await administrator.saw(f"/providers/{provider}"))["revised_for"] == "名称の変更"


async def test_a_corrected_provider_takes_no_number_of_another(administrator: Caller, city: City) -> None:
    number = "1000020272108"
    number = f"{9 - sum(int(d) * (1 if n % 2 == 0 else 2) for n, d in enumerate(reversed(number[1:]))) % 9}{number[1:]}"
    first = {"area": city.north, "name": "一", "kind": "npo", "corporate_number": number}
    await administrator.wrote("/providers", first)
    second = (await administrator.wrote("/providers", {"area": city.south, "name": "二", "kind": "npo"}))["id"]
    taken = {"name": "二", "kind": "npo", "corporate_number": number, "reason": "番号の追加"}
    assert await administrator.refused(f"/providers/{second}", taken, method="PUT") == (409, "provider.number_taken")
    assert await administrator.refused(f"/providers/{uuid4()}", taken, method="PUT") == (404, "provider.unknown")


async def test_a_provider_is_secured_and_released(administrator: Caller, city: City) -> None:
    provider = (await administrator.wrote("/providers", {"area": city.code, "name": "会", "kind": "npo"}))["id"]
    async with city.world.caller(city.code, role=TIER1) as coordinator:
        secured = {"service_class": "visit_a", "capacity": 20, "since": TODAY}
        await coordinator.wrote(f"/providers/{provider}/securing", secured)
        assert len((await coordinator.saw("/providers?secured=visit_a"))["items"]) == 1
        assert (await coordinator.saw("/providers?secured=visit_b"))["items"] == []
        release = {"service_class": "visit_a", "reason": "人員不足"}
        await coordinator.wrote(f"/providers/{provider}/release", release)
        assert await coordinator.refused(f"/providers/{provider}/release", release) == (409, "provider.not_secured")
        found = await coordinator.saw(f"/providers/{provider}")
    assert found["secured"] == []
    assert found["securings"] == [{**secured, "released_on": str(today()), "released_for": "人員不足"}]


async def test_an_outreach_waits_for_its_answer(administrator: Caller, city: City) -> None:
    async def waiting(days: int = 30) -> list[str]:
        found = await administrator.saw(f"/outreach?unanswered_for={days}", after=coordinator.position)
        return [one["outreach_id"] for one in found["items"]]

    asked = {"area": city.north, "body": NPO, "request": "lend_venue", "asked": "集会所を月二回"}
    async with city.world.caller(city.north, role=TIER2) as coordinator:
        old = (await coordinator.wrote("/outreach", {**asked, "made_on": str(today() - 31 * DAY)}))["id"]
        new = (await coordinator.wrote("/outreach", {**asked, "made_on": TODAY}))["id"]
        assert await waiting() == [old]
        considering = {"answer": "considering", "answered_on": TODAY, "reason": "役員会で相談"}
        await coordinator.wrote(f"/outreach/{old}/answer", considering)
        assert await waiting() == []
        await coordinator.wrote(
            f"/outreach/{old}/answer", {"answer": "declined", "answered_on": TODAY, "reason": "手狭"}
        )
        wrong = {"answer": "declined", "answered_on": TODAY, "reason": "別の団体の回答だった"}
        await coordinator.wrote(f"/outreach/{old}/answer-withdrawal", wrong)
        found = await coordinator.saw(f"/outreach/{old}")
        assert [found[name] for name in ("state", "answered_for", "corrected_for")] == [
            "considering", "役員会で相談", "別の団体の回答だった",
        ]  # fmt: skip
        assert await coordinator.refused(f"/outreach/{old}/answer-withdrawal", wrong) == (
            409, "outreach.no_such_answer",
        )  # fmt: skip
        await coordinator.wrote(f"/outreach/{old}/answer", {"answer": "agreed", "answered_on": TODAY})
        await coordinator.wrote(f"/outreach/{new}/withdrawal", MISTAKE)
        found = await coordinator.saw(f"/outreach/{old}")
        assert [found[name] for name in ("state", "body", "request", "asked", "answered_on")] == [
            "agreed", NPO, "lend_venue", "集会所を月二回", TODAY,
        ]  # fmt: skip
        assert len((await coordinator.saw("/outreach?state=agreed&kind=npo"))["items"]) == 1
        assert (await coordinator.saw("/outreach?kind=shakyo"))["items"] == []
        assert (await coordinator.saw(f"/outreach/{new}"))["withdrawn_for"] == "二重の記録"
    board = await administrator.saw(f"/boards/{city.code}", after=coordinator.position)
    assert board["total"]["network"]["outreach"] == {
        "asked": 0, "considering": 0, "agreed": 1, "declined": 0,
    }  # fmt: skip
    before = await administrator.saw(f"/boards/{city.code}?valid_at={today() - 32 * DAY}")
    assert before["total"]["network"]["outreach"]["agreed"] == 0, "nobody was asked by then"
    async with city.world.caller(city.south, role=TIER2) as south:
        south.position = coordinator.position
        assert await south.refused(f"/outreach/{old}", method="GET") == (404, "outreach.unknown")
        agreed = {"answer": "agreed", "answered_on": TODAY}
        assert await south.refused(f"/outreach/{old}/answer", agreed) == (404, "outreach.unknown")
        assert (await south.saw("/outreach"))["items"] == []


async def test_a_text_of_the_network_names_nobody(administrator: Caller, city: City) -> None:
    async with city.world.caller(city.north, role=TIER2) as coordinator:
        body = {"kind": "neighbourhood", "name": "会長 山田太郎 090-1234-5678"}
        asked = {"area": city.north, "body": body, "request": "other", "made_on": TODAY}
        assert await coordinator.refused("/outreach", asked) == (422, "fields.malformed")


async def test_a_partnership_is_formed_ends_and_goes_on(administrator: Caller, city: City) -> None:
    async with city.world.caller(city.north, role=TIER2) as coordinator:
        new = {"area": city.north, "bodies": [NPO, SHAKYO], "purpose": "買物の送迎", "since": LAST_WEEK}
        alone = await coordinator.refused("/partnerships", {**new, "bodies": [NPO]})
        assert alone == (422, "fields.malformed")
        path = f"/partnerships/{(await coordinator.wrote('/partnerships', new))['id']}"
        joined = {"on": TODAY, "bodies": [NPO, SHAKYO, COMPANY], "reason": "見本交通の参加"}
        await coordinator.wrote(f"{path}/bodies", joined)
        first = {"on": LAST_WEEK, "bodies": new["bodies"], "reason": ""}
        assert (await coordinator.saw(path))["history"] == [first, joined]
        (with_it,) = (await coordinator.saw("/partnerships?kind=company"))["items"]
        assert with_it["bodies"] == joined["bodies"]
        await coordinator.wrote(f"{path}/bodies-withdrawal", {"on": TODAY, "reason": "別の連携体制への参加"})
        assert (await coordinator.saw("/partnerships?kind=company"))["items"] == []
        await coordinator.wrote(f"{path}/plan", {"until": TODAY, "reason": "年度末まで"})
        (soon,) = (await coordinator.saw("/partnerships?ends_within=0"))["items"]
        assert (soon["planned_until"], soon["planned_for"]) == (TODAY, "年度末まで")
        await coordinator.wrote(f"{path}/end", {"on": TODAY, "reason": "車両の廃止"})
        assert (await coordinator.saw("/partnerships?ends_within=0"))["items"] == []
        assert (await coordinator.saw("/partnerships?state=active"))["items"] == []
        await coordinator.wrote(f"{path}/reinstatement", {"reason": "別の連携だった"})
        found = await coordinator.saw(path)
        assert {name: found[name] for name in new} == new
        assert [found[name] for name in ("state", "ended_on", "ended_for", "reinstated_for")] == [
            "active", None, "", "別の連携だった",
        ]  # fmt: skip
        assert len((await coordinator.saw("/partnerships?kind=shakyo"))["items"]) == 1
        board = f"/boards/{city.north}"
        assert (await coordinator.saw(board))["total"]["network"]["partnerships"] == 1
        then = await coordinator.saw(f"{board}?valid_at={BEFORE_IT}")
        assert then["total"]["network"]["partnerships"] == 0, "they worked together later"
        await coordinator.wrote(f"{path}/withdrawal", MISTAKE)
        assert (await coordinator.saw(path))["withdrawn_for"] == "二重の記録"


async def test_a_district_sees_the_partnerships_of_its_city_and_not_those_of_its_neighbour(
    administrator: Caller, city: City
) -> None:
    new = {"bodies": [NPO, SHAKYO], "purpose": "買物の送迎", "since": LAST_WEEK}
    async with city.world.caller(city.code, role=TIER1) as tier1:
        tier1.position = administrator.position
        of_city, south = [
            (await tier1.wrote("/partnerships", {**new, "area": area}))["id"] for area in (city.code, city.south)
        ]
    async with city.world.caller(city.north, role=TIER2) as north:
        north.position = tier1.position
        assert [one["partnership_id"] for one in (await north.saw("/partnerships"))["items"]] == [of_city]
        assert (await north.saw(f"/partnerships/{of_city}"))["area"] == city.code
        assert await north.refused(f"/partnerships/{south}", method="GET") == (404, "partnership.unknown")
        end = {"on": TODAY, "reason": "車両の廃止"}
        assert await north.refused(f"/partnerships/{of_city}/end", end) == (404, "partnership.unknown")


async def test_information_reaches_the_councils_it_was_sent_to_and_they_acknowledge_it(
    administrator: Caller, city: City
) -> None:
    north, south = [await a_council(administrator, area) for area in (city.north, city.south)]
    said: dict[str, Any] = {"area": city.code, "from_body": NPO, "subject": "補助制度", "text": "補助率が変わる"}
    async with city.world.caller(city.code, role=TIER1) as sender:
        body = {**said, "to_councils": [north, north, south], "shared_on": LAST_WEEK}
        information = (await sender.wrote("/information", body))["id"]
        nobody = {**said, "shared_on": TODAY}
        assert await sender.refused("/information", nobody) == (409, "information.no_recipient")
        unsigned = {**body, "from_body": None}
        assert await sender.refused("/information", unsigned) == (409, "information.one_sender")
        stranger = {**body, "to_councils": [str(uuid4())]}
        assert await sender.refused("/information", stranger) == (404, "council.unknown")
    path = f"/information/{information}"
    async with city.world.caller(city.north, role=SECRETARY) as secretary:
        secretary.position = sender.position
        assert len((await secretary.saw(f"/information?awaited={north}&state=awaited"))["items"]) == 1
        theirs = {"council_id": south, "on": TODAY}
        assert await secretary.refused(f"{path}/acknowledgement", theirs) == (404, "council.unknown")
        await secretary.wrote(f"{path}/acknowledgement", {"council_id": north, "on": TODAY})
        found = await secretary.saw(path)
        assert (found["acknowledged"], found["awaited"]) == ({north: TODAY}, [south])
        assert await secretary.refused(f"{path}/withdrawal", MISTAKE) == (404, "information.unknown")
        wrong = {"council_id": north, "reason": "別の情報だった"}
        await secretary.wrote(f"{path}/acknowledgement-withdrawal", wrong)
        assert (await secretary.saw(path))["corrected_for"] == "別の情報だった"
        board = await secretary.saw(f"/boards/{city.north}")
        assert board["total"]["network"]["information_awaited"] == 1
    async with city.world.caller(city.code, role=TIER1) as sender:
        sender.position = secretary.position
        assert (await sender.saw(f"/boards/{city.code}"))["total"]["network"]["information_awaited"] == 2
        before = await sender.saw(f"/boards/{city.code}?valid_at={BEFORE_IT}")
        network = before["total"]["network"]
        assert (network["information_awaited"], sum(network["councils"].values())) == (0, 0), "all came later"
        await sender.wrote(f"{path}/withdrawal", MISTAKE)
        found = await sender.saw(path)
        assert [found[name] for name in ("state", "from_body", "subject", "text", "withdrawn_for")] == [
            "withdrawn", NPO, "補助制度", "補助率が変わる", "二重の記録",
        ]  # fmt: skip


async def test_a_district_sees_the_councils_of_its_city_and_shares_with_them(administrator: Caller, city: City) -> None:
    north, south = [await a_council(administrator, area) for area in (city.north, city.south)]
    first = {"area": city.code, "tier": "tier1", "name": "市協議体", "members": []}
    upper = (await administrator.wrote("/councils", first))["id"]
    said: dict[str, Any] = {"area": city.north, "from_council": north, "subject": "送迎", "text": "送迎を始めた"}
    async with city.world.caller(city.north, role=TIER2) as sender:
        sender.position = administrator.position
        assert {one["council_id"] for one in (await sender.saw("/councils"))["items"]} == {north}
        found = {one["council_id"] for one in (await sender.saw("/councils?whole_city=true"))["items"]}
        assert found == {north, south, upper}
        assert (await sender.saw(f"/councils/{upper}"))["name"] == "市協議体"
        purpose = {"text": "居場所をつくる", "agreed_on": TODAY, "review_on": NEXT_WEEK}
        assert await sender.refused(f"/councils/{south}/purpose", purpose) == (404, "council.unknown")
        body = {**said, "to_councils": [south, upper], "to_bodies_of": city.south, "shared_on": TODAY}
        path = f"/information/{(await sender.wrote('/information', body))['id']}"
        assert await sender.refused("/information", {**body, "from_council": south}) == (404, "council.unknown")
        mine = {"council_id": south, "on": TODAY}
        assert await sender.refused(f"{path}/acknowledgement", mine) == (404, "council.unknown")
    async with city.world.caller(city.south, role=TIER2) as south_of:
        south_of.position = sender.position
        await south_of.wrote(f"{path}/acknowledgement", mine)
        assert (await south_of.saw(path))["awaited"] == [upper]
    async with city.world.caller(city.foreign, role=TIER2) as foreigner:
        foreigner.position = south_of.position
        assert await foreigner.refused(f"/councils/{north}", method="GET") == (404, "council.unknown")
        assert (await foreigner.saw("/councils?whole_city=true"))["items"] == []


async def test_information_waits_for_a_body_until_who_works_in_its_area_records_that_it_acknowledged(
    administrator: Caller, city: City
) -> None:
    bodies = [{"area": area, "name": f"地域の会{area}", "kind": "npo"} for area in (city.north, city.south)]
    north, south = [(await administrator.wrote("/providers", body))["id"] for body in bodies]
    said: dict[str, Any] = {"area": city.code, "from_body": NPO, "subject": "補助制度", "text": "補助率が変わる"}
    said |= {"to_bodies": [north, south, south], "shared_on": LAST_WEEK}
    async with city.world.caller(city.code, role=TIER1) as sender:
        sender.position = administrator.position
        path = f"/information/{(await sender.wrote('/information', said))['id']}"
        stranger = {**said, "to_bodies": [str(uuid4())]}
        assert await sender.refused("/information", stranger) == (404, "provider.unknown")
    async with city.world.caller(city.south, role=TIER2) as south_of:
        south_of.position = sender.position
        (waits,) = (await south_of.saw(f"/information?state=awaited&awaited={south}"))["items"]
        assert (waits["to_bodies"], waits["awaited"]) == ([north, south], [north, south])
        assert (await south_of.saw(f"/boards/{city.south}"))["total"]["network"]["information_awaited"] == 1
        both = {"body_id": south, "council_id": south, "on": TODAY}
        assert await south_of.refused(f"{path}/acknowledgement", both) == (409, "information.one_recipient")
        theirs = {"body_id": north, "on": TODAY}
        assert await south_of.refused(f"{path}/acknowledgement", theirs) == (404, "provider.unknown")
        await south_of.wrote(f"{path}/acknowledgement", {"body_id": south, "on": TODAY})
        found = await south_of.saw(path)
        assert (found["acknowledged"], found["awaited"], found["state"]) == ({south: TODAY}, [north], "awaited")
        await south_of.wrote(f"{path}/acknowledgement-withdrawal", {"body_id": south, "reason": "別の情報だった"})
        assert (await south_of.saw(path))["awaited"] == [north, south]


async def test_a_good_practice_is_found_by_the_other_districts_and_taken_up(administrator: Caller, city: City) -> None:
    north, south = [await a_council(administrator, area) for area in (city.north, city.south)]
    practice = {"support_kinds": ["outing", "housework"], "done": "自治会の車で送迎", "came_of_it": "毎週6人が通えた"}
    said: dict[str, Any] = {"area": city.north, "from_body": NPO, "subject": "送迎", "text": "詳細は連絡先へ"}
    async with city.world.caller(city.north, role=TIER2) as sender:
        shared = (await sender.wrote("/information", {**said, "shared_on": LAST_WEEK, "practice": practice}))["id"]
        plain = {**said, "to_councils": [north], "shared_on": LAST_WEEK}
        other = (await sender.wrote("/information", plain))["id"]
    async with city.world.caller(city.south, role=TIER2) as reader:
        reader.position = joined(sender.position, administrator.position)
        (found,) = (await reader.saw("/practices?support_kind=housework"))["items"]
        assert (found["information_id"], found["practice"]) == (shared, practice)
        assert (await reader.saw("/practices?support_kind=salon"))["items"] == []
        assert (await reader.saw(f"/information/{shared}"))["subject"] == "送迎"
        taking = {"council_id": south, "on": TODAY, "note": "月2回から"}
        path = f"/information/{shared}/taking-up"
        assert await reader.refused(path, {**taking, "council_id": north}) == (404, "council.unknown")
        unseen = await reader.refused(f"/information/{other}/taking-up", taking)
        assert unseen == (404, "information.unknown")
        await reader.wrote(path, taking)
        found = await reader.saw(f"/information/{shared}")
        assert found["taken_up"] == {south: {"on": TODAY, "note": "月2回から"}}
        assert await reader.refused(f"/information/{shared}/withdrawal", MISTAKE) == (404, "information.unknown")
        await reader.wrote(f"{path}-withdrawal", {"council_id": south, "reason": "別の事例だった"})
        found = await reader.saw(f"/information/{shared}")
        assert (found["taken_up"], found["not_taken_up_for"]) == ({}, "別の事例だった")
    async with city.world.caller(city.foreign, role=TIER1) as foreigner:
        foreigner.position = reader.position
        assert (await foreigner.saw("/practices"))["items"] == []
        unseen = await foreigner.refused(f"/information/{shared}", method="GET")
        assert unseen == (404, "information.unknown")
    async with city.world.caller(city.north, role=TIER2) as sender:
        sender.position = reader.position
        mine = {"council_id": north, "on": TODAY}
        said_no = await sender.refused(f"/information/{other}/taking-up", mine)
        assert said_no == (409, "information.no_practice")
        await sender.wrote(f"/information/{shared}/withdrawal", MISTAKE)
        assert (await sender.saw("/practices"))["items"] == []


async def test_information_for_the_bodies_of_an_area_is_seen_there_and_below(administrator: Caller, city: City) -> None:
    council = await a_council(administrator, city.north)
    said = {"area": city.north, "from_council": council, "subject": "居場所", "text": "三か所に増えた"}
    async with city.world.caller(city.code, role=TIER1) as sender:
        for area in (city.code, city.south):
            await sender.wrote("/information", {**said, "to_bodies_of": area, "shared_on": TODAY})
        assert await sender.refused("/information", {**said, "to_bodies_of": city.foreign, "shared_on": TODAY}) == (
            404, "area.unknown",
        )  # fmt: skip
    await administrator.wrote("/areas", city.an_area(city.third))
    for area, seen in ((city.north, 2), (city.south, 2), (city.third, 1)):
        async with city.world.caller(area, role=TIER2) as reader:
            reader.position = sender.position
            found = (await reader.saw("/information"))["items"]
            assert len(found) == seen, area
            for one in found:
                assert (await reader.saw(f"/information/{one['information_id']}"))["state"] == "shared"
    async with city.world.caller(city.foreign, role=TIER1) as foreigner:
        foreigner.position = sender.position
        unseen = await foreigner.refused(f"/information/{found[0]['information_id']}", method="GET")
        assert unseen == (404, "information.unknown")


async def test_a_dormant_council_is_not_sent_information(administrator: Caller, city: City) -> None:
    council = await a_council(administrator, city.north)
    await administrator.wrote(f"/councils/{council}/dormancy", {"on": TODAY, "reason": "改選"})
    async with city.world.caller(city.code, role=TIER1) as sender:
        said = {"area": city.code, "from_body": NPO, "to_councils": [council], "subject": "一", "text": "二"}
        assert await sender.refused("/information", {**said, "shared_on": TODAY}) == (409, "council.dormant")


async def test_what_an_ended_area_still_has_is_listed_and_moved_to_its_successors(
    administrator: Caller, city: City
) -> None:
    """Councils and posts go where the mapping says, and back when the reorganisation is withdrawn."""
    await administrator.wrote("/areas", city.an_area(city.third))
    council = await a_council(administrator, city.north)
    post = str((await administrator.wrote("/coordinators", a_post(city.north)))["id"])
    contact = {"about": "council", "subject_id": council, "purpose": "liaison", "telephone": "072-000-1234"}
    contact_id = (await administrator.wrote("/contacts", contact))["id"]
    assert (await administrator.saw("/ended-areas"))["items"] == []
    ends = {"successors": [city.south, city.third], "valid_from": TODAY}
    await administrator.wrote(f"/areas/{city.north}/reorganization", ends)
    (left,) = (await administrator.saw("/ended-areas"))["items"]
    assert (left["area"], left["councils"], left["coordinators"], left["resources"]) == (city.north, 1, 1, 0)
    assert [one["area"] for one in left["successors"]] == [city.south, city.third]

    to = {"area": city.south, "reason": "校区の再編"}
    for thing in (f"/councils/{council}", f"/coordinators/{post}"):
        await administrator.wrote(f"{thing}/move", to)
        found = await administrator.saw(thing)
        assert (found["area"], found["moved_for"]) == (city.south, "校区の再編")
    assert (await administrator.saw("/ended-areas"))["items"] == []
    async with city.world.caller(city.south, role=SECRETARY) as south:
        south.position = administrator.position
        assert (await south.saw(f"/contacts/{contact_id}?purpose=liaison"))["area"] == city.south
        await south.wrote(f"/councils/{council}/dormancy", {"on": TODAY, "reason": "改選が終わるまで"})

    back = {"area": city.north, "reason": "再編の延期"}
    assert await administrator.refused(f"/councils/{council}/move", back) == (409, "area.closed")
    await administrator.wrote(f"/areas/{city.north}/reorganization-withdrawal", {"reason": "再編の延期"})
    area = await administrator.saw(f"/areas/{city.north}")
    assert (area["closed_on"], area["successors"], area["corrected_for"]) == (None, [], "再編の延期")
    await administrator.wrote(f"/councils/{council}/move", back)
    assert (await administrator.saw(f"/councils/{council}"))["area"] == city.north


async def test_information_that_a_council_was_sent_is_seen_where_the_council_is(
    administrator: Caller, city: City
) -> None:
    council = await a_council(administrator, city.north)
    sent = {"from_body": NPO, "to_councils": [council], "subject": "制度", "text": "改正", "shared_on": TODAY}
    async with city.world.caller(city.code, role=TIER1) as tier1:
        tier1.position = administrator.position
        information = (await tier1.wrote("/information", {"area": city.code, **sent}))["id"]
        administrator.position = tier1.position
    await administrator.wrote(f"/councils/{council}/move", {"area": city.south, "reason": "校区の再編"})
    async with city.world.caller(city.south, role=TIER2) as south:
        south.position = administrator.position
        assert [one["information_id"] for one in (await south.saw("/information"))["items"]] == [information]
        assert (await south.saw(f"/information/{information}"))["awaited"] == [council]
    async with city.world.caller(city.north, role=TIER2) as north:
        north.position = administrator.position
        assert (await north.saw("/information"))["items"] == []
        assert await north.refused(f"/information/{information}", method="GET") == (404, "information.unknown")


async def test_each_tier_is_counted_as_of_a_day_with_the_areas_that_have_no_post(
    administrator: Caller, city: City
) -> None:
    await a_council(administrator, city.north)
    await administrator.wrote("/coordinators", {**a_post(city.north), "posts": 2, "term_from": LAST_WEEK})
    ended = {"term_from": "2024-04-01", "term_until": "2026-04-01"}
    await administrator.wrote("/coordinators", {**a_post(city.south), **ended})
    first, second = (await administrator.saw("/tiers"))["items"]
    assert [one["area"] for one in first["vacant"]] == [city.code]
    assert {name: second[name] for name in ("areas", "coordinators", "posts", "overdue", "councils", "dormant")} == {
        "areas": 2, "coordinators": 1, "posts": 2, "overdue": 1, "councils": 1, "dormant": 0,
    }  # fmt: skip
    assert [one["area"] for one in second["vacant"]] == [one["area"] for one in second["without_council"]]
    assert [one["area"] for one in second["vacant"]] == [city.south]
    _, then = (await administrator.saw("/tiers?valid_at=2025-04-01"))["items"]
    assert [then[name] for name in ("coordinators", "posts", "overdue", "councils")] == [1, 1, 0, 0]
    assert [one["area"] for one in then["vacant"]] == [city.north]


async def test_areas_are_found_by_code_name_kana_tier_and_by_a_point(administrator: Caller, city: City) -> None:
    west, east = ([[[[lon, 348 * E6], [lon + E6, 348 * E6], [lon + E6, 349 * E6], [lon, 349 * E6]]]] for lon in (0, E6))
    await administrator.wrote(
        "/areas", city.an_area(city.north, name="髙島校区", kana="タカシマ", boundary=west, reason="境界の記入")
    )
    await administrator.wrote("/areas", city.an_area(city.south, name="東校区", boundary=east, reason="境界の記入"))

    async def found(query: str) -> list[str]:
        return [one["area"] for one in (await administrator.saw(f"/areas?{query}"))["items"]]

    assert await found("q=高島") == await found("q=たかしま") == await found(f"q={city.north}") == [city.north]
    assert await found("q=校区") == await found("tier=tier2") == await found("kind=centre_area")
    assert await found("q=校区&on=2019-04-01") == []
    assert await found(f"area={city.south}") == [city.south]
    assert await found("at=34.85,0.05") == [city.north]
    assert await found("at=34.85,0.1") == [city.north, city.south]
    assert await found("at=35.85,0.05") == []
    assert (await administrator.send("GET", "/areas?at=north")).status_code == 422
