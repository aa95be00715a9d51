-- What operators ask of the running service: the process with the active consumer does it, and writes how far it is.
-- A row is kept for good: who asked for what, when, why, and what came of it.
create table requests (
    id uuid primary key default gen_random_uuid(),
    act text not null check (act in ('rebuild', 'replay', 'skip')),
    subject text not null,
    source text,
    shard smallint,
    seq bigint,
    reason text not null default '',
    asked_by text not null,
    asked_at timestamptz not null default clock_timestamp(),
    begun_at timestamptz,
    share double precision not null default 0,
    done_at timestamptz,
    outcome jsonb,
    failed boolean not null default false
);
create index requests_open on requests (asked_at) where done_at is null;

-- Events that a person decided a subscriber shall never take. A rebuild of the same version passes over them too.
create table skipped (
    subscriber text not null,
    source text not null,
    shard smallint not null,
    seq bigint not null,
    event_id uuid not null,
    stream text not null,
    type text not null,
    first_error text not null,
    reason text not null check (reason <> ''),
    asked_by text not null,
    at timestamptz not null default clock_timestamp(),
    primary key (subscriber, source, shard, seq)
);

grant select, insert, update, delete on requests to {writer};
grant select, insert on skipped to {writer};
