"""Each operation of each service answers only what its document promises, to requests that follow it and that do not.

An operation is sent one request of each kind, and more in a long run.
"""

from __future__ import annotations

from collections import Counter

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup

from shienevents.testing import examples

from .city import SERVICES, City
from .documents import PROMISED, Case, Document, Operation

EXAMPLES = examples(1)
MORE = 8
"""where none of them came past the fields"""
pytestmark = [
    pytest.mark.xdist_group("city over http"),
    pytest.mark.embedded,
    pytest.mark.slow,
    pytest.mark.timeout(120 + 12 * EXAMPLES),
]
# Rows name areas, and those of unknown areas are faults of the body; few made-up texts are a telephone number.
# test_bad_bodies.py has right ones of each. A made-up view is none; test_log_api.py has right ones.
NEVER_PAST = {"POST /resource-batches", "POST /need-batches", "POST /contacts", "GET /diff"}
# The server itself refuses a longer one, as no HTTP it reads (httptools.parse_url); no service hears of it.
URL_BYTES = 65_535
# A body beyond the limit of its route is refused before it is read (test_bad_bodies.py): the document cannot say so.
BODY_BYTES = 256 * 1024
DRAWN = settings(
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_answers_as_its_document_promises(city: City, service: str) -> None:
    document = Document(city, service)
    broken: list[Exception] = []
    with requests.Session() as session:
        for operation in document.operations():
            answers: Counter[int] = Counter()
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                broken += put(document, operation, mode, session, answers)
            if operation.label not in NEVER_PAST and not came_past(answers):
                broken += put(document, operation, GenerationMode.POSITIVE, session, answers, MORE)
            if operation.label not in NEVER_PAST and not came_past(answers):
                broken.append(AssertionError(f"{operation.label}: no request came past the fields: {answers}"))
    if broken:
        raise ExceptionGroup(f"{service} breaks its document", broken)


def came_past(answers: Counter[int]) -> bool:
    """Whether a request came past the fields."""
    return bool(set(answers) - {401, 422})


def put(
    document: Document,
    operation: Operation,
    mode: GenerationMode,
    session: requests.Session,
    answers: Counter[int],
    count: int = EXAMPLES,
) -> list[Exception]:
    """Send so many requests of this kind; what was wrong with the answers."""
    token = document.token(operation)
    broken: list[Exception] = []

    @settings(DRAWN, max_examples=count)
    @given(case=operation.as_strategy(mode))
    def sent(case: Case) -> None:
        document.fit(case, mode)
        answer = case.call(base_url=document.url, headers=token, session=session)
        if len(answer.request.url or "") > URL_BYTES:
            assert answer.status_code == 400
            return
        if int(answer.request.headers.get("Content-Length", "0")) > BODY_BYTES and answer.status_code == 413:
            return
        answers[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=PROMISED)
        except FailureGroup as failed:
            broken.append(ExceptionGroup(case.as_curl_command(), failed.exceptions))

    sent()
    return broken[:3]


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_is_answered_without_a_token(city: City, service: str) -> None:
    document = Document(city, service)
    with requests.Session() as session:
        for operation in document.operations():
            path = city.path(service, operation.path)
            answer = session.request(operation.method, document.url + path, json={})
            assert (path, answer.status_code, answer.json()["code"]) == (path, 401, "token.missing")
            assert answer.headers["WWW-Authenticate"] == "Bearer"
