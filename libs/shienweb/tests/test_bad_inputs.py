"""What a client can send, and what must come of it: a problem that names the field, and never a 5xx."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from shienweb import MESSAGES as WEB_MESSAGES
from shienweb import Refusal, Role, read_json

from .world import MESSAGES, NORTH, Town

RIGHT = {"area": NORTH, "name": "salon"}
DEEP = b"[" * 10_000 + b"]" * 10_000
BODIES: list[tuple[bytes, str, str | None]] = [
    (b"", "fields.malformed", "body"),
    (b"{", "body.malformed", None),
    (b"null", "fields.malformed", "body"),
    (b"[]", "fields.malformed", "body"),
    (b"\xef\xbb\xbf{}", "body.malformed", None),
    (b"\xff", "body.malformed", None),
    ('{"name":"髙﨑"}'.encode("cp932"), "body.malformed", None),
    (b'{"area":"a","area":"b"}', "body.malformed", None),
    (DEEP, "body.malformed", None),
    (b'{"a":' * 40 + b"1" + b"}" * 40, "body.malformed", None),
    (b'{"people":NaN}', "fields.malformed", "people"),
    (b'{"people":-Infinity}', "fields.malformed", "people"),
    (b'{"people":1e309}', "fields.malformed", "people"),
    (b'{"people":1' + b"0" * 400 + b"}", "fields.malformed", "people"),
    (b'{"people":1' + b"0" * 5000 + b"}", "body.malformed", None),
    (b'{"name":"a\\u0000"}', "fields.malformed", "name"),
    (b'{"name":"a\x00"}', "body.malformed", None),
    (b'{"name":"\\ud800"}', "fields.malformed", "name"),
    (b'{"name":"\\u001b[0m"}', "fields.malformed", "name"),
    (b'{"\\ud800":1}', "fields.malformed", "?"),
    (json.dumps({**RIGHT, "name": "\u202eabc"}).encode(), "fields.malformed", "name"),
    (json.dumps({**RIGHT, "name": "ふれあい\u200bの会"}).encode(), "fields.malformed", "name"),
    (json.dumps({**RIGHT, "name": "\u3164"}).encode(), "fields.malformed", "name"),
    (json.dumps({**RIGHT, "name": "\u00a0"}).encode(), "fields.malformed", "name"),
    (json.dumps({**RIGHT, "name": "。"}).encode(), "fields.malformed", "name"),
    (json.dumps({**RIGHT, "name": "山田太郎"}).encode(), "fields.malformed", "name"),
    (json.dumps({**RIGHT, "labels": ["見守り", "090-0000-0000"]}).encode(), "fields.malformed", "labels.1"),
    (json.dumps({**RIGHT, "people": 0}).encode(), "fields.malformed", "people"),
    (json.dumps({**RIGHT, "people": "1"}).encode(), "fields.malformed", "people"),
    (json.dumps({**RIGHT, "people": True}).encode(), "fields.malformed", "people"),
    (json.dumps({**RIGHT, "people": 1.5}).encode(), "fields.malformed", "people"),
    (json.dumps({**RIGHT, "people": 2**31}).encode(), "fields.malformed", "people"),
    (json.dumps({**RIGHT, "people": "１"}).encode(), "fields.malformed", "people"),
    (json.dumps({**RIGHT, "opened": "2026-02-30"}).encode(), "fields.malformed", "opened"),
    (json.dumps({**RIGHT, "opened": "0000-01-01"}).encode(), "fields.malformed", "opened"),
    (json.dumps({**RIGHT, "opened": "令和8年"}).encode(), "fields.malformed", "opened"),
    (json.dumps({**RIGHT, "opened": 0}).encode(), "fields.malformed", "opened"),
    (json.dumps({**RIGHT, "version": 3}).encode(), "fields.malformed", "version"),
    (json.dumps({**RIGHT, "role": "auditor"}).encode(), "fields.malformed", "role"),
    (json.dumps({**RIGHT, "area": "../x"}).encode(), "fields.malformed", "area"),
    (json.dumps({**RIGHT, "name": ""}).encode(), "fields.malformed", "name"),
    (json.dumps({**RIGHT, "name": "字" * 51}).encode(), "fields.malformed", "name"),
    (json.dumps({**RIGHT, **{f"k{n}": 1 for n in range(190)}}).encode(), "fields.malformed", "k0"),
    (json.dumps({**RIGHT, **{f"k{n}": 1 for n in range(20_000)}}).encode(), "body.malformed", None),
]


def problem(answer: httpx2.Response) -> dict[str, Any]:
    """The answer's problem; checks what every problem keeps."""
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert set(found) == {
        "type", "title", "status", "detail", "detail_ja", "detail_en", "code", "errors", "trace_id"
    }  # fmt: skip
    assert (found["status"], found["type"]) == (answer.status_code, f"/problems/{found['code']}")
    assert found["trace_id"] == answer.headers["x-trace-id"]
    assert found["code"] in {**WEB_MESSAGES, **MESSAGES}
    assert "{" not in found["detail_ja"] + found["detail_en"]
    assert all(one["ja"] and one["en"] and one["field"] for one in found["errors"])
    return found


