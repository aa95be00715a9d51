"""The types of the fields of events, and the values of several fields."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ..coordinates import check_order
from ..personal_data import MayHold, PersonalData
from .matching import TargetKind

AreaCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
"""The code of an area: of a municipality or ward its six-digit local government code, of others the city's own."""


MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""Local government code: JIS X 0401, JIS X 0402 and a check digit."""


People = Annotated[int, Field(ge=1, le=100_000)]


Yen = Annotated[int, Field(ge=0, le=10_000_000)]


TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""An hour of the day in Japan, such as 09:30."""


Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


Line = Annotated[str, StringConstraints(max_length=300)]


LineOfReason = Annotated[Line, StringConstraints(min_length=1)]  # one that must be given


Text = Annotated[str, StringConstraints(max_length=4000)]


Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


Provision = Annotated[int, Field(ge=1, le=1000)]
"""The number of what one provider gives of a service, from 1."""


ResourceName = Annotated[Name, MayHold(PersonalData.ADDRESS)]
"""The name of a resource. Public lists name some facilities by their address."""


Address = Annotated[Line, MayHold(PersonalData.ADDRESS)]
"""The address of a place that is open to the people of an area."""


Telephone = Annotated[Line, MayHold(PersonalData.TELEPHONE)]
"""The telephone number of a body or a facility."""


Reference = Annotated[Line, MayHold(PersonalData.TELEPHONE, PersonalData.NUMBER)]
"""The id of a row in the list that it comes from, such as an office number of ten digits."""


_ENTRY = r"[a-z][a-z0-9]{0,30}\.[0-9]{1,4}\.[0-9]{1,18}"
Position = Annotated[
    str,
    StringConstraints(max_length=4096, pattern=rf"^{_ENTRY}(,{_ENTRY})*$"),
    MayHold(PersonalData.TELEPHONE, PersonalData.NUMBER),
]
"""How far the services were, as each answer and each document says it, such as needs.3.120,registry.3.48."""


StaleAfterDays = Annotated[int, Field(ge=1, le=3650)]
"""For so many days a verification of a resource counts."""


class WrongCheckDigit(ValueError):
    """The first digit of a corporate number is not its check digit."""

    en = "the check digit (the first of the 13 digits) is wrong; copy the number from the public register"
    ja = "検査用数字（13 桁の先頭）が合いません。法人番号公表サイトの番号を確認してください"


def _with_check_digit(number: str) -> str:
    """Source: 法人番号の指定等に関する省令 (平成26年財務省令第70号), article 2.

    9 - (the sum of the twelve digits, from the right by turns once and twice) mod 9.
    """
    digits = [int(digit) for digit in reversed(number[1:])]
    total = sum(digit * (1 if n % 2 == 0 else 2) for n, digit in enumerate(digits))
    if int(number[0]) != 9 - total % 9:
        raise WrongCheckDigit
    return number


CorporateNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{13}$")]
"""法人番号: thirteen digits, the first of them a check digit."""


GivenCorporateNumber = Annotated[CorporateNumber, AfterValidator(_with_check_digit)]
"""A corporate number as a person gives it. Its check digit is compared when it is given, not when it is read."""


class Part(BaseModel):
    """A value inside an event. It is frozen and rejects fields that it does not declare."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NeedBehind(Part):
    """A need behind an issue, a gap, a proposal or a service: its id, its area and its number of people."""

    need_id: UUID
    area: AreaCode
    people: People

    def moved(self, area: str) -> NeedBehind:
        """The same need in another area."""
        return self.model_copy(update={"area": area})


class Target(Part):
    """Who a proposal is addressed to: the tier-1 council, or the municipality where the tiers share an area."""

    kind: TargetKind
    area: AreaCode
    council_id: UUID | None = None


LatitudeE7 = Annotated[int, Field(ge=-900_000_000, le=900_000_000)]
LongitudeE7 = Annotated[int, Field(ge=-1_800_000_000, le=1_800_000_000)]


class Location(Part):
    """A location (WGS 84) in integers of 1e-7 degree, because events hold no floating-point numbers."""

    lat_e7: LatitudeE7
    lon_e7: LongitudeE7

    @model_validator(mode="before")
    @classmethod
    def _in_order(cls, given: Any) -> Any:
        if isinstance(given, dict):
            check_order(given.get("lat_e7"), given.get("lon_e7"))
        return given
