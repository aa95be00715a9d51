"""The documentation pages. They load only files of this package, so they work without the internet."""

from __future__ import annotations

from html import escape
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

from ._problems import Refusal
from ._state import state_of

_ASSETS = Path(__file__).parent / "_swagger_ui"  # vendored; its README says from where
_PAGE = """<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
<link rel="icon" href="docs/assets/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout",
});
"""


def add_docs(app: FastAPI) -> None:
    """`/docs`, the operations to read and to try out."""

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        """The operations, to read and to try out."""
        return HTMLResponse(_PAGE.format(title=escape(app.title)))

    @app.get("/docs/start.js", include_in_schema=False)
    async def start() -> Response:
        """The script that starts the page. The content security policy allows no inline scripts."""
        return Response(_START, media_type="text/javascript")

    app.mount("/docs/assets", StaticFiles(directory=_ASSETS), name="docs-assets")


def add_problems(app: FastAPI) -> None:
    """`/problems/{code}`, which explains a code."""

    @app.get("/problems/{code}", include_in_schema=False)
    async def explain_problem(code: str) -> dict[str, str]:
        """What a problem's code means."""
        message = state_of(app).messages.get(code)
        if message is None:
            raise Refusal(404, "problem.unknown")
        return {"code": code, "ja": message.ja, "en": message.en}
