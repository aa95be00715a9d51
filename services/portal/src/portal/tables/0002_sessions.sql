-- Sessions of people who signed in at the identity provider. The browser has a secret in a cookie: `digest` is derived of
-- it, and so is the key that `sealed`, the tokens, is encrypted with. Who reads this table learns neither.
-- `renewing` is until when one process may ask the provider for newer tokens; the others do not meanwhile.
-- {writer} is the role the service works under.
create table sessions (
    digest bytea primary key,
    sealed bytea not null,
    seen timestamptz not null default now(),
    until timestamptz not null,
    renewing timestamptz
);
create index sessions_until on sessions (until);

grant select, insert, update, delete on sessions to {writer};
