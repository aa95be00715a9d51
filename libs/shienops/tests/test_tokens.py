"""Tokens of the demo key, which are for a local system only."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from shienops.errors import Folder
from shienops.settings import StackSettings
from shienops.tokens import demo_keys, demo_token, require_local_parts
from shienweb import Role, ServiceProcessSettings, TokenChecker


async def test_the_services_accept_a_token_of_the_demo_key(tmp_path: Path) -> None:
    keys = demo_keys(tmp_path)
    token = demo_token(tmp_path, Role.TIER2_COORDINATOR, ["272108-03"], body="社協")
    common = ServiceProcessSettings()
    checker = TokenChecker(issuer=common.issuer, audience=common.audience, jwks=str(keys))
    principal = await checker.principal(f"Bearer {token}")
    assert (principal.role, principal.areas, principal.body) == (Role.TIER2_COORDINATOR, ("272108-03",), "社協")
    assert (tmp_path / "demo" / "key.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_without_a_demo_key_has_no_tokens(tmp_path: Path) -> None:
    with pytest.raises(Folder, match="no demo key"):
        demo_token(tmp_path, Role.AUDITOR, ["272108"], body="x")
    assert list(tmp_path.iterdir()) == []


def test_a_system_on_another_machine_gets_no_demo_tokens(tmp_path: Path) -> None:
    require_local_parts(StackSettings(data=tmp_path, bootstrap_servers="127.0.0.1:9092,localhost:1,[::1]:2"))
    for elsewhere in (
        StackSettings(data=tmp_path, bootstrap_servers="127.0.0.1:1,kafka:9092"),
        StackSettings(data=tmp_path, postgres_dsn=SecretStr("postgresql://a:secret@db.example/x")),
    ):
        with pytest.raises(Folder) as refused:
            require_local_parts(elsewhere)
        assert refused.value.code == "token.not_loopback"
        assert "secret" not in str(refused.value)
