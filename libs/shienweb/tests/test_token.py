"""Which tokens are taken: the issuer's, for us, in time, with claims that name nobody."""

from __future__ import annotations

import asyncio
import json
import ssl
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from shienops import Authority
from shienweb import Principal, Refusal, Role, TokenChecker, demo_key, mint
from shienweb import _keys as keys_module
from shienweb._token import _CACHED

ISSUER, AUDIENCE = "https://issuer.test", "shien"
KEY = ECKey.generate_key("P-256", auto_kid=True)


def jwks(folder: Path, *keys: Any) -> str:
    path = folder / "jwks.json"
    path.write_text(json.dumps({"keys": [key.as_dict(private=False) for key in keys]}))
    return str(path)


def checker(where: str) -> TokenChecker:
    return TokenChecker(issuer=ISSUER, audience=AUDIENCE, jwks=where)


def minted(key: Any = KEY, **claims: Any) -> str:
    options = {"body": "ささえりあ熊本中央", "issuer": ISSUER, "audience": AUDIENCE, "areas": ["272108-01"], **claims}
    return mint(key, role=Role.TIER2_COORDINATOR, **options)


def forged(claims: dict[str, Any], header: dict[str, Any], key: Any = KEY, algorithm: str = "ES256") -> str:
    now = int(time.time())
    said = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "s", "iat": now, "exp": now + 60,
        "role": "auditor", "body": "b", "areas": ["a"], **claims,
    }  # fmt: skip
    return jwt.encode({"alg": algorithm, "typ": "at+jwt", "kid": KEY.kid, **header}, said, key, [algorithm])


