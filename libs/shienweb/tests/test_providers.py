"""Tokens as usual identity providers make them, checked by the settings that `deploy/identity` recommends."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from uuid import uuid4

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey
from pydantic import ValidationError

from shienevents import Contract
from shienweb import Principal, Refusal, Role, ServiceProcessSettings

SAMPLES = Path(__file__).parents[3] / "deploy" / "identity"
RSA, EC = RSAKey.generate_key(2048, auto_kid=True), ECKey.generate_key("P-256", auto_kid=True)
ENCRYPTING = RSAKey.generate_key(2048, auto_kid=True)  # Keycloak has one of these among its keys
TENANT = "11111111-2222-3333-4444-555555555555"
KITA = Principal("account", Role.TIER2_COORDINATOR, "北地域包括支援センター", ("272108-01",))


class Settings(ServiceProcessSettings):
    """Those of any service."""

    service: ClassVar[str] = "registry"


class Provider(NamedTuple):
    """A provider's sample settings, and a token as it makes them."""

    header: dict[str, Any]
    claims: dict[str, Any]
    key: RSAKey | ECKey = RSA
    groups: dict[str, str] | None = None
    """how it calls the groups of `groups.toml`"""


PROVIDERS = {
    "keycloak": Provider(
        {"alg": "RS256", "typ": "JWT"},
        {
            "iss": "https://sso.city.example/realms/shien", "aud": ["shien", "account"], "sub": "account",
            "typ": "Bearer", "jti": "onrtac:8f7b", "azp": "shien-portal", "sid": str(uuid4()), "acr": "1",
            "realm_access": {"roles": ["offline_access", "default-roles-shien"]}, "scope": "openid shien",
            "preferred_username": "kita01", "groups": ["/staff", "/shien/kita"], "role": "municipal_administrator",
        },
    ),
    "entra": Provider(
        {"alg": "RS256", "typ": "JWT"},
        {
            "iss": f"https://login.microsoftonline.com/{TENANT}/v2.0", "aud": "66666666-7777-8888-9999-000000000000",
            "sub": "pairwise", "oid": "account", "uti": "8f7b", "tid": TENANT, "ver": "2.0", "scp": "access",
            "azp": str(uuid4()), "azpacr": "1", "rh": "0.A", "roles": ["Shien.Kita"], "aio": "opaque",
        },
        groups={"/shien/kita": "Shien.Kita", "/shien/minami": "Shien.Minami", "/shien/tier1": "Shien.Tier1"},
    ),
    "cognito": Provider(
        {"alg": "RS256"},
        {
            "iss": "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_Example", "sub": "account",
            "client_id": "1example23456789", "jti": "8f7b", "origin_jti": "1", "token_use": "access", "version": 2,
            "scope": "openid", "username": "kita01", "cognito:groups": ["shien-kita"],
        },
        groups={"/shien/kita": "shien-kita", "/shien/minami": "shien-minami", "/shien/tier1": "shien-tier1"},
    ),
    "oidc": Provider(
        {"alg": "ES256", "typ": "application/at+jwt", "x-vendor": "1"},
        {
            "iss": "https://login.example.jp/", "aud": ["https://shien.city.example"], "sub": "account", "jti": "8f7b",
            "client_id": "x", "https://shien.city.example/role": "tier2_coordinator",
            "shien": {"body": "北地域包括支援センター", "areas": ["272108-01"]},
        },
        EC,
    ),
}  # fmt: skip
WRONG: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("keycloak", {"typ": "ID"}, {}, "invalid"),
    ("keycloak", {"typ": "Refresh"}, {}, "invalid"),
    ("keycloak", {"typ": None}, {}, "invalid"),
    ("keycloak", {"aud": "account"}, {}, "invalid"),
    ("keycloak", {"iss": "https://sso.city.example/realms/other"}, {}, "invalid"),
    ("keycloak", {"at_hash": "x"}, {}, "invalid"),
    ("keycloak", {"groups": []}, {}, "no_role"),
    ("keycloak", {"groups": None}, {}, "no_role"),
    ("keycloak", {"groups": ["/other"]}, {}, "no_role"),
    ("keycloak", {"groups": {"/shien/kita": 1}}, {}, "no_role"),
    ("keycloak", {"groups": [["/shien/kita"], 7]}, {}, "no_role"),
    ("keycloak", {"groups": ["/shien/kita", "/shien/tier1"]}, {}, "no_role"),
    ("keycloak", {"groups": ["/shien/tier1"]}, {}, "no_body"),
    ("keycloak", {"groups": ["/shien/kita", "/shien/minami"]}, {}, "no_body"),
    ("keycloak", {}, {"typ": "logout+jwt"}, "invalid"),
    ("keycloak", {}, {"typ": "none"}, "invalid"),
    ("keycloak", {}, {"typ": None}, "invalid"),
    ("keycloak", {}, {"alg": "RS512"}, "invalid"),
    ("keycloak", {}, {"kid": ENCRYPTING.kid}, "invalid"),
    ("entra", {"tid": "99999999-2222-3333-4444-555555555555"}, {}, "invalid"),
    ("entra", {"ver": "1.0"}, {}, "invalid"),
    ("entra", {"ver": 2.0}, {}, "invalid"),
    ("entra", {"oid": None}, {}, "invalid"),
    ("entra", {"roles": None, "_claim_names": {"groups": "src1"}}, {}, "no_role"),
    ("cognito", {"token_use": "id"}, {}, "invalid"),
    ("cognito", {"client_id": "another"}, {}, "invalid"),
    ("cognito", {"client_id": None, "aud": "1example23456789"}, {}, "invalid"),
    ("cognito", {}, {"typ": "JWT"}, "invalid"),
    ("cognito", {}, {"typ": "none"}, "invalid"),
    ("oidc", {"shien": "x"}, {}, "invalid"),
    ("oidc", {"shien": {"body": "x"}}, {}, "invalid"),
    ("oidc", {"https://shien.city.example/role": "mayor"}, {}, "invalid"),
    ("oidc", {}, {"typ": "JWE"}, "invalid"),
]


