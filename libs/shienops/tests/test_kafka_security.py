"""Kafka over TLS, with users: what is let in, and that what is not is told which setting to correct."""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from pydantic import ValidationError

from shienevents import Brokers, KafkaDenied, KafkaSecurity, ensure_topic
from shienevents.kafka.broker import last_records
from shienevents.kafka.packing import Batch
from shienevents.kafka.producer import Producer
from shienops import PartFailed
from shienops._authority import Authority
from shienops._external import ExternalKafka
from shienops._folder import DataFolder

from .secured import Secured

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("secured")]


async def sent_and_read(brokers: Brokers, topic: str) -> list[bytes | None]:
    """A record goes there and comes back, through each kind of client of ours."""
    await ensure_topic(brokers, topic, 1)
    batch = Batch()
    batch.count = 1
    batch._builder.append(0, 1_700_000_000_000, b"key", b"value", [])
    async with Producer(brokers, topic) as producer:
        await producer.send(0, batch)
    return [record and record.value for record in (await last_records(brokers, topic, [0])).values()]


async def test_a_user_with_a_password_writes_and_reads_over_tls(secured: Secured, topic_name: str) -> None:
    assert await sent_and_read(secured.brokers(), topic_name) == [b"value"]


async def test_a_password_in_plain_words_goes_over_tls(secured: Secured, topic_name: str) -> None:
    plain = secured.brokers("plain", kafka_mechanism="PLAIN", kafka_password_file=None, kafka_password="a plain one")
    assert await sent_and_read(plain, topic_name) == [b"value"]


async def test_a_client_with_a_certificate_needs_no_password(secured: Secured, topic_name: str) -> None:
    assert await sent_and_read(secured.with_certificate(secured.authority), topic_name) == [b"value"]


def bearer(seconds: int) -> str:
    """A token without a signature, as the broker of the tests takes it, that counts for so long."""
    now = int(time.time())
    parts = [{"alg": "none"}, {"sub": "token", "iat": now - 900, "exp": now + seconds}]
    words = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return f"{'.'.join(words)}.\n"


async def test_a_bearer_token_is_read_from_its_file(secured: Secured, topic_name: str) -> None:
    file = secured.folder / "token"
    file.write_text(bearer(600))
    token = secured.brokers("", kafka_mechanism="OAUTHBEARER", kafka_token_file=file, kafka_password_file=None)
    assert await sent_and_read(token, topic_name) == [b"value"]


async def denied(brokers: Brokers) -> KafkaDenied:
    with pytest.raises(KafkaDenied) as caught:
        await ensure_topic(brokers, "never", 1)
    return caught.value


def names(error: KafkaDenied, setting: str) -> bool:
    return all(setting in text for text in (error.en, error.ja))


async def test_a_wrong_password_names_the_file_of_the_password(secured: Secured, tmp_path: Path) -> None:
    (tmp_path / "word").write_text("of somebody else")
    error = await denied(secured.brokers("needs", kafka_password_file=tmp_path / "word"))
    assert names(error, "SHIEN_KAFKA_PASSWORD_FILE")
    assert names(error, "SHIEN_KAFKA_USER")


async def test_an_untrusted_certificate_names_the_file_of_the_authority(secured: Secured, tmp_path: Path) -> None:
    other = Authority.of(tmp_path / "other")
    assert names(await denied(secured.brokers(kafka_ca_file=other.file)), "SHIEN_KAFKA_CA_FILE")


async def test_a_certificate_for_another_host_is_not_trusted(secured: Secured) -> None:
    elsewhere = secured.broker_elsewhere()
    assert names(await denied(elsewhere), "SHIEN_KAFKA_CA_FILE")


async def test_a_client_without_tls_is_told_to_use_it(secured: Secured) -> None:
    assert names(await denied(Brokers(f"127.0.0.1:{secured.sasl}")), "SHIEN_KAFKA_PROTOCOL")


async def test_tls_to_a_listener_without_it_names_the_protocol(secured: Secured) -> None:
    brokers = secured.brokers()
    plain = Brokers(secured.broker.bootstrap_servers, brokers.security)
    assert names(await denied(plain), "SHIEN_KAFKA_PROTOCOL")


async def test_a_certificate_of_another_authority_is_refused_by_the_broker(secured: Secured, tmp_path: Path) -> None:
    error = await denied(secured.with_certificate(Authority.of(tmp_path / "other")))
    assert names(error, "SHIEN_KAFKA_CERTIFICATE_FILE")


async def test_a_mechanism_that_the_broker_lacks_is_named(secured: Secured) -> None:
    assert names(await denied(secured.brokers(kafka_mechanism="SCRAM-SHA-256")), "SHIEN_KAFKA_MECHANISM")


async def test_a_user_without_a_right_is_told_the_command_that_gives_it(secured: Secured) -> None:
    assert names(await denied(secured.brokers("nobody")), "shien kafka plan")


