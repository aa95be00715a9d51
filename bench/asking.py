"""What the clients of `load` ask: people of several roles and areas, who read, search, record and import.

Some of it is wrong on purpose: unknown things, missing tokens, bodies that do not fit, areas of others.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from bench.requests import a_note, request
from bench.serving import AREAS, CITY
from shiendomain.vocabulary import SupportKind
from shienops.system import System
from shienweb import Role

ROLES = (
    Role.TIER1_COORDINATOR, Role.MUNICIPAL_ADMINISTRATOR, Role.AUDITOR, Role.COUNCIL_SECRETARY, Role.SUBSCRIBER,
    *[Role.TIER2_COORDINATOR] * 5,
)  # fmt: skip
SHARES = {"read": 40, "board": 20, "search": 15, "command": 20, "wrong": 4, "import": 1}
KINDS = tuple(kind for kind in SHARES if kind != "wrong")
ROWS, LISTS, REMEMBERED = 200, 20, 50
_NEED = {"people": 2, "frequency": "weekly", "source": "coordinator"}


@dataclass(frozen=True)
class Ask:
    """A request to a service, its kind, and the answers of 4xx that are right beside every one of 2xx."""

    kind: str
    service: str
    request: bytes
    right: Sequence[int] = ()


@dataclass
class Asking:
    """One client: a role, an area, a token of its own, and what it has recorded so far."""

    role: Role
    area: str
    token: str
    dice: random.Random
    needs: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, system: System, number: int) -> Asking:
        """The client of this number; the same number is the same role and area."""
        role, area = ROLES[number % len(ROLES)], AREAS[number % len(AREAS)]
        given = area if role is Role.TIER2_COORDINATOR else CITY
        return cls(role, area, system.token(role, [given], subject=f"client-{number}"), random.Random(number))

    def next(self) -> Ask:
        """What the client asks next."""
        kind = self.dice.choices(list(SHARES), list(SHARES.values()))[0]
        if kind == "command" and self.role not in (Role.TIER1_COORDINATOR, Role.TIER2_COORDINATOR):
            kind = "import" if self.role is Role.MUNICIPAL_ADMINISTRATOR and self.dice.random() < 0.05 else "read"
        elif kind == "import" and self.role is not Role.MUNICIPAL_ADMINISTRATOR:
            kind = "read"
        ways: Mapping[str, Callable[[], Ask]] = {
            "read": self._read, "board": self._board, "search": self._search, "command": self._command,
            "wrong": self._wrong, "import": self._import,
        }  # fmt: skip
        return ways[kind]()

    def learn(self, ask: Ask, body: bytes) -> None:
        """Remember what was recorded, or listed."""
        if ask.kind == "command" and ask.service == "needs":
            self.needs = [*self.needs[-REMEMBERED:], json.loads(body)["id"]]
        elif ask.kind == "read" and ask.service == "registry" and not self.resources:
            self.resources = [one["resource_id"] for one in json.loads(body).get("items", ())]

    def _get(self, kind: str, service: str, path: str, right: Sequence[int] = ()) -> Ask:
        return Ask(kind, service, request("GET", path, self.token), right)

    def _write(self, kind: str, service: str, path: str, body: object, right: Sequence[int] = ()) -> Ask:
        data = b"" if body is None else json.dumps(body).encode()
        key = f"Idempotency-Key: {uuid4()}\r\n"
        return Ask(kind, service, request("POST", path, self.token, data, key), right)

    def _read(self) -> Ask:
        ways: list[tuple[str, str]] = [
            ("needs", f"/needs?area={self.area}"),
            ("registry", f"/resources?area={self.area}"),
            ("matching", f"/matches?area={self.area}"),
            ("escalation", "/proposals"),
            ("portal", f"/needs?area={self.area}"),
        ]
        if self.resources:
            ways[1] = ("registry", f"/resources/{self.dice.choice(self.resources)}")
        if self.needs:
            ways[0] = ("needs", f"/needs/{self.dice.choice(self.needs)}")
        right = (404,)  # what was recorded a moment ago may not be in the view yet
        return self._get("read", *self.dice.choice(ways), right)

    def _board(self) -> Ask:
        ways = [(name, f"/boards/{self.area}") for name in ("portal", "portal", "registry", "needs", "matching")]
        if self.role is not Role.TIER2_COORDINATOR:
            ways.append(("portal", f"/boards/{CITY}?subtree=true"))
        return self._get("board", *self.dice.choice(ways))

    def _search(self) -> Ask:
        if self.needs and self.dice.random() < 0.5:
            path = f"/needs/{self.dice.choice(self.needs)}/search"  # nobody is left, or matching has not read it yet
            return self._write("search", "matching", path, None, (404, 409))
        word = quote(f"資源{self.dice.randrange(1000)}")
        ways = (f"/resources?q={word}", f"/resources?area={self.area}&support_kind=salon", "/resource-facets")
        return self._get("search", "registry", self.dice.choice(ways))

    def _command(self) -> Ask:
        if self.resources and self.dice.random() < 0.3:
            path = f"/resources/{self.dice.choice(self.resources)}/verification"
            body = {"verified_on": "2026-04-01", "method": "phone"}
            return self._write("command", "registry", path, body, (409, 422))
        return self._write("command", "needs", "/needs", self._need())

    def _need(self) -> dict[str, Any]:
        kind = self.dice.choice(list(SupportKind)).value
        return {**_NEED, "area": self.area, "support_kind": kind, "note": a_note()}

    def _wrong(self) -> Ask:
        other = f"{CITY[:-1]}9-01"
        ways = (
            self._get("wrong", "needs", f"/needs/{uuid4()}", (404,)),
            self._get("wrong", "portal", f"/boards/{other}", (404,)),
            Ask("wrong", "registry", request("GET", "/resources", "nobody"), (401,)),
            self._write("wrong", "needs", "/needs", {**self._need(), "people": -1}, (403, 422)),
            self._write("wrong", "needs", "/needs", {**self._need(), "area": other}, (403, 404)),
        )
        return self.dice.choice(ways)

    def _import(self) -> Ask:
        number = self.dice.randrange(LISTS)
        rows = [
            {
                "area": AREAS[n % len(AREAS)],
                "details": {"name": f"事業所{number}-{n}", "support_kinds": ["housework"]},
                "source": {"kind": "import", "reference": f"load-{number}-{n}"},
            }
            for n in range(ROWS)
        ]
        return self._write("import", "registry", "/resource-batches", {"resources": rows})
