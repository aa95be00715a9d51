"""A log as files: it grows, is read, copied, verified without anything else, and witnessed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import shienevents.proof
from shienevents.proof.files import LogFiles, MissingTile, copied
from shienevents.proof.notes import WITNESS, Checkpoint, NoteError, PrivateKey, opened
from shienevents.proof.proofs import proof_of, proven
from shienevents.proof.tree import HASH, Levels, leaf_hash, root, tile_path, tiles
from shienevents.proof.verifying import Finding, Verified, verified_folder
from shienevents.proof.witnessing import witnessed
from shienevents.testing import examples

KEY = PrivateKey("example.org/needs", 1, bytes(range(32)))
WITNESSING = PrivateKey("example.org/prefecture", WITNESS, bytes(range(1, 33)))


def values(count: int, text: str = "event") -> list[bytes]:
    """What is published of so many events, as far as a verification looks at it."""
    return [json.dumps({"id": f"{text}-{n + 1}", "sequence": f"{n + 1:019}"}).encode() for n in range(count)]


def grow(log: LogFiles, events: Sequence[bytes], key: PrivateKey = KEY, origin: str = "example.org/needs/3") -> None:
    """Let a log have these events: those it has, and further ones."""
    size = log.size()
    grown = log.grow(size, b"".join(map(leaf_hash, events[size:])))
    log.conclude(Checkpoint(origin, grown, root(log.reading(grown), grown)).signed(key), size)


def made(folder: Path, events: Sequence[bytes], key: PrivateKey = KEY) -> LogFiles:
    log = LogFiles(folder)
    grow(log, events, key)
    (folder / "events.jsonl").write_bytes(b"".join(value + b"\n" for value in events))
    return log


def found(folder: Path, **more: Path) -> list[Finding]:
    return [finding for one in verified_folder(folder, [KEY.public], **more) for finding in one.findings]  # type: ignore[arg-type]


@settings(max_examples=examples(25))
@given(st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_a_log_that_grows_in_steps_has_the_tiles_of_all_its_events(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    log, size = LogFiles(tmp_path_factory.mktemp("log")), 0
    events = values(sum(steps))
    whole = Levels(b"".join(map(leaf_hash, events)))
    before = 0
    for step in steps:
        before, size = size, size + step
        grow(log, events[:size])
        assert opened(log.checkpoint() or "", [KEY.public])[0].root == root(whole.read, size)
        for shown in (before, size):  # of the checkpoint before, somebody may still read the tiles
            for level, number, width in tiles(shown):
                expected = whole.levels[level][number * 256 * HASH :][: width * HASH]
                assert log.tile(level, number, width) == expected
    there = {str(path.relative_to(log.folder)) for path in log.folder.glob("tile/**/*") if path.is_file()}
    assert there <= {tile_path(*tile) for shown in (before, size) for tile in tiles(shown)}, "an old tile was left"


def test_a_checkpoint_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    log = made(tmp_path, values(300))
    events = values(900)
    log.grow(300, b"".join(map(leaf_hash, events[300:])))  # and then the process is killed
    assert log.size() == 300
    assert found(tmp_path) == []
    grow(log, values(700, "event"))
    assert found(tmp_path)[0].code == "log.shorter", "the events that lie beside it are those of before"
    (tmp_path / "events.jsonl").unlink()
    assert found(tmp_path) == []


def test_a_copy_has_what_the_checkpoint_names_and_can_be_brought_up_to_date(tmp_path: Path) -> None:
    log = made(tmp_path / "a", values(600))
    copy = copied(log, tmp_path / "b" / "needs" / "3")
    assert found(tmp_path / "b") == []
    grow(log, values(1300))
    copied(log, copy.folder)
    assert copy.size() == 1300
    assert found(tmp_path / "b") == []


def test_a_tile_that_is_missing_is_named(tmp_path: Path) -> None:
    log = made(tmp_path, values(600))
    (tmp_path / "tile/0/001").unlink()
    assert [(one.code, one.en) for one in found(tmp_path)] == [("tile.missing", "tile/0/001 is missing")]
    with pytest.raises(MissingTile):
        log.leaves(600)


@pytest.mark.parametrize("tile", ["tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"])
def test_a_tile_that_was_changed_is_found(tmp_path: Path, tile: str) -> None:
    made(tmp_path, values(600))
    path = tmp_path / tile
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert [one.code for one in found(tmp_path)] == ["tile.changed"]


def edited(events: list[bytes]) -> list[bytes]:
    return [value.replace(b"event-2", b"other-2") for value in events]


def renumbered(events: list[bytes]) -> list[bytes]:
    return [json.dumps({**json.loads(value), "sequence": f"{n:019}"}).encode() for n, value in enumerate(events, 1)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (edited, ("event.changed", 2, "other-2")),
        (lambda events: events[:1] + events[2:], ("event.missing", 2, None)),
        (lambda events: renumbered(events[:1] + events[2:]), ("event.changed", 2, "event-3")),
        (lambda events: renumbered([*events[:1], *values(1, "new"), *events[1:]]), ("event.changed", 2, "new-1")),
        (lambda events: renumbered([events[1], events[0], *events[2:]]), ("event.changed", 1, "event-2")),
        (lambda events: events[:4], ("log.shorter", 5, None)),
        (lambda events: [*events[:4], b"no event"], ("event.unreadable", None, None)),
    ],
)
def test_events_that_are_not_those_that_were_signed_are_found(tmp_path: Path, change, expected) -> None:  # type: ignore[no-untyped-def]
    made(tmp_path, values(5))
    (tmp_path / "events.jsonl").write_bytes(b"".join(value + b"\n" for value in change(values(5))))
    first = found(tmp_path)[0]
    assert (first.code, first.seq, first.event) == expected
    assert first.ja


def test_a_subscriber_verifies_a_copy_that_begins_later_has_events_twice_and_goes_on(tmp_path: Path) -> None:
    made(tmp_path / "log", values(700))
    copy = tmp_path / "copy.jsonl"
    lines = [value + b"\n" for value in values(705)]
    copy.write_bytes(b"".join(lines[400:600] + lines[590:]))
    assert found(tmp_path / "log", copy=copy) == []
    (one,) = verified_folder(tmp_path / "log", [KEY.public], copy=copy)
    assert one.events == 315
    copy.write_bytes(b"".join(lines[400:500] + lines[510:]))
    assert [(one.code, one.seq) for one in found(tmp_path / "log", copy=copy)] == [("event.missing", 501)]
    copy.write_bytes(b"".join(lines[400:500]).replace(b"event-450", b"event-451"))
    assert [(one.code, one.seq) for one in found(tmp_path / "log", copy=copy)] == [("event.changed", 450)]


def test_a_log_of_another_key_and_a_log_in_the_place_of_another_are_found(tmp_path: Path) -> None:
    stranger = PrivateKey("example.org/needs", 1, bytes(range(7, 39)))
    made(tmp_path / "1", values(5), stranger)
    assert [one.code for one in found(tmp_path)] == ["checkpoint.not_signed"]
    shutil.rmtree(tmp_path / "1")
    grow(LogFiles(tmp_path / "2"), values(5), KEY, "example.org/registry/3")
    assert [one.code for one in found(tmp_path)] == ["checkpoint.other_log"]
    shutil.rmtree(tmp_path / "2")
    made(tmp_path / "3", values(5))
    made(tmp_path / "4", values(5))
    assert [one.code for one in found(tmp_path)] == ["checkpoint.other_log"]


def test_a_fork_that_the_key_of_the_log_has_signed_is_found_by_an_earlier_copy_and_by_the_witness(
    tmp_path: Path,
) -> None:
    was, kept = made(tmp_path / "was/3", values(300)), tmp_path / "kept"
    witnessed(was, [KEY.public], WITNESSING, kept, 1)
    made(tmp_path / "on/3", values(600))
    made(tmp_path / "fork/3", [*values(250), *renumbered([*values(250), *values(350, "other")])[250:]])
    made(tmp_path / "shorter/3", values(299))
    assert found(tmp_path / "on", since=tmp_path / "was") == []
    assert found(tmp_path / "fork") == [], "alone it is as good as the other"
    assert [(one.code, one.seq) for one in found(tmp_path / "fork", since=tmp_path / "was")] == [("log.forked", 251)]
    assert [(one.code, one.seq) for one in found(tmp_path / "shorter", since=tmp_path / "was")] == [
        ("log.shorter", 300)
    ]
    for name, why in (("fork", "another log"), ("shorter", "299 events, but 300")):
        with pytest.raises(NoteError, match=why):
            witnessed(LogFiles(tmp_path / name / "3"), [KEY.public], WITNESSING, kept, 2)
    note = witnessed(LogFiles(tmp_path / "on/3"), [KEY.public], WITNESSING, kept, 3)
    assert opened(note, [WITNESSING.public])[0].size == 600
    with pytest.raises(NoteError, match="600 were witnessed"):
        witnessed(was, [KEY.public], WITNESSING, kept, 4)


def test_a_log_may_be_new_but_none_may_be_gone(tmp_path: Path) -> None:
    for name in ("was", "now"):
        made(tmp_path / name / "3", values(300))
    grow(LogFiles(tmp_path / "now/4"), values(5), origin="example.org/needs/4")
    assert found(tmp_path / "now", since=tmp_path / "was") == []
    shutil.rmtree(tmp_path / "now/3")
    assert [(one.log, one.code) for one in found(tmp_path / "now", since=tmp_path / "was")] == [
        (str(tmp_path / "now/3"), "checkpoint.missing")
    ]


def test_a_witness_that_must_have_signed_and_has_not_is_named(tmp_path: Path) -> None:
    log = made(tmp_path / "3", values(300))

    def verified() -> list[Verified]:
        return list(verified_folder(tmp_path, [KEY.public], witnesses=[WITNESSING.public]))

    assert [one.code for one in verified()[0].findings] == ["checkpoint.not_signed"]
    log.conclude(witnessed(log, [KEY.public], WITNESSING, tmp_path / "kept", 1), 300)
    (one,) = verified()
    assert (one.findings, one.signed_by) == ([], [str(KEY.public), str(WITNESSING.public)])


def test_the_proof_of_an_event_needs_only_itself_the_event_and_the_key(tmp_path: Path) -> None:
    log = made(tmp_path, values(600))
    for seq in (1, 256, 257, 600):
        checkpoint, number = proven(proof_of(log, seq), values(600)[seq - 1], [KEY.public])
        assert (checkpoint.size, number) == (600, seq)
    with pytest.raises(NoteError, match="does not show this event"):
        proven(proof_of(log, 5), values(600)[5], [KEY.public])
    with pytest.raises(NoteError, match="in no checkpoint yet"):
        proof_of(log, 601)
    with pytest.raises(NoteError, match="this is no proof"):
        proven("index 5", values(600)[5], [KEY.public])


def test_the_folder_of_the_proof_runs_alone_on_a_machine_that_has_nothing_else(tmp_path: Path) -> None:
    """It is copied, and told that nothing of ours and no driver may be imported."""
    made(tmp_path / "log/needs/3", values(300))
    shutil.copytree(Path(shienevents.proof.__file__).parent, tmp_path / "proof")
    (tmp_path / "key.pub").write_text(f"{KEY.public}\n")
    (tmp_path / "witness.key").write_text(f"{WITNESSING}\n")
    proof = proof_of(LogFiles(tmp_path / "log/needs/3"), 7)
    (tmp_path / "7.tlog-proof").write_text(proof)
    (tmp_path / "7.json").write_bytes(values(7)[6])
    program = (
        "import sys, runpy\n"
        "class Refuse:\n"
        "    def find_spec(self, name, *_):\n"
        "        first = name.partition('.')[0]\n"
        "        if first not in sys.stdlib_module_names | {'cryptography', '_cffi_backend', 'proof'}:\n"
        "            raise ImportError(f'{name} is not there')\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "runpy.run_module('proof', run_name='__main__', alter_sys=True)\n"
    )

    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-c", program, *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert run("verify", "log", "--key", "key.pub")[0] == 0
    assert run("event", "7.tlog-proof", "7.json", "--key", "key.pub")[0] == 0
    assert run("witness", "log", "--key", "key.pub", "--with", "witness.key", "--kept", "kept")[0] == 0
    assert run("verify", "key.pub", "--key", "key.pub")[0] == 2
    assert run("event", "7.tlog-proof", "key.pub", "--key", "key.pub")[0] == 1
    lines = (tmp_path / "log/needs/3/events.jsonl").read_bytes().replace(b"event-9", b"EVENT-9")
    (tmp_path / "log/needs/3/events.jsonl").write_bytes(lines)
    code, text = run("verify", "log", "--key", "key.pub")
    assert (code, "event number 9 (EVENT-9)" in text) == (1, True)
