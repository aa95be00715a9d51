"""Sends all rows of a file in one request to the service that records them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2

from shiendomain.registry import AreaDefined
from shienweb import Role

from .problems import Problem, Unreadable, clip, counted, unreadable
from .resources import ResourceRow
from .sent import Alike, IdenticalRow, MovedRow, Sent

MOST_ROWS = 10_000
CHUNK = 64 * 1024
TIMEOUT = httpx2.Timeout(10, read=180, write=180)
AREA_FIELDS = {"area", "parent", "kind", "tiers", "name", "kana", "valid_from", "boundary"}


@dataclass(frozen=True)
class Target:
    """URL of the service, without a slash at the end, and the bearer token."""

    url: str
    token: str


class Rows(Protocol):
    """The rows of one request: the service and the path they go to, and the role that may send them."""

    @property
    def service(self) -> str:
        """The name of the service."""

    @property
    def path(self) -> str:
        """The path of the request."""

    @property
    def role(self) -> Role:
        """The role that may send it."""

    @property
    def size(self) -> int:
        """How many rows it has."""

    def counted(self) -> tuple[str, str]:
        """What it holds, in Japanese and English."""

    def body(self, *, dry_run: bool) -> bytes:
        """The body of the request."""

    def row_of(self, field: str) -> tuple[int, str]:
        """The row of the file and the rest of the field's name, for a field of the body."""

    def parts(self, size: int) -> Iterator[Rows]:
        """The rows in parts of at most `size`, in the order in which they can be written."""


@dataclass(frozen=True)
class Batch:
    """The areas and resources of one request."""

    areas: Sequence[AreaDefined] = ()
    resources: Sequence[ResourceRow] = ()
    service = "registry"
    path = "/resource-batches"
    role = Role.MUNICIPAL_ADMINISTRATOR

    @property
    def size(self) -> int:
        """How many rows it has."""
        return len(self.areas) + len(self.resources)

    def counted(self) -> tuple[str, str]:
        """What it holds, in Japanese and English."""
        areas, resources = len(self.areas), len(self.resources)
        en = f"{counted(areas, 'area', 'areas')}, {counted(resources, 'resource', 'resources')}"
        return f"地域 {areas:,}、資源 {resources:,}", en

    def body(self, *, dry_run: bool) -> bytes:
        """Return the body of POST /resource-batches."""
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

    def parts(self, size: int) -> Iterator[Batch]:
        """Yield the batch in parts of at most `size` rows: the areas first, because resources lie in them."""
        for at in range(0, len(self.areas), size):
            yield Batch(areas=self.areas[at : at + size])
        for at in range(0, len(self.resources), size):
            yield Batch(resources=self.resources[at : at + size])

    def row_of(self, field: str) -> tuple[int, str]:
        """Return the row of the file and the rest of the field's name, for `resources.17.details.name`."""
        kind, _, rest = field.partition(".")
        number, _, name = rest.partition(".")
        if kind == "resources" and number.isdecimal() and int(number) < len(self.resources):
            return self.resources[int(number)].row, name
        if kind == "areas" and number.isdecimal() and int(number) < len(self.areas):
            return 0, f"{self.areas[int(number)].area} {name}"
        return 0, field


class BatchRejected(Unreadable):
    """The service rejected the batch. `problems` are the rows that it named."""

    problems: tuple[Problem, ...] = ()


def send(target: Target, batch: Rows, *, dry_run: bool, on_bytes: Callable[[int, int], None]) -> Sent:
    """Send a batch to its service.

    Args:
        target: URL and token.
        batch: the rows.
        dry_run: whether the service only checks the batch.
        on_bytes: called with the number of bytes sent and the total.

    Raises:
        BatchRejected: when the service rejects the batch.
        Unreadable: when the batch is empty or too large, or the service does not answer.
    """
    rows = batch.size
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
            answer = client.post(f"{target.url}{batch.path}", content=_pieces(body, on_bytes), headers=headers)
            if isinstance(batch, Batch) and answer.is_success and not dry_run:
                # Wait until the registry's views have the rows, because the next import is compared with them.
                wait = {"after": answer.headers.get("Shien-Position", ""), "limit": "1"}
                client.get(f"{target.url}/areas", params=wait, headers={"Authorization": headers["Authorization"]})
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError) as error:
        raise no_answer(batch.service, target.url, error) from None
    if answer.status_code not in {200, 201}:
        raise _rejected(answer, batch)
    return _sent(_object(answer), target, batch, time.monotonic() - begin)


def _sent(result: dict[str, Any], target: Target, batch: Rows, seconds: float) -> Sent:
    counts = [result.get(name) for name in ("new", "revised", "unchanged")]
    if not all(isinstance(count, int) for count in counts):
        raise _no_service(batch.service, target.url)
    new, revised, unchanged = map(int, counts)  # type: ignore[arg-type]  # checked above
    alike = tuple(_alike(one, batch) for one in result.get("alike") or () if isinstance(one, dict))
    moved = tuple(_moved(one, batch) for one in result.get("moved") or () if isinstance(one, dict))
    identical = tuple(identical_row(one, batch) for one in result.get("identical") or () if isinstance(one, dict))
    return Sent(new, revised, unchanged, str(result.get("position", "")), seconds, alike, moved, identical)


