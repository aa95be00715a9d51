"""An identity provider for tests: a real HTTP server with a key of its own, shaped like Keycloak or like Entra ID.

It signs in whoever presses its button, gives tokens for a code once, gives each token for a renewal once, and refuses
what a provider must refuse. A test makes it do wrong: `changed` claims, another `answer` of an address, `away`.
"""

from __future__ import annotations

import hmac
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET, AUDIENCE = "shien-portal", "a secret: 100 %/+", "shien"
_HEAD = "<meta charset=utf-8><title>市の認証</title><link rel=icon href='data:,'>"
KEY = RSAKey.generate_key(2048, auto_kid=True)


@dataclass
class IdentityProvider:
    """The provider at `address`, for the portal at `portal`. `account`, `role`, `body` and `areas` are of who signs in.

    `changed`: claims of the next tokens that differ, by `id` and `access`; None: without the claim. `answers`: what an
    address answers instead. `renewals` counts, `ended` keeps the hints of those who signed out.
    """

    shape: str
    address: str = ""
    portal: str = "http://127.0.0.1:1"
    account: str = "account"
    role: str = "tier2_coordinator"
    body: str = "北地域包括支援センター"
    areas: list[str] = field(default_factory=list)
    seconds: int = 300
    refreshes: bool = True
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, Response] = field(default_factory=dict)
    renewals: int = 0
    ended: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _renewing: set[str] = field(default_factory=set)

    @property
    def issuer(self) -> str:
        """As each calls itself."""
        return self.address + ("/realms/shien" if self.shape == "keycloak" else "/11111111-2222/v2.0")

    def settings(self) -> dict[str, Any]:
        """The portal's settings for it."""
        fixed = "typ=Bearer" if self.shape == "keycloak" else "ver=2.0"
        names = {"claim_subject": "sub" if self.shape == "keycloak" else "oid"}
        return {
            "issuer": self.issuer, "jwks": f"{self.address}/keys", "audience": AUDIENCE, "token_types": "JWT",
            "token_algorithms": "RS256", "token_requires": fixed, "sign_in_client_id": CLIENT,
            "sign_in_address": self.portal, **names,
        }  # fmt: skip

    def tokens(self, nonce: str | None) -> dict[str, Any]:
        """What its token endpoint answers."""
        now = int(time.time())
        times: dict[str, Any] = {"iss": self.issuer, "iat": now, "exp": now + self.seconds}
        mine = {"role": self.role, "body": self.body, "areas": self.areas}
        if self.shape == "keycloak":
            access = {
                **times,
                **mine,
                "aud": [AUDIENCE, "account"],
                "sub": self.account,
                "typ": "Bearer",
                "azp": CLIENT,
            }
            identity = {**times, "aud": CLIENT, "sub": self.account, "typ": "ID", "azp": CLIENT, "at_hash": "x"}
        else:
            access = {**times, **mine, "aud": AUDIENCE, "sub": "pairwise", "oid": self.account, "ver": "2.0"}
            identity = {**times, "aud": CLIENT, "sub": "another pairwise", "ver": "2.0"}
        if nonce:
            identity["nonce"] = nonce
        found: dict[str, Any] = {
            "access_token": _signed({**access, "jti": token_urlsafe(8), **self.changed.get("access", {})}),
            "id_token": _signed({**identity, **self.changed.get("id", {})}),
            "token_type": "Bearer", "expires_in": self.seconds, "scope": "openid",
        }  # fmt: skip
        if self.refreshes:
            found["refresh_token"] = token_urlsafe(16)
            self._renewing.add(found["refresh_token"])
        return found

    def code_for(self, asked: dict[str, str]) -> Response:
        """Somebody signed in: back to the client with a code."""
        code = token_urlsafe(16)
        self._codes[code] = asked
        said = {"code": code, "state": asked["state"], "session_state": "x"}
        if self.shape == "keycloak":
            said["iss"] = self.issuer
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(said)}", 303)

    def redeemed(self, form: dict[str, str]) -> Response:
        """The token endpoint, for a client that showed who it is."""
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self._renewing:
                return JSONResponse({"error": "invalid_grant"}, 400)
            self._renewing.remove(form["refresh_token"])
            self.renewals += 1
            return JSONResponse(self.tokens(None))
        asked = self._codes.pop(form["code"], None)
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if asked is None or asked["redirect_uri"] != form["redirect_uri"] or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(self.tokens(asked["nonce"]))

    def refuses(self, asked: dict[str, str]) -> str:
        """What is wrong with a request of the browser's for a code; empty: nothing."""
        wanted = {
            "client_id": CLIENT, "redirect_uri": f"{self.portal}/sign-in/return", "response_type": "code",
            "code_challenge_method": "S256",
        }  # fmt: skip
        wrong = [name for name, value in wanted.items() if asked.get(name) != value]
        wrong += [name for name in ("state", "nonce", "code_challenge") if len(asked.get(name, "")) != 43]
        return ", ".join(wrong + ([] if "openid" in asked.get("scope", "").split() else ["scope"]))


