"""A batch: rows of a list that are registered together are recorded with their counts."""

from __future__ import annotations

from shiendomain.batches import batch_decider
from shiendomain.registry import BatchRegistered

decider = batch_decider(BatchRegistered)
