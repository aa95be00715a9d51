"""What the portal itself writes: who looked at a past state. All other facts are of the other services."""

from __future__ import annotations

from shiendomain.accesses import access_decider

DECIDERS = (access_decider("portal"),)
