import logging

import pytest

from staffellauf.accounts.logs import HideTokens


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/konto/anmelden/link/s3cret-T/", "/konto/anmelden/link/…/"),
        ("/en/mein/konto/loeschung/a:b:c/", "/en/mein/konto/loeschung/…/"),
        ("/konto/passwort/neu/1-abc-def/", "/konto/passwort/neu/…/"),
        ("/konto/e-mail/Mg:1x:y/", "/konto/e-mail/…/"),
        ("/news/dark/", "/news/dark/"),
    ],
)
def test_a_line_of_the_log_shows_no_token(path: str, shown: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Gone", path), None)

    assert HideTokens().filter(record)
    assert record.getMessage() == f"Gone: {shown}"
