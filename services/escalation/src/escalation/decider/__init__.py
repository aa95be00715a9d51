"""What may happen, split by stream: council meetings, and proposals on their way up and back."""

from .meeting import meeting
from .proposal import proposal

deciders = (meeting, proposal)

__all__ = ["deciders", "meeting", "proposal"]
