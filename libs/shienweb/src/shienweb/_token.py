"""Access tokens: checked against the issuer's keys, and minted for demonstrations and tests."""

from __future__ import annotations

import asyncio
import json
import time
import warnings
from collections import OrderedDict
from collections.abc import Sequence, Set
from hashlib import sha256
from typing import Any

import structlog
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError, SecurityWarning
from joserfc.jwt import ClaimsOption
from joserfc.util import urlsafe_b64decode

from ._body import unique_keys
from ._denied import Denied, VerifiedToken
from ._groups import Groups, Unassigned, claim, principal_of
from ._keys import Key, Keys
from ._principal import Principal, Role
from ._problems import Refusal
from ._token_rules import UNTYPED, TokenRules
from ._watched import WatchedFile

_RULES = TokenRules()
_OF_ID_TOKENS = {"at_hash", "c_hash"}  # who signs in gets such a token too, and it is no access token
_TYPES_OF_ID_TOKENS = {"jwt", UNTYPED}
_TIMES = {"exp", "iat", "nbf"}
_WRONG = (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError)
_CACHED = 4096  # verified tokens remembered
_LONGEST = 16_384  # characters

_log = structlog.get_logger(__name__)
# EdDSA is the name that issuers wrote for Ed25519 before RFC 9864. It is the same algorithm.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)