def twice(claims: dict[str, Any], name: str, value: str) -> str:
    """A token, rightly signed, whose payload names a claim twice."""
    plain = jws.extract_compact(forged(claims, {}).encode()).payload
    payload = plain[:-1] + f',"{name}":"{value}"}}'.encode()
    return jws.serialize_compact({"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid}, payload, KEY)


def twice_in_header(name: str, value: str) -> str:
    """A token, rightly signed, whose header names a parameter twice."""
    header, payload, _ = forged({}, {}).split(".")
    plain = urlsafe_b64decode(header.encode())
    changed = urlsafe_b64encode(plain[:-1] + f',"{name}":"{value}"}}'.encode()).decode()
    signature = JWSRegistry.algorithms["ES256"].sign(f"{changed}.{payload}".encode(), KEY)
    return f"{changed}.{payload}.{urlsafe_b64encode(signature).decode()}"


async def refusal(check: TokenChecker, token: str) -> str:
    with pytest.raises(Refusal) as caught:
        await check.principal(f"Bearer {token}")
    assert caught.value.status_code == 401
    return caught.value.code


async def test_a_token_of_the_issuer_names_role_body_and_areas(tmp_path: Path) -> None:
    check = checker(jwks(tmp_path, KEY))
    principal = await check.principal(f"Bearer {minted(subject='u-1')}")
    assert principal == Principal("u-1", Role.TIER2_COORDINATOR, "ささえりあ熊本中央", ("272108-01",))
    assert str(principal.actor) == "tier2_coordinator/ささえりあ熊本中央"


ED, RSA = OKPKey.generate_key("Ed25519", auto_kid=True), RSAKey.generate_key(2048, auto_kid=True)


@pytest.mark.parametrize("key", [ED, RSA], ids=["Ed25519", "RSA"])
async def test_other_kinds_of_keys_on_the_list_are_taken_too(tmp_path: Path, key: Any) -> None:
    assert (await checker(jwks(tmp_path, key)).principal(f"bearer {minted(key)}")).subject == "demo"


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # pytest puts its own filters in the place of ours
async def test_the_older_name_of_ed25519_is_accepted(tmp_path: Path) -> None:
    with pytest.warns(SecurityWarning, match="EdDSA"):
        token = forged({}, {"kid": ED.kid}, ED, "EdDSA")
    assert (await checker(jwks(tmp_path, ED)).principal(f"Bearer {token}")).role == Role.AUDITOR


@pytest.mark.parametrize("header", [None, "", "Basic eDp5", "Bearer", "Bearer  "])
async def test_without_a_token_one_is_asked_for(tmp_path: Path, header: str | None) -> None:
    with pytest.raises(Refusal) as caught:
        await checker(jwks(tmp_path, KEY)).principal(header)
    assert (caught.value.code, caught.value.headers) == ("token.missing", {"WWW-Authenticate": "Bearer"})


async def test_what_is_not_a_token_of_the_issuer_for_us_is_refused(tmp_path: Path) -> None:
    public = json.dumps(KEY.as_dict(private=False)).encode()
    now = int(time.time())
    other = ECKey.generate_key("P-256", {"kid": str(KEY.kid)})
    wrong = {
        "another key of the same id": forged({}, {}, other),
        "id token": forged({}, {"typ": "JWT"}),
        "no typ": jwt.encode({"alg": "ES256", "kid": KEY.kid}, {"iss": ISSUER}, KEY, default_type=None),
        "unknown kid": forged({}, {"kid": "x"}),
        "HS256 with the public key": forged({}, {}, OctKey.import_key(public), "HS256"),
        "none": "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4In0.",
        "issuer": forged({"iss": "https://other.test"}, {}),
        "audience": forged({"aud": "other"}, {}),
        "no audience": forged({"aud": []}, {}),
        "no exp": forged({"exp": None}, {}),
        "exp as text": forged({"exp": str(now + 60)}, {}),
        "iat to come": forged({"iat": now + 120}, {}),
        "nbf to come": forged({"nbf": now + 120}, {}),
        "unknown role": forged({"role": "mayor"}, {}),
        "role as object": forged({"role": {"auditor": True}}, {}),
        "no body": forged({"body": ""}, {}),
        "long body": forged({"body": "x" * 101}, {}),
        "body with a line end": forged({"body": "a\nb"}, {}),
        "no areas": forged({"areas": []}, {}),
        "many areas": forged({"areas": [str(n) for n in range(201)]}, {}),
        "areas as number": forged({"areas": 272108}, {}),
        "no subject": forged({"sub": None}, {}),
        "text": "a.b.c",
        "two parts": "a.b",
        "long": "x" * 9000,
        "umlaut": "ä",
        "header that is no object": "W10.e30.e30",
        "crit, empty": forged({}, {"crit": []}),
        "crit": forged({}, {"crit": ["b64"], "b64": True}),
        "a life of more than a day": forged({"exp": now + 86_461}, {}),
        "the year 5000": forged({"exp": 95_617_584_000}, {}),
        "exp too large for a float": forged({"exp": 10**400}, {}),
        "a claim twice": twice({}, "role", "municipal_administrator"),
        "a header twice": twice_in_header("alg", "ES256"),
    }
    check = checker(jwks(tmp_path, KEY))
    assert {why: await refusal(check, token) for why, token in wrong.items()} == dict.fromkeys(wrong, "token.invalid")
    assert await refusal(check, forged({"exp": now - 31}, {})) == "token.expired"
    right = [forged({"exp": now - 20}, {}), forged({"iat": now + 20}, {}), forged({"aud": ["x", AUDIENCE]}, {})]
    right.append(forged({"exp": now + 86_400}, {}))
    assert [(await check.principal(f"Bearer {token}")).role for token in right] == [Role.AUDITOR] * 4


async def test_a_token_is_verified_once_and_forgotten_when_it_expires(tmp_path: Path) -> None:
    check = checker(jwks(tmp_path, KEY))
    token = minted()
    first = await check.principal(f"Bearer {token}")
    assert await check.principal(f"Bearer {token}") is first
    seen = check._verified[token]
    check._verified[token] = seen._replace(until=time.time() - 1)
    with pytest.raises(Refusal) as caught:
        await check.principal(f"Bearer {token}")
    assert caught.value.code == "token.expired"
    check._verified.update({str(n): seen for n in range(_CACHED)})
    await check.principal(f"Bearer {minted(subject='next')}")
    assert len(check._verified) == _CACHED


async def test_new_keys_of_the_issuer_are_found_but_tried_at_for_seldom(tmp_path: Path) -> None:
    check = checker(jwks(tmp_path, KEY))
    await check.principal(f"Bearer {minted()}")
    rolled = ECKey.generate_key("P-256", auto_kid=True)
    jwks(tmp_path, rolled)
    assert await refusal(check, minted(rolled)) == "token.invalid"
    check._keys._tried_at -= keys_module._UNKNOWN_SECONDS
    assert (await check.principal(f"Bearer {minted(rolled)}")).subject == "demo"


@contextmanager
def issuer(folder: Path, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[str]]]:
    """An HTTP server over the folder; its address, and the paths it was asked for. `tls`: it speaks that."""
    asked: list[str] = []

    class Files(SimpleHTTPRequestHandler):
        def log_message(self, _: str, *args: object) -> None:
            asked.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder))) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/jwks.json", asked
        finally:
            server.shutdown()
            thread.join()


