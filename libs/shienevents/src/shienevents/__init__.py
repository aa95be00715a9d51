"""Events that cannot be lost: an event store on Postgres, a relay to Kafka, and views folded from both.

Everything public is here; the modules behind it are not. `shienevents.testing` is the second door, for tests.
"""

from ._append import Append, Written
from ._cloudevents import headers_of, key_of, record_of
from ._consumer import Consumer
from ._decider import Decider, Reaction
from ._envelope import Actor, Envelope, Home, Idempotency, Origin, Record, shard_of
from ._errors import (
    BadToken,
    Contract,
    EventTooLarge,
    Fenced,
    IdempotencyKeyReused,
    Malformed,
    NotFound,
    Rejected,
    ShienError,
    Stopped,
    StreamConflict,
    Unavailable,
    UnknownEventType,
    Unreadable,
)
from ._events import Event, EventTypes
from ._handler import Handler
from ._http import health_routes
from ._json import canonical
from ._kafka import KafkaAway, ensure_topic
from ._migrations import migrate
from ._positions import Positions, parse_token, token_of
from ._process import configure_process
from ._relay import Relay
from ._relay_mend import refill, resend
from ._replay import Replayed, replay
from ._service import Health, Service, ServiceSettings
from ._snapshot import Reader, Snapshot
from ._sources import KafkaSource, Source, StoreSource
from ._store import Store
from ._views import Row, View, digest_of

__all__ = [
    "Actor",
    "Append",
    "BadToken",
    "Consumer",
    "Contract",
    "Decider",
    "Envelope",
    "Event",
    "EventTooLarge",
    "EventTypes",
    "Fenced",
    "Handler",
    "Health",
    "Home",
    "Idempotency",
    "IdempotencyKeyReused",
    "KafkaAway",
    "KafkaSource",
    "Malformed",
    "NotFound",
    "Origin",
    "Positions",
    "Reaction",
    "Reader",
    "Record",
    "Rejected",
    "Relay",
    "Replayed",
    "Row",
    "Service",
    "ServiceSettings",
    "ShienError",
    "Snapshot",
    "Source",
    "Stopped",
    "Store",
    "StoreSource",
    "StreamConflict",
    "Unavailable",
    "UnknownEventType",
    "Unreadable",
    "View",
    "Written",
    "canonical",
    "configure_process",
    "digest_of",
    "ensure_topic",
    "headers_of",
    "health_routes",
    "key_of",
    "migrate",
    "parse_token",
    "record_of",
    "refill",
    "replay",
    "resend",
    "shard_of",
    "token_of",
]
