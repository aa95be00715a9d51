"""`python -m shienevents.proof`: verify a folder of files, verify the proof of one event, or witness a checkpoint.

    verify FOLDER --key FILE [--since FOLDER] [--copy FILE] [--witness FILE]
    event PROOF VALUE --key FILE
    witness FOLDER --key FILE --with FILE --kept FOLDER

A key is a file with one line. Exit 0: fine; 1: something was found; 2: an argument is wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .files import MissingTile, logs_in
from .notes import NoteError, PrivateKey, PublicKey
from .proofs import proven
from .verifying import Verified, verified_folder
from .witnessing import witnessed


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        keys = [PublicKey.parse(file.read_text()) for file in asked.key]
        if asked.verb == "event":
            return _event(asked, keys)
        if not (logs := list(logs_in(asked.folder))):
            raise NoteError(f"{asked.folder} has no file checkpoint", f"{asked.folder} に checkpoint がありません")
        if asked.verb == "witness":
            return _witness(asked, keys)
        if asked.copy and len(logs) > 1:
            raise NoteError("--copy: name the folder of one log", "--copy: ログを 1 つだけ指定してください")
        if asked.since and not list(logs_in(asked.since)):
            raise NoteError(f"--since: {asked.since} has no log", f"--since: {asked.since} にログがありません")
        witnesses = [PublicKey.parse(file.read_text()) for file in asked.witness]
        found = list(verified_folder(asked.folder, keys, witnesses=witnesses, since=asked.since, copy=asked.copy))
    except (NoteError, OSError) as error:
        return _say_no(error, 2)
    for one in found:
        sys.stdout.write("".join(f"{line}\n" for line in lines_of(one)))
    return 1 if any(one.findings for one in found) else 0


def lines_of(one: Verified) -> list[str]:
    """What was verified of a log, for a person, in both languages."""
    if not one.findings and one.checkpoint:
        events = "" if one.events is None else f", {one.events} events compared / 記録 {one.events} 件を照合"
        return [f"✔ {one.log}: {one.checkpoint.size} events as signed / 署名のとおり {one.checkpoint.size} 件{events}"]
    return [f"✘ {one.log}: {finding.en}\n  {finding.ja}" for finding in one.findings]


def _event(asked: argparse.Namespace, keys: Sequence[PublicKey]) -> int:
    value = asked.value.read_bytes().rstrip(b"\n")
    proof = asked.proof.read_text()
    try:
        checkpoint, seq = proven(proof, value, keys)
    except NoteError as error:
        return _say_no(error, 1)
    sys.stdout.write(f"✔ {checkpoint.origin}: event number {seq} is as signed / 番号 {seq} の記録は署名のとおりです\n")
    return 0


def _witness(asked: argparse.Namespace, keys: Sequence[PublicKey]) -> int:
    witness, code = PrivateKey.parse(getattr(asked, "with").read_text()), 0
    for log in logs_in(asked.folder):
        try:
            sys.stdout.write(witnessed(log, keys, witness, asked.kept, int(time.time())) + "\n")
        except (NoteError, MissingTile) as error:
            code = _say_no(error, 1)
    return code


def _say_no(error: Exception, code: int) -> int:
    sys.stderr.write(f"✘ {error}\n  {getattr(error, 'ja', '')}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name in ("verify", "event", "witness"):
        verb = verbs.add_parser(name)
        verb.add_argument("--key", type=Path, action="append", required=True, help="public key of the log")
        if name == "event":
            verb.add_argument("proof", type=Path)
            verb.add_argument("value", type=Path)
            continue
        verb.add_argument("folder", type=Path)
        if name == "witness":
            verb.add_argument("--with", type=Path, required=True, help="private key of the witness")
            verb.add_argument("--kept", type=Path, required=True, help="folder of what was witnessed before")
        else:
            verb.add_argument("--since", type=Path, help="an earlier copy of the folder")
            verb.add_argument("--copy", type=Path, help="the events of one log as somebody else has them, one a line")
            verb.add_argument("--witness", type=Path, action="append", default=[], help="public key of a witness")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
