"""Ports: free, stored, and outside of the range of outgoing connections."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from shienops import Busy
from shienops._folder import DataFolder
from shienops._ports import RANGE, claim_port, free_port


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path)
    folder.prepare(min_free_mb=0)
    return folder


def test_a_chosen_port_is_kept_for_the_folder(folder: DataFolder) -> None:
    port = claim_port(folder, "kafka", 0)
    assert claim_port(DataFolder(folder.path), "kafka", 0) == port


def test_a_chosen_port_is_below_the_range_of_client_ports() -> None:
    first = int(RANGE.read_text().split()[0])
    assert all(free_port() < first for _ in range(50))


def test_two_processes_that_choose_at_once_choose_different_ports() -> None:
    """All throw the same dice, before any of their servers listens."""
    choose = "import sys, random; from shienops._ports import free_port; random.seed(0); print(free_port(), flush=True)"
    command = [sys.executable, "-W", "error", "-c", f"{choose}; sys.stdin.read()"]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    try:
        ports = [process.stdout.readline() for process in processes if process.stdout]
    finally:
        for process in processes:
            process.communicate()
    assert len(set(ports)) == 3


@pytest.mark.parametrize("listens", ["127.0.0.1", "0.0.0.0"])
def test_a_port_in_use_is_reported_with_its_setting(folder: DataFolder, listens: str) -> None:
    with socket.create_server((listens, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Busy) as refused:
            claim_port(folder, "postgres", port)
    assert refused.value.code == "port.in_use"
    assert str(port) in refused.value.message_en
    assert str(port) in refused.value.message_ja
    assert "SHIEN_POSTGRES_PORT" in refused.value.remedy
