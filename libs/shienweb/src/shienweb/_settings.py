"""The environment of a service's process, typed and read once."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import ClassVar, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from shiendomain.rules import STALE_AFTER_DAYS
from shienevents import (
    MOST_SHARDS,
    Brokers,
    Cell,
    Contract,
    KafkaSecurity,
    ProcessRole,
    Proving,
    ServiceSettings,
    current_dsn,
    text_of,
)

from ._cells import PORTAL, cells_named
from ._denied import DenyFile
from ._groups import read_groups
from ._keys import Keys
from ._token import TokenChecker
from ._token_rules import TokenSettings, listed
from ._watched import WatchedFile

_PREFIX = re.compile(r"[a-zA-Z0-9._-]{0,100}")


class ServiceProcessSettings(TokenSettings, KafkaSecurity):
    """Variables SHIEN_…; a service subclasses it and gives its name in `service`.

    `dsn` and `owner_dsn` may also be in files (`dsn_file`, `owner_dsn_file`), as secrets are mounted: they are read for
    each new connection, so a password is changed there without a restart.
    Topics are called `<topic_prefix><service>.events`. `cells`: other deployments that the portal hears too.
    `heard_by`: the users of Kafka that may read this one's topics for portals of others. What an access token looks
    like: `TokenSettings`.
    `groups_file` says what the groups that a token names mean, `denied_file` which tokens and accounts are refused;
    both are read again when they change. `trusted_proxies`: addresses or networks, separated by commas, whose
    X-Forwarded-Proto and X-Forwarded-For count. `docs`: whether `/docs` and `/openapi.json` are answered.
    `stale_after_days`: a resource that nobody verified for so many days is stale.
    `proof_folder` and `proof_key_file`: where the proof of the log is kept, and the key that signs it; without both
    there is none. The folder is kept for as long as the log; the key is read again before each signing.
    `role`: `api` answers requests, `worker` does the service's own work, `all` does both. `pool_size` and
    `reading_pool_size`: connections to Postgres for commands and for readers; without, `shienevents.POOLS`.
    `leave_seconds`: for so long a process that was told to end goes on, not ready, until nobody sends it requests; a
    worker, which nobody sends any, does not wait.
    """

    model_config = SettingsConfigDict(env_prefix="SHIEN_", extra="ignore", frozen=True, hide_input_in_errors=True)
    service: ClassVar[str] = ""

    dsn: str = Field(default="", repr=False)
    dsn_file: Path | None = None
    owner_dsn: str = Field(default="", repr=False)
    owner_dsn_file: Path | None = None
    bootstrap_servers: str = "127.0.0.1:9092"
    topic_prefix: str = ""
    cells: str = ""
    heard_by: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    groups_file: Path | None = None
    denied_file: Path | None = None
    trusted_proxies: str = ""
    docs: bool = True
    stale_after_days: int = Field(default=STALE_AFTER_DAYS, ge=1, le=3650)
    proof_folder: Path | None = None
    proof_key_file: Path | None = None
    traces: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    shards: int = Field(default=12, ge=1, le=MOST_SHARDS)
    replication: int = Field(default=1, ge=1)
    lease_seconds: float = Field(default=10.0, gt=0)
    role: ProcessRole = "all"
    pool_size: int | None = Field(default=None, ge=1)
    reading_pool_size: int | None = Field(default=None, ge=1)
    leave_seconds: float = Field(default=0.0, ge=0, le=600)

    @field_validator("dsn_file", "owner_dsn_file")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        """It is read again for each connection; that it can be read is known now."""
        if value is not None:
            text_of(value)
        return value

    @model_validator(mode="after")
    def _read_files(self) -> Self:
        for name in ("dsn", "owner_dsn"):
            file = getattr(self, f"{name}_file")
            if file is not None and not getattr(self, name):
                object.__setattr__(self, name, f"file:{file}")
        return self

    @field_validator(
        "dsn_file", "owner_dsn_file", "groups_file", "denied_file", "pool_size", "reading_pool_size", mode="before"
    )
    @classmethod
    def _none(cls, value: object) -> object:
        """An empty variable, as compose passes it on, says nothing."""
        return value or None

    @field_validator("topic_prefix")
    @classmethod
    def _of_names(cls, value: str) -> str:
        """It begins names of topics, groups and users: Kafka's characters, and room for what follows."""
        if not _PREFIX.fullmatch(value):
            raise ValueError(
                "at most 100 of the characters a-z A-Z 0-9 . _ - are expected / "
                "半角の英数字と「.」「_」「-」を 100 文字以内で指定してください"
            )
        return value

    @model_validator(mode="after")
    def _of_cells(self) -> Self:
        try:
            cells_named(self.cells, self.topic_prefix)
        except ValueError as error:
            raise ValueError(f"SHIEN_CELLS: {error}") from None
        return self

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for one in listed(value):
            ip_network(one)  # raises ValueError, which names it
        return value

    def topic(self, source: str) -> str:
        """The topic of a service, or of a source of another cell."""
        return self.parts().topic(source)

    @property
    def other_cells(self) -> tuple[Cell, ...]:
        """The cells that the settings name beside this one."""
        return cells_named(self.cells, self.topic_prefix)

    @property
    def brokers(self) -> Brokers:
        """Kafka, and how to reach it."""
        return Brokers.of(self.bootstrap_servers, self)

    def parts(self) -> ServiceSettings:
        """The settings that `Service.open` takes. No service but the portal hears other cells."""
        return ServiceSettings(
            dsn=self.dsn,
            bootstrap_servers=self.brokers,
            topic_prefix=self.topic_prefix,
            lease_seconds=self.lease_seconds,
            replication=self.replication,
            pool_size=self.pool_size,
            reading_pool_size=self.reading_pool_size,
            role=self.role,
            cells=self.other_cells if self.service in ("", PORTAL) else (),
        )

    def proving(self) -> Proving | None:
        """Where the proof of the log is kept, and its key; None without. Raises `Contract` when one is wrong."""
        if self.proof_folder is None and self.proof_key_file is None:
            return None
        if self.proof_folder is None or self.proof_key_file is None:
            raise Contract("set both SHIEN_PROOF_FOLDER and SHIEN_PROOF_KEY_FILE, or neither of them")
        return Proving.of(self.proof_folder, self.proof_key_file)

    def checker(self) -> TokenChecker:
        """The checker of access tokens. Raises `Contract` for a file that cannot be read."""
        return TokenChecker(
            issuer=self.issuer,
            audience=self.audiences,
            jwks=Keys(self.jwks, refresh_seconds=self.jwks_refresh_seconds, keep_seconds=self.jwks_keep_seconds),
            rules=self.token_rules(),
            groups=WatchedFile(self.groups_file, read_groups) if self.groups_file else None,
            denied=[DenyFile(self.denied_file)] if self.denied_file else [],
        )

    @property
    def writer(self) -> str:
        """The service's own database role: the one its DSN names."""
        parts = urlsplit(current_dsn(self.dsn))
        return unquote(parts.username or "") or dict(parse_qsl(parts.query)).get("user", "")


def wrong_settings(error: ValidationError) -> list[str]:
    """A sentence for each wrong setting, with its variable: values are not shown, they may be secrets."""
    found = []
    for mistake in error.errors():
        name = "_".join(str(part) for part in mistake["loc"][:1])
        where = f"the setting {name} (SHIEN_{name.upper()}): " if name else ""  # what settings say together
        found.append(f"shien: {where}{mistake['msg']}")
    return found
