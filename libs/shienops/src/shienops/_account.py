"""The user that Postgres runs as, and the command line that switches to it.

Postgres does not run as root. As root we start it as the system user `postgres` or `nobody` with setpriv, which also
lets the kernel kill it when its parent ends. That user needs access to the data folder. It has none to a checkout under
/root or in a private folder of /tmp, and opening those folders to all users would be a security risk. In that case the
server keeps one capability, which gives access to closed folders, and no other right of root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from shienops.errors import Missing, unreachable

# Bits of the kernel's capability sets. The first one allows reading only. The second is for machines without the first
# (containers).
CAPABILITIES = (("dac_read_search", 2), ("dac_override", 1))


@dataclass(frozen=True)
class Account:
    """The user that the server runs as. `uid` is None for the current user."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def own(self, folder: Path) -> None:
        """Make the account the owner of one folder, but not of its content."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def command(self, command: list[str], folder: Path, *, die_with_parent: bool) -> list[str]:
        """Return `command`, extended to run as this account with access to `folder`.

        Args:
            command: program and arguments.
            folder: folder that the program needs.
            die_with_parent: whether the kernel kills the program when the thread that started it ends.

        Raises:
            StackError: when the account cannot get access to the folder, or setpriv is missing.
        """
        options = ["--pdeathsig", "KILL"] if die_with_parent else []
        if self.uid is not None:
            # By number: for names, setpriv reads files that may not exist on this machine.
            options += ["--reuid", str(self.uid), "--regid", str(self.gid), "--clear-groups"]
            capability = self.capability_for(folder)
            if capability is not None:
                options += ["--inh-caps", f"-all,+{capability}", "--ambient-caps", f"-all,+{capability}"]
                # initdb looks for postgres with access(2), which otherwise ignores capabilities of non-root users.
                options += ["--securebits", "+no_setuid_fixup"]
        return [setpriv(), *options, "--", *command] if options else command

    def capability_for(self, folder: Path) -> str | None:
        """Return the capability that the account needs for access to `folder`; None when it needs none.

        Raises:
            Folder: when the account needs one and this machine has none to give.
        """
        if self.uid is None or all(self._may_enter(parent) for parent in (folder, *folder.parents)):
            return None
        bounding = _capabilities("CapBnd") & _capabilities("CapPrm")
        for name, bit in CAPABILITIES:
            if bounding >> bit & 1:
                return name
        raise unreachable(folder, self.name)

    def _may_enter(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def choose_account() -> Account:
    """Return the current user; for root, an unprivileged user that exists on this machine."""
    if os.geteuid() != 0:
        return Account(pwd.getpwuid(os.geteuid()).pw_name if _known(os.geteuid()) else str(os.geteuid()))
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    return Account("65534", 65534, 65534)


def setpriv() -> str:
    """Return the path of `setpriv` of util-linux, which is part of Debian. Raises `Missing`."""
    found = shutil.which("setpriv", path=os.environ.get("PATH", "") + ":/usr/bin:/bin")
    if found is None:
        raise Missing(
            "setpriv.missing",
            "The program `setpriv` of util-linux is not installed.",
            "util-linux の `setpriv` がインストールされていません。",
            "Install it: sudo apt-get install util-linux",
            "インストールしてください: sudo apt-get install util-linux",
        )
    return found


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _capabilities(line: str) -> int:
    for text in Path("/proc/self/status").read_text().splitlines():
        if text.startswith(line + ":"):
            return int(text.split()[1], 16)
    return 0
