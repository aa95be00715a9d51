"""A latitude and a longitude that changed places are refused with the coordinates that are meant."""

from __future__ import annotations

import pytest

from shienweb.testing import Caller

from .world import City

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def errors_of(caller: Caller, method: str, path: str, body: object = None) -> list[tuple[str, str, str]]:
    answer = await caller.send(method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "fields.malformed"), answer.text
    return [(one["field"], one["en"], one["ja"]) for one in answer.json()["errors"]]


@pytest.mark.parametrize(("path", "name"), [("/areas?", "at"), ("/resources?", "near"), ("/resource-facets?", "near")])
async def test_a_parameter_says_latitude_first_and_how_it_may_be_meant(
    administrator: Caller, path: str, name: str
) -> None:
    ((field, en, ja),) = await errors_of(administrator, "GET", f"{path}{name}=139.7,35.6")
    assert field == name
    assert "latitude first, then longitude" in en
    assert "perhaps 35.6,139.7 is meant" in en
    assert "緯度、経度の順に" in ja
    assert "（35.6,139.7 ではありませんか）" in ja
    for wrong in ("-139.7,35.6", "139.7", "35.6", "35.6,139.7,1", "199,35", "x"):
        ((field, en, ja),) = await errors_of(administrator, "GET", f"{path}{name}={wrong}")
        assert (field, "latitude first" in en, "perhaps" in en, "ありませんか" in ja) == (name, True, False, False)


async def test_a_body_says_which_is_which(administrator: Caller, city: City) -> None:
    swapped = city.a_resource(location={"lat_e7": 1_356_503_000, "lon_e7": 348_143_000})
    ((field, en, ja),) = await errors_of(administrator, "POST", "/resources", swapped)
    assert field == "details.location"
    assert "a latitude of 348143000 and a longitude of 1356503000" in en
    assert "緯度は 348143000、経度は 1356503000" in ja
    far = city.a_resource(location={"lat_e7": 1_356_503_000, "lon_e7": 0})
    ((field, *_),) = await errors_of(administrator, "POST", "/resources", far)
    assert field == "details.location.lat_e7"


async def test_a_boundary_says_at_which_point(administrator: Caller, city: City) -> None:
    ring = [[1_356_503_000, 348_143_000], [348_200_000, 1_356_503_000], [1_356_600_000, 348_143_000]]
    area = {
        "area": f"{city.code}-09", "parent": city.code, "kind": "centre_area", "name": "圏域",
        "valid_from": "2026-04-01", "boundary": [[ring]],
    }  # fmt: skip
    ((field, en, _),) = await errors_of(administrator, "POST", "/areas", area)
    assert field == "boundary.0.0.1"
    assert "a latitude of 348200000 and a longitude of 1356503000" in en
