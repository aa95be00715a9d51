"""Commands and reads through HTTP: positions, versions, idempotency, territories."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from shiendomain.areas_view import areas_view
from shienweb import Paging, Refusal, Role
from shienweb._state import state_of
from shienweb._trees import Trees

from .world import CITY, FOREIGN, NORTH, SOUTH, Town


async def named(client: httpx2.AsyncClient, name: str = "salon", area: str = NORTH, **headers: str) -> httpx2.Response:
    return await client.post("/things", json={"area": area, "name": name}, headers=headers)


async def test_a_write_answers_its_position_and_a_read_that_carries_it_sees_it(town: Town) -> None:
    async with town.client() as client:
        done = await named(client)
        assert done.status_code == 201
        body = done.json()
        assert (done.headers["etag"], done.headers["shien-position"]) == ('"1"', body["position"])
        seen = await client.get(f"/things/{body['id']}", params={"after": body["position"]})
        assert (seen.status_code, seen.json()["name"], seen.headers["etag"]) == (200, "salon", '"1"')


async def test_another_territorys_thing_answers_exactly_as_an_unknown_one(town: Town) -> None:
    async with town.client() as north, town.client(SOUTH) as south:
        done = (await named(north)).json()
        for method, path, sent in (("GET", "/things/{}", None), ("PUT", "/things/{}/name", {"name": "x"})):
            answers = []
            for thing in (done["id"], str(uuid4())):
                answer = await south.request(
                    method, path.format(thing), json=sent, headers={"Shien-After": done["position"]}
                )
                problem = answer.json()
                answers.append((answer.status_code, {k: v for k, v in problem.items() if k != "trace_id"}))
            assert answers[0] == answers[1]
            assert answers[0][0] == 404
        assert (await named(south, area=NORTH)).json()["code"] == "area.unknown"
        assert (await named(south, area=FOREIGN)).json()["code"] == "area.unknown"
        assert (await named(south, area="999999")).json()["code"] == "area.unknown"


async def test_a_descendant_counts_and_lists_hold_the_territory_only(town: Town) -> None:
    async with (
        town.client() as north,
        town.client(SOUTH) as south,
        town.client(CITY, role=Role.TIER1_COORDINATOR) as city,
    ):
        await named(north, "a")
        position = (await named(city, "b", SOUTH)).json()["position"]
        after = {"after": position + "," + (await named(north, "c")).json()["position"]}
        found = [
            [one["name"] for one in (await client.get("/things", params=after)).json()["items"]]
            for client in (north, south, city)
        ]
        assert found == [["a", "c"], ["b"], ["a", "b", "c"]]


async def test_the_same_key_and_body_fifty_times_at_once_is_one_event_and_one_answer(town: Town) -> None:
    async with town.client() as client:
        answers = await asyncio.gather(*(named(client, **{"Idempotency-Key": "k-1"}) for _ in range(50)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1
        position = answers[0].json()["position"]
        page = (await client.get("/things", params={"after": position})).json()
        assert len(page["items"]) == 1
        for other in (
            await named(client, "other", **{"Idempotency-Key": "k-1"}),
            await named(client, **{"Idempotency-Key": "k-1", "Shien-Occurred-At": "2026-04-01T00:00:00Z"}),
        ):
            assert (other.status_code, other.json()["code"]) == (422, "idempotency_key.reused")
    async with town.client(subject="another") as another:
        fresh = await named(another, **{"Idempotency-Key": "k-1"})
        assert fresh.json()["id"] != answers[0].json()["id"]


async def test_a_malformed_idempotency_key_is_refused(town: Town) -> None:
    async with town.client() as client:
        for key in ["", "x" * 256, "x" * 10_240, "tab\there"]:
            answer = await named(client, **{"Idempotency-Key": key})
            assert (answer.status_code, answer.json()["code"]) == (422, "header.malformed")


IF_MATCH = [
    ('"1"', 200, None),
    ("*", 200, None),
    ('"0"', 412, "precondition.failed"),
    ('"7"', 412, "precondition.failed"),
    ("1", 422, "header.malformed"),
    ('W/"1"', 422, "header.malformed"),
    ('"99999999999999999999"', 422, "header.malformed"),
    ('"１"', 422, "header.malformed"),
]


async def test_if_match_names_the_version_that_was_seen(town: Town) -> None:
    async with town.client() as client:
        for if_match, status, code in IF_MATCH:
            thing = (await named(client)).json()["id"]
            headers = [(b"If-Match", if_match.encode())]
            answer = await client.put(f"/things/{thing}/name", json={"name": "new"}, headers=headers)
            assert (if_match, answer.status_code, answer.json().get("code")) == (if_match, status, code)


async def test_pages_follow_each_other_while_rows_are_written(town: Town) -> None:
    async with town.client() as client:
        for n in range(7):
            done = await named(client, f"n{n}")
        found: list[str] = []
        query = {"limit": "3", "after": done.json()["position"]}
        while True:
            page = (await client.get("/things", params=query)).json()
            found += [one["name"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            await named(client, "a-before")
            query = {"limit": "3", "cursor": page["next_cursor"]}
        assert found == [f"n{n}" for n in range(7)]


async def test_a_forged_cursor_is_refused(town: Town) -> None:
    async with town.client() as client:
        for cursor in [
            "x",
            "é",
            "W10",
            "bnVsbA",
            "WyJsaXN0X3RoaW5ncyIsMSwyXQ",
            "W1tbW1tb",
            "WyJvdGhlciIsImEiLCJiIl0",
            "",
        ]:
            answer = await client.get("/things", params={"cursor": cursor})
            assert (cursor, answer.status_code, answer.json()["code"]) == (cursor, 422, "cursor.malformed")


def test_a_cursor_with_a_time_that_no_other_zone_can_tell_is_refused() -> None:
    right = datetime(2026, 4, 1, tzinfo=UTC)
    cursor = Paging("list", 1, None).cursor([right])
    assert Paging("list", 1, cursor).after([datetime]) == (right,)
    for time in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-04-01T00:00:00", "2026-04-01", "x"):
        forged = Paging("list", 1, None).cursor([time])
        with pytest.raises(Refusal, match=r"cursor\.malformed"):
            Paging("list", 1, forged).after([datetime])


async def test_a_forged_position_is_refused(town: Town) -> None:
    async with town.client() as client:
        for token in ["x", "registry.1", "registry.1." + "9" * 20, "x" * 5000, "registry.1.1,,\x1f"]:
            read = await client.get("/things", params={"after": token})
            assert (token, read.status_code) == (token, 422)
            assert read.json()["code"] in ("position.malformed", "text.malformed")


async def test_what_happened_earlier_is_recorded_with_its_time(town: Town) -> None:
    async with town.client() as client:
        thing = (await named(client, **{"Shien-Occurred-At": "2026-04-01T09:30:00+09:00"})).json()["id"]
        (record,) = await town.service.store.read_stream(f"resource-{thing}")
        assert record.envelope.occurred_at == datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
        assert record.envelope.recorded_at > record.envelope.occurred_at


NO_PAST_TIME = [
    "",
    "now",
    "2026-04-01",
    "2026-04-01T09:30:00",
    "2999-01-01T00:00:00Z",
    "1500-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "9" * 50,
]


async def test_a_malformed_or_future_time_is_refused(town: Town) -> None:
    async with town.client() as client:
        for when in NO_PAST_TIME:
            answer = await named(client, **{"Shien-Occurred-At": when})
            assert (when, answer.status_code, answer.json()["code"]) == (when, 422, "header.malformed")
            assert "Shien-Occurred-At" in answer.json()["detail_en"]


async def test_a_position_of_a_service_that_is_not_subscribed_to_is_not_waited_for(town: Town) -> None:
    async with town.client() as client:
        read = await client.get("/things", params={"after": "escalation.1.999999"})
        assert (read.status_code, read.json()["stale"]) == (200, False)
        assert (await named(client, **{"Shien-After": "escalation.1.999999"})).status_code == 201


async def test_a_future_position_makes_a_read_stale_and_a_write_refused(town: Town) -> None:
    async with town.client() as client:
        read = await client.get("/things", params={"after": "registry.1.999999"})
        assert (read.status_code, read.json()["stale"]) == (200, True)
        write = await named(client, **{"Shien-After": "registry.1.999999"})
        assert (write.status_code, write.json()["code"]) == (409, "position.not_reached")


async def test_the_territory_of_a_token_is_what_the_registry_has_now(town: Town) -> None:
    new = f"{NORTH}-new"
    async with town.client(NORTH) as client, town.client(CITY, role=Role.MUNICIPAL_ADMINISTRATOR) as city:
        body = {"area": new, "name": "ふれあいの会"}
        assert (await client.post("/things", json=body)).status_code == 404
        defined = await city.post("/areas", json={"area": new, "parent": NORTH})
        assert defined.status_code == 201, defined.text
        after = {"Shien-After": defined.json()["position"]}
        assert (await client.post("/things", json=body, headers=after)).status_code == 201


async def test_a_position_beyond_what_can_be_is_refused(town: Town) -> None:
    async with town.client() as client:
        for position in ("registry.1.999999999999", "registry.3.1"):
            read = await client.get("/things", params={"after": position})
            assert (read.status_code, read.json()["code"]) == (422, "position.malformed")
            write = await named(client, **{"Shien-After": position})
            assert (write.status_code, write.json()["code"]) == (422, "position.malformed")


async def test_a_closed_area_takes_no_more_and_names_its_successors_and_keeps_its_history(town: Town) -> None:
    async with town.client() as client, town.client(CITY, role=Role.MUNICIPAL_ADMINISTRATOR) as city:
        thing = (await named(client)).json()
        kept = await named(client, "kept", **{"Idempotency-Key": "before"})
        tomorrow = {"successors": [SOUTH], "valid_from": str(datetime.now(UTC).date() + timedelta(days=3))}
        done = await city.post(f"/areas/{NORTH}/reorganization", json=tomorrow)
        after = {"Shien-After": done.json()["position"]}
        assert (await named(client, **after)).status_code == 201
        done = await city.post(f"/areas/{NORTH}/reorganization", json={**tomorrow, "valid_from": "2026-04-01"})
        after = {"Shien-After": done.json()["position"]}
        refused = await named(client, **after)
        assert (refused.status_code, refused.json()["code"]) == (409, "area.closed")
        assert SOUTH in refused.json()["detail_en"]
        assert (await client.get(f"/things/{thing['id']}")).status_code == 200
        again = await named(client, "kept", **{"Idempotency-Key": "before"})
        assert (again.status_code, again.text) == (201, kept.text)


async def test_the_same_key_and_day_in_another_zone_is_the_same_request(town: Town) -> None:
    async with town.client() as client:
        answers = [
            await named(client, **{"Idempotency-Key": "k-1", "Shien-Occurred-At": when})
            for when in ("2026-04-01T09:00:00+09:00", "2026-04-01T00:00:00Z")
        ]
        assert answers[0].text == answers[1].text
        assert answers[1].headers["idempotency-replayed"] == "true"


async def test_a_foreign_and_an_unknown_stream_answer_the_same_whatever_version_is_named(town: Town) -> None:
    async with town.client() as north, town.client(SOUTH) as south:
        thing = (await named(north)).json()["id"]
        for if_match in (None, "*", '"0"', '"1"', '"7"'):
            headers = {} if if_match is None else {"If-Match": if_match}
            answers = []
            for path in (f"/things/{thing}/name", f"/things/{uuid4()}/name"):
                answer = await south.put(path, json={"name": "x"}, headers=headers)
                answers.append((answer.status_code, {k: v for k, v in answer.json().items() if k != "trace_id"}))
            assert answers[0] == answers[1], if_match
            assert (answers[0][0], answers[0][1]["code"]) == (404, "resource.unknown"), if_match


async def test_a_write_knows_what_the_service_acknowledged_before_without_a_position(town: Town) -> None:
    async with town.client(CITY, role=Role.MUNICIPAL_ADMINISTRATOR) as city:
        for n in range(5):
            district = f"{CITY}-new-{n}"
            defined = await city.post("/areas", json={"area": district, "parent": CITY})
            assert defined.status_code == 201, defined.text
            made = await named(city, f"thing {n}", area=district)
            assert made.status_code == 201, made.text
            copied = await city.post(f"/things/{made.json()['id']}/copy")
            assert copied.status_code == 201, copied.text
        unknown = await named(city, area=f"{CITY}-nowhere")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "area.unknown")
        assert "retry-after" not in unknown.headers, "areas are this service's own"


async def test_a_write_that_needs_the_views_is_refused_while_they_are_behind(town: Town) -> None:
    async with town.client() as client:
        made = await named(client)
        blocker = await asyncpg.connect(town.settings.dsn)
        try:
            await client.get("/things", params={"after": made.json()["position"]})
            async with blocker.transaction():
                await blocker.execute("lock table views.things in exclusive mode")  # it can be read, and not be written
                second = (await named(client, "second")).json()
                before = await town.service.store.heads()
                refused = await client.post(f"/things/{second['id']}/copy")
                assert (refused.status_code, refused.json()["code"]) == (503, "views.behind")
                assert int(refused.headers["retry-after"]) > 0
                assert await town.service.store.heads() == before
        finally:
            await blocker.close()
        assert (await client.post(f"/things/{second['id']}/copy")).status_code == 201


async def test_a_request_sent_again_while_the_views_are_behind_gets_its_first_answer(town: Town) -> None:
    async with town.client() as client:
        thing = (await named(client)).json()["id"]
        key = {"Idempotency-Key": "copy"}
        first = await client.post(f"/things/{thing}/copy", headers=key)
        assert first.status_code == 201
        await client.get("/things", params={"after": first.json()["position"]})
        blocker = await asyncpg.connect(town.settings.dsn)
        try:
            async with blocker.transaction():
                await blocker.execute("lock table views.things in exclusive mode")  # it can be read, and not be written
                await client.put(f"/things/{thing}/name", json={"name": "new"})
                again = await client.post(f"/things/{thing}/copy", headers=key)
        finally:
            await blocker.close()
        assert (again.status_code, again.text) == (201, first.text)


async def test_a_list_is_not_registered_on_another_version_than_was_seen(town: Town) -> None:
    async with town.client() as client:
        body = {"area": NORTH, "names": ["a"]}
        before = await town.service.store.heads()
        refused = await client.post("/thing-lists", json=body, headers={"If-Match": '"7"'})
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition.failed")
        assert await town.service.store.heads() == before


async def test_the_tree_of_an_older_snapshot_does_not_replace_a_newer_one(town: Town) -> None:
    trees = Trees(town.service)
    district = f"{CITY}-late"
    async with (
        town.client(CITY, role=Role.MUNICIPAL_ADMINISTRATOR) as city,
        town.service.snapshot() as older,
    ):
        await older.rows(areas_view)
        defined = await city.post("/areas", json={"area": district, "parent": CITY})
        async with town.service.snapshot(defined.json()["position"]) as newer:
            await trees.load(newer)
        await trees.load(older)
    assert district in trees.tree


async def test_an_area_of_a_token_that_the_registry_does_not_have_is_said_once_in_the_log(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    trees = Trees(town.service)
    await trees.reload()
    capsys.readouterr()
    for _ in range(3):
        assert trees.territory((NORTH, "272108-typo")).covers(NORTH)
        assert trees.territory((NORTH,)).covers(NORTH)
    [line] = [line for line in capsys.readouterr().out.splitlines() if "does not have" in line]
    assert "272108-typo" in line
    assert NORTH not in line


async def test_only_a_tree_of_areas_older_than_a_second_is_waited_for(town: Town) -> None:
    trees = Trees(town.service)
    before = await trees.reload()
    blocker = await asyncpg.connect(town.settings.dsn)
    try:
        async with blocker.transaction():
            await blocker.execute("lock table views.areas in access exclusive mode")  # it cannot be read
            trees._loaded_at -= 0.6
            assert await trees.current() is before
            assert trees._renewing is not None
            trees._loaded_at -= 0.5
            waiting = asyncio.create_task(trees.current())
            await asyncio.sleep(0)
            assert not waiting.done()
    finally:
        await blocker.close()
    assert (await waiting).areas.keys() == before.areas.keys()


async def test_a_list_sent_again_with_its_key_answers_a_position_that_covers_all_of_it(town: Town) -> None:
    async with town.client() as client:
        body = {"area": NORTH, "names": ["a", "b", "c"]}
        first, again = [
            await client.post("/thing-lists", json=body, headers={"Idempotency-Key": "list"}) for _ in range(2)
        ]
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.headers["idempotency-replayed"] == "true"
        assert [first.json()[name] for name in ("id", "version")] == [again.json()[name] for name in ("id", "version")]
        page = (await client.get("/things", params={"after": again.json()["position"]})).json()
        assert [one["name"] for one in page["items"]] == ["3 things", "a", "b", "c"]


async def test_the_tree_of_areas_is_read_again_only_when_an_area_changed(town: Town) -> None:
    trees = state_of(town.app).trees

    async def asked() -> list[str]:
        """What is asked to find out whether the tree is the one that is known."""
        found: list[str] = []
        async with town.service.snapshot(await town.service.acknowledged()) as snapshot:
            with snapshot._connection.query_logger(lambda query: found.append(query.query)):
                await trees.load(snapshot)
        return found

    await asked()
    before = trees.tree
    async with town.client() as client:
        assert (await client.post("/things", json={"area": NORTH, "name": "体操"})).status_code == 201
    [only] = await asked()
    assert "from changes" in only
    assert trees.tree is before
