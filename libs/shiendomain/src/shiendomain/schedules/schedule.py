"""What a written schedule says: on which days something is open, and when."""

from __future__ import annotations

from typing import NamedTuple


class Hours(NamedTuple):
    """Opening hours of a day: HH:MM, 24-hour clock. `until` is empty when the text says only when it begins."""

    begin: str
    until: str = ""

    def __str__(self) -> str:
        return f"{self.begin}-{self.until}"


class Opening(NamedTuple):
    """Days as a rule of RFC 5545 (section 3.3.10, without its name), and the hours on them, if they are known."""

    rule: str
    hours: Hours | None = None

    def __str__(self) -> str:
        return f"{self.rule} {self.hours}" if self.hours else self.rule


DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # of RFC 5545, Monday first


class Schedule(NamedTuple):
    """What a written schedule says. `on_holidays`: whether it opens on public holidays; `None`: it does not say."""

    openings: tuple[Opening, ...] = ()
    on_holidays: bool | None = None

    def __str__(self) -> str:
        said = {None: "", True: " | holidays open", False: " | holidays closed"}[self.on_holidays]
        return " + ".join(map(str, self.openings)) + said if self.openings else "-"

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The weekdays on which it may be open (0: Monday): all of them for days of the month."""
        found: set[int] = set()
        for opening in self.openings:
            days = opening.rule.partition(";BYDAY=")[2]
            found |= {n for n, code in enumerate(DAY_CODES) if code in days} if days else {*range(7)}
        return tuple(sorted(found))
