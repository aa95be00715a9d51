"""What a backup says of itself: its services and tables, how far each log went and how far each service had heard."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from shienops.errors import StackError, Unknown

FORMAT = 1
MANIFEST = "manifest.json"
PROOF = "proof"


@dataclass(frozen=True)
class TableCopy:
    """One table of a backup: what was copied, in which order, and the digest of its file."""

    columns: list[str]
    key: list[str]
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ServiceCopy:
    """One service of a backup: its store, how far its log went, and how far it had heard of others."""

    store: str
    shards: int
    migrations: list[str]
    heads: list[int]
    heard: dict[str, dict[str, int]]
    tables: dict[str, TableCopy] = field(default_factory=dict)


class Heard(NamedTuple):
    """A service has heard of more of a source's shard than the copy of the source holds."""

    service: str
    source: str
    shard: int
    heard: int
    held: int

    def __str__(self) -> str:
        return f"{self.service} has heard of {self.source} {self.shard} up to {self.heard}"


def ahead_of_sources(services: Mapping[str, ServiceCopy]) -> list[Heard]:
    """Which service has heard of more than its source's copy holds; none of a backup does."""
    return [
        Heard(name, source, int(shard), seq, services[source].heads[int(shard)])
        for name, one in services.items()
        for source, heard in one.heard.items()
        if source in services
        for shard, seq in heard.items()
        if seq > services[source].heads[int(shard)]
    ]


def read_manifest(folder: Path) -> tuple[dict[str, Any], dict[str, ServiceCopy]]:
    """What a backup says of itself. Raises `StackError`."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        if manifest["format"] != FORMAT:
            raise ValueError(f"format {manifest['format']}")
        services = {
            name: ServiceCopy(**{**one, "tables": {t: TableCopy(**copy) for t, copy in one["tables"].items()}})
            for name, one in manifest["services"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_backup(folder, error) from error
    return manifest, services


def _no_backup(folder: Path, error: Exception) -> StackError:
    return Unknown(
        "backup.unreadable",
        f"{folder} cannot be read as a backup: {error}.",
        f"{folder} をバックアップとして読み取れません。",
        "Name the folder that shien backup made, with its manifest.json.",
        "shien backup で作成したフォルダー（manifest.json があるもの）を指定してください。",
    )
