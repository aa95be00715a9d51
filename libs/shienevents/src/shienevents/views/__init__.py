"""From events to rows: the fold of a batch into view rows, and their tables in Postgres.

The same fold runs live, in a rebuild, in memory and in tests.
Read: fold, municipalities, rows, columns, tables.
"""