class _UniqueKeys(json.JSONDecoder):
    """Of a claim that is named twice, each reader may believe another value: such a token is rejected."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=unique_keys)


class TokenChecker:
    """Turns an Authorization header into a principal.

    `audience` is one, or several of which a token must name one. `keys` are the issuer's. `groups` says what the
    groups that a token names mean; without it the token says all itself. A verified token is remembered until it
    expires, because to verify one takes longer than most requests; that its key is still the issuer's, that the file of
    groups is the same and that nobody of `denied` names it is looked at each time.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str | Sequence[str],
        jwks: str | Keys,
        rules: TokenRules = _RULES,
        groups: WatchedFile[Groups] | None = None,
        denied: Sequence[Denied] = (),
    ) -> None:
        audiences = [audience] if isinstance(audience, str) else list(audience)
        wanted: dict[str, ClaimsOption] = {
            **{name: {"essential": True, "value": value} for name, value in rules.required.items()},
            rules.claims.audience: {"essential": True, "values": audiences},
            "iss": {"essential": True, "value": issuer},
            "exp": {"essential": True},
            "iat": {"essential": True},
        }
        self._claims = jwt.JWTClaimsRegistry(None, rules.leeway_seconds, **wanted)
        self._registry = jws.JWSRegistry(algorithms=list(rules.algorithms), strict_check_header=False)
        self._issuer = issuer
        self._rules = rules
        self._keys = jwks if isinstance(jwks, Keys) else Keys(jwks)
        self._groups = groups
        self._verified: OrderedDict[str, VerifiedToken] = OrderedDict()
        self.denied: list[Denied] = list(denied)

    async def principal(self, authorization: str | None) -> Principal:
        """Who asks; see `verified`."""
        return (await self.verified(authorization)).principal

    async def verified(self, authorization: str | None) -> VerifiedToken:
        """The token of this header.

        Raises `Refusal`: 401 `token.missing`, `token.expired`, `token.invalid`, `token.revoked` or `token.unassigned`,
        503 `issuer.away`. Raises `Unavailable` when it cannot be known whether the token is denied.
        """
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise refused("token.missing")
        if len(token) > _LONGEST or not token.isascii():
            raise refused("token.invalid")
        found = await self._known(token) or await self._remembered(token)
        if time.time() >= found.until:
            self._verified.pop(token, None)
            raise refused("token.expired")
        for denied in self.denied:
            if await denied.names(found):
                raise refused("token.revoked")
        return found

    async def id_token(self, token: str, client: str, nonce: str) -> None:
        """Check an ID token that the issuer gave to this client for this nonce (OpenID Connect Core 1.0, 3.1.3.7).

        Raises `Refusal`: 401 `token.expired` where its times are not those of our clock, `token.invalid`, 503
        `issuer.away`.
        """
        wanted: dict[str, ClaimsOption] = {
            **{name: {"essential": True} for name in ("exp", "iat", "sub")},
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": client},
            "azp": {"value": client},
            "nonce": {"essential": True, "value": nonce},
        }
        try:
            claims, _ = await self._signed_claims(token, _TYPES_OF_ID_TOKENS)
            jwt.JWTClaimsRegistry(None, self._rules.leeway_seconds, **wanted).validate(claims)
        except _WRONG as error:
            about = getattr(error, "claim", None)
            _log.info("an ID token was refused", why=type(error).__name__, about=about)
            raise refused("token.expired" if about in _TIMES else "token.invalid") from None

    async def _known(self, token: str) -> VerifiedToken | None:
        """The token as it was verified before, if that would come out the same now."""
        found = self._verified.get(token)
        if found is None or (found.groups is self._groups_now() and await self._keys.holds(found.key)):
            return found
        self._verified.pop(token, None)
        return None

    async def _remembered(self, token: str) -> VerifiedToken:
        found = self._verified[token] = await self._verify(token)
        if len(self._verified) > _CACHED:
            self._verified.popitem(last=False)
        return found

    async def _verify(self, token: str) -> VerifiedToken:
        try:
            claims, key = await self._signed_claims(token, self._rules.types)
            self._claims.validate(claims)
            if claims["exp"] - claims["iat"] > self._rules.longest_seconds or claims.keys() & _OF_ID_TOKENS:
                raise refused("token.invalid")
            groups = self._groups_now()
            principal = principal_of(claims, self._rules.claims, groups)
        except ExpiredTokenError:
            raise refused("token.expired") from None
        except Unassigned as unassigned:
            # An account in more groups than the provider puts into a token has none there (OpenID Connect Core, 5.6.2).
            elsewhere = sorted(map(str, named)) if isinstance(named := claims.get("_claim_names"), dict) else []
            _log.info("a token was refused", why="unassigned", about=unassigned.missing, left_out=elsewhere)
            raise refused(f"token.no_{unassigned.missing}") from None
        except _WRONG as error:
            _log.info("a token was refused", why=type(error).__name__, about=getattr(error, "claim", None))
            raise refused("token.invalid") from None
        if principal is None:
            _log.info("a token was refused", why="account, role, body or areas are not of the expected shape")
            raise refused("token.invalid")
        until = float(claims["exp"]) + self._rules.leeway_seconds
        token_id = claim(claims, self._rules.claims.token_id)
        signed = sha256(token.rpartition(".")[0].encode()).digest()
        return VerifiedToken(principal, until, token_id if isinstance(token_id, str) else "", signed, key, groups)

    def _groups_now(self) -> Groups | None:
        return None if self._groups is None else self._groups.value

    async def _signed_claims(self, token: str, types: Set[str]) -> tuple[dict[str, Any], Key]:
        """What the issuer signed, and with which of its keys. Raises `Refusal` or one of `_WRONG`."""
        header = self._header(token, types)
        key = await self._keys.find(header.get("kid"), header["alg"])
        if key is None:
            raise refused("token.invalid")
        # To check a signature takes as long as a whole request: others are served meanwhile.
        read = await asyncio.to_thread(jwt.decode, token, key, registry=self._registry, decoder_cls=_UniqueKeys)
        return read.claims, key

    def _header(self, token: str, types: Set[str]) -> dict[str, Any]:
        """The header of a token, of one of these types. Raises `Refusal` or `ValueError`.

        An extension named in `crit` would have to be understood (RFC 7515, section 4.1.11), and none is.
        """
        segment = token.partition(".")[0]
        header = json.loads(urlsafe_b64decode(segment.encode()), object_pairs_hook=unique_keys)
        kind = header.get("typ", UNTYPED).lower().removeprefix("application/")
        if kind not in types or (kind == UNTYPED and "typ" in header):
            raise refused("token.invalid")
        if header.get("alg") not in self._rules.algorithms or "crit" in header:
            raise refused("token.invalid")
        found: dict[str, Any] = header
        return found


def refused(code: str) -> Refusal:
    """The 401 with this code. A request without a token gets no error in the challenge (RFC 6750)."""
    challenge = "Bearer" if code == "token.missing" else 'Bearer error="invalid_token"'
    return Refusal(401, code, headers={"WWW-Authenticate": challenge})


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
