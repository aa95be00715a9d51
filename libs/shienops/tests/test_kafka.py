"""The embedded Kafka: missing files, crashes and recovery."""

import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shienops import Busy, Folder, Missing, PartFailed, StackSettings
from shienops._folder import DataFolder
from shienops._kafka import EmbeddedKafka
from shienops.testing import eventually

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("own stacks")]


def made(data: Path, **options: object) -> EmbeddedKafka:
    settings = StackSettings.model_validate({"data": data, "kafka_heap": "256m", **options})
    folder = DataFolder(settings.data)
    folder.prepare(settings.min_free_mb)
    return EmbeddedKafka(settings, folder)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[EmbeddedKafka]:
    """A broker for this test only, already started."""
    broker = made(tmp_path / "stack")
    await broker.start()
    yield broker
    broker.kill()


async def write(broker: EmbeddedKafka, topic: str, values: list[bytes]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers, acks="all") as producer:
        for value in values:
            await producer.send_and_wait(topic, value)


async def read(broker: EmbeddedKafka, topic: str, count: int) -> list[bytes | None]:
    servers = broker.bootstrap_servers
    async with AIOKafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest") as consumer:
        return [(await consumer.getone()).value for _ in range(count)]


async def test_acknowledged_records_are_kept_after_kill_9_and_after_a_stop(broker: EmbeddedKafka) -> None:
    values = [b"one", b"two", b"three"]
    await write(broker, "kept", values)
    broker.kill()
    assert broker.pid is None
    await broker.start()
    assert await read(broker, "kept", 3) == values
    await broker.stop()
    await broker.start()
    assert await read(broker, "kept", 3) == values
    with pytest.raises(Busy, match="already running"):
        await made(broker._folder.path).start()


async def test_a_broker_without_its_pid_file_is_found(broker: EmbeddedKafka) -> None:
    (broker._folder.run / "kafka.pid").unlink()
    second = made(broker._folder.path)
    with pytest.raises(Busy):
        await second.start()
    assert second.pid is not None
    subprocess.run(["kill", "-9", str(second.pid)], check=True)
    await eventually(lambda: second.pid is None)
    failure = second.failure()
    assert failure is not None
    assert failure.code == "part.ended"


async def test_a_missing_java_is_reported_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Missing) as refused:
        await made(tmp_path / "stack").start()
    assert refused.value.code == "java.missing"
    assert "apt-get install default-jre-headless" in refused.value.remedy


async def test_missing_jars_are_reported(tmp_path: Path) -> None:
    with pytest.raises(Missing) as refused:
        await made(tmp_path / "stack", kafka_libs=tmp_path).start()
    assert refused.value.code == "jars.missing"


async def test_a_port_in_use_is_reported(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(Busy) as refused:
        await made(tmp_path / "stack", kafka_port=server.getsockname()[1]).start()
    assert refused.value.code == "port.in_use"
    assert "SHIEN_KAFKA_PORT" in refused.value.remedy


async def test_segments_without_a_complete_format_are_not_changed(tmp_path: Path) -> None:
    broker = made(tmp_path / "stack")
    records = broker._folder.kafka / "segments" / "needs.events-0" / "00000000000000000000.log"
    records.parent.mkdir(parents=True)
    records.write_bytes(b"somebody's")
    with pytest.raises(Folder) as refused:
        await broker.start()
    assert refused.value.code == "folder.half_initialised"
    assert records.read_bytes() == b"somebody's"


async def test_an_interrupted_format_is_repeated(tmp_path: Path) -> None:
    broker = made(tmp_path / "stack")
    (broker._folder.kafka / "segments").mkdir(parents=True)
    (broker._folder.kafka / "segments" / "bootstrap.checkpoint").write_bytes(b"a piece")
    (broker._folder.kafka / "initialising").touch()
    await broker.start()
    await broker.stop()
    assert not (broker._folder.kafka / "initialising").exists()


async def test_the_error_of_a_broker_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(PartFailed) as refused:
        await made(tmp_path / "stack", kafka_heap="1m").start()
    assert refused.value.code == "part.did_not_start"
