"""Towns whose tiers lie otherwise: both on one area, the first on a ward, and an area that ends in the middle."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from registry.report import SUPPORTERS
from shiendomain.fiscal import FiscalYear
from shiendomain.suppression import FEW
from shiendomain.vocabulary import AreaThing
from shienops.demo.loop import Loop, WalkPlace, eventually
from shienops.demo.people import Person, Refused
from shienops.main import app
from shienops.reporting import as_published, report_of
from shienops.seeing.opened import opened
from shienops.system import System
from shienweb import Role

from .shien import Shien
from .test_rights import develop, up_to_receipt
from .town import DUE, TODAY, Town, adds_up

pytestmark = [pytest.mark.xdist_group("journeys"), pytest.mark.embedded, pytest.mark.timeout(400)]


async def test_where_both_tiers_share_an_area_the_proposal_goes_to_the_municipality(system: System) -> None:
    async with Town(system, "99102") as town:
        await town.area(town.code, "municipality", "tier1", "tier2")
        council = await town.council(town.code, "tier2")
        await town.council(town.code, "tier1")
        async with Loop(system, WalkPlace(town.code, town.code, council, None), known=town.known) as loop:
            walked = await loop.walk()
        proposal = await town.auditor.get("escalation", f"/proposals/{walked.proposal}")
        target = proposal["target_kind"], proposal["target_area"], proposal["target_council_id"]
        assert target == ("municipality", town.code, None)
        assert (proposal["state"], proposal["deliberations"]) == ("launched", 0)
        board = await town.board()
        assert [row["area"] for row in board["areas"]] == [town.code]
        assert board["board"]["people"]["helped"] == 3


async def test_where_the_first_tier_is_a_ward_its_council_is_asked_and_other_wards_see_nothing(system: System) -> None:
    async with Town(system, "99103") as town:
        await town.area(town.code, "municipality")
        wards = [f"{town.code}-W{n}" for n in (1, 2)]
        for ward in wards:
            await town.area(ward, "ward", "tier1", parent=town.code)
            await town.area(f"{ward}-1", "school_district", "tier2", parent=ward)
            await town.council(ward, "tier1")
            await town.council(f"{ward}-1", "tier2")
        ours, theirs = wards
        district = f"{ours}-1"
        place = WalkPlace(ours, district, town.councils[district], town.councils[ours])
        async with Loop(system, place, known=town.known) as loop:
            walked = await loop.walk()
        proposal = await town.auditor.get("escalation", f"/proposals/{walked.proposal}")
        target = proposal["target_kind"], proposal["target_area"], proposal["target_council_id"]
        assert target == ("council", ours, town.councils[ours])
        adds_up(await town.board())

        neighbour = town.person(Role.TIER1_COORDINATOR, theirs)
        for service, path, code in [
            ("needs", f"/needs/{walked.need}", "need.unknown"),
            ("needs", f"/issues/{walked.issue}", "issue.unknown"),
            ("matching", f"/matches/{walked.match}", "match.unknown"),
            ("escalation", f"/proposals/{walked.proposal}", "proposal.unknown"),
            ("registry", f"/resources/{walked.resource}", "resource.unknown"),
            ("portal", f"/trace/{walked.need}", "trace.unknown"),
            ("portal", f"/trace/{walked.proposal}", "trace.unknown"),
            *((service, f"/boards/{ours}", "area.unknown") for service in system.services),
            *((service, f"/boards/{town.code}", "area.unknown") for service in system.services),
        ]:
            with pytest.raises(Refused) as refused:
                await neighbour.get(service, path)
            assert (service, path, refused.value.status, refused.value.code) == (service, path, 404, code)
        for what in ("receipt", "adoption"):
            with pytest.raises(Refused, match=r"404 proposal\.unknown"):
                await neighbour.post(
                    "escalation",
                    f"/proposals/{walked.proposal}/{what}",
                    {"receipt": {"due_on": str(DUE)}, "adoption": {"reason": "隣の区"}}[what],
                )


async def test_an_area_that_ends_keeps_its_needs_and_sends_new_ones_to_its_successor(system: System) -> None:
    async with Town(system, "99104") as town:
        (old,) = await town.build(districts=1)
        new = f"{town.code}-09"
        async with Loop(system, old, known=town.known) as loop:
            need = await loop.record_need()
            await loop.find_nothing()
            await town.area(new, "school_district", "tier2", parent=town.code)
            body = {"successors": [new], "valid_from": str(TODAY)}
            await town.administrator.post("registry", f"/areas/{old.area}/reorganization", body)
            area = await town.auditor.get("registry", f"/areas/{old.area}")
            assert (area["closed_on"], area["successors"]) == (str(TODAY), [new])

            with pytest.raises(Refused) as refused:
                await town.need(loop.tier2, old.area)
            assert (refused.value.status, refused.value.code) == (409, "area.closed")
            assert new in refused.value.problem["detail_en"]
            assert new in refused.value.problem["detail_ja"]
            coordinator = town.person(Role.TIER2_COORDINATOR, new)
            assert await town.need(coordinator, new)
            taken_over = await coordinator.get("needs", f"/needs/{need}")
            assert (taken_over["area"], taken_over["state"]) == (old.area, "open")
            fields = ("people", "frequency", "age_band", "weekdays", "fee_ceiling_yen")
            revision = {name: taken_over[name] for name in fields}
            await coordinator.put("needs", f"/needs/{need}", revision | {"note": "区域の再編により引き継いだ"})

            assert (await loop.tier2.get("needs", f"/needs/{need}"))["state"] == "open"
            await answered_from(town, loop, need, new)
        board = await town.board()
        adds_up(board)
        by_area = {row["area"]: row["board"]["needs"] for row in board["areas"]}
        assert (by_area[old.area]["met"], by_area[new]["open"]) == (1, 1)


async def answered_from(town: Town, loop: Loop, need: str, successor: str) -> None:
    """A resource of the whole city is matched with the need of the area that is no more."""
    await loop.find_nothing()  # it may be searched for, though its area is closed
    await town.resource(town.code, capacity=5)

    async def proposed() -> Any:
        done = await loop.tier2.post("matching", f"/needs/{need}/search")
        return done if done["outcome"] == "proposed" else None  # a reaction makes the offer

    done = await eventually(proposed)
    loop.walked.match, loop.walked.resource = done["id"], done["resource_id"]
    await loop.meet()


async def test_an_area_that_ends_later_goes_on_until_then(system: System) -> None:
    async with Town(system, "99105") as town:
        (old,) = await town.build(districts=1)
        new = f"{town.code}-09"
        await town.area(new, "school_district", "tier2", parent=town.code)
        body = {"successors": [new], "valid_from": str(TODAY + timedelta(days=30))}
        await town.administrator.post("registry", f"/areas/{old.area}/reorganization", body)
        async with Loop(system, old, known=town.known) as loop:
            await loop.walk()
        adds_up(await town.board())


SHOWN = {
    "council": "registry /councils/{}", "coordinator": "registry /coordinators/{}",
    "provider": "registry /providers/{}",
    "resource": "registry /resources/{}", "cohort": "registry /cohorts/{}", "place": "registry /places/{}",
    "survey": "needs /surveys/{}", "need": "needs /needs/{}", "grouped": "needs /needs/{}", "issue": "needs /issues/{}",
    "proposal": "escalation /proposals/{}",
}  # fmt: skip
"""Where each of the things is shown, with the area that it is of."""


async def everything_in(town: Town, place: WalkPlace) -> dict[str, str]:
    """The ids of one thing of every kind in this area: an issue that was proposed, with its need, and a need alone."""
    proposal = await up_to_receipt(town, place)
    issue = (await town.auditor.get("escalation", f"/proposals/{proposal}"))["issue_id"]
    grouped = (await town.auditor.get("needs", f"/issues/{issue}"))["needs"][0]
    coordinator = town.person(Role.TIER2_COORDINATOR, place.area)
    survey = {"title": "暮らし", "method": "interview", "period_from": str(TODAY), "period_until": str(TODAY)}
    surveyed = await coordinator.post("needs", "/surveys", {"area": place.area, **survey})
    resource, western = [await town.resource(place.area, capacity=n, kind="housework") for n in (3, 4)]
    provider = {"area": place.area, "name": "北の会", "kind": "npo"}
    post = {"area": place.area, "tier": "tier2", "employer": "市", "employer_kind": "shakyo"}
    term = {"term_from": "2026-04-01", "term_until": "2036-04-01"}
    developed = await develop(town, place, resource)
    return {
        "council": place.council, "issue": issue, "grouped": grouped, "proposal": proposal, "resource": resource,
        "western": western, "survey": surveyed["id"], "need": await town.need(coordinator, place.area),
        "provider": str((await town.administrator.post("registry", "/providers", provider))["id"]),
        "coordinator": str((await town.administrator.post("registry", "/coordinators", post | term))["id"]),
        "cohort": developed["cohort_id"], "place": developed["place_id"],
    }  # fmt: skip


async def work(town: Town, area: str) -> list[Any]:
    """What every service has of the area, and what was moved from it."""
    services = ("registry", "needs", "escalation")
    return [one for name in services for one in (await town.auditor.get(name, f"/areas/{area}/work"))["items"]]


async def areas_of(who: Person, things: dict[str, str]) -> dict[str, str]:
    """The area of each thing, as its service shows it to somebody."""
    shown = {name: where.partition(" ") for name, where in SHOWN.items()}
    return {
        name: (await who.get(service, path.format(things[name])))["area"] for name, (service, _, path) in shown.items()
    }


async def the_published_tables_hide_few_people_and_count_each_once(system: System, town: Town) -> None:
    """The report of the year as its end will have it, as it may be published."""
    year = FiscalYear.of(TODAY)
    async with opened(system.stack) as stores:
        made = await report_of(stores, town.code, year, year.end)
    told = as_published(made)
    whole, shown = ({table.name: table for table in one.tables} for one in (made, told))
    few = [
        (name, row[0], head)
        for name, table in shown.items()
        for row in table.rows
        for head, cell in zip(table.heads, row, strict=True)
        if {head, *row} & {*table.people} and isinstance(cell, int) and 0 < cell < FEW
    ]
    assert few == []
    trained = {row[0]: row[1] for row in shown["5 担い手と活動の場"].rows}
    assert [trained[name] for name in SUPPORTERS] == [9, None, None], "9 less 8 would tell of the one who is placed"
    by_area, by_kind = (whole[name] for name in ("8 支援ニーズ（地域別）", "7 支援ニーズ（種類別）"))
    sums = [sum(column) for column in list(zip(*by_area.rows, strict=True))[2:]]
    assert sums == list(by_kind.rows[-1][1:]), "each need is of one area"


async def counted_as(town: Town, before: Any) -> bool:
    """Whether the city's board has the figures it had, and is the sum of its areas: each thing counts once."""
    board = await town.board()
    adds_up(board)
    return bool(board["board"] == before)


