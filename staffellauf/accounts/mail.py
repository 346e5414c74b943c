"""Mails wait for their server in the job table. They hold links that sign in, so they lie there sealed."""

import base64
import hashlib
import json

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives


def seal(message: EmailMessage) -> str:
    """The message as text that only holders of SECRET_KEY can read."""
    html = next((body for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), None)
    parts = {"subject": message.subject, "body": message.body, "from": message.from_email, "to": message.to}
    return _fernet().encrypt(json.dumps(parts | {"html": html}).encode()).decode()


def unseal(sealed: str) -> EmailMessage:
    """Raises cryptography's InvalidToken when SECRET_KEY has changed meanwhile."""
    parts = json.loads(_fernet().decrypt(sealed.encode()))
    message = EmailMultiAlternatives(parts["subject"], parts["body"], parts["from"], parts["to"])
    if parts["html"]:
        message.attach_alternative(parts["html"], "text/html")
    return message


def _fernet() -> Fernet:
    key = hashlib.sha256(b"staffellauf.accounts.mail:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
