"""Access tokens: checked against the issuer's keys, and minted for demonstrations and tests."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import structlog
from joserfc import jws, jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from ._keys import Keys
from ._principal import Principal, Role
from ._problems import Refusal

ALGORITHMS = ("ES256", "Ed25519", "EdDSA", "RS256")  # never none, never a shared secret
LEEWAY_SECONDS = 30
_KEPT = 4096  # verified tokens remembered
_LONGEST = 8192
ROLES = {role.value: role for role in Role}

_log = structlog.get_logger(__name__)

Key = ECKey | OKPKey | RSAKey


class _Registry(jws.JWSRegistry):
    """The algorithms we take, and no other. EdDSA is only the older name (RFC 9864) that issuers still write."""

    def get_alg(self, name: str) -> Any:
        """The algorithm of this name, when it is on the list."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(f"{name!r} is not taken")
        return self.algorithms[name]


_REGISTRY = _Registry()


class TokenChecker:
    """Turns an Authorization header into a principal (RFC 9068 access tokens).

    `jwks` is the path or the URL of the issuer's keys. A token that was verified is remembered until it expires:
    to verify one costs more than most requests.
    """

    def __init__(self, *, issuer: str, audience: str, jwks: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = Keys(jwks)
        self._known: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    async def principal(self, authorization: str | None) -> Principal:
        """Who asks. Raises 401 `token.missing`, `token.expired` or `token.invalid`."""
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise refused("token.missing")
        if len(token) > _LONGEST or not token.isascii():
            raise refused("token.invalid")
        known = self._known.get(token)
        if known is None:
            known = await self._verify(token)
            self._known[token] = known
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        principal, until = known
        if time.time() >= until:
            self._known.pop(token, None)
            raise refused("token.expired")
        return principal

    async def _verify(self, token: str) -> tuple[Principal, float]:
        try:
            header = jws.extract_compact(token.encode()).headers()
            if header.get("typ", "").lower() not in ("at+jwt", "application/at+jwt"):
                raise refused("token.invalid")
            if header.get("alg") not in ALGORITHMS:
                raise refused("token.invalid")
            key = await self._keys.find(header.get("kid"), header["alg"])
            if key is None:
                raise refused("token.invalid")
            # Checking a signature takes the time of a whole request: others go on meanwhile.
            claims = (await asyncio.to_thread(jwt.decode, token, key, registry=_REGISTRY)).claims
        except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            _log.info("a token was refused", why=type(error).__name__)
            raise refused("token.invalid") from None
        return self._read(claims)

    def _read(self, claims: dict[str, Any]) -> tuple[Principal, float]:
        now = time.time()
        audience = claims.get("aud")
        until = moment(claims.get("exp"))
        right = (
            claims.get("iss") == self._issuer
            and (audience == self._audience or (isinstance(audience, list) and self._audience in audience))
            and until is not None
            and (issued := moment(claims.get("iat"))) is not None
            and issued <= now + LEEWAY_SECONDS
            and (
                "nbf" not in claims
                or ((begins := moment(claims["nbf"])) is not None and begins <= now + LEEWAY_SECONDS)
            )
        )
        principal = principal_of(claims)
        if not right or until is None or principal is None:
            raise refused("token.invalid")
        if now >= until + LEEWAY_SECONDS:
            raise refused("token.expired")
        return principal, until + LEEWAY_SECONDS


def refused(code: str) -> Refusal:
    """The 401 with this code. RFC 6750: a request without a token is told no error."""
    challenge = "Bearer" if code == "token.missing" else 'Bearer error="invalid_token"'
    return Refusal(401, code, headers={"WWW-Authenticate": challenge})


def moment(value: object) -> float | None:
    """A NumericDate, or `None` for what is not one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e11:
        return None
    return float(value)


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
    """An access token signed with this key, valid from now for `seconds`. `claims` replace or add to its claims."""
    now = int(time.time())
    said = {
        "iss": issuer, "aud": audience, "sub": subject, "client_id": subject, "iat": now, "exp": now + seconds,
        "jti": f"{time.time_ns():x}", "role": role.value, "body": body, "areas": list(areas), **claims,
    }  # fmt: skip
    algorithm = {"EC": "ES256", "OKP": "Ed25519", "RSA": "RS256"}[key.key_type]
    header: dict[str, Any] = {"alg": algorithm, "typ": "at+jwt", "kid": key.kid}
    return jwt.encode(header, said, key, [algorithm])
