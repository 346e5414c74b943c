import pytest
from cryptography.fernet import InvalidToken
from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from staffellauf.accounts import mail, tasks


def message() -> EmailMultiAlternatives:
    made = EmailMultiAlternatives("Dein Link", "https://example.org/geheim", "a@example.org", ["b@example.org"])
    made.attach_alternative("<p>geheim</p>", "text/html")
    return made


def test_a_sealed_mail_shows_nothing_of_itself() -> None:
    sealed = mail.seal(message())

    assert "geheim" not in sealed
    assert "example" not in sealed


def test_the_job_sends_what_was_sealed() -> None:
    tasks.send_mail.call(mail.seal(message()))

    [sent] = outbox.outbox
    assert (sent.subject, sent.body, sent.to) == ("Dein Link", "https://example.org/geheim", ["b@example.org"])
    assert isinstance(sent, EmailMultiAlternatives)
    assert sent.alternatives[0][0] == "<p>geheim</p>"


def test_another_key_opens_nothing(settings: Settings) -> None:
    sealed = mail.seal(message())
    settings.SECRET_KEY = "another"

    with pytest.raises(InvalidToken):
        mail.unseal(sealed)
