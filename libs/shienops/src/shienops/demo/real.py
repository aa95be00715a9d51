"""A real city's own files brought into the services, as `shien import` does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shienops.demo.loop import Place
from shienops.system import System


async def load_real(
    system: System, areas: Path, resources: Path, municipality: str, *, tell: Callable[[str, str], None]
) -> Place:
    """Import both files, and establish councils where the loop will be walked."""
    raise NotImplementedError
