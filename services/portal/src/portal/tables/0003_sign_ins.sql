-- When each account signed in last, and before that: its person is told. `account` is what the token calls it.
-- {writer} is the role the service works under.
create table sign_ins (
    account text primary key,
    at timestamptz not null,
    before timestamptz
);
create index sign_ins_at on sign_ins (at);

grant select, insert, update, delete on sign_ins to {writer};

-- Of a session: whose it is, and the sign-ins of the account as it began. `crowded_out`: it ended because the account
-- began more sessions than may be at a time.
alter table sessions
    add column account text not null default '',
    add column begun timestamptz not null default now(),
    add column before timestamptz,
    add column crowded_out boolean not null default false;
create index sessions_account on sessions (account, begun);