async def the_dry_look_refuses_as_the_mapping_would_be(system: System, area: str, east: str, folder: Path) -> None:
    """`shien areas move` without --execute asks the registry, which writes nothing."""
    for n, (successor, reason, code) in enumerate(
        ((east, "校区の分割", 0), (east, "", 2), (area[:6], "校区の分割", 1))
    ):
        table = folder / f"mapping-{n}.csv"
        table.write_text(f"種別,移管先\nすべて,{successor}\n", encoding="utf-8")
        given = ["areas", "move", area, "--mapping", str(table), "--reason", reason, "--data", str(system.folder.path)]
        done = await asyncio.to_thread(CliRunner().invoke, app, given)
        assert done.exit_code == code, (successor, reason, done.output, done.exception)


async def test_a_district_is_split_and_everything_goes_by_one_mapping_and_back(system: System, tmp_path: Path) -> None:
    shien = Shien(system)
    async with Town(system, "99155") as town:
        (old,) = await town.build(districts=1)
        east, west = f"{town.code}-08", f"{town.code}-09"
        for new in (east, west):
            await town.area(new, "school_district", "tier2", parent=town.code)
        things = await everything_in(town, old)
        before = (await town.board())["board"]
        body = {"successors": [east, west], "valid_from": str(TODAY)}
        await town.administrator.post("registry", f"/areas/{old.area}/reorganization", body)
        left = await work(town, old.area)
        assert {one["kind"] for one in left} == {kind.value for kind in AreaThing}
        assert {one["successor"] for one in left} == {None}

        kinds = [f"{kind.ja},,{east}" for kind in AreaThing if kind is not AreaThing.VENUES]
        table = tmp_path / "mapping.csv"
        table.write_text("\n".join(["種別,番号,移管先", *kinds, f",{things['western']},{west}", ""]), encoding="utf-8")
        await the_dry_look_refuses_as_the_mapping_would_be(system, old.area, east, tmp_path)
        move = ("areas", "move", old.area, "--mapping", table, "--reason", "校区の分割")
        planned = await shien.json(*move)
        assert (planned["executed"], planned["mapping_id"]) == (False, None)
        assert await work(town, old.area) == left, "it only said what it would do"
        mapping = await shien.json(*move, "--execute")
        assert mapping["things"] == planned["things"]
        assert {one["to"] for one in mapping["things"] if one["kind"] != "venues"} == {east, west}

        async def only_venues_are_left() -> Any:
            there = await work(town, old.area)
            stays = [one for one in there if one["mapping_id"] is None]
            return there if {one["kind"] for one in stays} == {"venues"} else None

        moved = await eventually(only_venues_are_left)
        assert {one["stays"] for one in moved if one["mapping_id"] is None} == {"mapping.left_out"}
        assert {one["now"] for one in moved if one["mapping_id"]} == {east, west}
        assert sum(one["mapping_id"] is not None for one in moved) == sum(one["kind"] != "venues" for one in left)
        lead = town.person(Role.TIER2_COORDINATOR, east)
        assert await areas_of(lead, things) == dict.fromkeys(SHOWN, east)
        neighbour = town.person(Role.TIER2_COORDINATOR, west)
        assert (await neighbour.get("registry", f"/resources/{things['western']}"))["area"] == west
        await eventually(lambda: counted_as(town, before))
        await the_published_tables_hide_few_people_and_count_each_once(system, town)
        page = await town.administrator.text("portal", f"/areas/{town.code}/ended-areas")
        assert "適用中" in page
        assert mapping["mapping_id"] in page

        on = {"area": west, "reason": "西の校区のものだった"}
        await town.administrator.post("registry", f"/providers/{things['provider']}/move", on)
        undo = ("areas", "reverse", old.area, mapping["mapping_id"], "--reason", "線の引き直し")
        assert not (await shien.json(*undo))["executed"]
        assert (await shien.json(*undo, "--execute"))["executed"]

        async def all_is_back() -> Any:
            there = [one for one in await work(town, old.area) if one["mapping_id"] is None]
            return there if len(there) == len(left) - 1 else None

        back = await eventually(all_is_back)
        assert {one["id"] for one in left} - {one["id"] for one in back} == {things["provider"]}
        assert await areas_of(town.administrator, things) == {**dict.fromkeys(SHOWN, old.area), "provider": west}
        assert (await town.administrator.get("needs", f"/issues/{things['issue']}"))["state"] == "gap"
        await eventually(lambda: counted_as(town, before))
