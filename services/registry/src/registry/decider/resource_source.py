"""The source of a resource: how it was found, and by which survey."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from shiendomain.registry import ResourceRegistered, ResourceSourceCorrected
from shiendomain.vocabulary import SourceKind
from shienevents import Rejected

from .resource_commands import CorrectResourceSource

Found = tuple[SourceKind, UUID | None]
"""The source, and the survey."""
_NOT_SAID = {SourceKind.IMPORT, SourceKind.LAUNCH}


def found_by(event: ResourceRegistered | ResourceSourceCorrected) -> Found:
    """How the resource was found, as an event says it."""
    if isinstance(event, ResourceRegistered):
        return event.source.kind, event.source.survey_id
    return event.source, event.survey_id


def correct_source(command: CorrectResourceSource, found: Found | None) -> Sequence[ResourceSourceCorrected]:
    """How a resource was found says nothing of what became of it, so it is corrected in every state.

    What a list or a launched service brought is told by its row or its service, not by a person: there only the survey
    is corrected.
    """
    new = (command.source, command.survey_id)
    if new == found:
        return []
    if found and found[0] is not command.source and _NOT_SAID & {found[0], command.source}:
        raise Rejected("resource.source_not_said", source=found[0])
    resource_id, (source, survey_id) = command.resource_id, new
    return [ResourceSourceCorrected(resource_id=resource_id, source=source, survey_id=survey_id, reason=command.reason)]
