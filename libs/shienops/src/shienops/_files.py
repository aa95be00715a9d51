"""Files that leave the system: each is there as a whole or not at all, and only its owner may read it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from shienops.errors import StackError, Wrong

_OF_DISKS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


@contextmanager
def new_file(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A file to write, called NAME.part until it is complete and on the disk. Its folder is there already.

    Args:
        path: where it will be.
        replace: whether a file that is there is replaced. A folder or a device never is.

    Raises:
        Wrong: when `path` is there already.
        StackError: when it cannot be written, as a disk that is full. Then nothing is left.
    """
    if path.exists() and not (replace and path.is_file()):
        raise there_already(path)
    part = path.with_name(f"{path.name}.part")
    with writing(path):
        try:
            with open(part, "wb", opener=_own) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            with suppress(OSError):
                part.unlink()


@contextmanager
def new_text_file(path: Path, *, replace: bool = False, encoding: str = "utf-8") -> Iterator[TextIO]:
    """As `new_file`, for text: nothing in it is translated, and what the encoding lacks is a question mark."""
    with new_file(path, replace=replace) as file:
        text = TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
        try:
            yield text
        finally:
            text.detach()


def write_file(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file as `new_file` does. Raises `StackError`."""
    with new_file(path, replace=replace) as file:
        file.write(content)


def new_folder(path: Path) -> None:
    """Make a folder where there is none, and those above it. Raises `StackError`."""
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What fails because of a file is said as one sentence with the path. Raises `StackError`."""
    try:
        yield
    except OSError as error:
        if not about_a_file(error):
            raise
        raise unwritable(path, error) from None


def about_a_file(error: OSError) -> bool:
    """Whether a file or its disk is meant, and not a server that does not answer."""
    return error.filename is not None or error.errno in _OF_DISKS


def unwritable(path: object, error: OSError) -> StackError:
    """A file cannot be written or read."""
    why = error.strerror or str(error)
    return StackError(
        "file.unusable",
        f"{path}: {why}.",
        f"{path} を使用できません({why})。",
        "Free some disk space, or name another place that this user may use.",
        "空き容量を確保するか、利用できる別の場所を指定してください。",
    )


def there_already(path: object) -> Wrong:
    """What should be new is there already."""
    return Wrong(
        "file.exists",
        f"{path} is there already.",
        f"{path} は既にあります。",
        "Name a new one.",
        "新しい名前を指定してください。",
    )


def _own(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)
