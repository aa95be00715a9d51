"""`shien audit` on a real Postgres: its steps from the first checkpoint to a tampered database, and its exit codes."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from shienevents import Actor, Append, Event, Home, Origin, Store, migrate
from shienops.main import app
from shienops.proof_keys import new_key, proof_variables
from shienops.stack import Stack

SHARDS = 4
"""The papers are in shard 1, and what is logged of audits in shard 3."""


class PaperFiled(Event, wire="needs.paper_filed.v1"):
    """A paper was filed."""

    text: str


async def filed(stack: Stack, *texts: str, after: int = 0) -> list[str]:
    """File papers in shard 1; returns the ids of their events."""
    store = await Store.open(stack.dsn("needs"))
    ids = [uuid4() for _ in texts]
    try:
        await store.append(
            Append("papers", after, 1, Home("272108", "272108-1"), [PaperFiled(text=text) for text in texts], ids,
                   Origin(Actor("coordinator", "test")))
        )  # fmt: skip
    finally:
        await store.close()
    return [str(one) for one in ids]


async def audit(stack: Stack, *arguments: str | Path, **more: Any) -> Result:
    """Run `shien audit` on the folder of the stack, with a loop of its own."""
    environment = {"SHIEN_DATA": str(stack.folder.path), "COLUMNS": "300"}
    return await asyncio.to_thread(
        CliRunner().invoke, app, ["audit", *map(str, arguments)], env=environment, catch_exceptions=False, **more
    )


async def superuser(stack: Stack, *statements: str) -> None:
    connection = await asyncpg.connect(stack.admin_dsn, database="needs")
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.mark.embedded
async def test_a_log_is_signed_copied_witnessed_and_verified_and_a_tampered_database_is_found(
    own_postgres: Stack, tmp_path: Path
) -> None:
    stack, needs = own_postgres, ("--service", "needs")
    await stack.create_database("needs")
    await migrate(stack.owner_dsn("needs"), service="needs", writer="needs", shards=SHARDS)
    proof_variables(stack.folder.path, "needs")
    public = stack.folder.path / "keys/needs.pub"
    ids = await filed(stack, "one", "two", "three")

    # Nothing is signed before --execute; the events that no checkpoint covers are a finding of `verify`.
    done = await audit(stack, "checkpoint", *needs, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"checkpoints": []}
    assert (await audit(stack, "verify", *needs)).exit_code == 1
    done = await audit(stack, "prove", ids[1], *needs, "--out", tmp_path)
    assert done.exit_code == 1
    assert "no checkpoint yet" in done.stderr
    done = await audit(stack, "checkpoint", "--execute", "--out", tmp_path / "was", "--events", *needs, "--json")
    rows = json.loads(done.stdout)["checkpoints"]
    assert [(row["log"].partition("/")[2], row["size"], row["after"]) for row in rows] == [
        ("needs/1", 3, 0),
        ("needs/3", 1, 0),
    ], "with the papers it is signed who took them out"

    # The live stores, and the copy, with the public key alone.
    done = await audit(stack, "verify", *needs, "--json")
    assert done.exit_code == 0
    assert [(one["events"], one["findings"]) for one in json.loads(done.stdout)["logs"]] == [(3, []), (1, [])]
    assert (await audit(stack, "verify", tmp_path / "was", "--key", public)).exit_code == 0
    assert (await audit(stack, "verify", tmp_path / "was")).exit_code == 2, "whose key?"
    assert (await audit(stack, "verify", tmp_path / "nowhere", "--key", public)).exit_code == 2

    # One event.
    assert (await audit(stack, "prove", ids[1], *needs, "--out", tmp_path)).exit_code == 0
    proof, event = tmp_path / f"{ids[1]}.tlog-proof", tmp_path / f"{ids[1]}.json"
    assert (await audit(stack, "verify", proof, "--copy", event, "--key", public)).exit_code == 0
    event.write_bytes(event.read_bytes().replace(b'"two"', b'"TWO"'))
    assert (await audit(stack, "verify", proof, "--copy", event, "--key", public)).exit_code == 1
    assert (await audit(stack, "prove", str(uuid4()), *needs)).exit_code == 2

    # With a log of another service beside it: only what the key is of is judged, and the other one is named.
    shutil.copytree(tmp_path / "was", tmp_path / "all")
    new_key("city/registry", tmp_path / "other/registry.key")
    other = tmp_path / "all/registry/3"
    shutil.copytree(tmp_path / "was/needs/3", other)
    note = (other / "checkpoint").read_text().replace("/needs", "/registry")
    (other / "checkpoint").write_text(note)
    done = await audit(stack, "verify", tmp_path / "all", "--key", public)
    assert (done.exit_code, "registry/3: not checked: no key" in done.stderr) == (0, True), done.stderr
    done = await audit(stack, "verify", tmp_path / "all", "--key", tmp_path / "other/registry.pub")
    assert (done.exit_code, "needs/3: not checked" in done.stderr) == (1, True), "what is of its key is judged"
    shutil.move(other, tmp_path / "all/needs/9")
    done = await audit(stack, "verify", tmp_path / "all", "--key", public)
    assert (done.exit_code, "not checked" in done.stderr) == (1, False), "one in the place of a log is no other log"

    # A second party signs what only grew.
    new_key("prefecture.example/audit", tmp_path / "w.key", kind=4)
    signing = ("--key", public, "--with", tmp_path / "w.key", "--kept", tmp_path / "kept")
    assert (await audit(stack, "witness", tmp_path / "was", *signing)).exit_code == 0
    with_witness = ("--key", public, "--witness", tmp_path / "w.pub")
    assert (await audit(stack, "verify", tmp_path / "was", *with_witness)).exit_code == 1, "it was only tried"
    assert (await audit(stack, "witness", tmp_path / "was", *signing, "--execute")).exit_code == 0
    assert (await audit(stack, "verify", tmp_path / "was", *with_witness)).exit_code == 0
    await filed(stack, "four", after=3)
    assert (await audit(stack, "checkpoint", "--execute", "--out", tmp_path / "now", *needs)).exit_code == 0
    assert (await audit(stack, "verify", *needs, "--since", tmp_path / "was")).exit_code == 0
    assert (await audit(stack, "witness", tmp_path / "now", *signing, "--execute")).exit_code == 0
    done = await audit(stack, "witness", tmp_path / "was", *signing)
    assert done.exit_code == 1
    assert "3 events, but 4 were witnessed" in done.stderr

    # Somebody changes an event, with full rights on the database.
    await superuser(
        stack,
        "update events set data = convert_to(replace(convert_from(data, 'UTF8'), 'three', 'drei'), 'UTF8') "
        "where seq = 3",
    )
    done = await audit(stack, "verify", *needs, "--json")
    assert done.exit_code == 1
    (finding,) = json.loads(done.stdout)["logs"][0]["findings"]
    assert (finding["code"], finding["seq"], finding["event"]) == ("event.changed", 3, ids[2])
    assert "番号 3 の記録" in finding["ja"]

    # They also have the folder of the proof and make it anew; the key of the deployment is not theirs.
    shutil.copytree(stack.folder.path / "proof", tmp_path / "proof")
    shutil.rmtree(stack.folder.path / "proof")
    (stack.folder.path / "keys/needs.key").rename(tmp_path / "needs.key")
    new_key("needs", tmp_path / "theirs/needs.key")
    assert (await audit(stack, "checkpoint", "--execute", *needs, "--keys", tmp_path / "theirs")).exit_code == 0
    done = await audit(stack, "verify", *needs, "--json")
    assert (done.exit_code, json.loads(done.stdout)["logs"][0]["findings"][0]["code"]) == (1, "checkpoint.not_signed")

    # And cuts off the end: then nothing more is signed.
    await superuser(stack, "delete from events where seq > 2")
    (tmp_path / "ours").mkdir()
    for name in ("needs.key", "needs.pub"):
        shutil.copy((tmp_path if name.endswith("key") else public.parent) / name, tmp_path / "ours" / name)
    ours = ("--proof", tmp_path / "proof", "--keys", tmp_path / "ours")
    done = await audit(stack, "checkpoint", "--execute", *needs, *ours)
    assert done.exit_code == 1
    assert "shien store refill needs" in done.stderr
    assert (await audit(stack, "verify", *needs, *ours)).exit_code == 1

    await stack.postgres.stop()
    assert (await audit(stack, "verify", *needs)).exit_code == 3
    assert (await audit(stack, "verify", "--service", "needles")).exit_code == 2


async def test_a_key_is_never_overwritten_and_its_file_is_for_its_owner_only(tmp_path: Path) -> None:
    made = await asyncio.to_thread(
        CliRunner().invoke, app, ["audit", "key", "city.example.jp/needs", str(tmp_path / "k.key")]
    )
    assert made.stdout.strip() == (tmp_path / "k.pub").read_text().strip()
    assert (tmp_path / "k.key").stat().st_mode & 0o777 == 0o600
    before = (tmp_path / "k.key").read_text()
    for arguments in (["a/b", tmp_path / "k.key"], ["a b", tmp_path / "j.key"]):
        again = await asyncio.to_thread(CliRunner().invoke, app, ["audit", "key", *map(str, arguments)])
        assert again.exit_code == 2
    assert (tmp_path / "k.key").read_text() == before
    assert not (tmp_path / "j.key").exists()


def test_the_page_for_auditors_gives_commands_that_exist_with_options_that_exist() -> None:
    page = (Path(__file__).parents[3] / "docs/how-to/verify-a-log.md").read_text()
    lines = re.findall(r"^    shien audit (\S+) ?(.*?)(?: {2,}|$)", page, re.MULTILINE)
    commands: Any = get_command(app).commands["audit"].commands  # type: ignore[attr-defined]
    assert {name for name, _ in lines} == set(commands)
    for name, arguments in lines:
        words = arguments.replace("EVENT", str(uuid4())).split()
        assert commands[name].make_context(name, words), f"shien audit {name} {arguments}"
