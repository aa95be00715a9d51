"""The answer of a service to the rows of a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Alike:
    """A row of the file whose name and address are registered already, from the list `list`.

    The row is new, or has the reference under which that list registered it (`same_number`) and changes nothing.
    """

    row: int
    name: str
    list: str
    same_number: bool = False


@dataclass(frozen=True)
class MovedRow:
    """A row of the file that the list has in another area than before."""

    row: int
    name: str
    from_area: str
    area: str


@dataclass(frozen=True)
class IdenticalRow:
    """A new row of the file that says what these needs say, which became known on the same day."""

    row: int
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """The answer of the service: numbers of rows, position token, seconds it took, rows alike, moved and identical."""

    new: int
    revised: int
    unchanged: int
    position: str
    seconds: float
    alike: tuple[Alike, ...] = ()
    moved: tuple[MovedRow, ...] = ()
    identical: tuple[IdenticalRow, ...] = ()
