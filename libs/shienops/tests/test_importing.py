"""`shien import` without a registry: output and exit codes."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shienops._import_run import named
from shienops.imports.columns import Columns
from shienops.imports.problems import warning
from shienops.main import app

AREAS = ["--municipality", "272108", "--dry-run"]
LIST = "pref,city,citykana,lgcode\n熊本県,熊本市,くまもとし,431001\n熊本県,熊本市 中央区,ちゅうおうく,431010\n"


def shien(*arguments: str | Path, data: Path) -> tuple[int, str]:
    environment = {"SHIEN_DATA": str(data), "COLUMNS": "300"}
    done = CliRunner().invoke(app, ["import", *map(str, arguments)], env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_a_dry_run_without_a_registry_checks_all_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(LIST.encode("cp932"))
    code, said = shien("municipalities", path, "--municipality", "431001", "--dry-run", data=tmp_path)
    assert code == 0
    for words in ("CP932", "1 municipalities, 1 wards", "2 areas, 0 resources", "nothing was sent"):
        assert words in said


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("a,b\n1,2\n", [], "header_missing"),
        ("[/red],b\n1,2\n", [], "header_missing"),
        ("[bold]name,name\n1,\n", [], "there is no name"),
        ("name,緯度,経度\na,34.8,135.6\n", [], "--areas"),
        ("name\na\n", ["--column", "x=y"], "no known field"),
        ("name\na\n", ["--where", "市=枚方市"], "not in the file"),
        ("name\na\n", ["--municipality", "272109"], "272109"),
        ("name\na\n", ["--encoding", "ebcdic"], "utf-8 or cp932"),
        ("name\na\n", ["--areas", "/nowhere.geojson"], "cannot be opened"),
        ('name\n"a\n', [], "row 2, column 1"),
    ],
)
def test_an_import_that_is_not_possible_is_explained_in_both_languages(
    tmp_path: Path, text: str, arguments: list[str], words: str
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(text)
    code, said = shien("resources", path, *AREAS, *arguments, data=tmp_path)
    assert code == 1
    assert words in said
    assert any("\u3040" <= character <= "\u30ff" for character in said)
    assert "Traceback" not in said


def test_a_missing_registry_or_token_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("name\na\n")
    code, said = shien("resources", path, "--municipality", "272108", data=tmp_path)
    assert (code, "no_registry" in said) == (1, True)
    target = ("--registry", "http://127.0.0.1:9")
    code, said = shien("resources", path, "--municipality", "272108", *target, data=tmp_path)
    assert (code, "no_token" in said) == (1, True)
    code, said = shien("resources", path, "--municipality", "272108", *target, "--token", "x", data=tmp_path)
    assert (code, "does not answer" in said) == (1, True)


@pytest.fixture
def odd_server() -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
    """A server that is not a registry. It sends the given answers."""
    answers: list[tuple[int, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status, body = answers[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", answers
        server.shutdown()
        thread.join()


def test_the_services_of_another_machine_are_where_the_settings_say(
    tmp_path: Path, odd_server: tuple[str, list[tuple[int, bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, answers = odd_server
    answers.append((503, json.dumps({"detail_en": "asked there", "code": "x"}).encode()))
    monkeypatch.setenv("SHIEN_SERVICE_URL", f"{url}/{{service}}")
    path = tmp_path / "rows.csv"
    path.write_text("name\na\n")
    code, said = shien("resources", path, "--municipality", "272108", "--token", "x", data=tmp_path)
    assert (code, "asked there" in said) == (1, True), said


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (502, b"<html>Bad gateway</html>", "(502)"),
        (503, json.dumps({"detail_en": "[/red] away", "code": "x"}).encode(), "[/red] away"),
        (200, b"<html>Welcome</html>", "does not answer as the registry"),
        (201, b"[]", "does not answer as the registry"),
        (404, b'{"errors": ["x"]}', "--registry"),
        (422, b'{"errors": [{"field": "resources.0.details.name", "en": "too odd", "ja": "x"}]}', "details.name"),
    ],
)
def test_an_answer_of_another_server_is_reported_without_a_traceback(
    tmp_path: Path, odd_server: tuple[str, list[tuple[int, bytes]]], status: int, body: bytes, words: str
) -> None:
    url, answers = odd_server
    answers.append((status, body))
    path = tmp_path / "rows.csv"
    path.write_text("name\na\n")
    sent = ("resources", path, "--municipality", "272108", "--registry", url, "--token", "x")
    code, said = shien(*sent, data=tmp_path)
    assert code == 1
    assert words in said


def test_what_a_service_says_of_a_field_is_told_with_the_header_of_the_file() -> None:
    columns = Columns({"latitude": "緯度", "name": "名称"})
    told = named([warning(2, "latitude", "あ", "a"), warning(3, "-", "い", "b")], columns)
    assert [(one.row, one.column) for one in told] == [(2, "緯度"), (3, "-")]
