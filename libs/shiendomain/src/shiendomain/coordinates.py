"""Whether coordinates lie in Japan, and what is said of a latitude and a longitude that changed places."""

from __future__ import annotations

from typing import Any

LATITUDES, LONGITUDES = (20.0, 46.0), (122.0, 154.5)
"""degrees; Japan from Okinotorishima to the north of Hokkaido, and from Yonaguni to Minamitorishima"""


class Misplaced(ValueError):
    """Coordinates that cannot be: `en` and `ja` say in which order they are given, and how they may be meant."""

    def __init__(self, en: str, ja: str) -> None:
        super().__init__(en)
        self.en, self.ja = en, ja


def in_japan(latitude: float, longitude: float) -> bool:
    """Return whether the position, in degrees, lies in the bounding box of Japan."""
    return LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]


def check_order(latitude: Any, longitude: Any) -> None:
    """Raise `Misplaced` where these, in 1e-7 degree and not judged yet, lie in Japan only the other way round."""
    if type(latitude) is int and type(longitude) is int and in_japan(longitude / 1e7, latitude / 1e7):
        raise Misplaced(
            f"latitude and longitude are swapped; a latitude of {longitude} and a longitude of {latitude} "
            "would lie in Japan",
            f"緯度と経度が入れ替わっています。日本の中であれば、緯度は {longitude}、経度は {latitude} です",
        )
