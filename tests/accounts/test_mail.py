import base64
import hashlib
import json
import smtplib
import traceback

import pytest
from cryptography.fernet import Fernet
from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from staffellauf.accounts import mail, tasks
from staffellauf.common.sealing import Unreadable


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

    with pytest.raises(Unreadable):
        mail.unseal(sealed)


def test_a_mail_sealed_by_an_older_version_is_still_sent(settings: Settings) -> None:
    settings.SECRET_KEY = "the same as then"
    key = base64.urlsafe_b64encode(hashlib.sha256(b"staffellauf.accounts.mail:the same as then").digest())
    parts = {"subject": "Dein Link", "body": "geheim", "from": "a@example.org", "to": ["b@example.org"], "html": None}

    opened = mail.unseal(Fernet(key).encrypt(json.dumps(parts).encode()).decode())

    assert (opened.subject, opened.body, opened.to) == ("Dein Link", "geheim", ["b@example.org"])


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (
            smtplib.SMTPRecipientsRefused({"b@example.org": (550, b"no b@example.org here")}),
            "SMTPRecipientsRefused 550",
        ),
        (smtplib.SMTPDataError(554, b"b@example.org is blocked"), "SMTPDataError 554"),
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError 111"),
    ],
)
def test_a_refusal_is_told_without_the_address(monkeypatch: pytest.MonkeyPatch, refusal: OSError, told: str) -> None:
    def refuse(self: EmailMultiAlternatives) -> None:
        raise refusal

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)

    with pytest.raises(tasks.MailNotSent) as caught:
        tasks.send_mail.call(mail.seal(message()))

    assert str(caught.value) == told
    assert "b@example.org" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None
