"""`shien` on the folder of a system, as an operator calls it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from shienops.main import app
from shienops.system import System


class Shien:
    """`shien` on the folder of a system."""

    def __init__(self, system: System) -> None:
        self.environment = {"SHIEN_DATA": str(system.folder.path), "LC_ALL": "C", "COLUMNS": "300"}

    async def __call__(self, *arguments: str | Path, code: int = 0) -> str:
        """The data of a command that ends with this code."""
        found, data, said = await self.ended(*arguments)
        assert found == code, (arguments, data, said)
        return data

    async def ended(self, *arguments: str | Path) -> tuple[int, str, str]:
        """The code that a command ends with, its data, and what it says beside them."""
        done = await asyncio.to_thread(CliRunner().invoke, app, [*map(str, arguments)], env=self.environment)
        return done.exit_code, done.stdout, f"{done.stderr}{done.exception or ''}"

    async def json(self, *arguments: str | Path, code: int = 0) -> Any:
        """The data of a command that ends with this code, as it was parsed."""
        return json.loads(await self(*arguments, "--json", code=code))
