"""Mails wait for their server in the job table. They hold links that sign in, so they lie there sealed."""

import json

from django.core.mail import EmailMessage, EmailMultiAlternatives

from staffellauf.common import sealing

PURPOSE = "accounts.mail"


def seal(message: EmailMessage) -> str:
    """The message as text that only holders of SECRET_KEY can read."""
    html = next((body for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), None)
    parts = {"subject": message.subject, "body": message.body, "from": message.from_email, "to": message.to}
    return sealing.seal(json.dumps(parts | {"html": html, "headers": message.extra_headers}), PURPOSE)


def unseal(sealed: str) -> EmailMessage:
    """Raises sealing.Unreadable when SECRET_KEY has changed meanwhile."""
    parts = json.loads(sealing.unseal(sealed, PURPOSE))
    message = EmailMultiAlternatives(
        parts["subject"], parts["body"], parts["from"], parts["to"], headers=parts.get("headers")
    )
    if parts["html"]:
        message.attach_alternative(parts["html"], "text/html")
    return message