async def test_a_body_that_cannot_be_taken_is_refused_by_the_field_and_writes_nothing(town: Town) -> None:
    before = await town.service.store.heads()
    async with town.client() as client:
        for body, code, field in BODIES:
            answer = await client.post("/things", content=body, headers={"Content-Type": "application/json"})
            found = problem(answer)
            assert (body[:60], answer.status_code, found["code"]) == (body[:60], 422, code)
            assert field is None or field in [one["field"] for one in found["errors"]], (body[:60], found)
            assert len(found["errors"]) <= 50
    assert await town.service.store.heads() == before


async def test_texts_that_are_merely_unusual_are_taken_as_they_are(town: Town) -> None:
    async with town.client() as client:
        for name in ("𠮷野家", "葛\U000e0100城", "〜～", "a\tb\nc", "e\u0301", "ｶﾅ"):
            done = await client.post("/things", json={**RIGHT, "name": name, "people": 1})
            assert done.status_code == 201, (name, done.text)
            seen = await client.get(f"/things/{done.json()['id']}", params={"after": done.json()["position"]})
            assert seen.json()["name"] == name


async def test_other_kinds_of_bodies_are_not_taken(town: Town) -> None:
    async with town.client() as client:
        for headers, code in (
            ({"Content-Type": "text/plain"}, "content.type"),
            ({"Content-Type": "application/x-www-form-urlencoded"}, "content.type"),
            ({"Content-Type": "multipart/form-data; boundary=x"}, "content.type"),
            ({"Content-Type": "application/json; charset=shift_jis"}, "content.type"),
            ({}, "content.type"),
            ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, "content.encoded"),
        ):
            answer = await client.post("/things", content=b"{}", headers=headers)
            assert (headers, answer.status_code, problem(answer)["code"]) == (headers, 415, code)


async def test_addresses_that_are_no_text_or_lead_nowhere_are_problems_too(town: Town) -> None:
    async with town.client() as client:
        for method, path, status, code in (
            ("GET", "/things/%00", 422, "text.malformed"),
            ("GET", "/things?cursor=%00", 422, "text.malformed"),
            ("GET", "/things?cursor=%ed%a0%80", 422, "text.malformed"),
            ("GET", "/things?limit=%0d%0a", 422, "text.malformed"),
            ("GET", "/%c0%ae%c0%ae/", 422, "text.malformed"),
            ("GET", "/things/1", 422, "fields.malformed"),
            ("GET", "/things?limit=0", 422, "fields.malformed"),
            ("GET", "/things?limit=1" + "0" * 400, 422, "fields.malformed"),
            ("GET", "/things?limit=1" + "0" * 6000, 422, "fields.malformed"),
            ("GET", "/things?limit=１", 422, "fields.malformed"),
            ("GET", "/nowhere", 404, "path.unknown"),
            ("GET", "/things/", 404, "path.unknown"),  # a redirect would lead to whatever host the request named
            ("GET", "/problems/%F0%9F%98%80", 404, "problem.unknown"),
            ("PUT", "/things", 405, "method.not_allowed"),
            ("GET", "/docs/assets/../../secrets", 404, "path.unknown"),
            ("GET", "/docs/assets/%2e%2e/core.py", 404, "path.unknown"),
        ):
            answer = await client.request(method, path)
            assert (path[:40], answer.status_code, problem(answer)["code"]) == (path[:40], status, code)


