"""The services' OpenAPI documents, as schemathesis draws requests from them, and what is asked of the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shiendomain.days import FIRST_DAY, LAST_DAY
from shienweb._body import UNFIT

from .city import NORTH, City

PROMISED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


Operation = schemathesis.APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]


class Document:
    """The document of one service."""

    def __init__(self, city: City, service: str) -> None:
        self.city = city
        self.service = service
        self.url = city.system.url(service)
        # An unknown query parameter is passed over, as everywhere on the web; a token is ours to give.
        drawn = GenerationConfig(allow_extra_parameters=False, with_security_parameters=False)
        config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=drawn)))
        self._schema = schemathesis.openapi.from_url(f"{self.url}/openapi.json", config=config)

    def operations(self) -> Iterator[Operation]:
        """Each operation of the document."""
        for found in self._schema.get_all_operations():
            yield found.ok()  # type: ignore[union-attr]

    def token(self, operation: Operation) -> dict[str, str]:
        """The header of somebody who may do this."""
        return {"Authorization": f"Bearer {self.city.token(self.service, operation.definition.raw['operationId'])}"}

    def fit(self, case: Case, mode: GenerationMode) -> None:
        """Lead a request that follows the document to things that are there, and leave the others as they are."""
        if mode is not GenerationMode.POSITIVE:
            return
        case.path_parameters = self._known(case.path_parameters)
        case.query = {**self._known(case.query), **({"after": self.city.position} if "after" in case.query else {})}
        case.query.pop("cursor", None)  # opaque: the document cannot say which are ours
        for name in ("Shien-After", "If-Match", "Shien-Occurred-At"):
            case.headers.pop(name, None)
        case.body = self._known(case.body)

    def _known(self, value: Any, name: str = "") -> Any:
        """The value with ids and areas that are there, and without characters that nothing takes."""
        if isinstance(value, dict):
            return {key: self._known(one, key) for key, one in value.items()}
        if isinstance(value, list):
            known = self.city.id(self.service, {"needs": "need_id", "issues": "issue_id"}.get(name, ""))
            return [known] if known and value else [self._known(one, name) for one in value]
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if not isinstance(value, str):
            return value
        if name in ("parent", "service_areas", "successors"):
            return NORTH
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and not str(FIRST_DAY) <= value <= str(LAST_DAY):
            return f"2032{value[4:]}"  # the document cannot say which days there are; 2032 has a 29 February
        return self.city.id(self.service, name) or UNFIT.sub("字", value)
