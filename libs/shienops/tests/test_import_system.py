"""Imports into a running registry, as an operator does them. Each test has a municipality of its own."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from shienops.imports.places import AreaMap
from shienops.imports.read import read_csv
from shienops.imports.resources import ResourceOptions, read_resources
from shienops.imports.send import Batch, BatchRejected, Target
from shienops.imports.whole import send_whole
from shienops.system import System, SystemSettings
from shienweb import Role

from .commands import shien

pytestmark = [pytest.mark.xdist_group("own stacks"), pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(240)]
MAP = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"area_id": number, "name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[west, 34.8], [west + 0.05, 34.8], [west + 0.05, 34.85], [west, 34.85], [west, 34.8]]],
            },
        }
        for number, name, west in ((1, "西", 135.60), (2, "東", 135.65))
    ],
}
ROWS = """事業所番号,名称,カテゴリ,緯度,経度,料金
1,西サロン,サロン,34.81,135.61,1回200円
2,東サロン,サロン,34.81,135.66,無料
"""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("imports") / "system"
    system = System(SystemSettings(data=folder, services=("registry", "needs"), kafka_heap="256m"))
    asyncio.run(system.up())
    try:
        yield system
    finally:
        asyncio.run(system.down())


def files(tmp_path: Path) -> tuple[Path, Path]:
    areas, rows = tmp_path / "areas.geojson", tmp_path / "rows.csv"
    areas.write_text(json.dumps(MAP))
    rows.write_bytes(ROWS.encode("cp932"))
    return areas, rows


async def listed(system: System, areas: Sequence[str], **query: str) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {system.token(Role.TIER2_COORDINATOR, areas)}"}
    async with httpx2.AsyncClient(trust_env=False, timeout=60) as client:
        answer = await client.get(system.url("registry") + "/resources", headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return [{"area": item["area"], **item["details"]} for item in answer.json()["items"]]


async def opened_survey(system: System, area: str) -> str:
    """The id of a survey of the area; needs has heard of the area, and the registry of the survey."""
    coordinator = {"Authorization": f"Bearer {system.token(Role.TIER1_COORDINATOR, [area])}"}
    body = {"area": area, "title": "資源調査", "method": "workshop", "period_from": "2026-06-01"}
    async with httpx2.AsyncClient(trust_env=False, timeout=60, headers=coordinator) as client, asyncio.timeout(60):
        while True:
            answer = await client.post(system.url("needs") + "/surveys", json={**body, "period_until": "2026-06-30"})
            if answer.status_code == 201:
                break
        after = {"after": answer.json()["position"]}
        while (await client.get(system.url("registry") + "/resources", params=after)).json()["stale"]:
            pass
    return str(answer.json()["id"])


async def test_a_repeated_import_does_not_register_twice(system: System, tmp_path: Path) -> None:
    areas, rows = files(tmp_path)
    early = shien(system, "import", "resources", rows, "--municipality", "272108", "--areas", areas)
    assert early.returncode == 1
    assert "no such area" in early.stdout
    assert "何も取り込みませんでした" in early.stderr

    first = shien(system, "import", "areas", areas, "--municipality", "272108", "--name", "試験市")
    assert (first.returncode, first.stderr) == (0, "")
    assert "3 new, 0 revised, 0 unchanged" in first.stdout
    unknown = ("--areas", areas, "--survey", str(uuid4()))
    refused = shien(system, "import", "resources", rows, "--municipality", "272108", *unknown)
    assert refused.returncode == 1
    assert "担当地域にこの調査はありません" in refused.stdout
    survey = await opened_survey(system, "272108")
    for counts in ("2 new, 0 revised, 0 unchanged", "0 new, 0 revised, 2 unchanged"):
        found_by = ("--areas", areas, "--survey", survey)
        sent = shien(system, "import", "resources", rows, "--municipality", "272108", *found_by)
        assert (sent.returncode, sent.stderr) == (0, "")
        assert counts in sent.stdout
    rows.write_text(ROWS.replace("無料", "100円").replace("34.81,135.61", "34.82,135.66"))
    revised = shien(system, "import", "resources", rows, "--municipality", "272108", "--areas", areas)
    assert "0 new, 2 revised, 0 unchanged" in revised.stdout
    assert "「西サロン」は 272108-01 から 272108-02 に移ります" in revised.stdout
    found: list[tuple[str, str, int]] = []
    async with asyncio.timeout(60):
        while ("272108-02", "東サロン", 100) not in found:
            found = [(one["area"], one["name"], one["fee_yen"]) for one in await listed(system, ["272108"])]
    assert sorted(found) == [("272108-02", "東サロン", 100), ("272108-02", "西サロン", 200)]
    assert [one["service_areas"] for one in await listed(system, ["272108-02"])] == [["272108-02"]] * 2
    assert len(await listed(system, ["272108"], survey_id=survey)) == 2


async def test_nothing_is_sent_when_a_row_is_refused(system: System, tmp_path: Path) -> None:
    areas, rows = files(tmp_path)
    assert shien(system, "import", "areas", areas, "--municipality", "431001", "--name", "試験市").returncode == 0
    rows.write_text(ROWS + "3,=cmd,サロン,135.6,34.8,\n")
    report = tmp_path / "report.csv"
    command = ("import", "resources", rows, "--municipality", "431001", "--areas", areas, "--report", report)
    refused = shien(system, *command)
    assert refused.returncode == 1
    assert "swapped" in refused.stdout
    assert "取り込みを中止しました" in refused.stdout
    assert report.read_text("utf-8-sig").splitlines()[1].startswith("4,緯度,不可 refused,")
    assert await listed(system, ["431001"]) == []

    rows.write_text(ROWS)
    dry = shien(system, *command, "--dry-run", "--registry", system.url("registry"))
    assert (dry.returncode, "checked, nothing written: 2 new" in dry.stdout) == (0, True)
    assert await listed(system, ["431001"]) == []


NUMBERED = """NO,名称,住所,カテゴリ
1,茶話会,西町1-2,サロン
2,体操会,東町3-4,体操
3,昼食会,東町5-6,会食
"""


async def test_next_years_list_is_compared_with_what_is_registered(system: System, tmp_path: Path) -> None:
    areas, _ = files(tmp_path)
    assert shien(system, "import", "areas", areas, "--municipality", "011002", "--name", "試験市").returncode == 0
    (tmp_path / "通いの場R7.csv").write_text(NUMBERED)
    coming = tmp_path / "通いの場R8.csv"
    command = ("import", "resources", "--municipality", "011002", "--areas", areas)
    first = shien(system, *command, tmp_path / "通いの場R7.csv")
    assert "3 new, 0 revised, 0 unchanged" in first.stdout

    coming.write_text(NUMBERED)
    renamed = shien(system, *command, coming)
    assert (renamed.returncode, "--list 通いの場R7" in renamed.stderr) == (1, True), renamed.stderr
    both = shien(system, *command, coming, "--keep-both", "--dry-run", "--registry", system.url("registry"))
    assert (both.returncode, "checked, nothing written: 3 new" in both.stdout) == (0, True), both.stdout
    coming.write_text("NO,名称,住所,カテゴリ\n1,体操会,東町3-4,体操\n2,昼食会,東町5-6,会食\n")
    moved_up = shien(system, *command, coming, "--list", "通いの場R7")
    assert moved_up.returncode == 1
    assert moved_up.stdout.count("別の資源であれば番号を") == 2, moved_up.stdout
    coming.write_text(NUMBERED.replace("1,茶話会,西町1-2,サロン\n", ""))
    without = shien(system, *command, coming, "--list", "通いの場R7")
    assert "0 new, 0 revised, 2 unchanged" in without.stdout, without.stdout
    assert "'茶話会' (通いの場R7:1) is registered and not in this list" in without.stdout

    elsewhere = tmp_path / "サロン.csv"
    elsewhere.write_text(
        "NO,名称,住所,カテゴリ\n7,茶話会,西町１ー２,サロン\n8,囲碁会,西町9,趣味\n9,書道会,西町9,趣味\n"
    )
    twice = shien(system, *command, elsewhere)
    assert "3 new" in twice.stdout, twice.stdout
    assert "'茶話会' with the same name and address is registered already (the list '通いの場R7')" in twice.stdout


async def test_a_list_changes_only_what_it_registered_itself(system: System, tmp_path: Path) -> None:
    areas, _ = files(tmp_path)
    assert shien(system, "import", "areas", areas, "--municipality", "011011", "--name", "試験市").returncode == 0
    command = ("import", "resources", "--municipality", "011011")
    first, second = tmp_path / "list_a.csv", tmp_path / "list_b.csv"
    first.write_text("名称,料金（基本）,定員\n北の体操会,1回200円,20\n南の茶話会,無料,10\n")
    second.write_text("名称,説明\n北の体操会,椅子に座って行う\n")
    assert "2 new" in shien(system, *command, first).stdout

    async def shown() -> list[tuple[str, int | None, str]]:
        found = await listed(system, ["011011"])
        return sorted((one["fee"], one["capacity"], one["activity"]) for one in found if one["name"] == "北の体操会")

    kept = ("1回200円", 20, "")
    assert await shown() == [kept]
    other = shien(system, *command, second)  # one row in common is too little to take it for that list
    assert "1 new, 0 revised" in other.stdout, other.stdout
    assert "already (the list 'list_a')" in other.stdout
    for file in (first, second, first):
        assert "0 new, 0 revised" in shien(system, *command, file).stdout
    assert await shown() == [("", None, "椅子に座って行う"), kept]


async def test_rows_that_were_registered_by_name_and_address_alone_are_recognised(
    system: System, tmp_path: Path
) -> None:
    areas, _ = files(tmp_path)
    assert shien(system, "import", "areas", areas, "--municipality", "012025", "--name", "試験市").returncode == 0
    table = read_csv("名称,住所\n甲会,西町1\n".encode())
    (row,) = read_resources(table, ResourceOptions("012025", "一覧", AreaMap({}))).resources
    target = Target(system.url("registry"), system.token(Role.MUNICIPAL_ADMINISTRATOR, ["012025"], body="city"))
    once = replace(row, source=row.source.model_copy(update={"reference": row.older}), older="")
    for sent, counts in ((once, (1, 0, 0)), (row, (0, 0, 1))):
        done = await asyncio.to_thread(send_whole, target, Batch(resources=(sent,)), dry_run=False)
        assert (done.new, done.revised, done.unchanged, done.warnings) == (*counts, ())


async def test_a_large_list_is_checked_whole_and_sent_in_parts(system: System, tmp_path: Path) -> None:
    areas, _ = files(tmp_path)
    assert shien(system, "import", "areas", areas, "--municipality", "131016", "--name", "試験市").returncode == 0
    table = read_csv("NO,名称,住所\n1,甲会,西町1\n2,乙会,西町2\n3,丙会,西町3\n4,丁会,西町4\n5,戊会,西町5\n".encode())
    read = read_resources(table, ResourceOptions("131016", "一覧", AreaMap({})))
    target = Target(system.url("registry"), system.token(Role.MUNICIPAL_ADMINISTRATOR, ["131016"], body="city"))
    told: list[tuple[int, int]] = []
    bad = replace(read.resources[4], area="131016-99")
    with pytest.raises(BatchRejected) as rejected:
        await asyncio.to_thread(
            send_whole, target, Batch(resources=(*read.resources[:4], bad)), dry_run=False, part_rows=2
        )
    assert [problem.row for problem in rejected.value.problems] == [6]
    assert await listed(system, ["131016"]) == []
    for counts in ((5, 0, 0), (0, 0, 5)):
        done = await asyncio.to_thread(
            send_whole, target, Batch(resources=read.resources), dry_run=False, part_rows=2,
            on_bytes=lambda sent, total: told.append((sent, total)),
        )  # fmt: skip
        assert (done.new, done.revised, done.unchanged) == counts
    assert told[-1][0] == told[-1][1]
    assert len(await listed(system, ["131016"])) == 5


def test_areas_of_a_city_that_begins_later_begin_with_it(system: System, tmp_path: Path) -> None:
    areas, _ = files(tmp_path)
    given = ("import", "areas", areas, "--municipality", "142077")
    first = shien(system, *given, "--name", "試験市", "--valid-from", "2024-04-01")
    assert "3 new" in first.stdout, first.stderr
    areas.write_text(json.dumps(MAP).replace('"area_id": 2', '"area_id": 3'))
    again = shien(system, *given)
    assert (again.returncode, again.stderr) == (0, "")
    assert "1 new, 0 revised, 1 unchanged" in again.stdout


async def test_an_import_without_the_right_is_rejected(system: System, tmp_path: Path) -> None:
    areas, _ = files(tmp_path)
    token = system.token(Role.TIER2_COORDINATOR, ["221309"])
    for text, words in ((token, "(403)"), ("nonsense", "(401)")):
        refused = shien(system, "import", "areas", areas, "--municipality", "221309", SHIEN_TOKEN=text)
        assert refused.returncode == 1
        assert words in refused.stderr
        assert "Traceback" not in refused.stderr
    away = shien(system, "import", "areas", areas, "--municipality", "221309", "--registry", "http://192.0.2.1:1")
    assert "No token was specified" in away.stderr
