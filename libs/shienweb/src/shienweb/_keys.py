"""The issuer's public keys, from a file or a URL, and the signing key of a demonstration."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from ._problems import Refusal

_RELOAD_SECONDS = 30.0  # an unknown kid makes the keys be read again, this often at most
_FAILED_SECONDS = 2.0  # the same, while no key has ever been read
_FETCH_SECONDS = 3.0
_TYPES = {"ES256": "EC", "Ed25519": "OKP", "EdDSA": "OKP", "RS256": "RSA"}

_log = structlog.get_logger(__name__)


class Keys:
    """The keys of a JWKS. Read when first needed, and again when a token names a key that is not among them."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._keys: dict[str, ECKey | OKPKey | RSAKey] = {}
        self._loaded_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, kid: object, algorithm: str) -> ECKey | OKPKey | RSAKey | None:
        """The key with this id, if it is one for this algorithm. Raises `Refusal` (503) while no key could be read."""
        if not isinstance(kid, str):
            return None
        if kid not in self._keys:
            async with self._lock:
                pause = _RELOAD_SECONDS if self._keys else _FAILED_SECONDS
                if kid not in self._keys and time.monotonic() - self._loaded_at >= pause:
                    await self._load()
        if not self._keys:
            raise Refusal(503, "issuer.away", headers={"Retry-After": str(round(_FAILED_SECONDS))})
        key = self._keys.get(kid)
        return key if key is not None and key.key_type == _TYPES[algorithm] else None

    async def _load(self) -> None:
        self._loaded_at = time.monotonic()
        try:
            self._keys = _public(json.loads(await self._text()))
        except (OSError, httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            _log.error("the issuer's keys cannot be read; the known ones stay", jwks=self._where, error=str(error))

    async def _text(self) -> str:
        if not self._where.startswith(("https://", "http://")):
            return await asyncio.to_thread(Path(self._where.removeprefix("file://")).read_text)
        async with httpx2.AsyncClient(timeout=_FETCH_SECONDS, follow_redirects=False) as client:
            answer = await client.get(self._where)
            answer.raise_for_status()
            return answer.text


def _public(document: dict[str, Any]) -> dict[str, ECKey | OKPKey | RSAKey]:
    """Its keys for signatures, by id. Symmetric keys do not belong in a public document and are ignored."""
    found: dict[str, ECKey | OKPKey | RSAKey] = {}
    usable = [key for key in document["keys"] if key.get("kty") in _TYPES.values() and key.get("use", "sig") == "sig"]
    for key in KeySet.import_key_set({"keys": usable}).keys:
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
