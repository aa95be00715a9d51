"""Why a Kafka that is there lets this client not in: asked for after a failed connection, to name the setting."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

from aiokafka.conn import create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from .client import Client
from .security import Brokers, Servers, brokers_of, setting
from .waiting import KafkaAway, KafkaDenied, bounded, ended

_SECONDS: Final = 5
# Size, then ApiVersions (18) version 0, correlation 1, no client id: a request that every broker version understands,
# and that each answers before anybody has signed in.
_API_VERSIONS: Final = struct.pack(">hhih", 18, 0, 1, -1)
_REQUEST: Final = struct.pack(">i", len(_API_VERSIONS)) + _API_VERSIONS
_TLS_ALERT: Final = b"\x15\x03"


async def opened(start: Coroutine[Any, Any, None], seconds: float, servers: Servers) -> None:
    """Await a client's start. Raises `KafkaDenied` where a broker is there and lets it not in."""
    try:
        async with bounded(seconds):
            await start
    except KafkaDenied:
        raise
    except KafkaAway as away:
        denied = await why_denied(brokers_of(servers))
        if denied is None:
            raise
        raise denied from away


async def lists_brokers(servers: Servers, *, timeout_seconds: float) -> bool:
    """Whether a broker answers, and names at least one that is registered and not fenced. Raises `KafkaAway`."""
    client = Client(servers, request_timeout_ms=int(timeout_seconds * 1000))
    try:
        await opened(client.bootstrap(), timeout_seconds, servers)
        return bool(client.cluster.brokers())
    finally:
        await ended(client.close())


async def why_denied(brokers: Brokers) -> KafkaDenied | None:
    """Why the first broker that listens lets us not in; `None` when none listens, or nothing is wrong."""
    for host, port in brokers.hosts:
        try:
            async with asyncio.timeout(_SECONDS):
                _, writer = await asyncio.open_connection(host, port)
                await _closed(writer)
                return await _answer(brokers, host, port) or await _signed_in(brokers, host, port)
        except (OSError, TimeoutError):
            continue
    return None


async def _answer(brokers: Brokers, host: str, port: int) -> KafkaDenied | None:
    """Whether TLS is as the broker wants it."""
    context = brokers.security.context()
    try:
        reader, writer = await asyncio.open_connection(host, port, ssl=context)
    except ssl.SSLCertVerificationError as error:
        return _untrusted(host, port, error)
    except (ssl.SSLError, ConnectionError):
        return None if context is None else _no_tls(host, port)
    try:
        writer.write(_REQUEST)
        begin = await reader.readexactly(2)
    except ssl.SSLError:
        return _no_certificate(host, port)
    except (ConnectionError, asyncio.IncompleteReadError):
        return None
    finally:
        await _closed(writer)
    return _only_tls(host, port) if begin == _TLS_ALERT else None


async def _signed_in(brokers: Brokers, host: str, port: int) -> KafkaDenied | None:
    """Whether the broker takes the user."""
    try:
        connection = await create_conn(host, port, request_timeout_ms=_SECONDS * 1000, **brokers.security.options())
    except SaslAuthenticationFailed:
        return _wrong_password(brokers, host, port)
    except (UnsupportedSaslMechanismError, IllegalSaslStateError):
        return _no_mechanism(brokers, host, port)
    except (KafkaError, ValueError) as error:
        return _wrong_password(brokers, host, port) if isinstance(error, ValueError) else None
    connection.close()
    return None


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def _untrusted(host: str, port: int, error: ssl.SSLCertVerificationError) -> KafkaDenied:
    name = setting("kafka_ca_file")
    return KafkaDenied(
        f"the certificate of {host}:{port} is not trusted ({error.verify_message}); {name} must name the authority "
        "that signed it, and the certificate must be for this host name",
        f"{host}:{port} の証明書を信頼できません（{error.verify_message}）。証明書を発行した認証局を {name} に"
        "指定し、証明書のホスト名が接続先と同じであることを確認してください",
    )


def _no_tls(host: str, port: int) -> KafkaDenied:
    name = setting("kafka_protocol")
    return KafkaDenied(
        f"{host}:{port} does not speak TLS; give the address of its TLS listener, or correct {name}",
        f"{host}:{port} は暗号化通信に対応していません。暗号化用のアドレスを指定するか、{name} を見直してください",
    )


def _only_tls(host: str, port: int) -> KafkaDenied:
    name = setting("kafka_protocol")
    return KafkaDenied(
        f"{host}:{port} takes only TLS; set {name} to SSL or SASL_SSL",
        f"{host}:{port} は暗号化通信だけを受け付けます。{name} を SSL または SASL_SSL にしてください",
    )


def _no_certificate(host: str, port: int) -> KafkaDenied:
    name = setting("kafka_certificate_file")
    return KafkaDenied(
        f"{host}:{port} refuses the client's certificate; {name} must name one that its authority signed",
        f"{host}:{port} がクライアント証明書を受け付けません。認証局が発行した証明書を {name} に指定してください",
    )


def _wrong_password(brokers: Brokers, host: str, port: int) -> KafkaDenied:
    user, security = brokers.security.kafka_user, brokers.security
    name = setting("kafka_token_file" if security.kafka_mechanism == "OAUTHBEARER" else "kafka_password_file")
    return KafkaDenied(
        f"{host}:{port} does not take the user {user!r} or the password; correct {setting('kafka_user')} and {name}",
        f"{host}:{port} がユーザー「{user}」またはパスワードを受け付けません。{setting('kafka_user')} と {name} を"
        "見直してください",
    )


def _no_mechanism(brokers: Brokers, host: str, port: int) -> KafkaDenied:
    found, name = brokers.security.kafka_mechanism, setting("kafka_mechanism")
    return KafkaDenied(
        f"{host}:{port} does not take {found}; set {name} to what the broker offers, or use its listener with SASL",
        f"{host}:{port} は {found} に対応していません。{name} をサーバーの方式に合わせてください",
    )