async def test_a_provider_of_an_own_authority_is_trusted_once_the_setting_s_file_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jwks(tmp_path, KEY)
    ours, others = Authority.of(tmp_path / "ours"), Authority.of(tmp_path / "others")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*ours.issue("provider", ("127.0.0.1",)))
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(others.file.read_bytes())
    with issuer(tmp_path, tls) as (address, _):
        check = checker(address)
        for known in (False, True):
            monkeypatch.setenv("SSL_CERT_FILE", str(trusted)) if known else monkeypatch.delenv("SSL_CERT_FILE", False)
            with pytest.raises(Refusal, match=r"issuer\.away"):
                await check.principal(f"Bearer {minted()}")
            check._keys._tried_at -= 60
        trusted.write_bytes(others.file.read_bytes() + ours.file.read_bytes())
        assert (await check.principal(f"Bearer {minted()}")).subject == "demo", "the file is read again"


async def test_keys_come_from_an_address_and_unknown_ones_are_asked_for_once_in_a_while(tmp_path: Path) -> None:
    jwks(tmp_path, KEY)
    rolled = ECKey.generate_key("P-256", auto_kid=True)
    with issuer(tmp_path) as (address, asked):
        check = checker(address)
        assert (await check.principal(f"Bearer {minted()}")).subject == "demo"
        jwks(tmp_path, KEY, rolled)
        await asyncio.gather(*(refusal(check, minted(rolled, jti=str(n))) for n in range(20)))
        assert asked == ["/jwks.json"]
        check._keys._tried_at -= keys_module._UNKNOWN_SECONDS
        taken = await asyncio.gather(*(check.principal(f"Bearer {minted(rolled, jti=str(n))}") for n in range(20)))
        assert {one.subject for one in taken} == {"demo"}
        assert asked == ["/jwks.json"] * 2
    check._keys._tried_at -= keys_module._UNKNOWN_SECONDS
    assert await refusal(check, forged({}, {"kid": "new"})) == "token.invalid"  # the issuer is away: the known stay
    assert (await check.principal(f"Bearer {minted(rolled, subject='two')}")).subject == "two"


async def test_keys_that_cannot_be_read_leave_those_known_before(tmp_path: Path) -> None:
    where = jwks(tmp_path, KEY)
    check = checker(where)
    await check.principal(f"Bearer {minted()}")
    Path(where).write_text("{")
    check._keys._tried_at -= keys_module._UNKNOWN_SECONDS
    assert await refusal(check, forged({}, {"kid": "new"})) == "token.invalid"
    assert (await check.principal(f"Bearer {minted(subject='two')}")).subject == "two"


async def test_while_no_key_could_be_read_a_token_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    check = checker(str(tmp_path / "jwks.json"))
    with pytest.raises(Refusal) as caught:
        await check.principal(f"Bearer {minted()}")
    assert (caught.value.status_code, caught.value.code) == (503, "issuer.away")
    assert caught.value.headers == {"Retry-After": "2"}
    jwks(tmp_path, KEY)
    check._keys._tried_at -= keys_module._FAILED_SECONDS
    assert (await check.principal(f"Bearer {minted()}")).subject == "demo"


def test_the_demo_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = demo_key(tmp_path / "keys")
    assert demo_key(tmp_path / "keys").as_dict(private=True) == key.as_dict(private=True)
    assert stat.S_IMODE((tmp_path / "keys" / "key.json").stat().st_mode) == 0o600
    published = json.loads((tmp_path / "keys" / "jwks.json").read_text())["keys"][0]
    assert (published["kid"], "d" in published) == (key.kid, False)
