"""A file that a setting names, as secrets are mounted: what is wrong with it, in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ENCODING: Final = "utf-8-sig"
"""Of what people write for a setting: UTF-8, of which editors of Windows mark the beginning."""


def text_of(file: Path, *, may_be_empty: bool = False) -> str:
    """The text of the file, without blanks around it. Raises `ValueError`: both languages, with the remedy."""
    try:
        text = file.read_text(ENCODING).strip()
    except FileNotFoundError:
        raise _wrong(file, "is not there", "がありません") from None
    except IsADirectoryError:
        raise _wrong(file, "is a folder", "はフォルダーです") from None
    except UnicodeDecodeError:
        raise _wrong(file, "is no text", "は文字として読み取れません") from None
    except OSError as error:
        raise _wrong(file, f"cannot be read ({error.strerror})", f"を読み取れません（{error.strerror}）") from None
    if not text and not may_be_empty:
        raise _wrong(file, "is empty", "は空です")
    return text


def _wrong(file: Path, en: str, ja: str) -> ValueError:
    return ValueError(
        f"the file {file} {en}; put a text file that this user may read there, or correct the setting / "
        f"ファイル {file} {ja}。読み取れる内容のあるファイルを置くか、設定を直してください"
    )
