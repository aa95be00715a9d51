"""The closed lists of words that the events use, each with a Japanese and an English label, and the types of fields.

The Japanese follows the slides of the programme (生活支援体制整備事業) and the words of municipal offices.
"""

from __future__ import annotations

from .areas import AreaKind, BodyKind, Member, Tier
from .fields import (
    Address,
    AreaCode,
    CorporateNumber,
    GivenCorporateNumber,
    Line,
    LineOfReason,
    Location,
    MunicipalityCode,
    Name,
    NeedBehind,
    Part,
    People,
    Reference,
    ResourceName,
    Telephone,
    Text,
    TimeOfDay,
    WrongCheckDigit,
    Yen,
)
from .matching import EndReason, FailureReason, FitReason, LapseReason, Missing, Outcome, TargetKind
from .needs import (
    AgeBand,
    Frequency,
    GivenIssueOutcome,
    IssueOutcome,
    Likeness,
    MergedNotGiven,
    SurveyMethod,
    Urgency,
    Weekday,
)
from .network import OutreachAnswer, OutreachRequest
from .resources import (
    GivenSourceKind,
    LaunchNotGiven,
    ResourceEnd,
    ServiceClass,
    SourceKind,
    SupportKind,
    VerificationMethod,
)
from .self_help import SelfHelpOutcome

__all__ = [
    "Address",
    "AgeBand",
    "AreaCode",
    "AreaKind",
    "BodyKind",
    "CorporateNumber",
    "EndReason",
    "FailureReason",
    "FitReason",
    "Frequency",
    "GivenCorporateNumber",
    "GivenIssueOutcome",
    "GivenSourceKind",
    "IssueOutcome",
    "LapseReason",
    "LaunchNotGiven",
    "Likeness",
    "Line",
    "LineOfReason",
    "Location",
    "Member",
    "MergedNotGiven",
    "Missing",
    "MunicipalityCode",
    "Name",
    "NeedBehind",
    "Outcome",
    "OutreachAnswer",
    "OutreachRequest",
    "Part",
    "People",
    "Reference",
    "ResourceEnd",
    "ResourceName",
    "SelfHelpOutcome",
    "ServiceClass",
    "SourceKind",
    "SupportKind",
    "SurveyMethod",
    "TargetKind",
    "Telephone",
    "Text",
    "Tier",
    "TimeOfDay",
    "Urgency",
    "VerificationMethod",
    "Weekday",
    "WrongCheckDigit",
    "Yen",
]
