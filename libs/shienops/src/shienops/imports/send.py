"""One request to the registry: all rows of a file, or none."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from shiendomain.registry import AreaDefined

from .problems import Problem, Unreadable, clip, unreadable
from .resources import ResourceRow

MOST_ROWS = 10_000
CHUNK = 64 * 1024
TIMEOUT = httpx2.Timeout(10, read=180, write=180)
AREA_FIELDS = {"area", "parent", "kind", "tiers", "name", "kana", "valid_from", "boundary"}


@dataclass(frozen=True)
class Target:
    """Which registry, and as whom."""

    url: str
    token: str


@dataclass(frozen=True)
class Batch:
    """What is sent at once, with the rows of the file that it comes from."""

    areas: Sequence[AreaDefined] = ()
    resources: Sequence[ResourceRow] = ()

    def body(self, *, dry_run: bool) -> bytes:
        """The body of POST /resource-batches."""
        areas = [area.model_dump(mode="json", include=AREA_FIELDS) for area in self.areas]
        resources = [
            {
                "area": row.area,
                "details": row.details.model_dump(mode="json", exclude_defaults=True),
                "source": row.source.model_dump(mode="json"),
            }
            for row in self.resources
        ]
        content = {"areas": areas, "resources": resources, "dry_run": dry_run}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

    def row_of(self, field: str) -> tuple[int, str]:
        """The row of the file, and the rest of the field's name, for `resources.17.details.name`."""
        kind, _, rest = field.partition(".")
        number, _, name = rest.partition(".")
        if kind == "resources" and number.isdecimal() and int(number) < len(self.resources):
            return self.resources[int(number)].row, name
        if kind == "areas" and number.isdecimal() and int(number) < len(self.areas):
            return 0, f"{self.areas[int(number)].area} {name}"
        return 0, field


@dataclass(frozen=True)
class Sent:
    """What the registry made of it."""

    new: int
    revised: int
    unchanged: int
    position: str
    seconds: float


class Declined(Unreadable):
    """The registry took nothing; `problems` name the rows, where it named them."""

    problems: tuple[Problem, ...] = ()


def send(target: Target, batch: Batch, *, dry_run: bool, on_bytes: Callable[[int, int], None]) -> Sent:
    """Send a batch. `on_bytes` hears how many bytes of how many are on their way. Raises `Unreadable`, `Declined`."""
    rows = len(batch.areas) + len(batch.resources)
    if not 1 <= rows <= MOST_ROWS:
        raise _wrong_size(rows)
    body = batch.body(dry_run=dry_run)
    begin = time.monotonic()
    headers = {
        "Authorization": f"Bearer {target.token}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    try:
        with httpx2.Client(timeout=TIMEOUT, trust_env=False) as client:
            answer = client.post(f"{target.url}/resource-batches", content=_pieces(body, on_bytes), headers=headers)
            if batch.areas and answer.is_success:
                # Resources of a next import are placed in these areas: it finds them in the registry's view.
                seen = {"after": answer.headers.get("Shien-Position", ""), "limit": "1"}
                client.get(f"{target.url}/areas", params=seen, headers={"Authorization": headers["Authorization"]})
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError) as error:
        raise _no_answer(target.url, error) from None
    if answer.status_code not in {200, 201}:
        raise _declined(answer, batch)
    said = _object(answer)
    counts = [said.get(name) for name in ("new", "revised", "unchanged")]
    if not all(isinstance(count, int) for count in counts):
        raise _no_registry(target.url)
    new, revised, unchanged = map(int, counts)  # type: ignore[arg-type]  # they are
    return Sent(new, revised, unchanged, str(said.get("position", "")), time.monotonic() - begin)


def _pieces(body: bytes, on_bytes: Callable[[int, int], None]) -> Iterator[bytes]:
    for at in range(0, len(body), CHUNK):
        yield body[at : at + CHUNK]
        on_bytes(min(at + CHUNK, len(body)), len(body))


def _wrong_size(rows: int) -> Exception:
    return unreadable(
        "size",
        f"{rows:,} 件あります。1 回に送れるのは 1〜{MOST_ROWS:,} 件です。",
        f"There are {rows:,} rows; 1 to {MOST_ROWS:,} are sent at once.",
        "--where 見出し=値 で自分の行だけに絞るか、ファイルを分けてください。",
        "Keep your own rows with --where HEADER=VALUE, or split the file.",
    )


def _no_answer(url: str, error: Exception) -> Exception:
    return unreadable(
        "no_answer",
        f"{clip(url, 100)} の registry が応答しません({type(error).__name__})。何も取り込まれていないか、"
        "結果が届きませんでした。",
        f"The registry at {clip(url, 100)} does not answer ({type(error).__name__}): nothing was taken, or the answer "
        "was lost.",
        "動いているか確かめて、もう一度実行してください。同じファイルを 2 度取り込んでも二重にはなりません。",
        "Check that it runs, and run this again: the same file twice is the same as once.",
    )


def _no_registry(url: str) -> Exception:
    return unreadable(
        "no_registry_there",
        f"{clip(url, 100)} は registry として応答しません。",
        f"What is at {clip(url, 100)} does not answer as a registry.",
        "--registry の URL を確かめてください。",
        "Check the URL given with --registry.",
    )


REMEDIES = {
    401: (
        "トークンを --token か SHIEN_TOKEN で渡してください。期限切れなら新しいものを発行してください。",
        "Give a token with --token or SHIEN_TOKEN; when it has expired, a new one.",
    ),
    403: (
        "市町村管理者(municipal_administrator)のトークンを使ってください。",
        "Use a token of the role municipal_administrator.",
    ),
    404: ("--registry の URL を確かめてください。", "Check the URL given with --registry."),
    413: ("ファイルを分けてください。", "Split the file."),
    422: ("挙げられた行を直して、もう一度実行してください。", "Mend the rows that are named, and run this again."),
}
OTHERWISE = (
    "少し待ってもう一度実行してください。二重にはなりません。",
    "Wait a little and run this again: nothing is taken twice.",
)


def _declined(answer: httpx2.Response, batch: Batch) -> Declined:
    problem = _object(answer)
    ja, en = REMEDIES.get(answer.status_code, OTHERWISE)
    detail_ja, detail_en = (clip(str(problem.get(name) or ""), 300) for name in ("detail_ja", "detail_en"))
    declined = Declined(
        f"import.{problem.get('code') or answer.status_code}",
        f"The registry took nothing ({answer.status_code}): {detail_en or 'it gave no reason'}",
        f"registry は何も取り込みませんでした({answer.status_code}): {detail_ja or '理由は示されていません'}",
        en,
        ja,
    )
    errors = problem.get("errors")
    listed = errors if isinstance(errors, list) else []
    declined.problems = tuple(_row_problem(error, batch) for error in listed if isinstance(error, dict))
    return declined


def _object(answer: httpx2.Response) -> dict[str, Any]:
    try:
        value = answer.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _row_problem(error: dict[str, Any], batch: Batch) -> Problem:
    row, column = batch.row_of(str(error.get("field", "")))
    return Problem(row, clip(column, 80), clip(str(error.get("ja", "")), 200), clip(str(error.get("en", "")), 200))