def settings_of(name: str, folder: Path, **more: Any) -> Settings:
    """The provider's sample settings, with its keys and its groups in this folder."""
    lines = (SAMPLES / f"{name}.env").read_text().splitlines()
    found = dict(line.partition("=")[::2] for line in lines if line and not line.startswith("#"))
    assert all(key.startswith("SHIEN_") for key in found)
    keys = [key.as_dict(private=False) for key in (RSA, EC)]
    keys += [{**ENCRYPTING.as_dict(private=False), "use": "enc"}, {"kty": "AKP", "kid": "new"}]
    keys += [
        {"kty": "EC", "crv": "P-999", "kid": "odd", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "no n", "e": "AQAB"},
    ]
    keys += [{"kty": "RSA", "kid": "weak", "n": "_" * 171, "e": "AQAB"}]
    (folder / "jwks.json").write_text(json.dumps({"keys": keys}))
    common = {
        key: value for key, value in found.items() if not key.startswith("SHIEN_SIGN_IN_")
    }  # others: the portal's
    values = {key.removeprefix("SHIEN_").lower(): value for key, value in common.items()}
    if "groups_file" in values:
        text = (SAMPLES / "groups.toml").read_text()
        for ours, theirs in (PROVIDERS[name].groups or {}).items():
            text = text.replace(f'"{ours}"', f'"{theirs}"')
        (folder / "groups.toml").write_text(text)
        values["groups_file"] = str(folder / "groups.toml")
    assert values.keys() <= Settings.model_fields.keys()
    return Settings(**{**values, "jwks": str(folder / "jwks.json"), **more})


def token_of(name: str, claims: dict[str, Any] | None = None, header: dict[str, Any] | None = None) -> str:
    """A token of this provider; `None` as a value takes a claim or a header out."""
    provider, now = PROVIDERS[name], int(time.time())
    said = {**provider.claims, "iat": now, "nbf": now, "exp": now + 3600, **(claims or {})}
    head = {"kid": provider.key.kid, **provider.header, **(header or {})}
    said, head = ({key: value for key, value in one.items() if value is not None} for one in (said, head))
    registry = jws.JWSRegistry(algorithms=[head["alg"]], strict_check_header=False)
    key = ENCRYPTING if head["kid"] == ENCRYPTING.kid else provider.key
    return jwt.encode(head, said, key, registry=registry, default_type=None)


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_token_of_this_provider_is_accepted_by_its_sample_settings(name: str, tmp_path: Path) -> None:
    checker = settings_of(name, tmp_path).checker()
    verified = await checker.verified(f"Bearer {token_of(name)}")
    assert (verified.principal, verified.token_id.endswith("8f7b")) == (KITA, True)


