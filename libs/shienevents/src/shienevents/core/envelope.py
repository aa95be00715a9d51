"""What is recorded about an event besides its data: its position, when it happened, who acted, and what caused it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from .cells import service_of
from .errors import Malformed
from .structured import structured

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


class Envelope(NamedTuple):
    """The recorded envelope of one event.

    `seq` runs 1, 2, 3 … in each shard and `version` 1, 2, 3 … in each stream, without gaps. Times are UTC
    with microseconds; `recorded_at` never goes backwards within a shard. `actor` is a role and a body,
    never a person's name. `depth` counts the reactions between a person's request and this event.
    """

    id: UUID
    type: str
    stream: str
    version: int
    shard: int
    seq: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    municipality: str
    area: str
    correlation: UUID
    causation: UUID | None
    depth: int
    traceparent: str | None


class Record(NamedTuple):
    """One event as it is stored and published: envelope, and the canonical JSON bytes of its data.

    `source` is the service that owns it, as it is called where it is heard (`core.cells`), `store` the id of that
    service's store; `offset` says where it was found in Kafka, -1 when it was read from a store.
    """

    source: str
    store: UUID
    envelope: Envelope
    data: bytes
    offset: int = -1

    def structured(self) -> bytes:
        """The canonical bytes of the event: what is published. The shard is not in them, it follows from the area."""
        return next(structured(service_of(self.source), self.store, [(*self.envelope, self.data)]))

    def digest(self) -> bytes:
        """SHA-256 over `structured()`, the published bytes: what an auditor compares."""
        return sha256(self.structured()).digest()


@dataclass(frozen=True, slots=True)
class Home:
    """The municipality and the area a stream belongs to. Codes are text of up to 64 of A–Z a–z 0–9 . _ : -"""

    municipality: str
    area: str

    def __post_init__(self) -> None:
        for name, code in (("municipality", self.municipality), ("area", self.area)):
            if not _CODE.fullmatch(code):
                raise Malformed(
                    f"{name}: {code[:80]!r} is not a code (1 to 64 of A-Z a-z 0-9 . _ : -)",
                    f"{name}: コードは英数字と . _ : - で 1〜64 文字です",
                )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a role and the body it acts for. A person's name never belongs here."""

    role: str
    body: str

    def __post_init__(self) -> None:
        for name, text in (("role", self.role), ("body", self.body)):
            if not 1 <= len(text) <= 100 or not text.isprintable():
                raise Malformed(
                    f"actor: a {name} of 1 to 100 printable characters is expected",
                    f"actor: {name} は 1〜100 文字の表示可能な文字で指定してください",
                )

    def __str__(self) -> str:
        return f"{self.role}/{self.body}"


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A client's Idempotency-Key, the principal whose key it is, and the fingerprint of the request.

    `answer`: what the caller answers, kept with the key, for a request that is sent again.
    """

    principal: str
    key: str
    fingerprint: bytes
    answer: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.principal) <= 255 or not self.principal.isprintable():
            raise Malformed(
                "principal: 1 to 255 printable characters are expected",
                "principal: 1〜255 文字の表示可能な文字を指定してください",
            )
        if not 1 <= len(self.key) <= 255 or not self.key.isprintable():
            raise Malformed(
                "Idempotency-Key: 1 to 255 printable characters are expected",
                "Idempotency-Key: 1〜255 文字の表示可能な文字を指定してください",
            )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a command comes from: who, when it happened, and what it belongs to and follows from.

    Without a `correlation` the events get that of their stream's first event; a new stream gets its first event's id.
    """

    actor: Actor
    occurred_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    correlation: UUID | None = None
    causation: UUID | None = None
    depth: int = 0
    traceparent: str | None = None
    idempotency: Idempotency | None = None

    def __post_init__(self) -> None:
        if self.occurred_at.tzinfo is None:
            raise Malformed(
                "occurred_at: a time with its zone is expected, like 2026-04-01T09:30:00+09:00",
                "occurred_at: 2026-04-01T09:30:00+09:00 のように時差を付けてください",
            )
        # The first and the last moments there are stand for infinity in the driver, and have no other zones.
        if not 1 < self.occurred_at.year < 9999:
            raise Malformed(
                "occurred_at: a year from 2 to 9998 is expected",
                "occurred_at: 西暦 2〜9998 年で指定してください",
            )
        # W3C Trace Context: who receives a traceparent it cannot read goes on without one.
        if self.traceparent is not None and not _TRACEPARENT.fullmatch(self.traceparent):
            object.__setattr__(self, "traceparent", None)


@dataclass(frozen=True, slots=True)
class Written:
    """The result of an append: the stream's version, and the position (source, shard, seq) to wait for.

    `replayed` says that the Idempotency-Key was known and this is the first answer again; then `answer` is what was
    kept with the key.
    """

    source: str
    stream: str
    version: int
    shard: int
    seq: int
    recorded_at: datetime
    replayed: bool = False
    answer: str = ""
