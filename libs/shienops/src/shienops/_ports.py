"""Ports on 127.0.0.1. They are chosen below the range of local ports for outgoing connections.

Within that range, the kernel can give the port of a stopped server to a client that tries to connect to that server.
The client then connects to itself and holds the port, so the server cannot start again.
"""

from __future__ import annotations

import random
import socket
from pathlib import Path

from shienops._folder import DataFolder
from shienops.errors import port_in_use

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST = 15000


def claim_port(folder: DataFolder, part: str, wanted: int) -> int:
    """Return the port of a part and store it in the folder.

    Args:
        folder: the data folder.
        part: name of the part.
        wanted: port from the settings; 0 for the stored port, or a free one at the first start.

    Raises:
        Busy: when another process uses the port.
    """
    port = wanted or folder.port(part) or free_port()
    if not is_free(port):
        raise port_in_use(part, port, f"SHIEN_{part.upper()}_PORT")
    folder.remember_port(part, port)
    return port


def is_free(port: int) -> bool:
    """Return whether a server can listen on the port now."""
    with socket.socket() as probe:
        # As servers do: connections of an earlier server in TIME_WAIT do not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a port below the range of outgoing connections that is free now.

    No other process of this machine is given the port while this process runs: its server may start later, or again.

    Raises:
        Busy: when none is found.
    """
    below = _first_outgoing()
    for _ in range(200):
        port = random.randrange(LOWEST, below)
        if is_free(port) and _reserve(port):
            return port
    raise port_in_use("the stack", LOWEST, "SHIEN_POSTGRES_PORT and SHIEN_KAFKA_PORT")


def _reserve(port: int) -> bool:
    """Take a name that one process of the machine can have; the kernel frees it when the process ends."""
    holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        holder.bind(f"\0shien-port-{port}")
    except OSError:
        holder.close()
        return False
    holder.detach()  # it stays open
    return True


def _first_outgoing() -> int:
    try:
        first = int(RANGE.read_text().split()[0])
    except OSError:
        return 32768
    return first if first > LOWEST + 1000 else 65535
