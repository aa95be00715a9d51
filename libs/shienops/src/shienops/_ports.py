"""Ports on 127.0.0.1: chosen once below the range that the kernel gives to outgoing connections.

Inside that range a client that retries while its server is down can be given the server's own port as its local port,
connect to itself, and hold the port against the server's return.
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
    """The port for `part` of this folder: the setting, the one remembered, or a free one that is now remembered."""
    port = wanted or folder.port(part) or free_port()
    if not is_free(port):
        raise port_in_use(part, port, f"SHIEN_{part.upper()}_PORT")
    folder.remember_port(part, port)
    return port


def is_free(port: int) -> bool:
    """Can a server listen there now?"""
    with socket.socket() as probe:
        # As servers do: connections of an earlier server that linger in TIME_WAIT are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that is free now, below the range of outgoing connections."""
    below = _first_outgoing()
    for _ in range(200):
        port = random.randrange(LOWEST, below)
        if is_free(port):
            return port
    raise port_in_use("the stack", LOWEST, "SHIEN_POSTGRES_PORT and SHIEN_KAFKA_PORT")


def _first_outgoing() -> int:
    try:
        first = int(RANGE.read_text().split()[0])
    except OSError:
        return 32768
    return first if first > LOWEST + 1000 else 65535
