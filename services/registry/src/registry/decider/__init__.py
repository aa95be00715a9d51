"""The rules of the registry, split by stream. Pure: a command and a state become events or a rejection."""

from shiendomain.accesses import access_decider

from . import (
    activity,
    area,
    batch,
    contact,
    coordinator,
    council,
    freshness,
    information,
    outreach,
    partnership,
    place,
    provider,
    resource,
    supporters,
    venue,
)  # fmt: skip

DECIDERS = (
    area.decider,
    batch.decider,
    council.decider,
    coordinator.decider,
    provider.decider,
    resource.decider,
    freshness.decider,
    outreach.decider,
    partnership.decider,
    information.decider,
    supporters.decider,
    venue.decider,
    place.decider,
    activity.decider,
    contact.decider,
    access_decider("registry"),
)