def _signed(claims: dict[str, Any]) -> str:
    present = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": KEY.kid}, present, KEY)


async def _form(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}


def _is_the_client(request: Request, form: dict[str, str], shape: str) -> bool:
    """Each takes another of the two usual ways."""
    if shape == "keycloak":
        given = b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        name, _, secret = given.partition(":")
        return unquote(name) == CLIENT and hmac.compare_digest(unquote(secret), SECRET)
    return form.get("client_id") == CLIENT and hmac.compare_digest(form.get("client_secret", ""), SECRET)


def application(provider: IdentityProvider) -> FastAPI:
    """Its addresses."""
    app = FastAPI()

    @app.middleware("http")
    async def instead(request: Request, call_next: Any) -> Response:
        return provider.answers.get(request.url.path) or await call_next(request)

    @app.get("/realms/shien/.well-known/openid-configuration")
    @app.get("/11111111-2222/v2.0/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        ways = ["client_secret_basic"] if provider.shape == "keycloak" else ["client_secret_post", "private_key_jwt"]
        pages = {"authorization": "authorize", "token": "token", "end_session": "logout"}
        return {
            "issuer": provider.issuer, "jwks_uri": f"{provider.address}/keys",
            "token_endpoint_auth_methods_supported": ways, "response_types_supported": ["code"],
            **{f"{name}_endpoint": f"{provider.address}/{path}" for name, path in pages.items()},
        }  # fmt: skip

    @app.get("/keys")
    async def keys() -> dict[str, Any]:
        return {"keys": [KEY.as_dict(private=False, use="sig", alg="RS256")]}

    @app.get("/mail")
    async def mail(link: str) -> Response:
        return HTMLResponse(f"<!doctype html><html lang=ja>{_HEAD}<a href='{link}'>a link, as in a mail</a>")

    @app.get("/authorize")
    async def page(request: Request) -> Response:
        if wrong := provider.refuses(dict(request.query_params)):
            return HTMLResponse(f"wrong: {wrong}", 400)
        body = "<h1>市の認証</h1><form method=post><button>職員としてサインイン</button></form>"
        return HTMLResponse(f"<!doctype html><html lang=ja>{_HEAD}{body}")

    @app.post("/authorize")
    async def signed_in(request: Request) -> Response:
        asked = dict(request.query_params)
        return HTMLResponse("wrong", 400) if provider.refuses(asked) else provider.code_for(asked)

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = await _form(request)
        if not _is_the_client(request, form, provider.shape):
            return JSONResponse({"error": "invalid_client"}, 401)
        return provider.redeemed(form)

    @app.get("/logout")
    async def logout(request: Request) -> Response:
        asked = request.query_params
        if asked.get("post_logout_redirect_uri") != f"{provider.portal}/sign-in" or asked.get("client_id") != CLIENT:
            return HTMLResponse("wrong", 400)
        provider.ended.append(asked.get("id_token_hint", ""))
        return RedirectResponse(asked["post_logout_redirect_uri"], 303)

    return app


@contextmanager
def provider_at_work(shape: str = "keycloak", host: str = "127.0.0.1") -> Iterator[IdentityProvider]:
    """A provider on a free port of this machine. To a browser `localhost` is another site than 127.0.0.1."""
    provider = IdentityProvider(shape)
    config = uvicorn.Config(application(provider), host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    provider.address = f"http://{host}:{socket.getsockname()[1]}"
    thread = threading.Thread(target=server.run, args=([socket],))
    thread.start()
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()
        socket.close()
