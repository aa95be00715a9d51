"""How clients reach Kafka: addresses, TLS and SASL. aiokafka speaks both; here are the settings, and why one failed.

Files are read each time a client is made, and one is made after every failure: a password or a certificate that was
replaced counts from the next connection on.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias

from aiokafka.abc import AbstractTokenProvider
from aiokafka.conn import collect_hosts
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..core.setting_files import ENCODING, text_of
from .waiting import KafkaDenied

_FILES: Final = ("kafka_ca_file", "kafka_certificate_file", "kafka_key_file", "kafka_password_file", "kafka_token_file")


class KafkaSecurity(BaseModel):
    """The settings SHIEN_KAFKA_…, under the names that Kafka's own documentation has for the values.

    `SSL` is TLS. Without `kafka_ca_file` the authorities of the machine count. With `kafka_certificate_file` and
    `kafka_key_file` (PEM) the client shows a certificate of its own. `kafka_token_file` holds a bearer token that
    somebody else renews (OAUTHBEARER). A password never leaves the process without TLS: there is no SASL_PLAINTEXT.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    kafka_protocol: Literal["PLAINTEXT", "SSL", "SASL_SSL"] = "PLAINTEXT"
    kafka_ca_file: Path | None = None
    kafka_certificate_file: Path | None = None
    kafka_key_file: Path | None = None
    kafka_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN", "OAUTHBEARER"] = "SCRAM-SHA-512"
    kafka_user: str = ""
    kafka_password: str = Field(default="", repr=False)
    kafka_password_file: Path | None = None
    kafka_token_file: Path | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name in _FILES:
            file: Path | None = getattr(self, name)
            if file is not None:
                try:
                    text_of(file)
                except ValueError as error:
                    raise ValueError(f"{setting(name)}: {error}") from None
        for name, missing in self._missing():
            if missing:
                raise ValueError(_both(name, f"{self.kafka_protocol} needs it", f"{self.kafka_protocol} では必要です"))
        return self

    def _missing(self) -> Iterator[tuple[str, bool]]:
        yield "kafka_key_file", self.kafka_certificate_file is not None and self.kafka_key_file is None
        if self.kafka_protocol != "SASL_SSL":
            if self.kafka_user or self.kafka_password or self.kafka_password_file or self.kafka_token_file:
                raise ValueError(
                    _both(
                        "kafka_protocol",
                        f"{self.kafka_protocol} signs nobody in: set it to SASL_SSL, or leave the user out",
                        f"{self.kafka_protocol} では認証しません。SASL_SSL にするか、ユーザーの設定を外してください",
                    )
                )
        elif self.kafka_mechanism == "OAUTHBEARER":
            yield "kafka_token_file", self.kafka_token_file is None
        else:
            yield "kafka_user", not self.kafka_user
            yield "kafka_password_file", not self.kafka_password and self.kafka_password_file is None

    def state(self) -> tuple[int, ...]:
        """Another value when a file has changed since."""
        files = (getattr(self, name) for name in _FILES)
        return tuple(file.stat().st_mtime_ns if file and file.exists() else 0 for file in files)

    def context(self) -> ssl.SSLContext | None:
        """What a TLS connection is made with; `None` for PLAINTEXT. Raises `KafkaDenied`."""
        if self.kafka_protocol == "PLAINTEXT":
            return None
        try:
            found = ssl.create_default_context(cafile=self.kafka_ca_file)
        except (OSError, ssl.SSLError) as error:
            raise _unusable("kafka_ca_file", self.kafka_ca_file, error) from error
        if self.kafka_certificate_file is not None:
            try:
                found.load_cert_chain(self.kafka_certificate_file, self.kafka_key_file, self._no_pass_phrase)
            except (OSError, ssl.SSLError) as error:
                raise _unusable("kafka_certificate_file", self.kafka_certificate_file, error) from error
        return found

    def _no_pass_phrase(self) -> str:
        """Refuse a key that has one: OpenSSL would ask for it on the terminal, and the whole process would wait."""
        name, file = setting("kafka_key_file"), self.kafka_key_file
        raise KafkaDenied(
            f"{name}: the key in {file} has a pass phrase; take it off (openssl pkey), and let only this user read the "
            "file",
            f"{name}：{file} の鍵にパスフレーズが付いています。外した鍵（openssl pkey）を置き、このユーザーだけが"
            "読めるようにしてください",
        )

    def environment(self) -> dict[str, str]:
        """The variables that say the same to another process."""
        values = {name: getattr(self, name) for name in KafkaSecurity.model_fields}
        return {setting(name): str(value) for name, value in values.items() if value}

    def password(self) -> str:
        """The password, from its file if it has one. Raises `KafkaDenied`."""
        return self.kafka_password or _text("kafka_password_file", self.kafka_password_file)

    def options(self) -> dict[str, Any]:
        """The arguments of a client of aiokafka's. Raises `KafkaDenied` when a file cannot be used."""
        found: dict[str, Any] = {"security_protocol": self.kafka_protocol, "ssl_context": self.context()}
        if self.kafka_protocol == "SASL_SSL":
            found["sasl_mechanism"] = self.kafka_mechanism
            if self.kafka_mechanism == "OAUTHBEARER":
                found["sasl_oauth_token_provider"] = _TokenOfFile(self)
            else:
                found |= {"sasl_plain_username": self.kafka_user, "sasl_plain_password": self.password()}
        return found


PLAIN: Final = KafkaSecurity()


@dataclass(frozen=True, slots=True)
class Brokers:
    """A Kafka, and how to reach it. `servers` is host:port, separated by commas."""

    servers: str
    security: KafkaSecurity = PLAIN

    def __str__(self) -> str:
        return self.servers

    @classmethod
    def of(cls, servers: str, settings: KafkaSecurity) -> Brokers:
        """From settings that inherit those of Kafka: of them, and of nothing else that they hold."""
        return cls(servers, KafkaSecurity(**{name: getattr(settings, name) for name in KafkaSecurity.model_fields}))

    @property
    def hosts(self) -> list[tuple[str, int]]:
        """Each host and port."""
        return [(host, port) for host, port, _ in collect_hosts(self.servers)]


Servers: TypeAlias = str | Brokers
"""A Kafka: plain addresses stand for one without TLS and without users."""


def brokers_of(servers: Servers) -> Brokers:
    """The same, never as plain addresses."""
    return servers if isinstance(servers, Brokers) else Brokers(servers)


class _TokenOfFile(AbstractTokenProvider):  # type: ignore[misc]  # aiokafka ships no types
    """The bearer token that the file holds when a connection is made."""

    def __init__(self, security: KafkaSecurity) -> None:
        self._security = security

    async def token(self) -> str:
        return _text("kafka_token_file", self._security.kafka_token_file)


def _text(name: str, file: Path | None) -> str:
    try:
        return file.read_text(ENCODING).strip() if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(name, file, error) from error


def _unusable(name: str, file: Path | None, error: Exception) -> KafkaDenied:
    return KafkaDenied(
        f"{setting(name)}: the file {file} cannot be used ({error}); put a PEM file or a text file there",
        f"{setting(name)}：ファイル {file} を使用できません（{error}）。正しいファイルを置いてください",
    )


def setting(name: str) -> str:
    """The variable of a setting."""
    return f"SHIEN_{name.upper()}"


def _both(name: str, en: str, ja: str) -> str:
    return f"{setting(name)}: {en} / {ja}"
