"""The settings of the stack, from SHIEN_* variables, options of the command line, or arguments in Python."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shienevents import KafkaSecurity, text_of

SERVICES = ("registry", "needs", "matching", "escalation", "portal")


def default_kafka_libs() -> Path:
    """Return `.kafka/libs` of the checkout: searched upwards from the working folder, then from this file."""
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / "pom.xml").is_file() and (folder / "libs" / "shienops").is_dir():
                return folder / ".kafka" / "libs"
    return Path.cwd() / ".kafka" / "libs"


class StackSettings(BaseSettings, KafkaSecurity):
    """Settings of a stack. Port 0 means a free port, which is chosen at the first start and kept for the folder.

    The settings of `KafkaSecurity` are those of an external Kafka; the embedded one listens on 127.0.0.1 alone.
    """

    model_config = SettingsConfigDict(env_prefix="SHIEN_", frozen=True, extra="ignore", hide_input_in_errors=True)

    data: Path = Field(default=Path(".shien"), description="folder of all data, logs, ports and passwords")
    services: Annotated[tuple[str, ...], NoDecode] = Field(
        default=SERVICES, description="names of the databases to create, separated by commas"
    )
    postgres_port: int = Field(default=0, ge=0, le=65535)
    kafka_port: int = Field(default=0, ge=0, le=65535)
    kafka_controller_port: int = Field(default=0, ge=0, le=65535)
    pg_bin: Path | None = Field(default=None, description="folder of postgres and initdb; default: those of the wheel")
    kafka_libs: Path = Field(default_factory=default_kafka_libs, description="folder of Kafka's jars")
    kafka_heap: str = Field(default="512m", pattern=r"^\d+[mMgG]$")
    postgres_shared_buffers: str = Field(default="512MB", pattern=r"^\d+(kB|MB|GB)$")
    postgres_max_wal_size: str = Field(default="4GB", pattern=r"^\d+(MB|GB)$")
    postgres_dsn: SecretStr | None = Field(
        default=None, description="DSN of an external Postgres; its role may create databases and roles"
    )
    postgres_dsn_file: Path | None = Field(default=None, description="a file with that DSN, as secrets are mounted")
    bootstrap_servers: str | None = Field(
        default=None, description="address of an external Kafka: host:port, separated by commas"
    )
    dsn_folder: Path | None = Field(
        default=None,
        description="folder of files NAME_dsn and NAME_owner_dsn of a deployment run elsewhere",
    )
    service_url: str | None = Field(
        default=None, description="address of the services that are run elsewhere, such as http://{service}:8000"
    )
    min_free_mb: int = Field(default=512, ge=0, description="free disk space required before a start, in MB")
    start_seconds: float = Field(default=90.0, gt=0, description="time limit for a part to answer, in seconds")
    die_with_parent: bool = Field(
        default=True,
        description="the kernel kills the parts when the thread that started them ends; off with --detach",
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

    @field_validator("postgres_dsn_file")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value is not None:
            text_of(value)
        return value

    @field_validator("service_url")
    @classmethod
    def _names_the_service(cls, value: str | None) -> str | None:
        if value is not None and "{service}" not in value:
            raise ValueError("{service} must stand where the name of a service belongs, as in http://{service}:8000")
        return value

    @model_validator(mode="after")
    def _in_a_file(self) -> Self:
        if self.postgres_dsn_file is not None and self.postgres_dsn is None:
            object.__setattr__(self, "postgres_dsn", SecretStr(f"file:{self.postgres_dsn_file.absolute()}"))
        return self

    def url_elsewhere(self, service: str) -> str | None:
        """The address of a service that is run elsewhere; None for one of this machine."""
        return self.service_url and self.service_url.replace("{service}", service)

    @field_validator("data", "kafka_libs", "pg_bin", "dsn_folder")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        # abspath, not resolve: messages then show the symbolic link that the operator configured, not its target.
        return None if value is None else Path(os.path.abspath(value.expanduser()))  # noqa: PTH100


def check_name(name: str) -> str:
    """Return `name` if it needs no quoting. It becomes the name of a database, of two roles, and a part of a DSN.

    Raises:
        ValueError: when it has other characters than a-z, 0-9 and _, begins with a digit, or is too long.
    """
    if not (name.isascii() and name.isidentifier() and name == name.lower() and len(name) <= 50):
        raise ValueError(f"{name!r} is not a valid database name: use a-z, 0-9 and _, at most 50 characters")
    return name
