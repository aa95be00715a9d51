"""The last place, wanted by two at once; and a provider who withdraws, after whom a round matches those who wait."""

from __future__ import annotations

import asyncio
import json
import zlib
from uuid import UUID, uuid4

import asyncpg
import pytest
from typer.testing import CliRunner

from shienops.demo.loop import eventually
from shienops.demo.people import Person, Refused
from shienops.main import app
from shienops.seeing.opened import opened
from shienops.system import System
from shienops.verifying import checked_round
from shienweb import Role

from .town import Town, adds_up

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.timeout(400)]

PAIRS = 10


async def test_two_who_accept_the_last_place_at_once_cannot_both_have_it(system: System) -> None:
    async with Town(system, "99106") as town:
        (place,) = await town.build(districts=1)
        coordinators = [town.person(Role.TIER2_COORDINATOR, place.area) for _ in range(2)]
        for _ in range(PAIRS):
            resource = await town.resource(place.area, capacity=2)
            await take(town, coordinators[0], place.area, resource)
            matches = [await proposed(town, one, place.area, resource) for one in coordinators]
            path = f"/resources/{resource}/matches/{{}}/acceptance"
            accepting = (
                one.post("matching", path.format(match)) for one, match in zip(coordinators, matches, strict=True)
            )
            told = await asyncio.gather(*accepting, return_exceptions=True)
            (no,) = [one for one in told if isinstance(one, BaseException)]
            assert isinstance(no, Refused)
            assert (no.status, no.code) == (409, "match.no_capacity")
            states = [(await town.auditor.get("matching", f"/matches/{match}"))["state"] for match in matches]
            assert sorted(states) == ["accepted", "proposed"]
            loser = matches[states.index("proposed")]
            decline = f"/resources/{resource}/matches/{loser}/declination"
            await coordinators[0].post("matching", decline, {"reason": "no_capacity"})
        board = await town.board()
        adds_up(board)
        assert (board["board"]["matches"]["accepted"], board["board"]["matches"]["declined"]) == (2 * PAIRS, PAIRS)


async def proposed(town: Town, who: Person, area: str, resource: str) -> str:
    """A match of a new need with the resource."""
    need = await town.need(who, area)

    async def match() -> str | None:
        try:
            done = await who.post("matching", "/matches", {"need_id": need, "resource_id": resource})
        except Refused as no:  # its offer is made by a reaction, which nobody's position names
            if no.code != "resource.unknown":
                raise
            return None
        return str(done["id"])

    return str(await eventually(match))


async def take(town: Town, who: Person, area: str, resource: str) -> str:
    """A match that is accepted."""
    match = await proposed(town, who, area, resource)
    await who.post("matching", f"/resources/{resource}/matches/{match}/acceptance")
    return match


async def test_when_a_provider_withdraws_what_it_held_comes_undone(system: System) -> None:
    async with Town(system, "99107") as town:
        (place,) = await town.build(districts=1)
        who = town.person(Role.TIER2_COORDINATOR, place.area)
        resource = await town.resource(place.area, capacity=9)
        helped, held = [await take(town, who, place.area, resource) for _ in range(2)]
        offered = await proposed(town, who, place.area, resource)
        conclusion = {"outcome": "helped", "people_helped": 1}
        await who.post("matching", f"/resources/{resource}/matches/{helped}/conclusion", conclusion)
        needs = [(await who.get("matching", f"/matches/{one}"))["need_id"] for one in (helped, held, offered)]

        async def states(*wanted: str) -> bool:
            found = [(await who.get("needs", f"/needs/{need}"))["state"] for need in needs]
            return found == list(wanted)

        await eventually(lambda: states("met", "matched", "open"))
        end = {"reason": "provider_withdrew", "note": "事業所の撤退"}
        await town.administrator.post("registry", f"/resources/{resource}/retirement", end)
        listed = await town.auditor.get("registry", f"/resources/{resource}")
        assert (listed["state"], listed["ended_for"]) == ("retired", "provider_withdrew")
        await eventually(lambda: states("open", "open", "open"))
        found = [await who.get("matching", f"/matches/{one}") for one in (helped, held, offered)]
        assert [one["state"] for one in found] == ["lapsed", "lapsed", "lapsed"]

        board = await town.board()
        adds_up(board)
        figures = board["board"]
        assert (figures["resources"]["retired"], figures["matches"]["lapsed"], figures["needs"]["open"]) == (1, 3, 3)
        with pytest.raises(Refused, match=r"409 match\.offer_closed"):
            await who.post("matching", "/matches", {"need_id": needs[0], "resource_id": resource})
        await matched_in_a_round(town, place.area, needs)


