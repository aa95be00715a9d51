"""The embedded stack of Shien (Postgres and Kafka in one folder without containers) and the command line `shien`."""

from shienops._authority import Authority
from shienops._databases import Database
from shienops._parts import KafkaPart, OnStep, Part, PostgresPart, Step
from shienops.errors import Busy, DiskFull, Folder, Missing, PartFailed, StackError
from shienops.settings import SERVICES, StackSettings
from shienops.stack import PartStatus, Stack

__all__ = [
    "SERVICES",
    "Authority",
    "Busy",
    "Database",
    "DiskFull",
    "Folder",
    "KafkaPart",
    "Missing",
    "OnStep",
    "Part",
    "PartFailed",
    "PartStatus",
    "PostgresPart",
    "Stack",
    "StackError",
    "StackSettings",
    "Step",
]
