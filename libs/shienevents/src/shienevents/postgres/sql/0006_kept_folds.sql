-- The views as they were by a time, kept so that a later past need not be folded from the beginning. They are a cache:
-- whoever drops them loses time, and nothing else.
create schema if not exists kept_folds;

-- `name` begins the names of its tables, `views` says which views in which versions.
create table kept_folds.folds (
    name text primary key,
    at timestamptz not null,
    views text not null,
    positions bytea not null,
    events bigint not null,
    made_at timestamptz not null default clock_timestamp()
);

grant usage, create on schema kept_folds to {writer};
grant select, insert, delete on kept_folds.folds to {writer};
