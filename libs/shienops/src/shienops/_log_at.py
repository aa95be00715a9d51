"""A log as a service serves it over HTTP."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import httpx2

from shienevents.proof.files import MissingTile
from shienevents.proof.tree import tile_path
from shienops.errors import NoAnswer, Wrong

_SECONDS = 30


class LogAt:
    """The log at an address such as http://127.0.0.1:8002/log/3. To be read with `copied`."""

    def __init__(self, url: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise _no_address(url)
        self._url = url.rstrip("/")
        self._client = httpx2.Client(timeout=_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def checkpoint(self) -> str | None:
        """The signed checkpoint; None where there is none. Raises `StackError`."""
        found = self._get("checkpoint")
        return None if found is None else found.decode()

    def tile(self, level: int, number: int, width: int) -> bytes:
        """The hashes of a tile, of its own or of the full one. Raises `StackError`, `MissingTile`."""
        for path in (tile_path(level, number, width), tile_path(level, number)):
            if (found := self._get(path)) is not None and len(found) >= width * 32:
                return found[: width * 32]
        raise MissingTile(tile_path(level, number, width))

    def _get(self, path: str) -> bytes | None:
        try:
            answer = self._client.get(f"{self._url}/{path}")
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _no_answer(self._url, str(error)) from error
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise _no_answer(self._url, f"status {answer.status_code}")
        return answer.content


def _no_answer(url: str, why: str) -> NoAnswer:
    return NoAnswer(
        "audit.no_answer",
        f"{url} does not answer ({why}).",
        f"{url} が応答しません（{why}）。",
        "Give the address of a log, such as http://HOST:8002/log/3, of a service that runs.",
        "起動しているサービスのログのアドレス（例: http://HOST:8002/log/3）を指定してください。",
    )


def _no_address(url: str) -> Wrong:
    return Wrong(
        "audit.no_address",
        f"{url} is no address of a log.",
        f"{url} はログのアドレスではありません。",
        "Give one that begins with http:// or https://, such as http://HOST:8002/log/3.",
        "http:// または https:// で始まるアドレス(例: http://HOST:8002/log/3)を指定してください。",
    )
