"""What every process of one run must know, kept in a file: where things are, and what the two services are made of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from shienevents import Decider, EventTypes, Reaction, ServiceSettings, View

from . import matching, needs, views
from .contracts import MATCHING, NEEDS

SHARDS = 6
TYPES = EventTypes([*NEEDS, *MATCHING])


@dataclass(frozen=True)
class Definition:
    """One of the two services."""

    name: str
    deciders: Sequence[Decider[Any, Any, Any]]
    views: Sequence[View[Any]]
    reactions: Sequence[Reaction]


SERVICES = {
    "needs": Definition(
        "needs",
        [needs.need_decider, needs.sheet_decider],
        [views.needs, views.sheets, views.buckets],
        [needs.count_on_sheet, needs.answer_need],
    ),
    "matching": Definition(
        "matching",
        [matching.match_decider],
        [views.matches, views.buckets],
        [matching.propose_match, matching.confirm_match],
    ),
}


@dataclass(frozen=True)
class Deployment:
    """One run's addresses and settings."""

    folder: Path
    bootstrap_servers: str
    dsns: dict[str, str]
    checker_dsns: dict[str, str]  # of a role that may read everything
    lease_seconds: float
    commands_per_second: float

    @property
    def topics(self) -> dict[str, str]:
        """The topic of each service."""
        return {name: f"{name}.events" for name in SERVICES}

    def settings(self, service: str) -> ServiceSettings:
        """How a process of this service is configured: it reads the topic of the other one."""
        return ServiceSettings(
            dsn=self.dsns[service],
            bootstrap_servers=self.bootstrap_servers,
            lease_seconds=self.lease_seconds,
        )

    def save(self) -> Path:
        """Write it where the processes look."""
        path = self.folder / "deployment.json"
        path.write_text(json.dumps(asdict(self), default=str, indent=2))
        return path

    @classmethod
    def load(cls, path: Path) -> Self:
        """The inverse of `save`."""
        values = json.loads(path.read_text())
        return cls(**values | {"folder": Path(values["folder"])})
