-- Of which cell each municipality is, for a service that hears several: of that which told of it first. '' is the own.
create table municipalities (
    municipality text primary key,
    cell text not null
);

-- The other cells that are heard: when the last event that was taken had been recorded, and since when none can be read.
create table cells (
    cell text primary key,
    told_at timestamptz,
    away_since timestamptz,
    why text not null default ''
);

grant select, insert, delete on municipalities to {writer};
grant select, insert, update, delete on cells to {writer};
