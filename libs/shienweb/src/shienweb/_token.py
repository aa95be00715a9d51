"""Access tokens: checked against the issuer's keys, and minted for demonstrations and tests."""

from __future__ import annotations

import asyncio
import json
import time
import warnings
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import structlog
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from ._body import unique_keys
from ._keys import Keys
from ._principal import Principal, Role
from ._problems import Refusal

ALGORITHMS = ("ES256", "Ed25519", "EdDSA", "RS256")  # never none, never a shared secret
LEEWAY_SECONDS = 30
LONGEST_SECONDS = 86_400
_CACHED = 4096  # verified tokens remembered
_LONGEST = 8192  # characters
ROLES = {role.value: role for role in Role}

_log = structlog.get_logger(__name__)
_REGISTRY = jws.JWSRegistry(algorithms=ALGORITHMS)
# EdDSA is the name that issuers wrote for Ed25519 before RFC 9864. It is the same algorithm.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)

Key = ECKey | OKPKey | RSAKey


class _UniqueKeys(json.JSONDecoder):
    """Of a claim that is named twice, each reader may believe another value: such a token is rejected."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=unique_keys)


class TokenChecker:
    """Turns an Authorization header into a principal (RFC 9068 access tokens).

    `jwks` is the path or the URL of the issuer's keys. `longest_seconds`: a token of a longer life, from `iat` to
    `exp`, is rejected. A verified token is remembered until it expires: to verify one takes longer than most requests.
    """

    def __init__(self, *, issuer: str, audience: str, jwks: str, longest_seconds: int = LONGEST_SECONDS) -> None:
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
        )
        self._longest_seconds = longest_seconds
        self._keys = Keys(jwks)
        self._verified: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    async def principal(self, authorization: str | None) -> Principal:
        """Who asks. Raises `Refusal` (401 `token.missing`, `token.expired` or `token.invalid`; 503 `issuer.away`)."""
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise refused("token.missing")
        if len(token) > _LONGEST or not token.isascii():
            raise refused("token.invalid")
        verified = self._verified.get(token)
        if verified is None:
            verified = await self._verify(token)
            self._verified[token] = verified
            if len(self._verified) > _CACHED:
                self._verified.popitem(last=False)
        principal, until = verified
        if time.time() >= until:
            self._verified.pop(token, None)
            raise refused("token.expired")
        return principal

    async def _verify(self, token: str) -> tuple[Principal, float]:
        try:
            header = _header(token)
            key = await self._keys.find(header.get("kid"), header["alg"])
            if key is None:
                raise refused("token.invalid")
            # To check a signature takes as long as a whole request: others are served meanwhile.
            claims = await asyncio.to_thread(_claims, token, key)
            self._claims.validate(claims)
            if claims["exp"] - claims["iat"] > self._longest_seconds:
                raise refused("token.invalid")
            principal = principal_of(claims)
        except ExpiredTokenError:
            raise refused("token.expired") from None
        except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            _log.info("a token was refused", why=type(error).__name__)
            raise refused("token.invalid") from None
        if principal is None:
            raise refused("token.invalid")
        return principal, float(claims["exp"]) + LEEWAY_SECONDS


def _header(token: str) -> dict[str, Any]:
    """The header of an access token (RFC 9068). Raises `Refusal` or `ValueError`.

    An extension named in `crit` would have to be understood (RFC 7515, section 4.1.11), and none is.
    """
    segment = token.partition(".")[0]
    header = json.loads(urlsafe_b64decode(segment.encode()), object_pairs_hook=unique_keys)
    if header.get("typ", "").lower() not in ("at+jwt", "application/at+jwt"):
        raise refused("token.invalid")
    if header.get("alg") not in ALGORITHMS or "crit" in header:
        raise refused("token.invalid")
    found: dict[str, Any] = header
    return found


def _claims(token: str, key: Key) -> dict[str, Any]:
    return jwt.decode(token, key, registry=_REGISTRY, decoder_cls=_UniqueKeys).claims


def refused(code: str) -> Refusal:
    """The 401 with this code. A request without a token gets no error in the challenge (RFC 6750)."""
    challenge = "Bearer" if code == "token.missing" else 'Bearer error="invalid_token"'
    return Refusal(401, code, headers={"WWW-Authenticate": challenge})


def principal_of(claims: dict[str, Any]) -> Principal | None:
    """The principal these claims describe, or `None` when they describe none."""
    subject, role, body, areas = (claims.get(name) for name in ("sub", "role", "body", "areas"))
    if not (_line(subject, 200) and _line(body, 100) and isinstance(role, str) and role in ROLES):
        return None
    if not isinstance(areas, list) or not 1 <= len(areas) <= 200 or not all(_line(area, 64) for area in areas):
        return None
    return Principal(str(subject), ROLES[str(role)], str(body), tuple(sorted(set(areas))))


def _line(value: object, longest: int) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= longest and value.isprintable()


def mint(
    key: Key,
    *,
    role: Role,
    areas: Sequence[str],
    body: str,
    subject: str = "demo",
    issuer: str,
    audience: str,
    seconds: int = 3600,
    **claims: object,
) -> str:
    """An access token signed with this key, valid from now for `seconds`. `claims` replace or extend its claims."""
    now = int(time.time())
    payload = {
        "iss": issuer, "aud": audience, "sub": subject, "client_id": subject, "iat": now, "exp": now + seconds,
        "jti": f"{time.time_ns():x}", "role": role.value, "body": body, "areas": list(areas), **claims,
    }  # fmt: skip
    algorithm = {"EC": "ES256", "OKP": "Ed25519", "RSA": "RS256"}[key.key_type]
    header: dict[str, Any] = {"alg": algorithm, "typ": "at+jwt", "kid": key.kid}
    return jwt.encode(header, payload, key, [algorithm])
