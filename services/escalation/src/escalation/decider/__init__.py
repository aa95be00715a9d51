"""What may happen, split by stream: council meetings, and proposals on their way up and back."""

from .meeting import meeting
from .proposal import proposal

DECIDERS = (meeting, proposal)

__all__ = ["DECIDERS", "meeting", "proposal"]
