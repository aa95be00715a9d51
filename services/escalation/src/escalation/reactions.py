"""Escalation acts on nothing it hears: every step of a proposal is a person's decision."""

from __future__ import annotations

from shienevents import Reaction

REACTIONS: tuple[Reaction, ...] = ()
