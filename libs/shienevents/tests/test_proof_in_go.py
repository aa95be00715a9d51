"""The files of a log, verified by the packages that verify Go's own checksum database: nothing of it is ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from shienevents.proof.files import LogFiles
from shienevents.proof.notes import WITNESS, Checkpoint, PrivateKey
from shienevents.proof.tree import leaf_hash, root
from shienevents.proof.witnessing import witnessed

KEY = PrivateKey("example.org/needs", 1, bytes(range(32)))
SOURCE = Path(__file__).parent / "tlog_in_go"
OLD = 300


@pytest.fixture
def program(tmp_path: Path) -> Path:
    if (go := shutil.which("go")) is None:
        pytest.skip("there is no go here; where it is, this verifies the log with golang.org/x/mod/sumdb")
    built = tmp_path / "verify"
    command = [go, "build", "-mod=readonly", "-o", str(built), "."]
    done = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, check=False, timeout=200)
    if done.returncode and "golang.org/x/mod" in done.stderr:
        pytest.skip(f"go cannot have the module golang.org/x/mod here: {done.stderr.strip()[:300]}")
    assert not done.returncode, done.stderr
    return built


@pytest.mark.timeout(300)
def test_go_accepts_the_log_and_finds_an_event_a_tile_and_a_key_that_are_wrong(program: Path, tmp_path: Path) -> None:
    events = [json.dumps({"id": n, "sequence": f"{n:019}"}).encode() for n in range(1, 67_001)]
    log = LogFiles(tmp_path / "log")
    size = log.grow(0, b"".join(map(leaf_hash, events)))
    log.conclude(Checkpoint("example.org/needs/3", size, root(log.reading(size), size)).signed(KEY), 0)
    # A signature of a kind that Go does not know is passed over.
    log.conclude(
        witnessed(log, [KEY.public], PrivateKey("example.org/w", WITNESS, bytes(32)), tmp_path / "kept", 1), size
    )
    old = root(log.reading(OLD), OLD)
    shown = events[:3]

    def verify(key: str, old_root: bytes, lines: list[bytes]) -> tuple[int, str]:
        command = [str(program), str(log.folder), key, str(OLD), b64encode(old_root).decode()]
        done = subprocess.run(
            command, input=b"\n".join(lines), capture_output=True, check=False, env=os.environ, timeout=100
        )
        return done.returncode, done.stdout.decode().strip()

    public = str(KEY.public)
    assert verify(public, old, shown) == (0, "3 events of 67000")
    assert verify(public, old, events) == (0, "67000 events of 67000")
    assert verify(public, leaf_hash(b"another"), shown)[0] == 1
    code, text = verify(public, old, [events[0], events[2]])
    assert (code, text.startswith("event number 2")) == (1, True)
    other = PrivateKey("example.org/needs", 1, bytes(range(1, 33)))
    assert verify(str(other.public), old, shown) == (1, "note has no verifiable signatures")
    tile = log.folder / "tile/0/000"
    tile.write_bytes(b"?" + tile.read_bytes()[1:])
    assert verify(public, old, shown)[0] == 1
