"""A 404 about a thing of another service says how far that service has been read, and nothing about the thing."""

from __future__ import annotations

from shienweb.testing import World

from .world import CITY, FOREIGN, NORTH

NOTHING = "This service has read nothing of registry yet. If it was recorded a moment ago, repeat the request."


async def test_a_thing_of_another_service_may_not_have_been_read_yet(subscribed: World) -> None:
    async with subscribed.client(CITY) as client:
        unread = await client.post("/needs", json={"area": NORTH})
        assert (unread.status_code, unread.json()["code"]) == (404, "area.unknown")
        assert unread.json()["detail_en"] == f"There is no such area in your territory. {NOTHING}"
        assert (unread.headers["retry-after"], unread.headers["shien-position"]) == ("1", "")
        position = await subscribed.publish_areas({CITY: None, NORTH: CITY})
        assert (await client.post("/needs", json={"area": NORTH})).status_code == 201
        unknown = await client.get("/needs/nowhere", params={"after": position})
        assert unknown.headers["shien-position"] == position
        assert unknown.json()["detail_ja"] == (
            "担当地域にこの地域はありません。"
            f"このサービスは registry の記録を {position} まで読み込んでいます。"
            "直前に記録したものであれば、少し待ってからもう一度送ってください。"
        )


async def test_a_foreign_and_an_unknown_thing_get_the_same_answer(subscribed: World) -> None:
    position = await subscribed.publish_areas({CITY: None, FOREIGN: None})
    async with subscribed.client(CITY) as client:
        for method, path in (("GET", "/needs/{}"), ("POST", "/needs")):
            answers = []
            for area in (FOREIGN, "nowhere"):
                answer = await client.request(
                    method, path.format(area), json=None if method == "GET" else {"area": area}
                )
                problem = {name: value for name, value in answer.json().items() if name != "trace_id"}
                answers.append((answer.status_code, answer.headers["shien-position"], problem))
            assert answers[0] == answers[1]
            assert answers[0][:2] == (404, position)


async def test_a_thing_of_this_service_itself_is_simply_unknown(subscribed: World) -> None:
    await subscribed.publish_areas({CITY: None})
    async with subscribed.client(CITY) as client:
        answer = await client.get(f"/needs/{CITY}")
        assert (answer.status_code, answer.json()["code"]) == (404, "need.unknown")
        assert "registry" not in answer.json()["detail_en"]
        assert "retry-after" not in answer.headers
