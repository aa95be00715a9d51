"""The connection to Postgres: pools, which failures mean that it is away, migrations (`sql/`), and leases.

Nothing here knows what an event means.
Read: pool, sql/0001_log.sql, migrations, leases, kept_tables.
"""
