"""Words of what residents do themselves."""

from __future__ import annotations

from ..words import Word


class SelfHelpOutcome(Word):
    """What came of what residents agreed to do themselves."""

    DONE = "done", "実施した", "Done"
    ONGOING = "ongoing", "続いている", "Still going on"
    PARTLY = "partly", "一部実施した", "Partly done"
    NOT_DONE = "not_done", "実施できなかった", "Not done"
