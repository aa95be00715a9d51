"""Detects the encoding of a Japanese text file, and the position of bytes in another encoding."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Decoded:
    """The decoded text. Invalid bytes are lone surrogates in it, so that messages can name their row and column."""

    text: str
    encoding: str
    bom: bool = False


def decode(data: bytes, wanted: str | None = None) -> Decoded:
    """Return the text of a file.

    Args:
        data: content of the file.
        wanted: name of the encoding; None to detect it.

    Raises:
        Unreadable: for UTF-16, an unknown encoding, or mixed encodings.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unreadable(
            "utf16",
            "文字コードが UTF-16 です。",
            "The file is in UTF-16.",
            "UTF-8 または CP932(Shift_JIS)で保存し直してください。",
            "Save the file again in UTF-8 or CP932.",
        )
    encoding = _named(wanted) if wanted else _guessed(data)
    bom = data.startswith(BOM)
    body = data[len(BOM) :] if bom else data
    return Decoded(body.decode(encoding, errors="surrogateescape"), encoding, bom)


def encoding_note(decoded: Decoded, chosen: bool) -> tuple[str, str]:
    """Return the note about the encoding, in Japanese and English."""
    name = {"utf-8": "UTF-8", "cp932": "CP932"}[decoded.encoding] + (" BOM" if decoded.bom else "")
    how = ("指定", "specified") if chosen else ("自動判定", "detected")
    return f"文字コード: {name}({how[0]})", f"encoding: {name} ({how[1]})"


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
    if data.startswith(BOM) or _is(data, "utf-8"):
        return "utf-8"
    lines = data.split(b"\n")
    as_utf8 = [n for n, line in enumerate(lines) if not line.isascii() and _is_japanese_utf8(line)]
    others = [n for n, line in enumerate(lines) if not line.isascii() and not _is(line, "utf-8")]
    if as_utf8 and others:
        raise _mixed(lines, as_utf8[0], others[0])
    return "cp932"


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
