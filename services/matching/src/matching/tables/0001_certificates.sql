-- The certificates of matching rounds, as the bytes whose digest is in RoundSolved, compressed (zlib).
-- {writer} is the role the service works under. `shien match verify ROUND --restore` makes a row again from the log.
create table certificates (
    round_id uuid primary key,
    body bytea not null
);

grant select, insert on certificates to {writer};
