-- Which batch changed rows of a view last, by the place in whose figures they count ('': everywhere). Who counts asks by
-- it whether what was counted before still holds. Insert-only for the same reason as `batches`.
create table changes (
    view text not null,
    place text not null,
    number bigint not null,
    at timestamptz not null default now(),
    primary key (view, place, number)
);
grant select, insert, delete on changes to {writer};
