"""Paths, queries, headers and cookies that must not break any operation of any service."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from tests.declared import RIGHTS
from tests.turns import share

from .bodies import Shape
from .city import CITY, SERVICES, City
from .test_bad_bodies import problem_of

pytestmark = [
    pytest.mark.xdist_group("city over http"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
UNFIT = ("%00", "a%00b", "%ed%a0%80", "%c0%80", "%ff", "%0d%0aX:1", "%1b%5b31m", "%94%b3")  # the last is CP932
ODD = (
    "x" * 5000, "１", "%EF%BB%BF", "%E2%80%AE", "%F3%A0%84%80", "e%CC%81", "..%2f..%2fetc", "%25", "'%22;--", "null",
    "-0", "1.0", "true", "NaN", "1e309", "9223372036854775808", "1" + "0" * 400, "0000-01-01", "2026-02-30",
    quote("令和元年"), "*", "{}", "[]", "%5C",
)  # fmt: skip
HEADERS: dict[str, tuple[str | bytes, ...]] = {
    "Shien-Occurred-At": (
        "", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-04-01T25:00:00Z",
        "2026-04-01T09:00:00", "2026-04-01T09:00:60Z", "2026-04-01T09:00:00+24:00", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00", "令和元年".encode(), "2026-04-01", "0", "x" * 5000,
    ),
    "Shien-After": (
        "x", "needs", "needs.1", "needs.1.-1", "needs.1.1e9", "needs.１.1".encode(), "needs.1." + "9" * 30,
        "needs.99999.1", "x" * 5000, b"\xff", "'; drop table events; --.1.1",
    ),
    "Idempotency-Key": ("", "x" * 256, "x" * 10_000, b"\xe9\x80", b"\x85", "a\tb"),
    "If-Match": (
        "x", "3", 'W/"3"', '"-1"', '"01"', '"1","2"', '"' + "9" * 30 + '"', '"1e3"', b'"\xef\xbc\x91"', '""', "**",
    ),
}  # fmt: skip


def operations(city: City, service: str, client: httpx2.Client) -> Iterator[tuple[str, str, dict[str, Any], Any]]:
    """Method, template and operation of the document, and the body that the fields let through."""
    document = client.get("/openapi.json").json()
    for template, methods in document["paths"].items():
        for method, operation in methods.items():
            if f"{service}.{operation['operationId']}" in RIGHTS:
                body = Shape(city, service, document, operation).right() if "requestBody" in operation else None
                yield method.upper(), template, operation, body


def bearer(city: City, service: str, operation: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {city.token(service, operation['operationId'])}"}


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def client(city: City, service: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=city.system.url(service), timeout=60) as client:
        yield client


async def test_a_path_that_is_no_text_or_no_id_is_refused(city: City, service: str, client: httpx2.Client) -> None:
    before = await city.written(service)
    turns = count()
    for method, template, operation, body in operations(city, service, client):
        if "{" not in template:
            continue
        first = template[: template.index("{")]
        rest = template[template.index("}") + 1 :]
        for value in share((*UNFIT, *ODD), next(turns), 16):
            path = city.path(service, f"{first}{value}{rest}" if value != "{}" else f"{first}%7B%7D{rest}")
            answer = client.request(method, path, json=body, headers=bearer(city, service, operation))
            assert answer.status_code in ((422,) if value in UNFIT else (404, 405, 422)), (method, path, answer.text)
            problem_of(answer)
    assert await city.written(service) == before


async def test_a_query_that_is_no_text_is_refused_and_an_odd_one_is_never_a_failure(
    city: City, service: str, client: httpx2.Client
) -> None:
    turns = count()
    for method, template, operation, _ in operations(city, service, client):
        if method != "GET":
            continue
        named = {one["name"] for one in operation["parameters"] if one.get("in") == "query"} | {"after", "unheard_of"}
        for name in sorted(named):
            for value in share((*UNFIT, *ODD), next(turns), 16):
                path = f"{city.path(service, template)}?{name}={value}"
                answer = client.get(path, headers=bearer(city, service, operation))
                due = (422,) if value in UNFIT else (200, 404, 422)
                assert answer.status_code in due, (path[:200], answer.text)
                if answer.status_code != 200:
                    problem_of(answer)


async def test_a_parameter_that_a_route_does_not_know_is_named_and_nothing_is_written(
    city: City, service: str, client: httpx2.Client
) -> None:
    before = await city.written(service)
    for method, template, operation, body in operations(city, service, client):
        path = f"{city.path(service, template)}?since_when=2026-03-31"
        answer = client.request(method, path, json=body, headers=bearer(city, service, operation))
        assert answer.status_code == 422, (method, path, answer.text)
        assert [error["field"] for error in problem_of(answer)["errors"]] == ["since_when"]
    assert await city.written(service) == before


async def test_a_header_that_cannot_be_taken_is_named_and_nothing_is_written(
    city: City, service: str, client: httpx2.Client
) -> None:
    before = await city.written(service)
    turns = count()
    for method, template, operation, body in operations(city, service, client):
        if method == "GET":
            continue
        turn = next(turns)
        for name, values in HEADERS.items():
            for value in share(values, turn, 8):
                headers = {**bearer(city, service, operation), name: value}
                path = city.path(service, template)
                answer = client.request(method, path, json=body, headers=headers)  # type: ignore[arg-type]
                assert answer.status_code == 422, (method, path, name, value, answer.text)
                found = problem_of(answer)
                assert found["code"] in ("header.malformed", "position.malformed"), found
    assert await city.written(service) == before


async def test_a_forged_cursor_is_refused_or_leads_nowhere(city: City, service: str, client: httpx2.Client) -> None:
    turns = count()
    for method, template, operation, _ in operations(city, service, client):
        if not any(one.get("name") == "cursor" for one in operation["parameters"]):
            continue
        for cursor in share([*cursors(operation["operationId"])], next(turns), 6):
            path = city.path(service, template)
            answer = client.request(method, path, params={"cursor": cursor}, headers=bearer(city, service, operation))
            assert answer.status_code in (200, 422), (path, cursor, answer.text)
            if answer.status_code == 422:
                assert problem_of(answer)["code"] in ("cursor.malformed", "fields.malformed"), (path, cursor)


def cursors(operation: str) -> Iterator[str]:
    """Cursors that we did not make, though some have the shape of ours."""
    yield from ("", "x", "====", "bnVsbA", "W10", "x" * 2000, "%00")
    id_ = "00000000-0000-4000-8000-000000000000"
    times = (
        "2026-04-01T00:00:00",
        "2026-04-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999999-14:00",
        "now",
    )
    first: tuple[object, ...] = (
        None,
        1,
        1.5,
        2**63,
        10**400,
        "",
        "x",
        "\x00",
        "\ud800",
        "x" * 500,
        [],
        {},
        True,
        id_,
        *times,
    )
    for value in first:
        for values in ((value,), (value, id_), (value, None), (value, "x"), (value, id_, 1)):
            yield urlsafe_b64encode(json.dumps([operation, *values]).encode()).rstrip(b"=").decode()


async def test_nobody_is_believed_who_says_who_they_are(city: City, service: str, client: httpx2.Client) -> None:
    said = {
        "X-Forwarded-For": "127.0.0.1", "X-Forwarded-User": "admin", "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https", "X-User-Id": "admin", "X-User-Role": "municipal_administrator",
        "X-Role": "auditor",
        "X-User-Areas": CITY, "X-Remote-User": "root", "Forwarded": "for=127.0.0.1", "X-Original-URL": "/areas",
        "X-HTTP-Method-Override": "PUT", "Cookie": "shien_session=%00; role=municipal_administrator",
    }  # fmt: skip
    for method, template, _, body in operations(city, service, client):
        path = city.path(service, template)
        answer = client.request(method, path, json=body, headers=said)
        assert (path, answer.status_code) == (path, 401)
        assert "evil.example" not in answer.text + str(answer.headers)
        problem_of(answer)


async def test_cookies_are_never_a_failure(city: City, service: str, client: httpx2.Client) -> None:
    for cookie in (
        "shien_session=", "shien_session=a.b.c", "shien_session=%00", b"shien_session=\xff\xfe", "=", ";;;",
        "shien_session", "shien_session=" + "x" * 43,
        "shien_session=" + "x" * 20_000, 'shien_session="\\000"', "x" * 30_000, "[]=1", b"\x83\x65=1", "$Version=1",
    ):  # fmt: skip
        for path in ("/areas", "/boards/272108", "/"):
            answer = client.get(path, headers={"Cookie": cookie, "Accept": "text/html"})  # type: ignore[arg-type]
            assert answer.status_code in (303, 401, 404), (path, cookie, answer.text)
