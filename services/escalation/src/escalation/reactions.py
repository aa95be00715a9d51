"""Escalation has no reactions: every step of a proposal is a decision of people."""

from __future__ import annotations

from shienevents import Reaction

REACTIONS: tuple[Reaction, ...] = ()
