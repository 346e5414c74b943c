"""The environment is read as docs/operating.md says."""

from pathlib import Path

import pytest

from staffellauf.common import env


def test_a_variable_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim\n")
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "secret"))

    assert env.text("SOME_SECRET") == "geheim"


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SECRET_FILE", "/nowhere/secret")

    with pytest.raises(env.InvalidEnvironment, match="SOME_SECRET_FILE=/nowhere/secret"):
        env.text("SOME_SECRET")


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = env.kept_secret("MADE_SECRET", tmp_path)

    assert env.kept_secret("MADE_SECRET", tmp_path) == first
    assert len(first) > 50
    assert (tmp_path / "made_secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("value", ["x", "-1", "70000", "1.5"])
def test_a_number_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SOME_PORT", value)

    with pytest.raises(env.InvalidEnvironment, match="SOME_PORT"):
        env.number("SOME_PORT", 8000, highest=65535)


def test_words_are_chosen_from_those_that_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.choices("SOME_WORDS", {"a", "b"}) == []
    monkeypatch.setenv("SOME_WORDS", " B a  b ")
    assert env.choices("SOME_WORDS", {"a", "b"}) == ["b", "a"]
    with pytest.raises(env.InvalidEnvironment, match="SOME_WORDS: 'a' is none of b"):
        env.choices("SOME_WORDS", {"b"})


def test_database_urls(tmp_path: Path) -> None:
    assert env.database("", tmp_path)["NAME"] == tmp_path / "staffellauf.sqlite3"
    assert env.database("sqlite:////srv/db.sqlite3", tmp_path)["NAME"] == Path("/srv/db.sqlite3")
    postgres = env.database("postgresql://anna:p%40ss@db.example:5433/news?sslmode=require", tmp_path)
    assert (postgres["USER"], postgres["PASSWORD"], postgres["HOST"]) == ("anna", "p@ss", "db.example")
    assert postgres["OPTIONS"] == {"sslmode": "require"}
    with pytest.raises(env.InvalidEnvironment):
        env.database("mysql://x/y", tmp_path)


def test_mail_urls(tmp_path: Path) -> None:
    assert env.mail("", tmp_path)["EMAIL_FILE_PATH"] == tmp_path / "mail"
    smtp = env.mail("smtp://ada%40example.org:p%2Fw@mail.example.org:587", tmp_path)
    assert (smtp["EMAIL_HOST"], smtp["EMAIL_PORT"]) == ("mail.example.org", 587)
    assert (smtp["EMAIL_HOST_USER"], smtp["EMAIL_HOST_PASSWORD"]) == ("ada@example.org", "p/w")
    assert (smtp["EMAIL_USE_TLS"], smtp["EMAIL_USE_SSL"]) == (True, False)
    assert env.mail("smtp://localhost", tmp_path)["EMAIL_USE_TLS"] is False
    assert env.mail("smtps://mail.example.org", tmp_path)["EMAIL_PORT"] == 465
    assert "console" in str(env.mail("console:", tmp_path)["EMAIL_BACKEND"])


@pytest.mark.parametrize("url", ["http://mail.example.org", "smtp://", "mail.example.org", "file://"])
def test_a_mail_url_that_leads_nowhere_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(env.InvalidEnvironment):
        env.mail(url, tmp_path)
