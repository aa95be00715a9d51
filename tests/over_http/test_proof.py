"""The proof of a log over HTTP: a running service signs it, and anybody copies and verifies it without a token."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import httpx2
import pytest

from shienevents.proof.files import logs_in

from .city import City

SECONDS = 60


def shien(*arguments: str | Path) -> int:
    return subprocess.run(["shien", "audit", *map(str, arguments)], check=False, timeout=100).returncode


@pytest.mark.parametrize("service", ["registry", "needs", "matching", "escalation"])
def test_a_service_signs_its_log_within_a_minute_and_it_is_verified_from_a_copy(
    city: City, service: str, tmp_path: Path
) -> None:
    system, deadline = city.system, time.monotonic() + SECONDS
    url = system.url(service)
    shards: list[int] = []
    while not shards:
        shards = [n for n in range(12) if httpx2.get(f"{url}/log/{n}/checkpoint").status_code == 200]
        assert time.monotonic() < deadline, "no checkpoint was signed"
        time.sleep(0.2)
    for shard in shards:
        assert shien("copy", f"{url}/log/{shard}", tmp_path / service / str(shard)) == 0
    key = system.folder.path / "keys" / f"{service}.pub"
    assert shien("verify", tmp_path, "--key", key) == 0
    assert len(list(logs_in(tmp_path))) == len(shards)
    answer = httpx2.get(f"{url}/log/{shards[0]}/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "log/12/checkpoint",
        "log/-1/checkpoint",
        "log/0/tile/0/999",
        "log/0/tile/64/000",
        "log/0/tile/0/0",
        "log/0/tile/0/000.p/0",
        "log/0/tile/0/000.p/256",
        "log/0/tile/0/..%2F..%2Fcheckpoint",
        "log/0/tile/0/x000/../000",
        "log/0/tile/entries/000",
        "log/0/lock",
    ],
)
def test_what_is_no_tile_is_not_there(city: City, path: str) -> None:
    answer = httpx2.get(f"{city.system.url('needs')}/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "path.unknown")


def test_the_portal_owns_no_log(city: City) -> None:
    assert httpx2.get(f"{city.system.url('portal')}/log/0/checkpoint").status_code == 404
