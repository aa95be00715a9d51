"""How far a long work is: one line on stderr now and then, with the rate and the time left once they are known."""

from __future__ import annotations

import time

from shienops._output import tell

EVERY_SECONDS = 2.0
SETTLED_SHARE = 50
"""an end is promised when one part in so many was done"""


class Pace:
    """Call it with what is done and what there is to do; it writes at most one line in `EVERY_SECONDS`."""

    def __init__(self, ja: str, en: str) -> None:
        self._ja, self._en = ja, en
        self._began = self._said = time.monotonic()
        self._first: tuple[float, int] | None = None

    def __call__(self, done: int, total: int) -> None:
        """So much is done now."""
        now = time.monotonic()
        first_at, first = self._first = self._first or (now, done)
        if now - self._said < EVERY_SECONDS or not done:
            return
        self._said = now
        rate = (done - first) / (now - first_at) if now > first_at else 0.0
        if not is_settled(done - first, total):
            tell(f"{self._ja}: {done} / {total} 件", f"{self._en}: {done} of {total}")
            return
        left = max(0, total - done) / rate
        tell(
            f"{self._ja}: {done} / {total} 件、毎秒 {rate:.0f} 件、残り約 {left:.0f} 秒",
            f"{self._en}: {done} of {total}, {rate:.0f} a second, about {left:.0f} s left",
        )

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began


def is_settled(done: int, total: int) -> bool:
    """Whether so much was done since the first call that its rate says when the rest will be.

    What comes before it, such as connections that are opened, is no part of the rate.
    """
    return done * SETTLED_SHARE >= total and done > 0
