-- What relays and consumers hold. Rows here are written many times a second, so nothing is ever updated: a
-- row that is updated grows a chain of dead versions behind any long snapshot. A new row is inserted under
-- the next number, and the unique key refuses whoever held an older one.

create table leases (
    name text not null,
    number bigint not null,
    holder uuid not null,
    until timestamptz not null,
    primary key (name, number)
);

-- How far the relay knows the topic to be: the last acknowledged record of a shard.
create table relayed (
    shard smallint not null,
    seq bigint not null,
    kafka_offset bigint not null,
    primary key (shard, seq)
);

-- One row for each batch that was folded: where the projection stands after it. The batch number is the fence.
create table batches (
    projection text not null,
    number bigint not null,
    positions bytea not null,
    at timestamptz not null default clock_timestamp(),
    primary key (projection, number)
);

-- The tables in which views live.
create table views (
    name text primary key,
    version integer not null,
    built_at timestamptz not null default now()
);

-- Events a view or a reaction could not take, with all later ones of their stream, in order.
create table parked (
    unit text not null,
    source text not null,
    shard smallint not null,
    seq bigint not null,
    stream text not null,
    type text not null,
    reason text not null,
    envelope bytea not null,
    data bytea not null,
    at timestamptz not null default clock_timestamp(),
    primary key (unit, source, shard, seq)
);

-- Commands of reactions that the domain answered with a no.
create table refusals (
    reaction text not null,
    source text not null,
    event_id uuid not null,
    command text not null,
    code text not null,
    at timestamptz not null default clock_timestamp(),
    primary key (reaction, event_id, command)
);

create schema if not exists views;

grant select, insert, delete on leases, relayed, batches, parked, refusals to {writer};
grant select, insert, update, delete on views to {writer};
grant usage, create on schema views to {writer};
