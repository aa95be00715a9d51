"""Detects the encoding of a Japanese text file, and the position of bytes in another encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from .problems import unreadable

BOM = b"\xef\xbb\xbf"
NAMES = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "cp932": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "ms932": "cp932",
}
JAPANESE = "\u3000"


BROKEN = re.compile("[\ud800-\udfff]")
"""A byte that is not of the encoding. `decode` leaves it as such a character, so that messages can name its place."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\([BJI]|\$\()")  # ISO-2022-JP changes its character sets with these
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")


@dataclass(frozen=True)
class Decoded:
    """The decoded text. Invalid bytes are `BROKEN` characters in it. `name` is that of the encoding, for messages."""

    text: str
    name: str


def decode(data: bytes, wanted: str | None = None) -> Decoded:
    """Return the text of a file.

    Args:
        data: content of the file.
        wanted: name of the encoding; None to detect it.

    Raises:
        Unreadable: for an encoding that is unknown or not supported, or for mixed encodings.
    """
    if data.startswith(_UTF16) and not wanted:  # a spreadsheet's "Unicode text"
        return Decoded(data.decode("utf-16", errors="replace"), "UTF-16")
    encoding = _named(wanted) if wanted else _guessed(data)
    bom = data.startswith(BOM)
    text = data.removeprefix(BOM).decode(encoding, errors="surrogateescape")
    if encoding == "utf-8":
        return Decoded(text, "UTF-8 BOM" if bom else "UTF-8")
    return Decoded(text, "CP932")


def encoding_note(decoded: Decoded, chosen: bool) -> tuple[str, str]:
    """Return the note about the encoding, in Japanese and English."""
    how = ("指定", "specified") if chosen else ("自動判定", "detected")
    return f"文字コード: {decoded.name}({how[0]})", f"encoding: {decoded.name} ({how[1]})"


def newer_jis(decoded: Decoded) -> tuple[tuple[str, str], ...]:
    """Return a note when bytes that are not CP932 are characters of Shift_JIS-2004; else none."""
    if decoded.name != "CP932" or not BROKEN.search(decoded.text):
        return ()
    if not _is(decoded.text.encode("cp932", errors="surrogateescape"), "shift_jis_2004"):
        return ()
    return (
        (
            "文字コードは Shift_JIS-2004 の可能性があります。UTF-8 で保存し直してください",
            "the encoding may be Shift_JIS-2004: save the file again in UTF-8",
        ),
    )


def _named(wanted: str) -> str:
    try:
        return NAMES[wanted.lower()]
    except KeyError:
        raise unreadable(
            "encoding_unknown",
            "--encoding には utf-8 または cp932 を指定してください。",
            "--encoding must be utf-8 or cp932.",
            "いずれかを指定するか、省略してください(自動判定します)。",
            "Specify one of them, or omit the option to detect it.",
        ) from None


def _guessed(data: bytes) -> str:
    if _ESCAPE.search(data):
        raise _not_supported("ISO-2022-JP")
    if data.startswith(BOM) or _is(data, "utf-8"):
        return "utf-8"
    if _is_euc(data):
        raise _not_supported("EUC-JP")
    lines = data.split(b"\n")
    as_utf8 = [n for n, line in enumerate(lines) if not line.isascii() and _is_japanese_utf8(line)]
    others = [n for n, line in enumerate(lines) if not line.isascii() and not _is(line, "utf-8")]
    if as_utf8 and others:
        raise _mixed(lines, as_utf8[0], others[0])
    return "cp932"


def _is_euc(data: bytes) -> bool:
    """Return whether the bytes are EUC-JP rather than CP932.

    Read as CP932, most of its characters are half-width kana or broken. A list in CP932 of half-width kana alone can
    look like EUC-JP too; `--encoding` decides then.
    """
    if not _is(data, "euc_jp"):
        return False
    as_cp932 = [one for one in data.decode("cp932", errors="surrogateescape") if not one.isascii()]
    odd = sum(1 for one in as_cp932 if _HALF_WIDTH.match(one) or BROKEN.match(one))
    return 2 * odd > len(as_cp932)


def _not_supported(name: str) -> Exception:
    return unreadable(
        "encoding_not_supported",
        f"文字コードが {name} です。",
        f"The file is in {name}.",
        "UTF-8 または CP932(Shift_JIS)で保存し直してください。判定が誤りの場合は --encoding で指定してください。",
        "Save the file again in UTF-8 or CP932. If this is not its encoding, specify it with --encoding.",
    )


def _mixed(lines: list[bytes], utf8: int, other: int) -> Exception:
    odd = max(utf8, other)
    before = next(i for i, byte in enumerate(lines[odd]) if byte > 127)
    column = lines[odd][:before].count(b",") + 1
    return unreadable(
        "encodings_mixed",
        f"文字コードが混在しています。{utf8 + 1} 行目は UTF-8、{other + 1} 行目は別の文字コードです"
        f"({odd + 1} 行目 {column} 列目)。",
        f"The encodings are mixed: line {utf8 + 1} is UTF-8, line {other + 1} is not "
        f"(line {odd + 1}, column {column}).",
        "元のファイルを 1 つの文字コードで保存し直してください。",
        "Save the file again in one encoding.",
    )


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_japanese_utf8(line: bytes) -> bool:
    """Return whether the line is UTF-8 with a character of three bytes or more. A line in CP932 almost never is."""
    try:
        return max(line.decode(), default="") >= JAPANESE
    except UnicodeDecodeError:
        return False
