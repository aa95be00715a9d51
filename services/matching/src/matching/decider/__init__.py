"""What may happen in the matching service, split by stream: offers with their matches, searches for a need, and rounds.

Pure: a command and a state become events or a rejection. Read `offer.py` first, then `match.py` and `search.py`.
"""

from shiendomain.accesses import access_decider

from . import offer, round, search  # noqa: A004 - the word of the domain

DECIDERS = (offer.decider, search.decider, round.decider, access_decider("matching"))