async def test_what_is_not_an_access_token_for_us_is_refused(tmp_path: Path) -> None:
    found = {}
    for n, (name, claims, header, _) in enumerate(WRONG):
        with pytest.raises(Refusal) as caught:
            await settings_of(name, tmp_path).checker().principal(f"Bearer {token_of(name, claims, header)}")
        assert caught.value.status_code == 401
        found[n, name] = caught.value.code
    assert found == {(n, name): f"token.{code}" for n, (name, _, _, code) in enumerate(WRONG)}


async def test_the_log_says_why_an_account_is_nobody_here_and_names_it_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
        ("entra", {"roles": None, "_claim_names": {"groups": "src1"}}, ("about=role", "left_out=['groups']")),
        ("keycloak", {"groups": ["/shien/tier1"]}, ("about=body", "left_out=[]")),
        ("oidc", {"shien": {"body": "x"}}, ("not of the expected shape",)),
    ]
    for name, claims, said in told:
        with pytest.raises(Refusal):
            await settings_of(name, tmp_path).checker().principal(f"Bearer {token_of(name, claims)}")
        [line] = [line for line in capsys.readouterr().out.splitlines() if "a token was refused" in line]
        assert all(part in line for part in said)
        assert "account" not in line.replace("account, role", "")


async def test_role_body_and_areas_may_come_from_several_groups(tmp_path: Path) -> None:
    token = token_of("keycloak", {"groups": ["/shien/tier1", "/shien/shiyakusho"]})
    principal = await settings_of("keycloak", tmp_path).checker().principal(f"Bearer {token}")
    assert principal == Principal("account", Role.TIER1_COORDINATOR, "枚方市", ("272108",))
    claims = {"groups": ["/shien/tier1"], "shien": {"body": "市", "areas": ["272108-01", "272108"]}}
    mixed = settings_of("keycloak", tmp_path, claim_body="/shien/body", claim_areas="/shien/areas").checker()
    principal = await mixed.principal(f"Bearer {token_of('keycloak', claims)}")
    assert (principal.role, principal.body) == (Role.TIER1_COORDINATOR, "市")
    assert principal.areas == ("272108", "272108-01")
    with pytest.raises(Refusal) as caught:
        await mixed.principal(f"Bearer {token_of('keycloak', {**claims, 'shien': {'body': '市'}})}")
    assert caught.value.code == "token.no_areas"


NESTED = {"claim_role": "/resource_access/shien/roles", "claim_body": "/shien/body", "claim_areas": "/shien/areas"}


async def test_roles_in_lists_and_attributes_of_one_value_are_read_as_providers_write_them(tmp_path: Path) -> None:
    checker = settings_of("keycloak", tmp_path, groups_file="", **NESTED).checker()

    async def found(roles: object, body: object, areas: object) -> Principal | str:
        claims = {"resource_access": {"shien": {"roles": roles}}, "shien": {"body": body, "areas": areas}}
        try:
            return await checker.principal(f"Bearer {token_of('keycloak', claims)}")
        except Refusal as refused:
            return refused.code

    ours, theirs, body = "tier2_coordinator", "offline_access", "北地域包括支援センター"
    for roles in ([ours], [theirs, ours], ours):
        for said in (body, [body]):
            assert [await found(roles, said, areas) for areas in ("272108-01", ["272108-01"])] == [KITA] * 2
    assert await found([theirs], body, "272108-01") == "token.no_role"
    assert await found([ours, "auditor"], body, "272108-01") == "token.no_role", "which one acts is not left to chance"
    assert await found(ours, [body, "市"], "272108-01") == "token.no_body"
    for wrong in ([[ours]], {"x": 1}, [7]):
        assert await found(ours, wrong, "272108-01") == "token.invalid"
        assert await found(ours, body, {"x": wrong}) == "token.invalid"


async def test_a_list_of_roles_of_which_none_is_ours_leaves_it_to_the_groups(tmp_path: Path) -> None:
    checker = settings_of("keycloak", tmp_path, claim_role="/realm_access/roles").checker()
    assert await checker.principal(f"Bearer {token_of('keycloak')}") == KITA
    claims = {"realm_access": {"roles": ["offline_access", "auditor"]}}
    assert (await checker.principal(f"Bearer {token_of('keycloak', claims)}")).role is Role.AUDITOR


