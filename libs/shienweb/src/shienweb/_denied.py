"""Tokens that count no more before they expire: those of the operator's file, and whatever else a service adds."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, NamedTuple, Protocol

from joserfc.jwk import ECKey, OKPKey, RSAKey
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from ._groups import Groups
from ._principal import Principal
from ._watched import WatchedFile

Line = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class VerifiedToken(NamedTuple):
    """A token that was verified, and what it was verified by.

    `until` is the Unix time at which it has expired, leeway included. `token_id` is its `jti`, empty without one.
    `digest` is the SHA-256 of what is signed. A signature can be written in another way, and what is signed cannot.
    """

    principal: Principal
    until: float
    token_id: str
    digest: bytes
    key: ECKey | OKPKey | RSAKey
    groups: Groups | None


class Denied(Protocol):
    """Says of a verified token that it counts no more."""

    async def names(self, token: VerifiedToken) -> bool:
        """Whether this token is among them. Raises `Unavailable` when that cannot be known."""
        ...


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    tokens: frozenset[Line] = frozenset()
    subjects: frozenset[Line] = frozenset()


class DenyFile:
    """The operator's file: TOML, `tokens` names `jti`s, `subjects` names accounts, all of whose tokens are refused.

    Raises `Contract` when it cannot be read at the start.
    """

    def __init__(self, path: Path) -> None:
        self._file = WatchedFile(path, _read)

    async def names(self, token: VerifiedToken) -> bool:
        """Whether the file names the token or its subject."""
        said = self._file.value
        return token.token_id in said.tokens or token.principal.subject in said.subjects


def _read(text: str) -> _Content:
    try:
        return _Content.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
