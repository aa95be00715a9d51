"""`as_of` and `valid_at`: what was known by a time, what was true on a day, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shiendomain.days import today
from shienweb import Role

from .world import CITY, NORTH, SOUTH, Town

AS_OF = ("", "x", "2026-02-30", "2026-03-31T10:00:00", "1999-12-31", "9999-12-31", "2999-01-01T00:00:00Z", "x" * 5000)
VALID_AT = ("", "x", "2026-02-30", "1999-12-31", "2100-01-01", "2026-03-31T10:00:00Z", "２０２６-03-31")


async def test_a_read_answers_what_was_known_by_a_time(town: Town) -> None:
    async with town.client() as client:
        made = (await client.post("/things", json={"area": NORTH, "name": "before"})).json()
        path, between = f"/things/{made['id']}", datetime.now(UTC)
        renamed = (await client.put(f"{path}/name", json={"name": "after"})).json()
        assert (await client.get(path, params={"after": renamed["position"]})).json()["name"] == "after"
        then = await client.get(path, params={"as_of": between.isoformat()})
        assert (then.status_code, then.json()["name"]) == (200, "before")
        spaced = between.astimezone().isoformat().replace("+", " ")  # who forgets to write %2B
        assert (await client.get(f"{path}?as_of={spaced}")).json()["name"] == "before"
        listed = await client.get("/things", params={"as_of": between.isoformat(), "limit": 1})
        assert [one["name"] for one in listed.json()["items"]] == ["before"]
        yesterday = await client.get(path, params={"as_of": str(today() - timedelta(days=1))})
        assert (yesterday.status_code, yesterday.json()["code"]) in ((404, "resource.unknown"), (404, "area.unknown"))


async def test_an_area_is_judged_as_it_is_on_the_day_asked_for(town: Town) -> None:
    async with town.client(CITY, role=Role.MUNICIPAL_ADMINISTRATOR) as city, town.client(SOUTH) as south:
        await city.post("/things", json={"area": NORTH, "name": "of the north"})
        ended = {"successors": [SOUTH], "valid_from": "2090-04-01"}
        position = (await city.post(f"/areas/{NORTH}/reorganization", json=ended)).json()["position"]
        for day, seen in (("2090-03-31", []), ("2090-04-01", ["of the north"])):
            answer = await south.get("/things", params={"valid_at": day, "after": position})
            assert (day, [one["name"] for one in answer.json()["items"]]) == (day, seen)
            assert answer.headers["Shien-Valid-At"] == f"{day}, as known now"
        assert "Shien-Valid-At" not in (await south.get("/things")).headers


@pytest.mark.parametrize("values", [[("as_of", one) for one in AS_OF], [("valid_at", one) for one in VALID_AT]])
async def test_what_cannot_be_a_time_or_a_day_is_refused_by_its_name(town: Town, values: list[tuple[str, str]]) -> None:
    async with town.client() as client:
        for name, value in values:
            answer = await client.get("/things", params={name: value})
            assert (value[:40], answer.status_code) == (value[:40], 422)
            (error,) = answer.json()["errors"]
            assert error["field"] == name
            assert error["ja"] != error["en"]
        refused = await client.post("/things", params={"as_of": "2026-03-31"}, json={"area": NORTH, "name": "x"})
        assert refused.json()["errors"][0]["field"] == "as_of"


async def test_a_parameter_of_one_value_that_is_given_twice_is_refused_by_its_name(town: Town) -> None:
    """Which of two times or limits was meant nobody can tell."""
    async with town.client() as client:
        for name, value in (("as_of", "2026-03-31"), ("valid_at", "2026-03-31"), ("limit", "1"), ("after", "x.1.1")):
            answer = await client.get("/things", params=[(name, value), (name, value)])
            assert (name, answer.status_code) == (name, 422)
            (error,) = answer.json()["errors"]
            assert (error["field"], error["en"]) == (name, "give this parameter once")
