"""The models that routes answer with."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from shiendomain.vocabulary import AreaCode


class Answer(BaseModel):
    """The base of every answer's model."""

    model_config = ConfigDict(frozen=True)


class WriteResult(Answer):
    """The result of a write: the id of what was written, the version of its stream, and the position to wait for."""

    id: str = Field(examples=["0190b6d1-7c3e-7d10-8a4f-5a1c2b3d4e5f"])
    version: int = Field(examples=[1])
    position: str = Field(examples=["needs.3.120"])


AreaQuery = Annotated[AreaCode | None, Query(description="Only of this area and all below it")]
"""The query parameter that narrows a list to an area; see `RequestContext.areas_within`."""
