"""Written schedules (第2・4火曜 10時〜11時半) as rules of RFC 5545, where they can be read; else they stay as written.

schedule.py   what a schedule says: openings, each a rule with its hours
words.py      the words of written schedules
reading.py    from the words to the schedule
open_at.py    the half-hours of the week in which it is open
coming.py     the weekdays, and the coming days with the public holidays of Japan

Only what the text says is taken: 不定期, 要問合せ and 月1回 have no days. Year-end holidays and お盆 are not read.
"""

from .coming import next_days, open_weekdays
from .open_at import half_hours_within, open_at, open_at_sql, slot_of
from .reading import read_schedule
from .schedule import Hours, Opening, Schedule

__all__ = [
    "Hours", "Opening", "Schedule", "half_hours_within", "next_days", "open_at", "open_at_sql", "open_weekdays",
    "read_schedule", "slot_of",
]  # fmt: skip
