"""A message as a mail: headers, subject, plain text and HTML. Without a database, so that threads may write them."""

import hashlib
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _

from staffellauf.alerts.channels.mail import plain, verp
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words import telling, tokens
from staffellauf.alerts.words.messages import Form, Item, Message
from staffellauf.common import dates

# What lists of mails show; longer ones are cut there anyway.
SUBJECT_LENGTH = 150
# RFC 5322 section 2.1.1.
LINE_LENGTH = 998
SETTINGS_PATH = "/mein/benachrichtigungen/"
FEED_PATH = "/mein/feed/"


class Letter(EmailMultiAlternatives):
    # Any: Django's message is one of the standard library that promises less than the stubs do.
    def message(self, **policy: Any) -> Any:
        """An address that is too long for a line stays on that of its header: not every reader of List-Unsubscribe
        unfolds it when the first line is empty."""
        made = super().message(**policy)
        made.policy = made.policy.clone(max_line_length=LINE_LENGTH)
        return made


def letter(destination: Destination, address: str, message: Message) -> Letter:
    """Ready to be sent. Made twice of the same message, it has the same Message-ID."""
    with translation.override(message.language):
        context = context_of(destination, message)
        made = Letter(
            subject=subject(message),
            body=plain.message(context),
            from_email=verp.sender(destination.pk),
            to=[address],
            headers=headers(destination, message, unsubscribe=context["unsubscribe"]),
        )
        made.attach_alternative(loader.render_to_string("alerts/mail/message.html", context), "text/html")
    return made


def question(destination: Destination, address: str, *, language: str) -> EmailMultiAlternatives:
    """Asks the owner of the address. Whoever typed it in has no say in the words: it may be somebody else's."""
    with translation.override(language):
        context = {
            "site": settings.WAGTAIL_SITE_NAME,
            "home": settings.PUBLIC_URL,
            "language": language,
            "confirm": tokens.address("confirm", language=language, destination=destination.pk),
        }
        made = EmailMultiAlternatives(
            subject=_("News by mail from %(site)s: is this your address?") % context,
            body=plain.question(context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[address],
            headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        )
        made.attach_alternative(loader.render_to_string("alerts/mail/question.html", context), "text/html")
    return made


def subject(message: Message) -> str:
    """One line. A single says what it is about when its headline does not."""
    title = telling.title(message)
    if message.form is Form.SINGLE:
        name = message.items[0].topic_name
        title = title if name.casefold() in title.casefold() else f"{name}: {title}"
    words = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    return words if len(words) <= SUBJECT_LENGTH else f"{words[: SUBJECT_LENGTH - 2].rsplit(' ', 1)[0]} …"


def headers(destination: Destination, message: Message, *, unsubscribe: str) -> dict[str, str]:
    """RFC 2369 and 8058 (leaving), 2919 (what list), 3834 (no machine shall answer), 5322."""
    leaving = [f"<{unsubscribe}>"]
    if by_mail := verp.unsubscribe_address(destination.pk):
        leaving.append(f"<mailto:{by_mail}?subject=unsubscribe>")
    made = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": message_id(destination, message),
        "List-Id": f"{settings.WAGTAIL_SITE_NAME} <alerts.{host()}>",
        "List-Unsubscribe": ", ".join(leaving),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "bulk",
        "Content-Language": message.language,
    }
    first = message.items[0]
    if message.form is Form.SINGLE and first.edition > 1:
        # A mail program shows the update below what it updates.
        made["References"] = _message_id(destination, [first.key, "1"])
    return made


def message_id(destination: Destination, message: Message) -> str:
    """The same for the same news to the same address; a digest is known by where it begins."""
    if message.since is not None:
        return _message_id(destination, [message.form.value, message.since.isoformat()])
    return _message_id(destination, [part for item in message.items for part in (item.key, str(item.edition))])


def host() -> str:
    """Of this site, without a port."""
    return settings.PUBLIC_HOST.partition(":")[0]


# Any, here and below: what a template takes.
def context_of(destination: Destination, message: Message) -> dict[str, Any]:
    language = message.language
    prefix = settings.PUBLIC_URL if language == settings.LANGUAGE_CODE else f"{settings.PUBLIC_URL}/{language}"
    left_out = max(0, message.total - len(message.items))
    unsubscribe = tokens.address("unsubscribe", language=language, destination=destination.pk)
    return {
        "site": settings.WAGTAIL_SITE_NAME,
        "home": settings.PUBLIC_URL,
        "title": telling.title(message),
        "is_single": message.form is Form.SINGLE,
        "language": language,
        "items": [item_context(item, reader_id=destination.reader_id, language=language) for item in message.items],
        "left_out": left_out,
        "left_out_words": plain.left_out(left_out),
        "feed": prefix + FEED_PATH,
        "reason": plain.reason(destination.rhythm),
        "unsubscribe": unsubscribe,
        "foot": [
            (prefix + SETTINGS_PATH, _("Change what comes and when")),
            (unsubscribe, _("No more mails to this address")),
            (settings.PUBLIC_URL, settings.WAGTAIL_SITE_NAME),
        ],
    }


def item_context(item: Item, *, reader_id: int | None, language: str) -> dict[str, Any]:
    """`reader_id` None: nobody's, as in the newsroom's preview; then there is nothing to leave."""
    unfollow = ""
    if reader_id is not None and item.topic_id:
        unfollow = tokens.address("unfollow", language=language, reader=reader_id, topic=item.topic_id)
    return {
        "item": item,
        # Articles are German whatever the reader's language is.
        "item_language": settings.LANGUAGE_CODE if item.article_id is not None else language,
        "name": telling.quoted(item.topic_name, item.topic_kind),
        "unfollow": unfollow,
        "kicker_is_said": item.kicker.casefold() in item.title.casefold(),
        # Of a release the title says it, as precisely as it is known.
        "when": dates.moment(item.at) if item.article_id is not None else "",
    }


def _message_id(destination: Destination, parts: list[str]) -> str:
    seed = "\n".join([str(destination.pk), *parts])
    domain = Address(addr_spec=parseaddr(settings.DEFAULT_FROM_EMAIL)[1]).domain or host()
    return f"<{hashlib.sha256(seed.encode()).hexdigest()[:40]}@{domain}>"
