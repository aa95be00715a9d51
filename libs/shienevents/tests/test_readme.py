"""The README's example runs as it stands there, and prints what it should."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

from shienops._databases import Database

README = Path(__file__).parents[1] / "README.md"


async def test_the_example_of_the_readme_runs_as_it_stands(
    database: Database, kafka: str, topic_name: str, tmp_path: Path
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    program = tmp_path / "example.py"
    program.write_text(example)
    environment = {
        **os.environ,
        "DSN": database.dsn,
        "OWNER_DSN": database.owner_dsn,
        "WRITER": database.name,
        "BOOTSTRAP_SERVERS": kafka,
        "TOPIC_PREFIX": topic_name,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", str(program), env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    (line,) = [line for line in out.decode().splitlines() if line.startswith("{")]
    shown = re.fullmatch(r"(\{.*\}) at (\S+) digest ([0-9a-f]{64})", line)
    assert shown is not None, line
    # Whether the reaction's own event is in it already depends on the moment; the position says which.
    rows, token, _ = shown.groups()
    source, shard, seq = token.split(".")
    open_needs = {"3": 3, "4": 2}[seq]
    assert (source, rows) == ("needs", f"{{'272108-03': AreaNeeds(area='272108-03', open={open_needs}, people=5)}}")
    assert shard.isdigit()
    assert 55 <= len(example.splitlines()) <= 100, "a complete tiny service in about 60 lines"
