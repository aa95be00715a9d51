"""How far a long work is: one line on stderr now and then, with the rate and the time that is left."""

from __future__ import annotations

import time

from shienops._output import tell

EVERY_SECONDS = 2.0


class Pace:
    """Call it with what is done and what there is to do; it writes at most one line in `EVERY_SECONDS`."""

    def __init__(self, ja: str, en: str) -> None:
        self._ja, self._en = ja, en
        self._began = self._said = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """So much is done now."""
        now = time.monotonic()
        if now - self._said < EVERY_SECONDS or not done:
            return
        self._said = now
        rate = done / (now - self._began)
        left = max(0, total - done) / rate
        tell(
            f"{self._ja}: {done} / {total} 件、毎秒 {rate:.0f} 件、残り約 {left:.0f} 秒",
            f"{self._en}: {done} of {total}, {rate:.0f} a second, about {left:.0f} s left",
        )

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began
