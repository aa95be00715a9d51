"""docs/settings.md says what the settings classes say, and every setting is described in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError
from scripts.settings_page import MEANINGS, PAGE, SERVICES, classes, fields, is_secret, page

from needs.settings import Settings

ROOT = Path(__file__).parent.parent


def test_the_page_of_settings_is_what_the_classes_say() -> None:
    assert PAGE.read_text() == page(), "run `make readmes` and read what changed"


def test_every_setting_is_described_in_both_languages() -> None:
    assert MEANINGS.keys() == fields(), "describe it in scripts/settings.toml"
    for name, meaning in MEANINGS.items():
        ja, en = meaning["ja"], meaning["en"]
        assert re.search(r"[ぁ-んァ-ン一-龥]", ja), name
        assert not ja.endswith("。"), name
        assert en[0].isascii(), name
        assert not en.endswith("."), name
        if unit := next((unit for unit in ("seconds", "days") if name.endswith(f"_{unit}")), ""):
            assert meaning["unit"] == unit, name


def test_the_page_tells_secrets_and_their_files() -> None:
    secret = {
        name for settings in classes().values() for name, field in settings.model_fields.items() if is_secret(field)
    }
    assert secret == {"dsn", "owner_dsn", "kafka_password", "postgres_dsn"}
    for name in secret - {"postgres_dsn"}:
        assert f"| `SHIEN_{name.upper()}`、`SHIEN_{name.upper()}_FILE` 秘 |" in PAGE.read_text(), name


def test_a_variable_is_read_under_the_name_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIEN_STALE_AFTER_DAYS", "7")
    assert Settings().stale_after_days == 7
    monkeypatch.setenv("SHIEN_STALE_AFTER_DAYS", "0")
    with pytest.raises(ValidationError, match="stale_after_days"):
        Settings()


def test_every_variable_that_an_option_of_the_command_line_has_is_on_the_page() -> None:
    sources = ROOT.glob("libs/shienops/src/**/*.py")
    named = {name for path in sources for name in re.findall(r'envvar="(SHIEN_[A-Z_]+)"', path.read_text())}
    assert "SHIEN_TOKEN" in named
    assert not [name for name in named if f"`{name}`" not in PAGE.read_text()]


def test_what_an_operator_may_choose_in_containers_is_on_the_page() -> None:
    chosen = re.findall(r"^(SHIEN_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    lacking = [name for name in chosen if f"`{name}`" not in PAGE.read_text() and name != "SHIEN_BIND"]
    assert not lacking
    assert set(SERVICES) < classes().keys()
