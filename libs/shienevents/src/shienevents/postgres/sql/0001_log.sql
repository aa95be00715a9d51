-- The log: one insert-only table of events, which is also the outbox.
-- {writer} is the role the service works under; the owner's role runs this file and nothing else.

create table store (
    single boolean primary key default true check (single),
    id uuid not null default gen_random_uuid(),
    service text not null,
    shards smallint not null check (shards between 1 and 1024),
    created_at timestamptz not null default now()
);

create table events (
    shard smallint not null,
    seq bigint not null check (seq > 0),
    id uuid not null,
    type text not null,
    stream text collate "C" not null,
    version integer not null check (version > 0),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    actor text not null,
    municipality text not null,
    area text not null,
    correlation uuid not null,
    causation uuid,
    depth smallint not null,
    traceparent text,
    data bytea not null,
    constraint events_shard_seq primary key (shard, seq),
    constraint events_stream_version unique (stream, version),
    constraint events_id unique (id)
);

-- What a request with an Idempotency-Key was answered. Kept in the transaction that did the work.
create table idempotency (
    principal text not null,
    key text not null,
    fingerprint bytea not null,
    stream text not null,
    version integer not null,
    shard smallint not null,
    seq bigint not null,
    recorded_at timestamptz not null,
    primary key (principal, key)
);
create index idempotency_age on idempotency (recorded_at);

-- Group commit: commands that waited together are checked, then inserted as one set.
-- The shards' locks are taken first, in ascending order; the statements after them have new snapshots and so see
-- the last commit. Numbers are therefore dense and in commit order, and a reader never meets a hole.
-- When any command is refused (its stream moved on, or its key is known) nothing is inserted: the caller answers
-- those, and calls again with the rest. `p_shard` is ascending, each once. In `p_events` and `p_answers` seq counts
-- from 1 within the shard, and recorded_at is absent: both are settled here.
-- Plans are made once, while the table is still empty, and kept: hence no sequential scans, hence generic plans.
create function append_events(
    p_shard smallint[], p_stream text[], p_expected integer[], p_events events[], p_answers idempotency[],
    out o_moved text[], out o_known boolean, out o_seq bigint[], out o_recorded_at timestamptz[]
)
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_shard smallint;
    v_now timestamptz;
begin
    foreach v_shard in array p_shard loop
        perform pg_advisory_xact_lock(1936221541, v_shard);
    end loop;

    select array_agg(c.stream) into o_moved
    from unnest(p_stream, p_expected) as c (stream, expected)
    where c.expected <> coalesce(
        (select e.version from events e where e.stream = c.stream order by e.version desc limit 1), 0);

    if cardinality(p_answers) > 0 then
        o_known := exists (
            select from unnest(p_answers) a
            where exists (select from idempotency i where i.principal = a.principal and i.key = a.key));
    end if;

    if o_moved is not null or o_known then
        return;
    end if;

    v_now := clock_timestamp();
    select array_agg(coalesce(last.seq, 0) order by s.n), array_agg(greatest(v_now, last.recorded_at) order by s.n)
    into o_seq, o_recorded_at
    from unnest(p_shard) with ordinality as s (shard, n)
    left join lateral (
        select e.seq, e.recorded_at from events e where e.shard = s.shard order by e.seq desc limit 1
    ) last on true;

    insert into events (shard, seq, id, type, stream, version, occurred_at, recorded_at, actor, municipality, area,
                        correlation, causation, depth, traceparent, data)
    select e.shard, e.seq + o_seq[array_position(p_shard, e.shard)], e.id, e.type, e.stream, e.version, e.occurred_at,
           o_recorded_at[array_position(p_shard, e.shard)], e.actor, e.municipality, e.area, e.correlation,
           e.causation, e.depth, e.traceparent, e.data
    from unnest(p_events) e;

    if cardinality(p_answers) > 0 then
        insert into idempotency (principal, key, fingerprint, stream, version, shard, seq, recorded_at)
        select a.principal, a.key, a.fingerprint, a.stream, a.version, a.shard,
               a.seq + o_seq[array_position(p_shard, a.shard)], o_recorded_at[array_position(p_shard, a.shard)]
        from unnest(p_answers) a;
    end if;
end
$$;

-- The last number of every shard, by one index probe each.
create function heads() returns table (shard smallint, seq bigint)
language sql stable
as $$
    select s::smallint, coalesce((select e.seq from events e where e.shard = s order by e.seq desc limit 1), 0)
    from store, generate_series(0, store.shards - 1) s
    order by s
$$;

grant select on store to {writer};
grant select, insert on events to {writer};
grant select, insert, delete on idempotency to {writer};
grant execute on function append_events, heads to {writer};
