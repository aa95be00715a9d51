"""A batch: rows of a list that are recorded together are recorded with their counts."""

from __future__ import annotations

from shiendomain.batches import batch_decider
from shiendomain.needs import NeedBatchRecorded

decider = batch_decider(NeedBatchRecorded)
