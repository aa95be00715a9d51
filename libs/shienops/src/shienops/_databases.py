"""A database for each service, with a role that owns it and a role that only works in it.

NAME_owner   owns the database and its schema, and runs migrations
NAME         the service: connects, uses what the migrations grant to it, and makes tables in its schema `views`
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

from shienevents import connect
from shienops._folder import DataFolder
from shienops.errors import unknown_password
from shienops.part_errors import never_started, unknown_service
from shienops.settings import check_name

if TYPE_CHECKING:
    import asyncpg

    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]

CATALOG_LOCK = 0x5348_4945_4E00
"""Key of the advisory lock, in the administrator's database, held by a session that changes databases or roles."""


@dataclass(frozen=True)
class Database:
    """A database, and the DSNs of its two roles."""

    name: str
    dsn: str
    """for the service: writes events and views, and can neither change nor delete an event"""
    owner_dsn: str
    """for migrations"""


class Databases:
    """The databases that a stack made on one Postgres."""

    def __init__(self, admin_dsn: str, folder: DataFolder) -> None:
        self._admin_dsn = admin_dsn
        self._folder = folder

    def get(self, name: str) -> Database:
        """A database made earlier, from the passwords that the folder keeps."""
        return Database(name, self._dsn(name, name), self._dsn(name, f"{name}_owner"))

    async def ensure(self, name: str) -> Database:
        """Make what is missing of a database and its roles; what is there stays as it is."""
        check_name(name)
        async with self._alone() as admin:
            for role in (f"{name}_owner", name):
                await self._ensure_role(admin, role)
            if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await admin.execute(
                    f"CREATE DATABASE {name} OWNER {name}_owner TEMPLATE template0 ENCODING 'UTF8' "
                    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
                )
                await admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
                await admin.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {name}")
            async with self._admin(name) as inside:
                # Each of these changes nothing when it was done before: a start cut off in the middle is finished here.
                await inside.execute(
                    f"REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO {name};"
                    f"CREATE SCHEMA IF NOT EXISTS views AUTHORIZATION {name};"
                    f"GRANT USAGE, CREATE ON SCHEMA views TO {name}_owner"
                )
        return self.get(name)

    async def drop(self, name: str) -> None:
        """Drop a database and its roles, ending whoever is connected. Nothing there is fine."""
        check_name(name)
        async with self._alone() as admin:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            for role in (name, f"{name}_owner"):
                await admin.execute(f"DROP ROLE IF EXISTS {role}")
                self._folder.forget_password(role)

    async def _ensure_role(self, admin: Connection, role: str) -> None:
        if await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
            if self._folder.password(role) is None:
                raise unknown_password(role, self._folder.secrets)
            return
        password = self._folder.new_password(role)  # kept before it is used: a cut in between loses nothing
        await admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
        if not await admin.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
            # Who may make roles without being superuser must be in a role to give a database to it.
            await admin.execute(f"GRANT {role} TO current_user")

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[Connection]:
        """A connection that changes databases and roles while no other process of ours does.

        Databases and roles are rows of catalogs that the whole server shares. Two sessions that change the same row
        at once fail with "tuple concurrently updated" or "could not find tuple for role". The lock ends with the
        connection, for CREATE DATABASE and DROP DATABASE cannot run in a transaction.
        """
        async with self._admin() as admin:
            await admin.execute("SELECT pg_advisory_lock($1)", CATALOG_LOCK)
            yield admin

    @asynccontextmanager
    async def _admin(self, database: str | None = None) -> AsyncIterator[Connection]:
        connection = await connect(self._admin_dsn, timeout=30, database=database)
        try:
            yield connection
        finally:
            await connection.close()

    def _dsn(self, database: str, role: str) -> str:
        password = self._folder.password(role)
        if password is None:
            raise (
                unknown_service(database)
                if self._folder.secrets.exists()
                else never_started(database, self._folder.path)
            )
        parts = urlsplit(self._admin_dsn)
        place = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, f"{role}:{quote(password, safe='')}@{place}", f"/{database}", parts.query, ""))
