-- As in 0004_answers.sql, but whether a key is known is one look into the index for each, whatever the table's statistics
-- say. `exists` may be planned as a join, and is where few keys were kept when they were counted: it then reads the keys
-- of everybody, for each command, until they are counted again.
create or replace function append_events(
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
            where (select true from idempotency i where i.principal = a.principal and i.key = a.key limit 1));
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
        insert into idempotency (principal, key, fingerprint, stream, version, shard, seq, recorded_at, answer)
        select a.principal, a.key, a.fingerprint, a.stream, a.version, a.shard,
               a.seq + o_seq[array_position(p_shard, a.shard)], o_recorded_at[array_position(p_shard, a.shard)],
               a.answer
        from unnest(p_answers) a;
    end if;
end
$$;
