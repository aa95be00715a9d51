"""What is registered already is suggested, with the reasons, and is not registered twice unless a person says so."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.projections import ProviderRow, ResourceRow
from registry.similar import Sought, likeness, likeness_of_provider
from shiendomain.comparing import comparable, comparable_address
from shiendomain.days import today
from shiendomain.distances import Point
from shiendomain.vocabulary import Resemblance as R
from shienweb import Role
from shienweb.testing import Caller

from .world import City

SALON = {"name": "西町ふれあいサロン", "address": "西町1-2-3"}
HERE = Point(348_143_000, 1_356_503_000)
NEXT_DOOR = Point(348_146_000, 1_356_503_000)  # 33 m


def row(name: str, address: str = "", point: Point | None = None) -> ResourceRow:
    return ResourceRow(
        resource_id=UUID(int=1),
        name_key=comparable(name),
        address_key=comparable_address(address),
        lat_e7=point.lat_e7 if point else None,
        lon_e7=point.lon_e7 if point else None,
    )


SOUGHT = Sought.of("西町サロン", "西町1丁目2番3号", point=HERE)


@pytest.mark.parametrize(
    ("known", "points", "reasons"),
    [
        (
            row("西町ｻﾛﾝ", "西町１－２－３", HERE),
            100,
            (R.SAME_NAME, R.SAME_ADDRESS, R.NEAR),
        ),
        (row("西町ふれあいサロン"), 30, (R.SIMILAR_NAME,)),
        (row("東体操", "西町1-2-3"), 40, (R.SAME_ADDRESS,)),
        (row("東体操", "", NEXT_DOOR), 10, (R.NEAR,)),
        (row("東体操", "東町9", Point(0, 0)), 0, ()),
    ],
)
def test_a_resource_is_like_another_in_named_fields(known: ResourceRow, points: int, reasons: tuple[R, ...]) -> None:
    assert likeness(SOUGHT, known) == (points, reasons)


def test_what_is_not_given_is_alike_in_nothing() -> None:
    assert likeness(Sought.of("西町サロン"), row("東体操")) == (0, ())
    assert Sought.of("西町サロン").place_key == ""


def test_a_provider_is_like_another_in_name_and_number() -> None:
    known = ProviderRow(
        provider_id=UUID(int=1), name_key=comparable("ＮＰＯ法人髙島"), corporate_number="7000012050002"
    )
    assert likeness_of_provider(Sought.of("NPO法人高島", number="7000012050002"), known) == (
        100, (R.SAME_NAME, R.SAME_NUMBER),
    )  # fmt: skip


@given(st.text(), st.text(), st.text())
def test_there_are_points_exactly_where_there_is_a_reason(name: str, other: str, address: str) -> None:
    points, reasons = likeness(Sought.of(name, address), row(other, address))
    assert 0 <= points <= 100
    assert bool(points) == bool(reasons)


pytestmark_of_routes = pytest.mark.asyncio(loop_scope="module")


@pytestmark_of_routes
async def test_an_identical_resource_is_refused_until_somebody_says_that_it_is_another(
    administrator: Caller, city: City
) -> None:
    first = (await administrator.wrote("/resources", city.a_resource(**SALON)))["id"]
    same = city.a_resource(city.south, name="西町ﾌﾚｱｲ・ｻﾛﾝ", address="西町１丁目２番３号")
    answer = await administrator.send("POST", "/resources", same)
    assert (answer.status_code, answer.json()["code"]) == (409, "resource.identical")
    assert first in answer.json()["detail_en"]
    assert first in answer.json()["detail_ja"]
    unknown = {**same, "not_the_same_as": [str(uuid4())]}
    assert await administrator.refused("/resources", unknown) == (404, "resource.unknown")
    another = (await administrator.wrote("/resources", {**same, "not_the_same_as": [first, first]}))["id"]
    assert (await administrator.saw(f"/resources/{another}"))["not_the_same_as"] == [first]
    third = await administrator.send("POST", "/resources", {**same, "not_the_same_as": [first]})
    assert third.status_code == 409, "the second one is alike too"
    assert another in third.json()["detail_en"]


@pytestmark_of_routes
async def test_what_differs_in_name_or_address_or_is_retired_is_registered(administrator: Caller, city: City) -> None:
    first = (await administrator.wrote("/resources", city.a_resource(**SALON)))["id"]
    for other in ({"name": "西町体操"}, {"address": "西町1-2-4"}, {"address": ""}):
        await administrator.wrote("/resources", city.a_resource(**{**SALON, **other}))
    await administrator.wrote(f"/resources/{first}/suspension", {"reason": "other"})
    assert (await administrator.refused("/resources", city.a_resource(**SALON)))[1] == "resource.identical"
    await administrator.wrote(f"/resources/{first}/retirement", {"reason": "other"})
    await administrator.wrote("/resources", city.a_resource(**SALON))


@pytestmark_of_routes
async def test_a_repeated_request_is_answered_as_before_whatever_was_registered_since(
    administrator: Caller, city: City
) -> None:
    key = {"idempotency_key": str(uuid4())}
    first = await administrator.wrote("/resources", city.a_resource(**SALON), **key)
    await administrator.wrote("/resources", {**city.a_resource(**SALON), "not_the_same_as": [first["id"]]})
    assert (await administrator.wrote("/resources", city.a_resource(**SALON), **key))["id"] == first["id"]
    body = {"area": city.code, "name": "みどり会", "kind": "npo"}
    key = {"idempotency_key": str(uuid4())}
    provider = await administrator.wrote("/providers", body, **key)
    await administrator.wrote("/providers", {**body, "not_the_same_as": [provider["id"]]})
    assert (await administrator.wrote("/providers", body, **key))["id"] == provider["id"]


@pytestmark_of_routes
async def test_who_does_not_see_a_resource_is_not_told_of_it(administrator: Caller, city: City) -> None:
    first = (await administrator.wrote("/resources", city.a_resource(city.south, **SALON)))["id"]
    async with city.world.caller(city.north, role=Role.TIER2_COORDINATOR) as north:
        north.position = administrator.position
        assert (await north.saw("/similar-resources?name=西町ふれあいサロン&address=西町1-2-3"))["items"] == []
        hidden = {**city.a_resource(**SALON), "not_the_same_as": [first]}
        assert await north.refused("/resources", hidden) == (404, "resource.unknown")
        await north.wrote("/resources", city.a_resource(**SALON))


@pytestmark_of_routes
async def test_resources_alike_are_suggested_with_reasons_the_most_alike_first(
    administrator: Caller, city: City
) -> None:
    location = {"lat_e7": HERE.lat_e7, "lon_e7": HERE.lon_e7}
    bodies: list[dict[str, Any]] = [
        SALON,
        {"name": "西町サロン", "location": location},
        {"name": "東体操", "address": "西町一丁目2番3号"},
        {"name": "北の会", "location": location},
        {"name": "遠くの会"},
    ]
    for body in bodies:
        await administrator.wrote("/resources", city.a_resource(**body))
    query = "name=西町ふれあいさろん&address=西町1-2-3&near=34.8143,135.6503"
    found = (await administrator.saw(f"/similar-resources?{query}"))["items"]
    assert [(one["details"]["name"], one["score"], one["reasons"], one["identical"]) for one in found] == [
        ("西町ふれあいサロン", 90, ["same_name", "same_address"], True),
        ("西町サロン", 40, ["similar_name", "near"], False),
        ("東体操", 40, ["same_address"], False),
        ("北の会", 10, ["near"], False),
    ]


@pytestmark_of_routes
async def test_a_provider_of_the_same_name_is_suggested_and_refused(administrator: Caller, city: City) -> None:
    body = {"area": city.code, "name": "ＮＰＯ髙島", "kind": "npo", "corporate_number": "7000012050002"}
    first = (await administrator.wrote("/providers", body))["id"]
    same = {"area": city.north, "name": "NPO高島", "kind": "npo"}
    answer = await administrator.send("POST", "/providers", same)
    assert (answer.status_code, answer.json()["code"]) == (409, "provider.identical")
    assert first in answer.json()["detail_en"]
    assert await administrator.refused("/providers", {**same, "not_the_same_as": [str(uuid4())]}) == (
        404, "provider.unknown",
    )  # fmt: skip
    second = (await administrator.wrote("/providers", {**same, "not_the_same_as": [first]}))["id"]
    assert (await administrator.saw(f"/providers/{second}"))["not_the_same_as"] == [first]
    found = (await administrator.saw("/similar-providers?name=npo高島会&corporate_number=7000012050002"))["items"]
    assert [(one["provider_id"], one["reasons"], one["identical"]) for one in found] == [
        (first, ["similar_name", "same_number"], True), (second, ["similar_name"], False),
    ]  # fmt: skip


NPO, SHAKYO = {"kind": "npo", "name": "ＮＰＯみどり"}, {"kind": "shakyo", "name": "市社協"}


def of_the_network(city: City, day: str) -> dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """By the thing of a route: a record, what may be written otherwise and is the same, and what makes it another."""
    body, north = {**NPO, "name": "NPOみどり"}, {"area": city.north}
    return {
        "outreach": (
            {**north, "body": NPO, "made_on": day, "request": "lend_venue", "asked": "集会所を月二回"},
            {"body": body, "asked": "集会所を 月二回"},
            {"asked": "集会所を毎週"},
        ),
        "partnerships": (
            {**north, "bodies": [NPO, SHAKYO], "purpose": "買物の送迎", "since": day},
            {"bodies": [SHAKYO, body], "planned_until": day},
            {"purpose": "通院の送迎"},
        ),
        "information": (
            {**north, "from_body": NPO, "to_bodies_of": city.north, "subject": "補助", "text": "率", "shared_on": day},
            {"from_body": body, "subject": "補 助"},
            {"text": "額"},
        ),
        "venues": (
            {**north, "name": "北公民館", "secured_on": day, "owner": "北自治会", "owner_kind": "neighbourhood"},
            {"name": "北 公民館", "capacity": 30},
            {"name": "北集会所"},
        ),
        "councils": (
            {**north, "tier": "tier2", "name": "北圏域協議体", "members": [NPO]},
            {"name": "北圏域 協議体", "members": []},
            {"name": "北部協議体"},
        ),
        "coordinators": (
            {
                **north,
                "tier": "tier2",
                "employer": "北包括",
                "employer_kind": "support_centre",
                "posts": 1,
                "term_from": "2026-04-01",
                "term_until": "2028-04-01",
            },
            {"employer": "北 包括", "posts": 2},
            {"term_until": "2027-04-01"},
        ),
        "cohorts": (
            {
                **north,
                "title": "養成講座",
                "held_on": day,
                "headcount": 12,
                "support_kinds": ["outing"],
                "held_by": "市社協",
                "held_by_kind": "shakyo",
            },
            {"title": "養成 講座", "headcount": 11},
            {"title": "フォローアップ講座"},
        ),
        "places": (
            {
                **north,
                "offered_by": "北サロン",
                "offered_by_kind": "volunteers",
                "offered_on": day,
                "participation": "cooking",
                "activity": "会食の調理",
                "wanted": 4,
            },
            {"activity": "会食 の調理", "wanted": 6},
            {"participation": "other"},
        ),
    }


@pytestmark_of_routes
@pytest.mark.parametrize(
    "path",
    ["outreach", "partnerships", "information", "venues", "councils", "coordinators", "cohorts", "places"],
)
async def test_what_is_recorded_already_is_refused_until_somebody_says_that_it_is_another(
    administrator: Caller, city: City, path: str
) -> None:
    first, written, another = of_the_network(city, str(today()))[path]
    thing = path.removesuffix("s")
    same = first | written
    for_the_city = path in ("councils", "coordinators")
    role = Role.MUNICIPAL_ADMINISTRATOR if for_the_city else Role.TIER1_COORDINATOR
    async with city.world.caller(city.code, role=role) as caller:
        caller.position = administrator.position
        known = (await caller.wrote(f"/{path}", first))["id"]
        await caller.saw(f"/{path}")  # the views have it
        answer = await caller.send("POST", f"/{path}", same)
        assert (answer.status_code, answer.json()["code"]) == (409, f"{thing}.identical")
        assert known in answer.json()["detail_en"]
        assert known in answer.json()["detail_ja"]
        for other in (another, {"area": city.south}):
            await caller.wrote(f"/{path}", first | other)
        unknown = await caller.refused(f"/{path}", {**same, "not_the_same_as": [str(uuid4())]})
        assert unknown == (404, f"{thing}.unknown")
        second = (await caller.wrote(f"/{path}", {**same, "not_the_same_as": [known, known]}))["id"]
        assert (await caller.saw(f"/{path}/{second}"))["not_the_same_as"] == [known]
        assert (await caller.refused(f"/{path}", {**same, "not_the_same_as": [known]}))[0] == 409, "the second one"
        for one in (known, second):
            await caller.wrote(f"/{path}/{one}/withdrawal", {"reason": "二重の記録"})
        await caller.saw(f"/{path}")
        await caller.wrote(f"/{path}", first)
