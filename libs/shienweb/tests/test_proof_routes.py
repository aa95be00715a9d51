"""The proof of a service's log: its settings, what `/ready` says of it, and its routes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from shienevents import Contract
from shienevents.proof.files import LogFiles
from shienevents.proof.notes import Checkpoint, PrivateKey
from shienevents.proof.tree import EMPTY
from shienops import Database
from shienweb import ServiceProcessSettings

from .world import a_town

KEY = PrivateKey("example.org/registry", 1, bytes(range(32)))


def test_folder_and_key_are_set_together_and_a_key_that_is_none_is_named(tmp_path: Path) -> None:
    assert ServiceProcessSettings().proving() is None
    file = tmp_path / "registry.key"
    for only in ({"proof_folder": tmp_path}, {"proof_key_file": file}):
        with pytest.raises(Contract, match="SHIEN_PROOF_FOLDER and SHIEN_PROOF_KEY_FILE"):
            ServiceProcessSettings(**only).proving()  # type: ignore[arg-type]
    with pytest.raises(Contract, match=r"registry\.key"):
        ServiceProcessSettings(proof_folder=tmp_path, proof_key_file=file).proving()
    file.write_text("secret words")
    with pytest.raises(Contract, match="no private key") as refused:
        ServiceProcessSettings(proof_folder=tmp_path, proof_key_file=file).proving()
    assert "secret words" not in str(refused.value)
    file.write_text(f"{KEY}\n")
    proving = ServiceProcessSettings(proof_folder=tmp_path, proof_key_file=file).proving()
    assert proving is not None
    assert (proving.key, proving.origin(3)) == (KEY, "example.org/registry/3")


async def test_ready_names_a_shard_that_gets_no_more_checkpoints(database: Database, tmp_path: Path) -> None:
    (tmp_path / "registry.key").write_text(str(KEY))
    stranger = PrivateKey(KEY.name, 1, bytes(range(1, 33)))
    LogFiles(tmp_path / "proof/1").conclude(Checkpoint(f"{KEY.name}/1", 0, EMPTY).signed(stranger), 0)
    where = {"proof_folder": tmp_path / "proof", "proof_key_file": tmp_path / "registry.key"}
    async with a_town(database, tmp_path, **where) as town, town.anyone() as anyone, asyncio.timeout(60):
        said: list[str] = []
        while not said:  # Kafka is away, which it says too
            answer = await anyone.get("/ready")
            said = [notice for notice in answer.json()["notices"] if "checkpoint" in notice]
            await asyncio.sleep(0.05)
        assert (answer.status_code, len(said)) == (200, 1)
        assert "registry shard 1 gets no more checkpoints: its checkpoint is not of this key" in said[0]
