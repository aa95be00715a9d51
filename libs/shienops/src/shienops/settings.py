"""What can be set about the stack: SHIEN_* variables, the command line's options, or arguments in Python."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SERVICES = ("registry", "needs", "matching", "escalation", "portal")


def default_kafka_libs() -> Path:
    """`.kafka/libs` beside the pom.xml that fills it: upwards from the working folder, then from this file."""
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / "pom.xml").is_file() and (folder / "libs" / "shienops").is_dir():
                return folder / ".kafka" / "libs"
    return Path.cwd() / ".kafka" / "libs"


class StackSettings(BaseSettings):
    """Everything that can be chosen about a stack. Port 0 means: choose a free one, and keep it for this folder."""

    model_config = SettingsConfigDict(env_prefix="SHIEN_", frozen=True, extra="ignore")

    data: Path = Field(default=Path(".shien"), description="folder of all data, logs, ports and passwords")
    services: Annotated[tuple[str, ...], NoDecode] = Field(
        default=SERVICES, description="names of the databases to make, with commas"
    )
    postgres_port: int = Field(default=0, ge=0, le=65535)
    kafka_port: int = Field(default=0, ge=0, le=65535)
    kafka_controller_port: int = Field(default=0, ge=0, le=65535)
    pg_bin: Path | None = Field(default=None, description="folder of postgres and initdb, instead of the wheel's")
    kafka_libs: Path = Field(default_factory=default_kafka_libs, description="folder of Kafka's jars")
    kafka_heap: str = Field(default="512m", pattern=r"^\d+[mMgG]$")
    postgres_shared_buffers: str = Field(default="512MB", pattern=r"^\d+(kB|MB|GB)$")
    postgres_max_wal_size: str = Field(default="4GB", pattern=r"^\d+(MB|GB)$")
    postgres_dsn: SecretStr | None = Field(default=None, description="an external Postgres: a DSN that may make roles")
    bootstrap_servers: str | None = Field(default=None, description="an external Kafka: host:port, with commas")
    min_free_mb: int = Field(default=512, ge=0, description="free disk space wanted before a start")
    start_seconds: float = Field(default=90.0, gt=0, description="how long a part may take to answer")
    die_with_parent: bool = Field(
        default=True,
        description="the kernel ends Postgres and Kafka when the process that started them dies; `shien up` says no",
    )

    @field_validator("services", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value

    @field_validator("services")
    @classmethod
    def _plain(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            check_name(name)
        return value

    @field_validator("data", "kafka_libs", "pg_bin")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        # abspath, not resolve: a link that the operator placed stays the name that they see in messages.
        return None if value is None else Path(os.path.abspath(value.expanduser()))  # noqa: PTH100


def check_name(name: str) -> str:
    """A name that needs no quoting anywhere: it becomes a database, two roles and part of a DSN."""
    if not (name.isascii() and name.isidentifier() and name == name.lower() and len(name) <= 50):
        raise ValueError(f"{name!r} is no name for a database: use a-z, 0-9 and _, at most 50 characters")
    return name
