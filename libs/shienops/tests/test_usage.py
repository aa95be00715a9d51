"""What a wrong use of the command line is told: one sentence in the language of the locale, code 2, nothing done."""

from datetime import timedelta

import pytest

from shiendomain.days import today

from .commands import command

WRONG = [
    ("lagg", "there is no command lagg (near to it: lag)", "コマンド「lagg」はありません（近い名前: lag）"),
    ("parked zz", "there is no command zz", "コマンド「zz」はありません"),
    ("lag --mos 3", "there is no option --mos (near to it: --most)", "オプション --mos はありません"),
    ("lag -x", "there is no option -x", "オプション -x はありません"),
    ("lag --most", "--most needs a value", "--most には値を指定してください"),
    ("diff registry.areas --between 2026-01-01", "--between needs 2 values", "--between には値を 2 個指定"),
    ("lag --json=3", "--json takes no value", "--json に値は指定できません"),
    ("lag --most x", "--most: a whole number is expected", "--most: 整数を指定してください"),
    ("lag --most -1", "--most: a number of at least 0 is expected", "--most: 0 以上の数を指定してください"),
    ("token --areas 1 --hours x", "--hours: a number is expected", "--hours: 数を指定してください"),
    ("lag x y", "leave out what is too much: x y", "余分な引数があります: x y"),
    ("events export --format foo", "one of jsonl, csv is expected", "次のいずれかを指定してください: jsonl, csv"),
    ("board 272108 --valid-at x", "a date like 2026-04-01 is expected", "2026-04-01 のような日付を指定してください"),
    ("stream", "ID is missing", "ID を指定してください"),
    ("report --fiscal-year 2025", "--city is missing", "--city を指定してください"),
    ("lag --service nowhere", "--service: there is no service nowhere", "サービス nowhere はありません"),
    ("demo --areas x", "they go together", "両方のファイルを指定してください"),
    ("--profile /nowhere lag", "--profile: /nowhere cannot be read", "--profile: ファイル /nowhere を設定として"),
]


@pytest.mark.parametrize(("words", "en", "ja"), WRONG)
def test_what_is_wrong_with_the_words_of_a_command_is_said_in_the_language_of_the_locale(
    words: str, en: str, ja: str
) -> None:
    for locale, said, other, usage in (
        ("C", en, ja, "How it is used: shien"), ("ja_JP.UTF-8", ja, en, "使い方: shien")
    ):  # fmt: skip
        told = command(words.split(), {"LC_ALL": locale, "COLUMNS": "80"})
        assert (told.returncode, told.stdout) == (2, ""), told
        assert said in told.stderr
        assert usage in told.stderr
        assert other not in told.stderr
        assert told.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        ("lag --most", "lag"),
        ("events export --format", "events export"),
        ("diff registry.areas --between 2026-01-01", "diff"),
        ("lag --json=3", "lag"),
        ("parked zz", "parked"),
        ("--profile", ""),
        ("lagg", ""),
    ],
)
def test_a_wrong_use_points_to_the_help_of_the_verb(words: str, verb: str) -> None:
    told = command(words.split(), {"LC_ALL": "C"})
    assert told.stderr.endswith(f"How it is used: {' '.join(['shien', *verb.split()])} --help\n"), told


def test_a_day_that_has_not_ended_is_refused_with_the_time_that_means_until_now() -> None:
    for words in (f"board 272108 --as-of {today()}", f"diff registry.areas --between 2026-04-01 {today()}"):
        told = command(words.split(), {"LC_ALL": "C"})
        assert (told.returncode, f"{today()} has not ended yet" in told.stderr) == (2, True), told
        _, _, rest = told.stderr.partition("give ")
        offered = rest.split(". How")[0]
        again = command([*words.split()[:-1], offered], {"LC_ALL": "C", "SHIEN_DATA": "/nonexist"})
        assert again.returncode != 2, again  # it gets past the options

    later = command(["board", "272108", "--as-of", str(today() + timedelta(days=1))], {"LC_ALL": "ja_JP.UTF-8"})
    assert (later.returncode, "までの日時か、終わった日を" in later.stderr) == (2, True), later
