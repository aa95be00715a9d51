-- What contacts (連絡先) say: telephone and person in charge. It is in no event; an event holds a reference.
-- {writer} is the role the service works under. It erases and records, and changes nothing.
--
-- No constraint but the keys, and no index of what is said: a row that breaks a constraint is written into the server's
-- log as a whole, and an index is a copy. Statistics are copies too: ANALYZE keeps frequent values of a column.
create table contact_contents (
    contact_id uuid primary key,
    about text,
    subject_id uuid,
    area text,
    purpose text,
    keep_until date,
    telephone text,
    person text,
    recorded_at timestamptz default clock_timestamp(),
    recorded_by text
);
create index contact_contents_subject on contact_contents (subject_id);
alter table contact_contents
    alter column telephone set statistics 0, alter column telephone set storage plain,
    alter column person set statistics 0, alter column person set storage plain;

-- Who read which contact, when and what for. It says nothing of what the contact says, and is never changed.
create table contact_accesses (
    access_id bigint generated always as identity primary key,
    contact_id uuid not null,
    area text not null,
    at timestamptz not null default clock_timestamp(),
    role text not null,
    body text not null,
    purpose text not null
);
create index contact_accesses_area on contact_accesses (area, access_id);

-- Deleted rows whose bytes may still be in the files of the table, until it is written anew.
create table contact_erasures (
    contact_id uuid not null,
    deleted_by xid not null default pg_current_xact_id()::xid
);

grant select, insert, delete, maintain on contact_contents to {writer};
grant select, insert on contact_accesses to {writer};
grant select, insert, delete on contact_erasures to {writer};
