"""What may happen, split by stream: the offer of a resource with its matches, and the searches for a need."""

from .offer import offer
from .search import search

DECIDERS = (offer, search)

__all__ = ["DECIDERS", "offer", "search"]
