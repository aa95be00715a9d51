"""The proof of a log over HTTP: a running service signs it, and anybody copies and verifies it without a token."""

from __future__ import annotations

import time
from pathlib import Path

import httpx2
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from typer.testing import CliRunner

from shienevents.proof.files import LogFiles, copied
from shienevents.proof.verifying import verified_folder
from shienops import SERVICES
from shienops._log_at import LogAt
from shienops.main import app
from shienops.proof_keys import public_key
from shienweb import Role

from .city import CITY, City

pytestmark = [
    pytest.mark.xdist_group("city over http"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
SECONDS = 60


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_signs_its_log_within_a_minute_and_it_is_verified_from_a_copy(
    city: City, service: str, tmp_path: Path
) -> None:
    url, deadline = city.system.url(service), time.monotonic() + SECONDS
    token = city.system.token(Role.AUDITOR, [CITY])  # the portal's log has nothing but who looked
    assert httpx2.get(f"{url}/events", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    shards: list[int] = []
    while not shards:
        shards = [n for n in range(12) if httpx2.get(f"{url}/log/{n}/checkpoint").status_code == 200]
        assert time.monotonic() < deadline, "no checkpoint was signed"
        time.sleep(0.2)
    for shard in shards:
        with LogAt(f"{url}/log/{shard}") as log:
            copied(log, tmp_path / service / str(shard))
    key = city.system.folder.path / "keys" / f"{service}.pub"
    found = list(verified_folder(tmp_path, [public_key(key)]))
    assert [(one.log.rpartition("/")[2], one.findings) for one in found] == [(n, []) for n in sorted(map(str, shards))]
    answer = httpx2.get(f"{url}/log/{shards[0]}/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


async def values_of(servers: str, topic: str, partition: int) -> list[bytes]:
    """What a subscriber reads of a partition, from its beginning to its present end."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        place = TopicPartition(topic, partition)
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        found: list[bytes] = []
        while await consumer.position(place) < end:
            found += [record.value for record in (await consumer.getmany(place, timeout_ms=1000)).get(place, [])]
        return found
    finally:
        await consumer.stop()


async def test_a_subscriber_verifies_the_values_it_read_from_kafka(city: City, tmp_path: Path) -> None:
    url = f"{city.system.url('registry')}/log"
    shard = next(n for n in range(12) if httpx2.get(f"{url}/{n}/checkpoint").status_code == 200)
    with LogAt(f"{url}/{shard}") as log:
        size = copied(log, tmp_path / "log").size()
    values = await values_of(city.system.stack.bootstrap_servers, "registry.events", shard)
    (tmp_path / "copy.jsonl").write_bytes(b"".join(value + b"\n" for value in values))
    keys = [public_key(city.system.folder.path / "keys/registry.pub")]
    (one,) = verified_folder(tmp_path / "log", keys, copy=tmp_path / "copy.jsonl")
    assert one.findings == []
    assert one.events == len(values) >= size > 0


def test_the_command_copies_a_log_and_says_where_none_is(city: City, tmp_path: Path) -> None:
    url = f"{city.system.url('registry')}/log"
    shard = next(n for n in range(12) if httpx2.get(f"{url}/{n}/checkpoint").status_code == 200)
    runner = CliRunner()
    assert runner.invoke(app, ["audit", "copy", f"{url}/{shard}", str(tmp_path)]).exit_code == 0
    assert LogFiles(tmp_path).size() > 0
    assert runner.invoke(app, ["audit", "copy", f"{url}/12", str(tmp_path / "none")]).exit_code == 1
    assert runner.invoke(app, ["audit", "copy", "http://127.0.0.1:9/log/0", str(tmp_path / "none")]).exit_code == 3


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