async def test_a_password_that_was_replaced_counts_from_the_next_connection_on(
    secured: Secured, topic_name: str, tmp_path: Path
) -> None:
    word = tmp_path / "word"
    word.write_text("an old one")
    brokers = secured.brokers(kafka_password_file=word)
    await denied(brokers)
    word.write_text(secured.passwords["admin"])
    assert await sent_and_read(brokers, topic_name) == [b"value"]


async def test_a_certificate_of_the_client_that_was_replaced_counts_from_the_next_connection_on(
    secured: Secured, topic_name: str, tmp_path: Path
) -> None:
    known = secured.with_certificate(secured.authority)
    brokers = secured.with_certificate(Authority.of(tmp_path / "other"))
    before = brokers.security.state()
    await denied(brokers)
    for name in ("kafka_certificate_file", "kafka_key_file"):
        getattr(brokers.security, name).write_bytes(getattr(known.security, name).read_bytes())
    assert brokers.security.state() != before, "so a client that is open is made anew, too"
    assert await sent_and_read(brokers, topic_name) == [b"value"]


async def test_a_bearer_token_that_was_renewed_counts_from_the_next_connection_on(
    secured: Secured, topic_name: str
) -> None:
    file = secured.folder / "renewed"
    file.write_text(bearer(-600))
    token = secured.brokers("", kafka_mechanism="OAUTHBEARER", kafka_token_file=file, kafka_password_file=None)
    assert names(await denied(token), "SHIEN_KAFKA_TOKEN_FILE")
    file.write_text(bearer(600))
    assert await sent_and_read(token, topic_name) == [b"value"]


async def test_a_key_with_a_pass_phrase_is_refused_and_nobody_is_asked_for_it(secured: Secured, tmp_path: Path) -> None:
    brokers = secured.with_certificate(secured.authority)
    file = brokers.security.kafka_key_file
    assert file is not None
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    closed = tmp_path / "closed.key"
    closed.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"hushed"),
        )
    )
    error = await denied(Brokers(brokers.servers, brokers.security.model_copy(update={"kafka_key_file": closed})))
    assert names(error, "SHIEN_KAFKA_KEY_FILE")
    assert "pass phrase" in error.en


async def test_the_command_line_says_at_once_what_is_wrong(secured: Secured) -> None:
    with pytest.raises(PartFailed) as caught:
        await ExternalKafka(Brokers(f"127.0.0.1:{secured.sasl}")).start()
    assert "SHIEN_KAFKA_PROTOCOL" in caught.value.message_en
    assert "SHIEN_KAFKA_PROTOCOL" in caught.value.message_ja
    await ExternalKafka(secured.brokers()).start()


def open_to_others(folder: Path) -> list[str]:
    """What another user of the machine can list or read below this folder."""
    found = []
    for path in folder.iterdir():
        mode = path.lstat().st_mode
        if mode & 0o004 and not path.is_socket():
            found.append(str(path))
        if path.is_dir() and mode & 0o001:
            found += open_to_others(path)
    return found


def test_other_users_of_the_machine_read_nothing_of_a_data_folder(secured: Secured) -> None:
    data = secured.broker._folder
    assert data.log.joinpath("kafka.log").stat().st_mode & 0o777 == 0o600
    assert data.path.stat().st_mode & 0o044 == 0
    assert open_to_others(data.path) == []


def test_a_folder_that_an_earlier_version_left_open_is_closed(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "stack")
    (data.log).mkdir(parents=True, mode=0o755)
    data.prepare(0)
    assert [folder.stat().st_mode & 0o777 for folder in (data.log, data.run, data.kafka)] == [0o700] * 3


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"kafka_protocol": "SASL_SSL"}, "SHIEN_KAFKA_USER"),
        ({"kafka_protocol": "SASL_SSL", "kafka_user": "needs"}, "SHIEN_KAFKA_PASSWORD_FILE"),
        ({"kafka_protocol": "SASL_SSL", "kafka_mechanism": "OAUTHBEARER"}, "SHIEN_KAFKA_TOKEN_FILE"),
        ({"kafka_protocol": "SSL", "kafka_ca_file": "/nowhere.pem"}, "SHIEN_KAFKA_CA_FILE"),
        ({"kafka_protocol": "SSL", "kafka_certificate_file": os.devnull}, "SHIEN_KAFKA_CERTIFICATE_FILE"),
        ({"kafka_protocol": "SSL", "kafka_certificate_file": __file__}, "SHIEN_KAFKA_KEY_FILE"),
        ({"kafka_user": "needs", "kafka_password": "hushed"}, "SHIEN_KAFKA_PROTOCOL"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused_at_once(settings: dict[str, str], setting: str) -> None:
    with pytest.raises(ValidationError) as caught:
        KafkaSecurity.model_validate(settings)
    assert setting in str(caught.value)
    assert "hushed" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    settings = KafkaSecurity(kafka_protocol="SASL_SSL", kafka_user="needs", kafka_password="hushed")
    assert "hushed" not in repr(Brokers("kafka:9093", settings))
