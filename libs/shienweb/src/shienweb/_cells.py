"""The other cells that the portal hears, as a setting names them: `osaka=osaka.=https://shien.osaka.example`."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from shienevents import CELL, Cell

from ._token_rules import listed

PORTAL: Final = "portal"
"""The service that hears other cells than its own."""
_ON_THIS_MACHINE: Final = ("127.0.0.1", "localhost")


def cells_named(text: str, own_prefix: str) -> tuple[Cell, ...]:
    """The cells of a setting: name, what their topics begin with, and the address of their portal, joined by `=`.

    Raises `ValueError`, whose text names what is wrong and the remedy in both languages.
    """
    cells = [_cell(one) for one in listed(text)]
    for title, ja, values in (
        ("name", "名前", [cell.name for cell in cells]),
        ("topic prefix", "トピックの接頭辞", [own_prefix, *(cell.topic_prefix for cell in cells)]),
    ):
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise ValueError(
                f"two cells have the {title} {twice!r}, this cell included; each has its own / "
                f"{ja} {twice!r} のセルが複数あります（このセルを含む）。それぞれ別にしてください"
            )
    return tuple(cells)


def _cell(text: str) -> Cell:
    parts = [part.strip() for part in text.split("=")]
    if len(parts) != 3 or not CELL.fullmatch(parts[0]) or not is_address(parts[2]):
        raise ValueError(
            f"{text[:80]!r} is no cell; write name=prefix=address, such as osaka=osaka.=https://shien.osaka.example: "
            "a name of 1 to 15 lower case letters and digits, a letter first, and the address of the cell's portal "
            f"without a path / {text[:80]!r} はセルの指定ではありません。"
            "osaka=osaka.=https://shien.osaka.example のように、名前（英小文字で始まる英小文字と数字、15 文字まで）、"
            "トピックの接頭辞、そのセルのポータルのアドレス（パスなし）を「=」でつないでください"
        )
    return Cell(*parts)


def is_address(text: str) -> bool:
    """Whether it is a scheme and a host, and a port perhaps: over TLS, or of this machine."""
    parts = urlsplit(text)
    plain = text == f"{parts.scheme}://{parts.netloc}" and parts.hostname is not None and "@" not in text
    return plain and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _ON_THIS_MACHINE))
