"""The same request twice, and the version that was seen: what every operation that writes keeps, on real sockets."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from uuid import uuid4

import httpx2
import pytest

from .bodies import Shape
from .city import FOREIGN, City, a_need
from .test_bad_addresses import bearer, operations
from .test_bad_bodies import WRITING, problem_of

pytestmark = [
    pytest.mark.xdist_group("city over http"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
# Of the others a right body is not enough: they need a thing in another state than the city's is in.
A_MOMENT_AGO = datetime.now(UTC).isoformat()
ENDING = ("reorganize_area", "withdraw_area")  # they would end the area of all tests
DONE_AT_LEAST = {"registry": 7, "needs": 3, "matching": 0, "escalation": 1}


@pytest.mark.parametrize("service", WRITING)
async def test_a_repeated_request_happens_once_and_its_key_is_for_it_alone(city: City, service: str) -> None:
    done: Counter[str] = Counter()
    with httpx2.Client(base_url=city.system.url(service), timeout=60) as client:
        for method, template, operation, body in operations(city, service, client):
            if method == "GET" or operation["operationId"] in ENDING:
                continue
            name, key = operation["operationId"], {"Idempotency-Key": str(uuid4())}
            headers = {**bearer(city, service, operation), **key}
            path = city.path(service, template)
            first = client.request(method, path, json=body, headers=headers)
            assert first.status_code < 500, first.text
            if not first.is_success:
                continue
            written = await city.written(service)
            again = client.request(method, path, json=body, headers=headers)
            # Of several commands in one commit, a repeated request answers the position of all there is.
            told, retold = ({**answer.json(), "position": ""} for answer in (first, again))
            assert (name, again.status_code, retold) == (name, first.status_code, told)
            assert await city.written(service) == written
            if again.headers.get("Idempotency-Replayed") != "true":
                continue  # it changed nothing, so there is nothing that the key was used for
            done[service] += 1
            # Whatever refuses it now: who has lost the territory is refused by every check, and gets the first answer.
            lost = {**key, "Authorization": f"Bearer {city.token(service, name, areas=(FOREIGN,))}"}
            still = client.request(method, path, json=body, headers=lost)
            assert (name, still.status_code, {**still.json(), "position": ""}) == (name, first.status_code, told)
            assert await city.written(service) == written
            other = client.request(method, path, json=body, headers={**headers, "Shien-Occurred-At": A_MOMENT_AGO})
            assert (name, other.status_code, problem_of(other)["code"]) == (name, 422, "idempotency_key.reused")
            assert await city.written(service) == written
            token = city.token(service, name, subject="another")
            theirs = client.request(method, path, json=body, headers={**key, "Authorization": f"Bearer {token}"})
            assert "Idempotency-Replayed" not in theirs.headers, (name, theirs.text)
            assert theirs.is_success or theirs.status_code == 409, (name, theirs.text)
    assert done[service] >= DONE_AT_LEAST[service], done


@pytest.mark.parametrize("service", WRITING)
async def test_a_version_that_is_not_the_one_seen_is_refused(city: City, service: str) -> None:
    with httpx2.Client(base_url=city.system.url(service), timeout=60) as client:
        before = await city.written(service)
        for method, template, operation, body in operations(city, service, client):
            if method == "GET" or "If-Match" not in str(client.get("/openapi.json").json()["components"]["parameters"]):
                continue
            headers = {**bearer(city, service, operation), "If-Match": '"99999999"'}
            answer = client.request(method, city.path(service, template), json=body, headers=headers)
            assert answer.status_code in (404, 409, 412, 422), (template, answer.text)
            problem_of(answer)
        assert await city.written(service) == before


async def test_fifty_at_once_with_one_key_are_one_event_and_one_answer(city: City) -> None:
    headers = {"Authorization": f"Bearer {city.token('needs', 'record_need')}", "Idempotency-Key": str(uuid4())}
    before = await city.written("needs")
    async with httpx2.AsyncClient(base_url=city.system.url("needs"), headers=headers, timeout=60) as client:
        answers = await asyncio.gather(*(client.post("/needs", json=a_need() | {"note": "同時に"}) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert Counter("Idempotency-Replayed" in answer.headers for answer in answers) == {False: 1, True: 49}
    assert await city.written("needs") == before + 1


def test_a_right_body_is_made_of_every_shape(city: City) -> None:
    with httpx2.Client(base_url=city.system.url("needs"), timeout=60) as client:
        document = client.get("/openapi.json").json()
    shape = Shape(city, "needs", document, document["paths"]["/needs"]["post"])
    assert set(shape.right()) == {"area", "support_kind", "people", "frequency", "source"}