async def test_a_method_that_is_not_taken_is_answered_with_all_that_are(town: Town) -> None:
    async with town.client() as client:
        for path, allowed in (("/things", "GET, POST"), ("/things/1", "GET"), ("/openapi.json", "GET, HEAD")):
            answer = await client.request("DELETE", path)
            assert (path, answer.status_code, answer.headers["Allow"]) == (path, 405, allowed)


async def test_detail_is_japanese_unless_english_is_preferred(town: Town) -> None:
    for language, english in (
        (None, False), ("ja", False), ("en", True), ("en-GB,en;q=0.9,ja;q=0.8", True), ("ja,en;q=0.9", False),
        ("de", False), ("en;q=nan", False), ("en;q=0", False), ("*", False), ("en" * 9000, False),
    ):  # fmt: skip
        async with town.anyone(**({"Accept-Language": language} if language else {})) as client:
            found = problem(await client.get("/things"))
            assert found["detail"] == found["detail_en" if english else "detail_ja"], language


async def test_a_failure_says_nothing_of_the_code_and_is_logged_with_its_trace(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with town.client(role=Role.AUDITOR) as client:
        answer = await client.get("/failure", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
        found = problem(answer)
        assert (answer.status_code, found["code"], found["trace_id"]) == (500, "server.failed", trace)
        assert "secret" not in answer.text
    assert "a secret of the code" in (logged := capsys.readouterr().out)
    assert trace in logged


async def test_a_refusal_of_the_domain_is_a_problem_and_its_code_can_be_looked_up(town: Town) -> None:
    async with town.client() as client:
        refused = await client.post("/things", json={**RIGHT, "name": "no"})
        assert (refused.status_code, refused.json()["code"]) == (409, "resource.no")
        assert refused.json()["detail_ja"] == "「no」という名称は使えません。"
        explained = await client.get("/problems/area.closed")
        assert explained.json()["ja"] == WEB_MESSAGES["area.closed"].ja


@pytest.mark.parametrize("text", ["1", '"x"', "[1,2]", '{"a":{"b":[null,true,-0,1.5]}}', "9007199254740992"])
def test_plain_json_is_read_as_it_is(text: str) -> None:
    assert read_json(text.encode()) == json.loads(text)


def test_the_place_of_an_unfit_value_is_reported() -> None:
    with pytest.raises(Refusal) as caught:
        read_json(b'{"a":[{"b":"\\u0000"}]}')
    assert [error.field for error in caught.value.errors] == ["a.0.b"]


def test_the_code_of_a_character_that_shows_nothing_stands_after_the_words() -> None:
    with pytest.raises(Refusal) as caught:
        read_json('{"name":"\u3164"}'.encode())
    (error,) = caught.value.errors
    assert error.ja == "制御文字・壊れた文字・見えない文字は使えません。取り除いてください（U+3164）"
    assert error.en == "characters that are broken or show nothing are not accepted; leave U+3164 out"


async def test_a_parameter_goes_by_its_name_whether_it_is_unknown_or_malformed(town: Town) -> None:
    async with town.client() as client:
        for query, name in (("foo=1", "foo"), ("limit=x", "limit"), ("limit=1&limit=2", "limit")):
            answer = await client.get(f"/things?{query}")
            assert [one["field"] for one in answer.json()["errors"]] == [name]
        answer = await client.get("/things/1")
        assert [one["field"] for one in answer.json()["errors"]] == ["thing"]


async def test_values_of_a_closed_list_are_named_without_quotes_in_japanese(town: Town) -> None:
    async with town.client() as client:
        answer = await client.post("/things", json={**RIGHT, "kind": "planet"})
    (error,) = answer.json()["errors"]
    words = ["municipality", "ward", "centre_area", "school_district", "neighbourhood"]
    assert error["ja"] == f"次のいずれかを指定してください：{'、'.join(words)}"
    assert (
        error["en"] == "one of 'municipality', 'ward', 'centre_area', 'school_district' or 'neighbourhood' is expected"
    )
