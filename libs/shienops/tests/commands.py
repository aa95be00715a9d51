"""The command line as an operator uses it, in a process of its own."""

import os
import subprocess
from pathlib import Path

from shienops.system import System


def shien(system: System, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `shien` with these arguments on the folder of the system."""
    environment = {**os.environ, "SHIEN_DATA": str(system.folder.path), "COLUMNS": "300", **more}
    return subprocess.run(
        ["shien", *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=100, check=False
    )
