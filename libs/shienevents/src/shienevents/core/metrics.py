"""Prometheus metrics. One set for the process; each service runs in a process of its own.

Each label has a bounded set of values: names of services, of their parts, and of types in the code. What the gauges of
`figures` show is read when it is asked for; the others move with the work.
"""

from prometheus_client import Counter, Gauge, Histogram

APPENDS = Counter("shien_events_appended", "Events appended", ["service"])
BATCH = Histogram(
    "shien_batch_events", "Events in one batch", ["what"], buckets=(1, 2, 4, 8, 16, 32, 64, 256, 1024, 4096, 16384)
)
CONFLICTS = Counter("shien_stream_conflicts", "Appends that lost a race", ["service"])
RELAY_LAG_EVENTS = Gauge("shien_relay_lag_events", "Events stored but not yet acknowledged by Kafka", ["service"])
RELAY_LAG_SECONDS = Gauge("shien_relay_lag_seconds", "Age of the oldest event not yet acknowledged", ["service"])
RELAYED = Counter("shien_events_relayed", "Events that Kafka acknowledged", ["service"])
RELAYED_AT = Gauge("shien_relay_acknowledged_timestamp_seconds", "When Kafka last acknowledged a batch", ["service"])
CONSUMER_LAG_EVENTS = Gauge(
    "shien_consumer_lag_events", "Events that the views and reactions have yet to take", ["service", "source"]
)
CONSUMER_LAG_SECONDS = Gauge(
    "shien_consumer_lag_seconds", "Age, when folded, of the newest event of the last batch", ["service", "source"]
)
FOLDED = Counter("shien_events_folded", "Events taken by the consumer", ["service", "source"])
DUPLICATES = Counter("shien_duplicates_dropped", "Records already taken, dropped by their number", ["source"])
UNKNOWN = Counter("shien_unknown_events", "Events of a type this service does not know, passed over", ["type"])
FOREIGN = Counter("shien_foreign_records", "Records on the topic that no relay of ours wrote", ["topic"])
PARKED = Gauge("shien_parked_events", "Events parked: they wait for a person", ["service", "unit"])
REFUSALS = Counter("shien_reaction_refusals", "Commands of reactions the domain said no to", ["reaction", "code"])
REBUILD = Gauge("shien_rebuild_progress_ratio", "How far a rebuild is, from 0 to 1", ["service", "view"])
STOPPED = Gauge("shien_stopped_shards", "Shards that stopped and wait for a person", ["service", "where"])
CHECKPOINT_AT = Gauge(
    "shien_proof_checkpoint_timestamp_seconds",
    "When every shard last had a checkpoint over all it held; 0: not since this process began",
    ["service"],
)
READY = Gauge("shien_ready", "1 while the process is ready: a worker, to work", ["service", "role"])
LEASE_HELD = Gauge("shien_lease_held", "1 while this process holds the lease", ["service", "lease"])
POOL_LIMIT = Gauge("shien_pool_connections_limit", "Connections that a pool may open", ["service", "pool"])
POOL_OPEN = Gauge("shien_pool_connections_open", "Connections that a pool has opened", ["service", "pool"])
POOL_IN_USE = Gauge("shien_pool_connections_in_use", "Connections at work", ["service", "pool"])
POOL_WAITING = Gauge("shien_pool_waiting", "Uses that wait for a connection", ["service", "pool"])
