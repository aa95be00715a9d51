"""The issuer's public keys, from a file or a URL, and the signing key of a demonstration."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from shienevents import text_of

from ._problems import Refusal
from ._token_rules import KEY_TYPES

_UNKNOWN_SECONDS = 30.0  # an unknown kid makes the keys be read again, this often at most
_RETRY_SECONDS = 30.0  # after a try that failed, while keys are known
_FAILED_SECONDS = 2.0  # the same, while none are
_FETCH_SECONDS = 3.0
_WEAKEST_RSA_BYTES = 256

Key = ECKey | OKPKey | RSAKey
_log = structlog.get_logger(__name__)


class Keys:
    """The keys of a JWKS. Read when first needed, on time again, and when a token names a key that is not among them.

    A key that is no longer among them counts no more after `refresh_seconds`. While they cannot be read, the known ones
    count for `keep_seconds`: an issuer that is away for a minute ends nobody's work, and one that is kept away does not
    keep a withdrawn key alive.
    """

    def __init__(self, where: str, *, refresh_seconds: float = 120, keep_seconds: float = 3600) -> None:
        self._where = where
        self._refresh_seconds = refresh_seconds
        self._keep_seconds = keep_seconds
        self._keys: dict[str, Key] | None = None  # none could be read yet, or not for too long
        self._tried_at = self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, kid: object, algorithm: str) -> Key | None:
        """The key with this id, if it is one for this algorithm. Raises `Refusal` (503) while no key could be read."""
        if not isinstance(kid, str):
            return None
        key = (await self._current(kid)).get(kid)
        if key is None or key.key_type != KEY_TYPES[algorithm] or key.alg not in (None, algorithm):
            return None
        return key

    async def holds(self, key: Key) -> bool:
        """Whether this key, which was found before, is still among them. Raises `Refusal` (503) as `find` does."""
        return (await self._current()).get(str(key.kid)) is key

    async def _current(self, kid: str | None = None) -> Mapping[str, Key]:
        if self._due(kid) and not self._goes_on(kid):
            async with self._lock:
                if self._due(kid):
                    await self._load()
        if self._keys is None:
            raise Refusal(503, "issuer.away", headers={"Retry-After": str(round(_FAILED_SECONDS))})
        return self._keys

    def _due(self, kid: str | None) -> bool:
        pause = self._refresh_seconds if self._tried_at == self._read_at else min(_RETRY_SECONDS, self._refresh_seconds)
        if self._keys is None:
            pause = _FAILED_SECONDS
        elif kid is not None and kid not in self._keys:
            pause = min(_UNKNOWN_SECONDS, pause)
        return time.monotonic() - self._tried_at >= pause

    def _goes_on(self, kid: str | None) -> bool:
        """Whether a request takes the known keys while another reads them: not after a long time without requests."""
        known = self._keys is not None and (kid is None or kid in self._keys)
        return known and self._lock.locked() and time.monotonic() - self._tried_at < 2 * self._refresh_seconds

    async def _load(self) -> None:
        try:
            found = _public(json.loads(await self._text()))
        except (OSError, httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._tried_at = time.monotonic()
            if self._tried_at - self._read_at > self._keep_seconds:
                self._keys = None
            _log.error(
                "the issuer's keys cannot be read", jwks=self._where, error=str(error), kept=len(self._keys or ())
            )
        else:
            self._tried_at = self._read_at = time.monotonic()
            known = self._keys or {}
            # The same key stays the same object: by it a token that was verified before is known to have its key still.
            self._keys = {kid: known[kid] if _same(known.get(kid), key) else key for kid, key in found.items()}

    async def _text(self) -> str:
        if not self._where.startswith(("https://", "http://")):
            return await asyncio.to_thread(text_of, Path(self._where.removeprefix("file://")))
        async with httpx2.AsyncClient(timeout=_FETCH_SECONDS, follow_redirects=False) as client:
            answer = await client.get(self._where)
            answer.raise_for_status()
            return answer.text


def _same(known: Key | None, key: Key) -> bool:
    return known is not None and known.as_dict(private=False) == key.as_dict(private=False)


def _public(document: dict[str, Any]) -> dict[str, Key]:
    """Its keys for signatures, by id.

    Symmetric keys do not belong in a public document and are ignored, and so is a key that this library cannot read, or
    that is too weak: the others count all the same.
    """
    found: dict[str, Key] = {}
    for one in document["keys"]:
        if one.get("kty") not in KEY_TYPES.values() or one.get("use", "sig") != "sig":
            continue
        try:
            if one["kty"] == "RSA" and len(urlsafe_b64decode(one["n"].encode())) < _WEAKEST_RSA_BYTES:
                raise ValueError("it is shorter than 2048 bits")
            [key] = KeySet.import_key_set({"keys": [one]}).keys
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            _log.warning("a key of the issuer is passed over", kid=str(one.get("kid")), error=str(error))
            continue
        if isinstance(key, (ECKey, OKPKey, RSAKey)) and key.kid:
            found[key.kid] = key
    return found


def demo_key(folder: Path) -> ECKey:
    """The signing key of a demonstration, made on first use: `key.json` (0600), and `jwks.json` beside it."""
    private = folder / "key.json"
    if not private.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = ECKey.generate_key("P-256", auto_kid=True)
        _write(folder / "jwks.json", {"keys": [made.as_dict(private=False, use="sig", alg="ES256")]}, 0o644)
        _write(private, made.as_dict(private=True), 0o600)
    return ECKey.import_key(json.loads(private.read_text()))


def _write(path: Path, document: dict[str, Any], mode: int) -> None:
    """Write a file atomically, with its final mode from the beginning."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        json.dump(document, file)
    part.replace(path)
