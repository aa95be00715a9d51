"""The environment of a service's process, typed and read once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shienevents import ServiceSettings

from ._token import TokenChecker


class ServiceProcessSettings(BaseSettings):
    """Variables SHIEN_…; a service subclasses it and says its `service` and what it `hears`.

    `dsn` and `owner_dsn` may also be read from files (`dsn_file`, `owner_dsn_file`), as secrets are mounted.
    `jwks` is a file's path or a URL. Topics are called `<topic_prefix><service>.events`.
    """

    model_config = SettingsConfigDict(env_prefix="SHIEN_", extra="ignore", frozen=True)
    service: ClassVar[str] = ""
    hears: ClassVar[Sequence[str]] = ()

    dsn: str = Field(default="", repr=False)
    dsn_file: Path | None = None
    owner_dsn: str = Field(default="", repr=False)
    owner_dsn_file: Path | None = None
    bootstrap_servers: str = "127.0.0.1:9092"
    topic_prefix: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    issuer: str = "https://shien.invalid"
    audience: str = "shien"
    jwks: str = "jwks.json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    shards: int = Field(default=12, ge=1, le=1024)
    replication: int = Field(default=1, ge=1)
    lease_seconds: float = Field(default=10.0, gt=0)
    pool_size: int = Field(default=10, ge=1)

    @model_validator(mode="after")
    def _read_files(self) -> Self:
        for name in ("dsn", "owner_dsn"):
            file = getattr(self, f"{name}_file")
            if file is not None and not getattr(self, name):
                object.__setattr__(self, name, file.read_text().strip())
        return self

    def topic(self, service: str) -> str:
        """The topic of a service."""
        return f"{self.topic_prefix}{service}.events"

    def parts(self) -> ServiceSettings:
        """Where the service's parts are, as `Service.open` takes it."""
        return ServiceSettings(
            dsn=self.dsn,
            bootstrap_servers=self.bootstrap_servers,
            topic=self.topic(self.service),
            hears={service: self.topic(service) for service in self.hears},
            lease_seconds=self.lease_seconds,
            replication=self.replication,
            pool_size=self.pool_size,
        )

    def checker(self) -> TokenChecker:
        """Who checks the tokens."""
        return TokenChecker(issuer=self.issuer, audience=self.audience, jwks=self.jwks)

    @property
    def writer(self) -> str:
        """The service's own database role: the one its DSN names."""
        return unquote(urlsplit(self.dsn).username or "")
