"""The folder of the public data that some tests read. It is not part of the checkout."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def public_file(name: str, folder: str = "data") -> Path:
    """The file, or a skip that says where it was looked for."""
    shared = Path(os.environ.get("SHIEN_SHARED") or ROOT.parent / "shared")
    path = shared / folder / name
    if not path.exists():
        where = f"{shared.name}/{folder} beside the checkout (SHIEN_SHARED names it)"
        pytest.skip(f"the public data {name} is not in {where}")
    return path
