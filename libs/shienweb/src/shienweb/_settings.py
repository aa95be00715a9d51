"""The environment of a service's process, typed and read once."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shiendomain.rules import STALE_AFTER_DAYS
from shienevents import Brokers, KafkaSecurity, ServiceSettings

from ._token import TokenChecker


class ServiceProcessSettings(BaseSettings, KafkaSecurity):
    """Variables SHIEN_…; a service subclasses it and gives its name in `service`.

    `dsn` and `owner_dsn` may also be read from files (`dsn_file`, `owner_dsn_file`), as secrets are mounted.
    `jwks` is a file's path or a URL. Topics are called `<topic_prefix><service>.events`.
    `token_longest_seconds`: an access token of a longer life, from `iat` to `exp`, is rejected.
    `stale_after_days`: a resource that nobody verified for so many days is stale.
    """

    model_config = SettingsConfigDict(env_prefix="SHIEN_", extra="ignore", frozen=True, hide_input_in_errors=True)
    service: ClassVar[str] = ""

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
    token_longest_seconds: int = Field(default=86_400, ge=60, le=31_536_000)
    stale_after_days: int = Field(default=STALE_AFTER_DAYS, ge=1, le=3650)
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
        return self.parts().topic(service)

    @property
    def brokers(self) -> Brokers:
        """Kafka, and how to reach it."""
        return Brokers.of(self.bootstrap_servers, self)

    def parts(self) -> ServiceSettings:
        """The settings that `Service.open` takes."""
        return ServiceSettings(
            dsn=self.dsn,
            bootstrap_servers=self.brokers,
            topic_prefix=self.topic_prefix,
            lease_seconds=self.lease_seconds,
            replication=self.replication,
            pool_size=self.pool_size,
        )

    def checker(self) -> TokenChecker:
        """The checker of access tokens."""
        return TokenChecker(
            issuer=self.issuer,
            audience=self.audience,
            jwks=self.jwks,
            longest_seconds=self.token_longest_seconds,
        )

    @property
    def writer(self) -> str:
        """The service's own database role: the one its DSN names."""
        parts = urlsplit(self.dsn)
        return unquote(parts.username or "") or dict(parse_qsl(parts.query)).get("user", "")
