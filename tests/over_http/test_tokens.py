"""Tokens that no operation of any service may accept."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator

import httpx2
import pytest
from tests.journeys.bodies import ASKED

from shienweb import Role, ServiceProcessSettings, demo_key, mint

from .city import CITY, SERVICES, City
from .test_bad_addresses import operations
from .test_bad_bodies import problem_of

pytestmark = [
    pytest.mark.xdist_group("city over http"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
ISSUER, AUDIENCE = ServiceProcessSettings().issuer, ServiceProcessSettings().audience


def bad_tokens(city: City, role: Role) -> Iterator[tuple[str, str]]:
    """What is wrong, and the token."""
    key = demo_key(city.system.folder.path / "demo")

    def minted(**said: object) -> str:
        rest = {"role": role, "areas": [CITY], "body": "city", "issuer": ISSUER, "audience": AUDIENCE, **said}
        return mint(key, **rest)  # type: ignore[arg-type]

    right = minted()
    header, claims, signature = right.split(".")
    yield "expired", minted(seconds=-3600)
    yield "not yet valid", minted(nbf=99_999_999_999)
    yield "wrong audience", minted(audience="another")
    yield "wrong issuer", minted(issuer="https://evil.example")
    yield "no areas", minted(areas=[])
    yield "no signature", f"{header}.{claims}."
    yield "signature of another", f"{header}.{claims}.{'A' * len(signature)}"
    for said in ({"alg": "none", "typ": "at+jwt"}, {"alg": "HS256", "typ": "at+jwt", "kid": key.kid},
                 {"alg": "ES256", "typ": "JWT", "kid": key.kid}, {"alg": "ES256", "typ": "at+jwt", "kid": "\x00"},
                 {"alg": "ES256", "typ": "at+jwt", "jku": "http://evil.example/jwks"}):  # fmt: skip
        yield str(said), f"{urlsafe_b64encode(json.dumps(said).encode()).rstrip(b'=').decode()}.{claims}.{signature}"
    yield "no token", "x"
    yield "long", "x" * 9000


@pytest.mark.parametrize("service", SERVICES)
def test_a_token_that_is_not_ours_for_now_is_refused_everywhere(city: City, service: str) -> None:
    with httpx2.Client(base_url=city.system.url(service), timeout=60) as client:
        for method, template, operation, body in operations(city, service, client):
            for why, token in bad_tokens(city, city.role(service, operation["operationId"])):
                answer = client.request(
                    method, city.path(service, template), json=body, headers={"Authorization": f"Bearer {token}"}
                )
                assert (why, template, answer.status_code) == (why, template, 401)
                assert problem_of(answer)["code"] == ("token.expired" if why == "expired" else "token.invalid")
                assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("service", SERVICES)
def test_what_lies_in_another_city_is_as_unknown_as_what_is_not_there(city: City, service: str) -> None:
    with httpx2.Client(base_url=city.system.url(service), timeout=60) as client:
        for method, template, operation, _ in operations(city, service, client):
            if "{" not in template or method != "GET":
                continue
            token = city.token(service, operation["operationId"], areas=["431001"])
            asked = ASKED.get(f"{service}.{operation['operationId']}", {})
            headers = {"Authorization": f"Bearer {token}"}
            answer = client.get(city.path(service, template), params=asked, headers=headers)
            assert (template, answer.status_code) == (template, 404), answer.text
            assert problem_of(answer)["code"].endswith(".unknown")
