"""The public names of shienevents, each with the module it lives in. `__init__.py` reads this file."""

from .consume.cells import (
    CellStanding as CellStanding,
)
from .consume.cells import (
    cells_of as cells_of,
)
from .consume.cells import (
    municipalities_of as municipalities_of,
)
from .consume.consumer import (
    Consumer as Consumer,
)
from .consume.hearing import (
    kafka_sources as kafka_sources,
)
from .consume.replay import (
    Replayed as Replayed,
)
from .consume.replay import (
    replay as replay,
)
from .consume.requests import (
    Request as Request,
)
from .consume.requests import (
    ask_service as ask_service,
)
from .consume.requests import (
    request_of as request_of,
)
from .consume.requests import (
    withdraw_request as withdraw_request,
)
from .consume.sources import (
    KafkaSource as KafkaSource,
)
from .consume.sources import (
    Source as Source,
)
from .consume.sources import (
    StoreSource as StoreSource,
)
from .core.canonical_json import (
    canonical as canonical,
)
from .core.cells import (
    CELL as CELL,
)
from .core.cells import (
    Cell as Cell,
)
from .core.cells import (
    as_heard as as_heard,
)
from .core.cells import (
    cell_of as cell_of,
)
from .core.cells import (
    service_of as service_of,
)
from .core.cells import (
    source_named as source_named,
)
from .core.decider import (
    Decider as Decider,
)
from .core.decider import (
    Reaction as Reaction,
)
from .core.decider import (
    Subscriber as Subscriber,
)
from .core.decider import (
    event_types as event_types,
)
from .core.decider import (
    sources_of as sources_of,
)
from .core.envelope import (
    Actor as Actor,
)
from .core.envelope import (
    Envelope as Envelope,
)
from .core.envelope import (
    Home as Home,
)
from .core.envelope import (
    Idempotency as Idempotency,
)
from .core.envelope import (
    Origin as Origin,
)
from .core.envelope import (
    Record as Record,
)
from .core.envelope import (
    Written as Written,
)
from .core.errors import (
    BadToken as BadToken,
)
from .core.errors import (
    Contract as Contract,
)
from .core.errors import (
    DatabaseDenied as DatabaseDenied,
)
from .core.errors import (
    EventTooLarge as EventTooLarge,
)
from .core.errors import (
    Fenced as Fenced,
)
from .core.errors import (
    IdempotencyKeyReused as IdempotencyKeyReused,
)
from .core.errors import (
    Malformed as Malformed,
)
from .core.errors import (
    NotFound as NotFound,
)
from .core.errors import (
    Rejected as Rejected,
)
from .core.errors import (
    ShienError as ShienError,
)
from .core.errors import (
    Stopped as Stopped,
)
from .core.errors import (
    StreamConflict as StreamConflict,
)
from .core.errors import (
    Unavailable as Unavailable,
)
from .core.errors import (
    UnknownEventType as UnknownEventType,
)
from .core.errors import (
    Unproven as Unproven,
)
from .core.errors import (
    Unreadable as Unreadable,
)
from .core.events import (
    Event as Event,
)
from .core.events import (
    EventTypes as EventTypes,
)
from .core.events import (
    types_of as types_of,
)
from .core.positions import (
    LONGEST_TOKEN as LONGEST_TOKEN,
)
from .core.positions import (
    MOST_SHARDS as MOST_SHARDS,
)
from .core.positions import (
    Positions as Positions,
)
from .core.positions import (
    Token as Token,
)
from .core.positions import (
    parse_token as parse_token,
)
from .core.positions import (
    token_of as token_of,
)
from .core.setting_files import (
    text_of as text_of,
)
from .core.view import (
    EVERYWHERE as EVERYWHERE,
)
from .core.view import (
    Row as Row,
)
from .core.view import (
    View as View,
)
from .core.view import (
    digest_of as digest_of,
)
from .core.view import (
    replace as replace,
)
from .figures import (
    take_figures as take_figures,
)
from .health import (
    Health as Health,
)
from .kafka.broker import (
    ensure_topic as ensure_topic,
)
from .kafka.broker import (
    kafka_topics as kafka_topics,
)
from .kafka.broker import (
    least_in_sync as least_in_sync,
)
from .kafka.cloudevents import (
    CLOUDEVENT_HEADERS as CLOUDEVENT_HEADERS,
)
from .kafka.cloudevents import (
    key_of as key_of,
)
from .kafka.cloudevents import (
    record_of as record_of,
)
from .kafka.denial import (
    lists_brokers as lists_brokers,
)
from .kafka.denial import (
    why_denied as why_denied,
)
from .kafka.partitions import (
    shard_of as shard_of,
)
from .kafka.replicas import (
    Replicas as Replicas,
)
from .kafka.replicas import (
    topic_replicas as topic_replicas,
)
from .kafka.rights import (
    Difference as Difference,
)
from .kafka.rights import (
    Right as Right,
)
from .kafka.rights import (
    change_rights as change_rights,
)
from .kafka.rights import (
    hearing_rights as hearing_rights,
)
from .kafka.rights import (
    needed_rights as needed_rights,
)
from .kafka.rights import (
    reading_rights as reading_rights,
)
from .kafka.rights import (
    rights_difference as rights_difference,
)
from .kafka.rights import (
    rights_on as rights_on,
)
from .kafka.security import (
    Brokers as Brokers,
)
from .kafka.security import (
    KafkaSecurity as KafkaSecurity,
)
from .kafka.waiting import (
    KafkaAway as KafkaAway,
)
from .kafka.waiting import (
    KafkaDenied as KafkaDenied,
)
from .postgres.kept_tables import (
    drop_fold as drop_fold,
)
from .postgres.migrations import (
    migrate as migrate,
)
from .postgres.migrations import (
    unapplied as unapplied,
)
from .postgres.places import (
    places_of as places_of,
)
from .postgres.pool import (
    Connection as Connection,
)
from .postgres.pool import (
    connect as connect,
)
from .postgres.pool import (
    current_dsn as current_dsn,
)
from .postgres.pool import (
    open_connection as open_connection,
)
from .process import (
    configure_process as configure_process,
)
from .proving.comparing import (
    published as published,
)
from .proving.comparing import (
    verified_store as verified_store,
)
from .proving.prover import (
    Prover as Prover,
)
from .proving.prover import (
    Proving as Proving,
)
from .read.comparing import (
    Compared as Compared,
)
from .read.comparing import (
    Comparison as Comparison,
)
from .read.comparing import (
    comparing as comparing,
)
from .read.differences import (
    RowDifference as RowDifference,
)
from .read.differences import (
    Rows as Rows,
)
from .read.differences import (
    differences as differences,
)
from .read.kept import (
    Kept as Kept,
)
from .read.lag import (
    Ends as Ends,
)
from .read.lag import (
    Lag as Lag,
)
from .read.lag import (
    lags as lags,
)
from .read.lag import (
    topic_ends as topic_ends,
)
from .read.moment import (
    Moment as Moment,
)
from .read.moment import (
    positions_at as positions_at,
)
from .read.past import (
    past as past,
)
from .read.searching import (
    EventSearch as EventSearch,
)
from .read.searching import (
    events_about as events_about,
)
from .read.searching import (
    events_by_id as events_by_id,
)
from .read.searching import (
    events_of_stream as events_of_stream,
)
from .read.searching import (
    last_events as last_events,
)
from .read.searching import (
    search_events as search_events,
)
from .read.snapshot import (
    Reader as Reader,
)
from .read.snapshot import (
    Snapshot as Snapshot,
)
from .read.standing import (
    LeaseStanding as LeaseStanding,
)
from .read.standing import (
    ShardStanding as ShardStanding,
)
from .read.standing import (
    Standing as Standing,
)
from .read.standing import (
    standing as standing,
)
from .read.standing import (
    topic_standing as topic_standing,
)
from .relay.check import (
    Ahead as Ahead,
)
from .relay.checkpoints import (
    Checkpoint as Checkpoint,
)
from .relay.refill import (
    refill as refill,
)
from .relay.relay import (
    Relay as Relay,
)
from .relay.repair import (
    resend as resend,
)
from .service import (
    Service as Service,
)
from .service_settings import (
    POOLS as POOLS,
)
from .service_settings import (
    ProcessRole as ProcessRole,
)
from .service_settings import (
    ServiceSettings as ServiceSettings,
)
from .ticker import (
    Due as Due,
)
from .ticker import (
    Tick as Tick,
)
from .ticker import (
    Ticker as Ticker,
)
from .ticker import (
    Wake as Wake,
)
from .views.changes import (
    Change as Change,
)
from .views.municipalities import (
    Municipalities as Municipalities,
)
from .write.append import (
    Append as Append,
)
from .write.group_commit import (
    Beside as Beside,
)
from .write.handler import (
    Handler as Handler,
)
from .write.store import (
    Store as Store,
)

