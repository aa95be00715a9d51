"""Which user Postgres runs as, and the command line that gets it there.

Postgres refuses to run as root. As root we start it as the system user `postgres` or `nobody` through setpriv, which
also asks the kernel to end it when its parent dies. That user must reach the data folder. A checkout under /root or
in a private folder of /tmp is closed to it; opening those folders to everybody would be worse than the problem, so in
that case the server keeps the one capability that lets it walk through closed folders, and nothing else of root's.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from shienops.errors import Missing, unreachable

# Bits of the kernel's capability sets. The first only reads; where the machine withholds it (containers), the second.
PASSAGES = (("dac_read_search", 2), ("dac_override", 1))


@dataclass(frozen=True)
class Account:
    """Whom the server runs as. `uid` None: whoever we are."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def own(self, folder: Path) -> None:
        """Give one folder to the account (not its content)."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def command(self, command: list[str], folder: Path, *, die_with_parent: bool) -> list[str]:
        """`command` as this account, able to reach `folder`."""
        options = ["--pdeathsig", "KILL"] if die_with_parent else []
        if self.uid is not None:
            # By number: setpriv would otherwise want the names of capabilities and users from files we may not have.
            options += ["--reuid", str(self.uid), "--regid", str(self.gid), "--clear-groups"]
            passage = self.passage(folder)
            if passage is not None:
                options += ["--inh-caps", f"-all,+{passage}", "--ambient-caps", f"-all,+{passage}"]
                # access(2), by which initdb looks for postgres, otherwise forgets the capabilities of non-root users.
                options += ["--securebits", "+no_setuid_fixup"]
        return [setpriv(), *options, "--", *command] if options else command

    def passage(self, folder: Path) -> str | None:
        """The capability that the account needs to reach `folder`, if any; an error when there is none to give."""
        if self.uid is None or all(self._may_enter(parent) for parent in (folder, *folder.parents)):
            return None
        bounding = _capabilities("CapBnd") & _capabilities("CapPrm")
        for name, bit in PASSAGES:
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
    """Ourselves, or for root an unprivileged user that the machine has already."""
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
    """util-linux's setpriv, part of every Debian."""
    found = shutil.which("setpriv", path=os.environ.get("PATH", "") + ":/usr/bin:/bin")
    if found is None:
        raise Missing(
            "setpriv.missing",
            "The program `setpriv` of util-linux is not on this machine.",
            "util-linux の `setpriv` がありません。",
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
