"""Settings come from arguments, then from the environment, then from defaults."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from shienops import SERVICES, Stack, StackSettings


def test_every_service_has_a_database_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHIEN_SERVICES", raising=False)
    assert StackSettings().services == SERVICES


def test_services_in_the_environment_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIEN_SERVICES", "needs, matching")
    assert StackSettings().services == ("needs", "matching")


def test_a_relative_folder_is_below_the_working_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHIEN_DATA", raising=False)
    assert StackSettings().data == tmp_path / ".shien"


@pytest.mark.parametrize("name", ["a b", "Needs", "1st", "x; DROP DATABASE y", "x" * 51, "支援", ""])
def test_a_name_that_would_need_quoting_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        StackSettings(services=(name,))


def test_a_password_in_a_dsn_is_not_shown() -> None:
    settings = StackSettings.model_validate({"postgres_dsn": "postgresql://a:hidden@db/postgres"})
    assert "hidden" not in repr(settings)


def test_the_dsn_of_an_external_postgres_may_be_in_a_file_which_is_read_when_it_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "postgres_dsn"
    file.write_text("postgresql://a:first@db/postgres\n")
    stack = Stack(StackSettings(data=tmp_path, postgres_dsn_file=file))
    assert stack.admin_dsn == "postgresql://a:first@db/postgres"
    file.write_text("postgresql://a:second@db/postgres\n")
    assert stack.admin_dsn == "postgresql://a:second@db/postgres"
    with pytest.raises(ValidationError, match="postgres_dsn_file"):
        StackSettings(postgres_dsn_file=tmp_path / "nothing")
