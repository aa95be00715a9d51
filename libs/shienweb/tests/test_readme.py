"""The README's example runs as it stands there, and prints what it should."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


async def test_the_example_of_the_readme_runs_as_it_stands(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-c", example, env={**os.environ, "FOLDER": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    assert out.decode() == "第2層コーディネーター ささえりあ1 ('272108-01', '272108-01-a') False\n"
