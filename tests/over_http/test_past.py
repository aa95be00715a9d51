"""What was known at a time, asked of every read: as of now it is what is known now, as of long ago nothing."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from shienops.main import app
from shienweb import NOW_ONLY

from .city import CITY, SERVICES, City
from .test_bad_addresses import bearer, operations

pytestmark = [
    pytest.mark.xdist_group("city over http"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
OF_LOG = {"show_standing", "list_events", "show_stream"}
OF_NOW_ONLY = dict.fromkeys(SERVICES, OF_LOG) | {"registry": {"show_contact"} | OF_LOG}
NAMED_HERE = {"position", "trace_id"}  # where it was read, and by which request
TRIES = 10


def without(value: Any, names: set[str]) -> Any:
    """An answer without these fields."""
    if isinstance(value, dict):
        return {name: without(one, names) for name, one in value.items() if name not in names}
    return [without(one, names) for one in value] if isinstance(value, list) else value


def told(answer: httpx2.Response) -> Any:
    """What an answer says, of whatever position; the text of a drawing."""
    return without(answer.json(), NAMED_HERE) if "json" in answer.headers["content-type"] else answer.text


def reads(city: City, service: str, client: httpx2.Client) -> list[tuple[str, dict[str, str]]]:
    """Path and headers of each read that can be asked of the past."""
    found, of_now = [], set()
    for method, template, operation, _ in operations(city, service, client):
        if method != "GET":
            continue
        if "#/components/parameters/AsOf" not in str(operation["parameters"]):
            of_now.add(operation["operationId"])
            continue
        if any(one.get("required") and one["in"] == "query" for one in operation["parameters"]):
            continue  # which values it takes is not what this is about
        found.append((city.path(service, template), bearer(city, service, operation)))
    assert of_now == OF_NOW_ONLY[service], NOW_ONLY
    return found


async def asked(
    client: httpx2.AsyncClient, path: str, headers: dict[str, str], as_of: str, **more: str
) -> httpx2.Response:
    """The answer of then, when it has been folded."""
    while True:
        answer = await client.get(path, headers=headers, params={"as_of": as_of, **more})
        if answer.status_code != 503:
            return answer
        assert answer.json()["code"] == "past.folding", answer.text


@pytest.mark.parametrize("service", SERVICES)
async def test_as_of_now_is_what_is_known_now_and_as_of_long_ago_nothing_was(city: City, service: str) -> None:
    ids = {one for one in city.ids.values() if len(one) == 36}
    with httpx2.Client(base_url=city.system.url(service), timeout=60) as once:
        paths = reads(city, service, once)
    async with httpx2.AsyncClient(base_url=city.system.url(service), timeout=60) as client:
        left = dict(paths)
        for _ in range(TRIES):  # other services' events may still arrive
            seen = {"after": city.position}
            lives = {path: await client.get(path, headers=head, params=seen) for path, head in left.items()}
            now = datetime.now(UTC).isoformat()  # one past of the whole service, folded once
            thens = {path: await asked(client, path, head, now) for path, head in left.items()}
            said = {path: [(one.status_code, told(one)) for one in (lives[path], thens[path])] for path in left}
            left = {path: head for path, head in left.items() if said[path][0] != said[path][1]}
            if not left:
                break
        else:
            assert not {path: said[path] for path in left}
        for path, headers in paths:
            before = await asked(client, path, headers, "2001-01-01")
            assert before.status_code in (200, 404), (path, before.text)
            assert not {one for one in ids if one in before.text and one not in path}, (path, before.text)


async def test_a_board_of_then_is_the_same_from_the_portal_from_the_logs_and_from_a_copy(
    city: City, tmp_path: Path
) -> None:
    folder, then = str(city.system.folder.path), datetime.now(UTC).isoformat()
    async with httpx2.AsyncClient(base_url=city.system.url("portal"), timeout=60) as client:
        headers = {"Authorization": f"Bearer {city.token('portal', 'show_board')}"}
        answer = (await asked(client, f"/boards/{CITY}", headers, then, subtree="true")).json()
    same = ["board", CITY, "--as-of", then, "--digest", answer["digest"], "--data", folder]
    looked = await asyncio.to_thread(CliRunner().invoke, app, same)
    assert (looked.exit_code, answer["digest"] in looked.stderr) == (0, True), looked.output
    copy = tmp_path / "audit"
    signed = ["audit", "checkpoint", "--execute", "--events", "--out", str(copy), "--data", folder]
    made = await asyncio.to_thread(CliRunner().invoke, app, signed)
    assert made.exit_code == 0, made.output
    offline = [*same[:-2], "--log", str(copy), "--data", str(tmp_path / "nothing")]
    alone = await asyncio.to_thread(CliRunner().invoke, app, offline)
    assert alone.exit_code == 0, alone.output
    for command in (same, offline):
        other = await asyncio.to_thread(CliRunner().invoke, app, [*command, "--digest", "0" * 64])
        assert other.exit_code == 1
    changed = ["diff", "needs.needs", "--between", "2001-01-01", then, "--json", "--data", folder]
    found = await asyncio.to_thread(CliRunner().invoke, app, changed)
    added = [json.loads(line) for line in found.stdout.splitlines()]
    assert {one["key"] for one in added if one["what"] == "added"} >= {city.ids["need_id"], city.ids["thing"]}
    for wrong in (["board", "999999"], ["diff", "needs.x", "--between", then, then]):
        refused = await asyncio.to_thread(CliRunner().invoke, app, [*wrong, "--data", folder])
        assert refused.exit_code == 2, refused.output
