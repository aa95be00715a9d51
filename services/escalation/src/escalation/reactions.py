"""Escalation acts on nothing it subscribes_to: every step of a proposal is a person's decision."""

from __future__ import annotations

from shienevents import Reaction

REACTIONS: tuple[Reaction, ...] = ()
