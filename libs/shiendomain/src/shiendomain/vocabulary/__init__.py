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
from .matching import FailureReason, FitReason, LapseReason, Missing, Outcome, TargetKind
from .needs import AgeBand, Frequency, GivenIssueOutcome, IssueOutcome, MergedNotGiven, SurveyMethod, Urgency, Weekday
from .resources import (
    GivenSourceKind,
    LaunchNotGiven,
    ResourceEnd,
    ServiceClass,
    SourceKind,
    SupportKind,
    VerificationMethod,
)

__all__ = [
    "Address",
    "AgeBand",
    "AreaCode",
    "AreaKind",
    "BodyKind",
    "CorporateNumber",
    "FailureReason",
    "FitReason",
    "Frequency",
    "GivenCorporateNumber",
    "GivenIssueOutcome",
    "GivenSourceKind",
    "IssueOutcome",
    "LapseReason",
    "LaunchNotGiven",
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
    "Part",
    "People",
    "Reference",
    "ResourceEnd",
    "ResourceName",
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
