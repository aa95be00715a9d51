"""What a token of the operator's identity provider looks like: the rules by which it is checked, as settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

KEY_TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("Ed25519", "EdDSA"), "OKP"),
}
"""The algorithms that may be chosen, each with its kind of key. None of them is `none` or has a shared secret."""
UNTYPED: Final = "none"
"""How the setting says that a token's header need not have a `typ`."""


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """The claims that say who asks. `/a/b` is claim `b` in claim `a` (JSON Pointer); an empty name is not read."""

    subject: str = "sub"
    token_id: str = "jti"
    audience: str = "aud"
    role: str = "role"
    body: str = "body"
    areas: str = "areas"
    groups: str = ""


@dataclass(frozen=True, slots=True)
class TokenRules:
    """How an access token is checked.

    `types` are the values of the header's `typ` that are accepted, in small letters and without `application/`.
    `required` are claims that must have this value, beside issuer, audience and times.
    """

    types: frozenset[str] = frozenset({"at+jwt"})
    algorithms: tuple[str, ...] = ("ES256", "Ed25519", "EdDSA", "RS256")
    leeway_seconds: int = 30
    longest_seconds: int = 86_400
    required: Mapping[str, str] = field(default_factory=dict)
    claims: ClaimNames = ClaimNames()


class TokenSettings(BaseSettings):
    """The variables that say how access tokens are checked. `docs/tokens.md` explains them, provider by provider.

    Lists are separated by commas. `issuer` is compared letter by letter, `audience` may be several. `jwks` is a file's
    path or a URL; it is read again every `jwks_refresh_seconds`, and keys count for `jwks_keep_seconds` while it cannot
    be read. `token_types`: `none` accepts a header without `typ`. `token_requires`: claims that must have a value, as
    in `typ=Bearer`. `token_longest_seconds`: a token of a longer life, from `iat` to `exp`, is refused.
    """

    issuer: str = "https://shien.invalid"
    audience: str = "shien"
    jwks: str = "jwks.json"
    jwks_refresh_seconds: int = Field(default=120, ge=10, le=600)
    jwks_keep_seconds: int = Field(default=3600, ge=60, le=86_400)
    token_types: str = "at+jwt"
    token_algorithms: str = "ES256,Ed25519,EdDSA,RS256"
    token_leeway_seconds: int = Field(default=30, ge=0, le=300)
    token_longest_seconds: int = Field(default=86_400, ge=60, le=31_536_000)
    token_requires: str = ""
    claim_subject: str = "sub"
    claim_token_id: str = "jti"
    claim_audience: str = "aud"
    claim_role: str = "role"
    claim_body: str = "body"
    claim_areas: str = "areas"
    claim_groups: str = ""

    @field_validator("token_algorithms")
    @classmethod
    def _known_algorithms(cls, value: str) -> str:
        if not listed(value) or set(listed(value)) - KEY_TYPES.keys():
            raise ValueError(f"choose from {', '.join(KEY_TYPES)}")
        return value

    @field_validator("audience", "token_types")
    @classmethod
    def _not_empty(cls, value: str) -> str:
        if not listed(value):
            raise ValueError("at least one value is needed")
        return value

    @field_validator("token_requires")
    @classmethod
    def _claims_with_values(cls, value: str) -> str:
        if wrong := [one for one in listed(value) if not all(map(str.strip, one.partition("=")))]:
            raise ValueError(f"{wrong[0]}: write claim=value")
        return value

    @field_validator("claim_subject", "claim_audience")
    @classmethod
    def _plain_claim(cls, value: str) -> str:
        if not value or value.startswith("/"):
            raise ValueError("the name of a claim of the token itself is needed")
        return value

    @property
    def audiences(self) -> tuple[str, ...]:
        """The audiences, one of which a token must be for."""
        return listed(self.audience)

    def token_rules(self) -> TokenRules:
        """The rules that these settings describe."""
        return TokenRules(
            types=frozenset(one.lower().removeprefix("application/") for one in listed(self.token_types)),
            algorithms=listed(self.token_algorithms),
            leeway_seconds=self.token_leeway_seconds,
            longest_seconds=self.token_longest_seconds,
            required=dict(_pair(one) for one in listed(self.token_requires)),
            claims=ClaimNames(
                subject=self.claim_subject, token_id=self.claim_token_id, audience=self.claim_audience,
                role=self.claim_role, body=self.claim_body, areas=self.claim_areas, groups=self.claim_groups,
            ),
        )  # fmt: skip


def listed(text: str) -> tuple[str, ...]:
    """The values of a setting that are separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()
