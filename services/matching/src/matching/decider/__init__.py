"""What may happen in the matching service, split by stream: offers with their matches, and searches for a need.

Pure: a command and a state become events or a rejection. Read `offer.py` first, then `match.py` and `search.py`.
"""

from . import offer, search

DECIDERS = (offer.decider, search.decider)
