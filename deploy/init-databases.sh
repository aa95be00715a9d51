#!/bin/sh
# Runs once, when Postgres makes its data folder: a database for each service, with a role that owns it (migrations)
# and a role that works in it. The same as libs/shienops/src/shienops/_databases.py makes for the embedded Postgres.
# By hand, on another server: SECRETS=secrets PGHOST=... POSTGRES_USER=... sh deploy/init-databases.sh
set -eu

password_of() { sed -E 's|^[a-z]+://[^:]+:([^@]+)@.*$|\1|' "${SECRETS:-/run/secrets}/$1"; }

# In a container: from the network only over TLS.
if [ "${POSTGRES_TLS:-off}" = on ]; then
  sed -i 's/^host all all all /hostssl all all all /' "$PGDATA/pg_hba.conf"
fi

for service in registry needs matching escalation portal; do
  psql -v ON_ERROR_STOP=1 -q -U "$POSTGRES_USER" -d postgres \
    -v service="$service" -v owner="${service}_owner" \
    -v service_password="$(password_of "${service}_dsn")" -v owner_password="$(password_of "${service}_owner_dsn")" <<'SQL'
-- An administrator who is no superuser, as of a managed Postgres, may then act for the roles that are made.
set createrole_self_grant = 'set, inherit';
create role :"owner" login password :'owner_password';
create role :"service" login password :'service_password';
create database :"service" owner :"owner" template template0 encoding 'UTF8'
  locale_provider builtin builtin_locale 'C.UTF-8';
revoke all on database :"service" from public;
grant connect, temporary on database :"service" to :"service";
\connect :"service"
revoke all on schema public from public;
grant usage on schema public to :"service";
grant usage, create on schema public to :"owner";
create schema views authorization :"service";
grant usage, create on schema views to :"owner";
SQL
done
