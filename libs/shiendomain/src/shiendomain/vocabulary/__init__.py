"""The closed lists of words that the events use, each with a Japanese and an English label, and the types of fields.

The Japanese follows the slides of the programme (生活支援体制整備事業) and the words of municipal offices.
"""

from __future__ import annotations

from .areas import AreaKind, BodyKind, Member, Tier
from .development import Accessibility, Headcount, Participation, PlaceEnd, PlacementEnd, VenueEnd
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
    WrongCheckDigit,
    Yen,
)
from .matching import FailureReason, FitReason, LapseReason, Missing, Outcome, TargetKind
from .needs import AgeBand, Frequency, SurveyMethod, Weekday
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
    "Accessibility",
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
    "GivenSourceKind",
    "Headcount",
    "LapseReason",
    "LaunchNotGiven",
    "Line",
    "LineOfReason",
    "Location",
    "Member",
    "Missing",
    "MunicipalityCode",
    "Name",
    "NeedBehind",
    "Outcome",
    "Part",
    "Participation",
    "People",
    "PlaceEnd",
    "PlacementEnd",
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
    "VenueEnd",
    "VerificationMethod",
    "Weekday",
    "WrongCheckDigit",
    "Yen",
]
