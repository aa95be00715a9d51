"""Signed notes: keys, signatures, and what is refused."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from shienevents.proof.notes import (
    WITNESS,
    Checkpoint,
    NoteError,
    PrivateKey,
    PublicKey,
    checkpoint_of,
    opened,
    split,
    with_signatures,
)
from shienevents.proof.tree import EMPTY
from shienevents.testing import examples

LOG = PrivateKey("example.org/needs", 1, bytes(range(32)))
OTHER = PrivateKey("example.org/needs", 1, bytes(range(1, 33)))
PREFECTURE = PrivateKey("example.org/prefecture", WITNESS, bytes(range(2, 34)))
NOTE = Checkpoint("example.org/needs/3", 7, EMPTY).signed(LOG)


def test_a_key_is_one_line_and_is_read_back() -> None:
    for key in (LOG, PREFECTURE):
        assert PrivateKey.parse(f"{key}\n") == key
        assert PublicKey.parse(f"{key.public}\n") == key.public
    assert PrivateKey.new("a/b").name == "a/b"
    assert PrivateKey.new("a/b") != PrivateKey.new("a/b")


def test_a_private_key_is_not_shown_by_accident() -> None:
    assert LOG.seed.hex() not in repr(LOG)
    assert repr(LOG.seed) not in repr(LOG)


def test_a_known_public_key() -> None:
    """The example of C2SP signed-note has the first signature of a checkpoint by this key."""
    key = PublicKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signed = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    raw = b64decode(signed)
    assert raw[:4] == key.number
    assert key.has_signed(text, raw[4:])
    assert not key.has_signed(text.upper(), raw[4:])


@pytest.mark.parametrize("name", ["", "with blank", "with+plus", "with　blank", "x" * 201])
def test_a_name_that_no_note_can_have_is_refused(name: str) -> None:
    with pytest.raises(NoteError, match="name of a key"):
        PrivateKey.new(name)


@settings(max_examples=examples(50))
@given(st.text())
def test_what_is_no_key_is_refused(text: str) -> None:
    for parse in (PublicKey.parse, PrivateKey.parse):
        with pytest.raises(NoteError):
            parse(text)
        with pytest.raises(NoteError):
            parse(f"PRIVATE+KEY+{text}")


def test_a_checkpoint_is_opened_with_the_key_that_signed_it_only() -> None:
    assert opened(NOTE, [LOG.public]) == (Checkpoint("example.org/needs/3", 7, EMPTY), [LOG.public])
    with pytest.raises(NoteError, match="is not signed by"):
        opened(NOTE, [OTHER.public])
    assert opened(NOTE, [OTHER.public, LOG.public])[1] == [LOG.public]


@pytest.mark.parametrize(("old", "new"), [("\n7\n", "\n8\n"), ("needs/3", "needs/4"), ("47DE", "47DF")])
def test_a_changed_checkpoint_is_not_opened(old: str, new: str) -> None:
    assert old in NOTE
    with pytest.raises(NoteError, match="wrong"):
        opened(NOTE.replace(old, new), [LOG.public])


def test_a_witness_signs_with_the_time_and_both_signatures_count() -> None:
    text, _ = split(NOTE)
    note = with_signatures(NOTE, [PREFECTURE.sign(text, 1_800_000_000)])
    assert opened(note, [LOG.public, PREFECTURE.public])[1] == [LOG.public, PREFECTURE.public]
    line = note.splitlines(keepends=True)[-1]
    later = PREFECTURE.sign(text, 1_800_000_001)
    assert line != later
    assert with_signatures(note, [line]) == note
    name, number, signature = PREFECTURE.name, PREFECTURE.public.number, b64decode(line.split(" ")[2])[4:]
    message = f"cosignature/v1\ntime 1800000000\n{text}".encode()
    Ed25519PublicKey.from_public_bytes(PREFECTURE.public.raw).verify(signature[8:], message)
    another = f"— {name} {b64encode(number + (1_800_000_001).to_bytes(8, 'big') + signature[8:]).decode()}\n"
    with pytest.raises(NoteError, match="wrong"):
        opened(NOTE + another, [PREFECTURE.public])
    # The key of a witness does not sign for the log, nor the other way round: the kind is a part of the number.
    as_log = PublicKey(PREFECTURE.name, 1, PREFECTURE.public.raw)
    with pytest.raises(NoteError, match="is not signed by"):
        opened(note, [as_log])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text",
        NOTE.rstrip("\n"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("\n7\n", "\n07\n"),
        NOTE.replace("\n7\n", "\n-7\n"),
        NOTE.replace("\n7\n", "\n７\n"),
        NOTE.replace("needs/3", "needs\t3"),
        NOTE + "— x y\n",
        NOTE + "\n",
        NOTE + "x" * 100_000,
    ],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        opened(note, [LOG.public])


@settings(max_examples=examples(50))
@given(st.text(), st.binary())
def test_no_text_and_no_signature_is_anything_but_opened_or_refused(text: str, raw: bytes) -> None:
    with pytest.raises(NoteError):
        checkpoint_of(text)
    assert not LOG.public.has_signed(text, raw)
    assert not PREFECTURE.public.has_signed(text, raw)
