"""Mail: plain text and HTML, left with one tap, nothing in it that tells us who opened it."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils import translation
from django.utils.encoding import punycode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staffellauf.accounts import mail, tasks
from staffellauf.alerts.channels import InvalidDestination, Outcome
from staffellauf.alerts.channels.mail import letters, sending
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words.messages import Message
from staffellauf.readers.models import Reader

NAME = "mail"
LABEL = gettext_lazy("E-mail")
HINT = gettext_lazy("Your e-mail address. We send you a link first; nothing comes before you open it.")
EXAMPLE = "ada@example.org"
NEEDS_CONFIRMATION = True

# RFC 5321 section 4.5.3.1.3: a path of 256 with its angle brackets.
MAX_LENGTH = 254
# No addresses on this machine, and (behind the "@") no IP addresses in brackets.
check = EmailValidator(allowlist=[])


def normalized(address: str) -> str:
    """In small letters, as accounts have theirs; a domain outside of ASCII in its punycode."""
    user, _at, domain = address.strip().rpartition("@")
    try:
        ascii_address = f"{user}@{punycode(domain)}".lower()
        check(ascii_address)
    except (ValidationError, UnicodeError):
        ascii_address = ""
    is_plain = ascii_address.isascii() and ascii_address.isprintable() and not set(ascii_address) & set(' "<>[]')
    if not ascii_address or not is_plain or len(ascii_address) > MAX_LENGTH:
        raise InvalidDestination(_("This is no e-mail address."))
    return ascii_address


def label(address: str) -> str:
    """ad…@example.org"""
    user, _at, domain = address.rpartition("@")
    return f"{user[:2] if len(user) > 3 else user[:1]}…@{domain}"


def belongs_to(reader: Reader, address: str) -> bool:
    """Whether the account behind the reader has confirmed this address already."""
    own = EmailAddress.objects.filter(user_id=reader.user_id, verified=True, email__iexact=address)
    return reader.user_id is not None and own.exists()


def ask(destination: Destination, address: str) -> None:
    """Puts the mail that asks the owner of the address into the job table, in the caller's transaction."""
    language = translation.get_language() or destination.reader.language
    tasks.send_mail.enqueue(mail.seal(letters.question(destination, address, language=language)))


def send(destination: Destination, address: str, message: Message) -> Outcome:
    return send_all([(destination, address, message)])[0]


def send_all(told: Sequence[tuple[Destination, str, Message]]) -> list[Outcome]:
    """All over one connection; an outcome for each, in their order. No database is used."""
    return sending.send([letters.letter(*each) for each in told])