async def test_roles_of_a_realm_are_groups_too_and_a_token_of_version_1_0_is_accepted_where_it_is_set(
    tmp_path: Path,
) -> None:
    realm = settings_of("keycloak", tmp_path, claim_groups="/realm_access/roles").checker()
    roles: dict[str, Any] = {"groups": None, "realm_access": {"roles": ["offline_access", "/shien/kita"]}}
    assert await realm.principal(f"Bearer {token_of('keycloak', roles)}") == KITA
    issuer = f"https://sts.windows.net/{TENANT}/"
    first = settings_of("entra", tmp_path, issuer=issuer, audience="api://shien", token_requires="ver=1.0").checker()
    claims = {"iss": issuer, "aud": "api://shien", "ver": "1.0", "azp": None, "appid": "x"}
    assert await first.principal(f"Bearer {token_of('entra', claims)}") == KITA


async def test_a_change_of_the_file_of_groups_counts_for_tokens_seen_before(tmp_path: Path) -> None:
    checker = settings_of("keycloak", tmp_path).checker()
    assert checker._groups is not None
    token = f"Bearer {token_of('keycloak')}"
    first = await checker.principal(token)
    assert await checker.principal(token) is first
    file = tmp_path / "groups.toml"
    file.write_text(file.read_text().replace('areas = ["272108-01"]', 'areas = ["272108-02"]'))
    checker._groups._looked_at -= 1
    assert (await checker.principal(token)).areas == ("272108-02",)
    file.write_text("[[group]]\nname = 1")
    checker._groups._looked_at -= 1
    assert (await checker.principal(token)).areas == ("272108-02",), "a file that cannot be read changes nothing"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[group", r"groups\.toml cannot be read"),
        ('[[group]]\nname = "a"\nrole = "mayor"', r"group\.0\.role: .*tier1_coordinator"),
        ('[[group]]\nname = "a"\nareas = "272108"', r"group\.0\.areas"),
        ('[[group]]\nname = "a"\nbody = ""', r"group\.0\.body"),
        ('[[group]]\nname = "a"\nrolle = "auditor"', r"group\.0\.rolle"),
        ('[[group]]\nname = "a"\n[[group]]\nname = "a"', "a: this group is named twice"),
        ("", "group: Field required"),
    ],
)
def test_a_file_of_groups_with_a_mistake_does_not_start(text: str, why: str, tmp_path: Path) -> None:
    settings = settings_of("keycloak", tmp_path)
    (tmp_path / "groups.toml").write_text(text)
    with pytest.raises(Contract, match=why):
        settings.checker()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("token_algorithms", "HS256"),
        ("token_algorithms", "RS256,none"),
        ("token_algorithms", ""),
        ("token_types", " "),
        ("token_requires", "typ"),
        ("token_requires", "typ="),
        ("audience", ","),
        ("claim_subject", ""),
        ("claim_audience", "/a/b"),
        ("token_leeway_seconds", 301),
        ("jwks_refresh_seconds", 601),
        ("trusted_proxies", "proxy.example"),
        ("trusted_proxies", "*"),
    ],
)
def test_a_setting_that_would_weaken_the_check_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings(**{name: value})  # type: ignore[arg-type]


def test_the_sample_realm_makes_what_the_sample_settings_read(tmp_path: Path) -> None:
    realm = json.loads((SAMPLES / "keycloak-realm.json").read_text())
    settings = settings_of("keycloak", tmp_path)
    [scope] = realm["clientScopes"]
    mappers = {one["protocolMapper"]: one["config"] for one in scope["protocolMappers"]}
    assert mappers["oidc-audience-mapper"]["included.custom.audience"] == settings.audience
    assert mappers["oidc-group-membership-mapper"]["claim.name"] == settings.claim_groups
    assert mappers["oidc-group-membership-mapper"]["full.path"] == "true"
    assert all(scope["name"] in client["defaultClientScopes"] for client in realm["clients"])
    assert realm["accessTokenLifespan"] <= settings.token_longest_seconds
    groups = {f"/{top['name']}/{one['name']}" for top in realm["groups"] for one in top["subGroups"]}
    checker = settings.checker()
    assert checker._groups is not None
    assert groups == checker._groups.value.keys()
    assert {name for user in realm["users"] for name in user["groups"]} <= groups