def identical_row(one: dict[str, Any], batch: Rows) -> IdenticalRow:
    """The row of the file that an answer names by its place in the batch."""
    row, _ = batch.row_of(f"needs.{one.get('row')}.reference")
    return IdenticalRow(row, tuple(map(str, one.get("need_ids") or ())))


def _moved(one: dict[str, Any], batch: Rows) -> MovedRow:
    row, _ = batch.row_of(f"resources.{one.get('row')}.area")
    return MovedRow(row, clip(str(one.get("name", ""))), str(one.get("from_area", "")), str(one.get("area", "")))


def _alike(one: dict[str, Any], batch: Rows) -> Alike:
    row, _ = batch.row_of(f"resources.{one.get('row')}.name")
    return Alike(row, clip(str(one.get("name", ""))), str(one.get("list", "")), one.get("same_number") is True)


def _pieces(body: bytes, on_bytes: Callable[[int, int], None]) -> Iterator[bytes]:
    for at in range(0, len(body), CHUNK):
        yield body[at : at + CHUNK]
        on_bytes(min(at + CHUNK, len(body)), len(body))


def _wrong_size(rows: int) -> Exception:
    return unreadable(
        "size",
        f"{rows:,} 件あります。1 回に送信できるのは 1〜{MOST_ROWS:,} 件です。",
        f"There are {rows:,} rows; one request can have 1 to {MOST_ROWS:,}.",
        "--where 見出し=値 で必要な行だけに絞り込むか、ファイルを分割してください。",
        "Select the rows you need with --where HEADER=VALUE, or split the file.",
    )


def no_answer(service: str, url: str, error: Exception) -> Exception:
    """Return the error for a service that does not answer."""
    return unreadable(
        "no_answer",
        f"{clip(url, 100)} のサービスが応答しません。取り込まれていないか、取り込みの結果を受信できませんでした。",
        f"The {service} service at {clip(url, 100)} does not answer ({type(error).__name__}): nothing was imported, or "
        "the answer was lost.",
        "稼働状況を確認し、もう一度実行してください。同じファイルを再度取り込んでも、重複して登録されません。",
        "Check that it is running, and run this again. A file that is imported twice has the same result as once.",
    )


def _no_service(service: str, url: str) -> Exception:
    return unreadable(
        f"no_{service}_there",
        f"{clip(url, 100)} は、取込み先のサービスとして応答しません。",
        f"The server at {clip(url, 100)} does not answer as the {service} service.",
        f"--{service} の URL を確認してください。",
        f"Check the URL of --{service}.",
    )


REMEDIES = {
    401: (
        "トークンを --token または SHIEN_TOKEN で指定してください。期限切れの場合は再発行してください。",
        "Specify a token with --token or SHIEN_TOKEN. Get a new one when it has expired.",
    ),
    403: (
        "権限のある役割({role})のトークンを使用してください。",
        "Use a token of the role {role}.",
    ),
    404: ("--{service} の URL を確認してください。", "Check the URL of --{service}."),
    413: ("ファイルを分割してください。", "Split the file."),
    422: (
        "表示された行を修正して、もう一度実行してください。",
        "Correct the rows that are listed, and run this again.",
    ),
}
OTHERWISE = (
    "しばらく待ってから、もう一度実行してください。重複して登録されることはありません。",
    "Wait a moment and run this again. Nothing is imported twice.",
)


def _rejected(answer: httpx2.Response, batch: Rows) -> BatchRejected:
    problem = _object(answer)
    said = REMEDIES.get(answer.status_code, OTHERWISE)
    ja, en = (text.format(role=batch.role.value, service=batch.service) for text in said)
    detail_ja, detail_en = (clip(str(problem.get(name) or ""), 300) for name in ("detail_ja", "detail_en"))
    rejected = BatchRejected(
        f"import.{problem.get('code') or answer.status_code}",
        f"The {batch.service} service imported nothing ({answer.status_code}): {detail_en or 'no reason was given'}",
        f"何も取り込みませんでした。{detail_ja or '理由は示されていません。'}",
        en,
        ja,
    )
    errors = problem.get("errors")
    listed = errors if isinstance(errors, list) else []
    rejected.problems = tuple(_row_problem(error, batch) for error in listed if isinstance(error, dict))
    return rejected


def _object(answer: httpx2.Response) -> dict[str, Any]:
    try:
        value = answer.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _row_problem(error: dict[str, Any], batch: Rows) -> Problem:
    row, column = batch.row_of(str(error.get("field", "")))
    return Problem(row, clip(column, 80), clip(str(error.get("ja", "")), 200), clip(str(error.get("en", "")), 200))
