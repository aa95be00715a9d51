"""The environment of the portal's process."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator

from shienevents import text_of
from shienweb import ServiceProcessSettings, is_address

from .sessions import Limits


class Settings(ServiceProcessSettings):
    """Variables SHIEN_…  `synthetic`: every page says 「合成データ」.

    With `sign_in_client_id` people sign in at the identity provider, whose addresses are read from
    `sign_in_discovery` (without it, from the well-known address below `issuer`). `sign_in_address` is the portal's own
    address as browsers have it. `sign_in_secret_file` holds the secret of the client; it is read for each request to
    the provider, and an empty one says that the client has none. A session, also that of a pasted token, ends
    `sign_in_idle_minutes` after its last request, and `sign_in_longest_hours` after its beginning: NIST SP 800-63B
    (revision 3, section 4.2.3) asks for 30 minutes and 12 hours at AAL2. An account has `sign_in_most_sessions` at a
    time; a further one ends the oldest (ASVS 5.0, 7.1.2).
    """

    service = "portal"

    synthetic: bool = False
    sign_in_client_id: str = ""
    sign_in_secret_file: Path | None = None
    sign_in_address: str = ""
    sign_in_discovery: str = ""
    sign_in_scopes: str = "openid"
    sign_in_idle_minutes: int = Field(default=30, ge=1, le=1440)
    sign_in_longest_hours: int = Field(default=12, ge=1, le=168)
    sign_in_most_sessions: int = Field(default=5, ge=1, le=100)

    @field_validator("sign_in_secret_file", mode="before")
    @classmethod
    def _no_file(cls, value: object) -> object:
        """An empty variable, as compose passes it on, says nothing."""
        return value or None

    @field_validator("sign_in_scopes")
    @classmethod
    def _of_openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("openid is expected among the scopes / スコープに openid を含めてください")
        return value

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if self.sign_in_client_id and not is_address(self.sign_in_address):
            raise ValueError(
                "SHIEN_SIGN_IN_CLIENT_ID needs SHIEN_SIGN_IN_ADDRESS, the portal's own address for browsers, such as "
                "https://shien.city.example / SHIEN_SIGN_IN_CLIENT_ID には SHIEN_SIGN_IN_ADDRESS（ブラウザーから見た"
                "ポータルのアドレス。例: https://shien.city.example）が必要です"
            )
        if self.sign_in_secret_file is not None:
            try:
                text_of(self.sign_in_secret_file, may_be_empty=True)  # that it can be read is known at the start
            except ValueError as error:
                raise ValueError(f"SHIEN_SIGN_IN_SECRET_FILE: {error}") from None
        return self

    @property
    def session_limits(self) -> Limits:
        """When a session ends by itself."""
        idle, longest = timedelta(minutes=self.sign_in_idle_minutes), timedelta(hours=self.sign_in_longest_hours)
        return Limits(idle, longest, self.sign_in_most_sessions)

    @property
    def discovery(self) -> str:
        """Where the provider says what its addresses are (OpenID Connect Discovery 1.0, section 4)."""
        return self.sign_in_discovery or f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
