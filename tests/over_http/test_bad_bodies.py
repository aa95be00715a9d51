"""Bodies that cannot be taken, at every place of every operation's body: refused, named, and nothing is written."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx2
import pytest
from tests.declared import MESSAGES

from .bodies import Bad, Shape
from .city import SERVICES, City

pytestmark = [
    pytest.mark.xdist_group("city over http"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
JSON = {"Content-Type": "application/json"}
BOMB = gzip.compress(b" " * 10_000_000 + b"{}")
WRITING = [service for service in SERVICES if service != "portal"]


def problem_of(answer: httpx2.Response) -> dict[str, Any]:
    """The answer's problem, in both languages, under a code that is explained."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:500]
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    assert found["code"] in MESSAGES
    assert found["detail_ja"] != found["detail_en"]
    assert all(one["ja"] and one["en"] and one["field"] for one in found["errors"]), found
    assert "Traceback" not in answer.text
    return found


class Writes:
    """The operations of a service that take a body."""

    def __init__(self, city: City, service: str, client: httpx2.Client) -> None:
        self.city = city
        self.service = service
        self.client = client
        self.document = client.get("/openapi.json").json()

    def __iter__(self) -> Iterator[tuple[str, str, dict[str, str], dict[str, Any]]]:
        """Method, path, header of the token, and operation."""
        for template, methods in self.document["paths"].items():
            for method, operation in methods.items():
                if "requestBody" in operation:
                    token = self.city.token(self.service, operation["operationId"])
                    yield (
                        method.upper(),
                        self.city.path(self.service, template),
                        {"Authorization": f"Bearer {token}"},
                        operation,
                    )

    def shape(self, operation: dict[str, Any]) -> Shape:
        """The shape of its body."""
        return Shape(self.city, self.service, self.document, operation)


def complaint(bad: Bad, answer: httpx2.Response) -> str:
    """What is wrong with the answer to a bad body; empty when all is well."""
    if answer.status_code != 422:
        return f"answered {answer.status_code}: {answer.text[:300]}"
    found = problem_of(answer)
    if found["code"] == "body.malformed":
        return ""  # no JSON, so it has no fields; the text tells the place
    named = [one["field"] for one in found["errors"]]
    met = any(bad.field == one or bad.field.startswith(f"{one}.") or one.startswith(bad.field) for one in named)
    return "" if met else f"names {named}"


@pytest.mark.parametrize("service", WRITING)
async def test_every_field_of_every_body_is_guarded_and_named(city: City, service: str) -> None:
    before = await city.written(service)
    wrong: list[str] = []
    tried, turns = 0, count()
    with httpx2.Client(base_url=city.system.url(service), headers=JSON, timeout=60) as client:
        writes = Writes(city, service, client)
        for method, path, token, operation in writes:
            for bad in writes.shape(operation).bad(turns):
                tried += 1
                answer = client.request(method, path, content=bad.body, headers=token)
                if why := complaint(bad, answer):
                    wrong.append(f"{method} {path} {bad.field}: {bad.body[:300]!r} {why}")
    assert not wrong, "\n".join(wrong)
    assert tried > 100
    assert await city.written(service) == before


@pytest.mark.parametrize("service", WRITING)
async def test_every_body_is_guarded_as_a_whole(city: City, service: str) -> None:
    before = await city.written(service)
    with httpx2.Client(base_url=city.system.url(service), headers=JSON, timeout=60) as client:
        writes = Writes(city, service, client)
        for method, path, token, operation in writes:
            right = json.dumps(writes.shape(operation).right()).encode()
            for body, headers, status in wholes(right):
                answer = client.request(method, path, content=body, headers={**token, **headers})
                assert (path, body[:40], headers, answer.status_code) == (path, body[:40], headers, status), answer.text
                problem_of(answer)
    assert await city.written(service) == before


def wholes(right: bytes) -> Iterator[tuple[bytes, dict[str, str], int]]:
    """Whole bodies that cannot be taken, with their headers and the status that is due."""
    for body in (
        b"", b"null", b"[]", b'"x"', b"{", b"\xef\xbb\xbf" + right, right.decode().encode("utf-16"), right + b"{}",
        b"\x00" + right, right[:-1] + b',"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b"{" + right[1:-1] + b"," * (len(right) > 2) + b'"twice":1,"twice":1}',
    ):  # fmt: skip
        yield body, {}, 422
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                 "application/json; charset=shift_jis", "application/xml", "application/problem+json", ""):  # fmt: skip
        yield right, {"Content-Type": kind}, 415
    yield BOMB, {"Content-Encoding": "gzip"}, 415
    yield b"{" + b",".join(b'"k%d":1' % n for n in range(10_000)) + b"}", {}, 422


@pytest.mark.parametrize(("service", "path", "limit"), [("needs", "/needs", 256), ("registry", "/areas", 4096)])
async def test_a_million_keys_do_not_get_past_the_limit(city: City, service: str, path: str, limit: int) -> None:
    """A list may have 32 MiB: a million keys fit in there, and are refused before they cost much."""
    million = b"{" + b",".join(b'"k%d":1' % n for n in range(1_000_000)) + b"}"
    operation = {"/needs": "record_need", "/areas": "define_area"}[path]
    token = {"Authorization": f"Bearer {city.token(service, operation)}"}
    with httpx2.Client(base_url=city.system.url(service), headers={**JSON, **token}, timeout=60) as client:
        answer = client.post(path, content=million)
        assert (answer.status_code, problem_of(answer)["code"]) == (413, "body.too_large")
        assert str(limit * 1024) in answer.text
        if service == "registry":
            answer = client.post("/resource-batches", content=million)
            assert (answer.status_code, problem_of(answer)["code"]) == (422, "body.malformed")
