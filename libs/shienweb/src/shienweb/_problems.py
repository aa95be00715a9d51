"""Problem details (RFC 9457): what every answer that is not a success looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ._messages import Message

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 50  # fields named in one answer


class FieldError(BaseModel):
    """One field that cannot be accepted, and what is expected of it."""

    model_config = ConfigDict(frozen=True)
    field: str = Field(examples=["people"])
    ja: str = Field(examples=["1 以上の数を指定してください"])
    en: str = Field(examples=["a number of at least 1 is expected"])


class Problem(BaseModel):
    """A refusal or a failure (RFC 9457). `code` is stable; `detail` is in the language asked for."""

    model_config = ConfigDict(frozen=True)
    type: str = Field(examples=["/problems/need.unknown"])
    title: str
    status: int
    detail: str
    detail_ja: str
    detail_en: str
    code: str = Field(examples=["need.unknown"])
    errors: tuple[FieldError, ...] = ()
    trace_id: str = ""


class Refusal(HTTPException):
    """A rejection by the HTTP layer: status, stable code, the facts of its message, and the fields at fault."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldError] = (),
        **facts: object,
    ) -> None:
        super().__init__(status, code, dict(headers or {}))
        self.code = code
        self.facts = facts
        self.errors = tuple(errors)


def english(accept_language: str) -> bool:
    """Whether Accept-Language prefers English to Japanese. Without a preference: Japanese."""
    best: dict[str, float] = {"ja": 0.0, "en": 0.0}
    for part in accept_language[:1000].split(","):
        tag, _, weight = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in best:
            best[language] = max(best[language], _weight(weight))
    return best["en"] > best["ja"]


def _weight(text: str) -> float:
    text = text.strip().removeprefix("q=")
    try:
        value = float(text) if text else 1.0
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0


def problem_of(
    status: int, code: str, message: Message, *, language: str, trace_id: str, errors: Sequence[FieldError] = ()
) -> Problem:
    """The problem as it is answered."""
    return Problem(
        type=f"/problems/{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=message.en if english(language) else message.ja,
        detail_ja=message.ja,
        detail_en=message.en,
        code=code,
        errors=tuple(errors[:MOST_ERRORS]),
        trace_id=trace_id,
    )


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as a response. Lone surrogates, which UTF-8 cannot encode, are replaced."""
    text = problem.model_dump_json() if _clean(problem) else _cleaned(problem).model_dump_json()
    return Response(text, status_code=problem.status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def _clean(problem: Problem) -> bool:
    try:
        f"{problem.detail_en}{problem.detail_ja}{problem.code}{problem.errors}".encode()
    except UnicodeEncodeError:
        return False
    return True


def _cleaned(problem: Problem) -> Problem:
    def clean(text: str) -> str:
        return text.encode(errors="replace").decode()

    texts = {name: clean(getattr(problem, name)) for name in ("type", "detail", "detail_ja", "detail_en", "code")}
    errors = tuple(FieldError(field=clean(e.field), ja=clean(e.ja), en=clean(e.en)) for e in problem.errors)
    return problem.model_copy(update={**texts, "errors": errors})