async def matched_in_a_round(town: Town, area: str, needs: list[str]) -> None:
    """Three people wait and two places come free: a round proposes them, and proves that nothing better was there."""
    lead, who = town.person(Role.TIER1_COORDINATOR), town.person(Role.TIER2_COORDINATOR, area)
    resource = await town.resource(area, capacity=2)
    await eventually(lambda: offered(who, needs[0], resource))
    begun = (await lead.post("matching", "/rounds", {"area": town.code}))["id"]
    found = await who.get("matching", f"/rounds/{begun}")
    assert (found["pairs"], found["people_unserved"], [one["people"] for one in found["shortages"]]) == (2, 1, [1])
    matches = (await who.get("matching", "/matches", round_id=begun))["items"]
    (left,) = set(needs) - {one["need_id"] for one in matches}
    (search,) = (await who.get("matching", "/searches", round_id=begun))["items"]
    assert (search["need_id"], [one["obstacles"] for one in search["nearest"]]) == (left, [["capacity"]])
    assert search["nearest"][0]["change_ja"] == "枠を1人分増やしてもらう"

    more = await who.post("matching", "/matches", {"need_id": left, "resource_id": resource})
    ids = [*(one["match_id"] for one in matches), more["id"]]
    accepting = (who.post("matching", f"/resources/{resource}/matches/{one}/acceptance") for one in ids)
    told = await asyncio.gather(*accepting, return_exceptions=True)
    assert [one.code for one in told if isinstance(one, Refused)] == ["match.no_capacity"]

    async def shown() -> bool:
        return found["certificate"] in await town.auditor.text("portal", f"/areas/{area}/rounds")

    await eventually(shown)
    await proven_from_the_log(town.system, UUID(begun))


async def offered(who: Person, need: str, resource: str) -> bool:
    """Whether matching knows the resource."""
    seen = await who.get("matching", f"/needs/{need}/candidates")
    return resource in [one["resource_id"] for one in seen["candidates"]]


async def proven_from_the_log(system: System, round_id: UUID) -> None:
    """Whatever happened since, the log proves the round; a certificate that was changed or lost is noticed."""
    dsn = system.stack.owner_dsn("matching")
    async with opened(system.stack) as stores:
        assert (await checked_round(stores, dsn, round_id)).findings == []
        connection = await asyncpg.connect(dsn)
        try:
            other = zlib.compress(b"{}")
            await connection.execute("update certificates set body = $2 where round_id = $1", round_id, other)
            changed = await checked_round(stores, dsn, round_id)
            assert changed.findings == ["the certificate that is kept is another one than the log gives"]
            await connection.execute("delete from certificates where round_id = $1", round_id)
            assert len((await checked_round(stores, dsn, round_id)).findings) == 1
            assert (await checked_round(stores, dsn, round_id, restore=True)).findings == []
        finally:
            await connection.close()
    folder = str(system.folder.path)
    assert await verify(str(round_id), folder) == (0, True)
    assert (await verify(str(uuid4()), folder))[0] == 2
    assert (await verify("no id", folder))[0] == 2
    assert (await verify(str(round_id), f"{folder}/nothing"))[0] == 3


async def verify(round_id: str, folder: str) -> tuple[int | None, bool | None]:
    """The exit code of `shien match verify`, and whether it says that the round is proven."""
    words = ["match", "verify", round_id, "--json", "--data", folder]
    done = await asyncio.to_thread(CliRunner().invoke, app, words)
    return done.exit_code, json.loads(done.stdout)["proven"] if done.stdout else None
