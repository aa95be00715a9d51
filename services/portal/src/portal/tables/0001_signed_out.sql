-- Access tokens that were ended by signing out, until they expire. A digest tells nothing of the token or its account.
-- {writer} is the role the service works under.
create table signed_out (
    digest bytea primary key,
    until timestamptz not null
);
create index signed_out_until on signed_out (until);

grant select, insert, delete on signed_out to {writer};