__all__ = [
    "CELL",
    "CLOUDEVENT_HEADERS",
    "EVERYWHERE",
    "LONGEST_TOKEN",
    "MOST_SHARDS",
    "POOLS",
    "Actor",
    "Ahead",
    "Append",
    "BadToken",
    "Beside",
    "Brokers",
    "Cell",
    "CellStanding",
    "Change",
    "Checkpoint",
    "Compared",
    "Comparison",
    "Connection",
    "Consumer",
    "Contract",
    "DatabaseDenied",
    "Decider",
    "Difference",
    "Due",
    "Ends",
    "Envelope",
    "Event",
    "EventSearch",
    "EventTooLarge",
    "EventTypes",
    "Fenced",
    "Handler",
    "Health",
    "Home",
    "Idempotency",
    "IdempotencyKeyReused",
    "KafkaAway",
    "KafkaDenied",
    "KafkaSecurity",
    "KafkaSource",
    "Kept",
    "Lag",
    "LeaseStanding",
    "Malformed",
    "Moment",
    "Municipalities",
    "NotFound",
    "Origin",
    "Positions",
    "ProcessRole",
    "Prover",
    "Proving",
    "Reaction",
    "Reader",
    "Record",
    "Rejected",
    "Relay",
    "Replayed",
    "Replicas",
    "Request",
    "Right",
    "Row",
    "RowDifference",
    "Rows",
    "Service",
    "ServiceSettings",
    "ShardStanding",
    "ShienError",
    "Snapshot",
    "Source",
    "Standing",
    "Stopped",
    "Store",
    "StoreSource",
    "StreamConflict",
    "Subscriber",
    "Tick",
    "Ticker",
    "Token",
    "Unavailable",
    "UnknownEventType",
    "Unproven",
    "Unreadable",
    "View",
    "Wake",
    "Written",
    "as_heard",
    "ask_service",
    "canonical",
    "cell_of",
    "cells_of",
    "change_rights",
    "comparing",
    "configure_process",
    "connect",
    "current_dsn",
    "differences",
    "digest_of",
    "drop_fold",
    "ensure_topic",
    "event_types",
    "events_about",
    "events_by_id",
    "events_of_stream",
    "hearing_rights",
    "kafka_sources",
    "kafka_topics",
    "key_of",
    "lags",
    "last_events",
    "least_in_sync",
    "lists_brokers",
    "migrate",
    "municipalities_of",
    "needed_rights",
    "open_connection",
    "parse_token",
    "past",
    "places_of",
    "positions_at",
    "published",
    "reading_rights",
    "record_of",
    "refill",
    "replace",
    "replay",
    "request_of",
    "resend",
    "rights_difference",
    "rights_on",
    "search_events",
    "service_of",
    "shard_of",
    "source_named",
    "sources_of",
    "standing",
    "take_figures",
    "text_of",
    "token_of",
    "topic_ends",
    "topic_replicas",
    "topic_standing",
    "types_of",
    "unapplied",
    "verified_store",
    "why_denied",
    "withdraw_request",
]
