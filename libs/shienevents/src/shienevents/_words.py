"""Words that name no view and no field: SQL would read them as something else, and so would whoever writes it."""

from __future__ import annotations

from typing import Final

_RESERVED = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
    column concurrently constraint create cross current_catalog current_date current_role current_schema
    current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for
    foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral
    leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps
    placing primary references returning right select session_user similar some symmetric system_user table
    tablesample then to trailing true union unique user using variadic verbose when where window with
"""
_OWN = "append_events batches events heads idempotency leases migrations parked refusals relayed store views"

SQL: Final = frozenset(_RESERVED.split())  # what `pg_get_keywords()` of Postgres 18 calls reserved
OWN: Final = frozenset(_OWN.split())  # the library's own: a view of such a name would be found before them
