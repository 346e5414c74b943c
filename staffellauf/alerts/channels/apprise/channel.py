"""Telegram, Matrix, Discord and other chats by way of Apprise (https://appriseit.com/services/).

Stored as Apprise's own address of the service, keys included. The library sends by itself, so it runs in a child
process behind a wall (`child.py`).
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staffellauf.alerts.channels import InvalidDestination, Kind, Outcome, plain, posting
from staffellauf.alerts.channels.apprise import children, services
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words.messages import Message
from staffellauf.common import sealing

NAME = "apprise"
LABEL = gettext_lazy("Telegram, Matrix, Discord and others")
HINT = gettext_lazy(
    "The address of a chat as Apprise has it: appriseit.com/services says for each service how to get one. The links "
    "that Discord, Slack and Teams give out for webhooks work as they are."
)
EXAMPLE = "tgram://123456789:AAH…/987654321"
NEEDS_CONFIRMATION = False

MAX_LENGTH = 1500
# A service says so of a chat that was deleted; somebody's own server says it of anything while it is being set up.
GONE = {404, 410}


def normalized(address: str) -> str:
    # Rooms of Matrix begin with it; elsewhere it would hide what follows from the check.
    address = address.replace("#", "%23")
    is_native = address.lower().startswith("https://")
    if len(address) > MAX_LENGTH or not address.isprintable() or " " in address:
        raise InvalidDestination(_("This is no address that we can use."))
    schema = services.schema_of(address, is_local_allowed=settings.ALERTS_ALLOW_LOCAL)
    if not schema and not is_native:
        raise InvalidDestination(_("This service cannot be used here: %(names)s can.") % {"names": names()})
    try:
        answer = _ask({"do": "check", "address": address})
    except children.NoAnswer:
        raise InvalidDestination(_("This could not be checked just now. Try again in a moment.")) from None
    if "problem" in answer:
        raise InvalidDestination(_reason(answer))
    found = str(answer["address"])
    schema = services.schema_of(found, is_local_allowed=settings.ALERTS_ALLOW_LOCAL)
    if not schema or " " in found:
        raise InvalidDestination(_("This service cannot be used here: %(names)s can.") % {"names": names()})
    if services.service_of(schema).is_own_server:
        _check_server(found, schema)
    return found


def label(address: str) -> str:
    """Two chats of one service differ in their mark."""
    schema = services.schema_of(address, is_local_allowed=True)
    if not schema:
        return ""
    service = services.service_of(schema)
    mark = sealing.fingerprint(address, "alerts.apprise.label")[:4]
    host = f" {urlsplit(address).hostname}" if service.is_own_server else ""
    return f"{service.name}{host} ({mark})"


def send(destination: Destination, address: str, message: Message) -> Outcome:
    schema = services.schema_of(address, is_local_allowed=settings.ALERTS_ALLOW_LOCAL)
    if not schema:
        return Outcome(Kind.GONE, _("This service is no longer used here."))
    question = {"do": "send", "address": address, "title": plain.title(message), "body": _body(destination, message)}
    try:
        answer = _ask(question)
    except children.NoAnswer:
        return Outcome(Kind.LATER, _("No answer in time."))
    return _outcome(answer, is_own_server=services.service_of(schema).is_own_server)


def names() -> str:
    return ", ".join(service.name for service in services.SERVICES.values())


def _outcome(answer: children.Answer, *, is_own_server: bool) -> Outcome:
    if answer["is_sent"]:
        return Outcome(Kind.SENT)
    if answer["is_walled"]:
        return Outcome(Kind.FAILED, _("The address is not on the public internet."))
    status = int(answer["status"])
    if status == 0:
        return Outcome(Kind.LATER, _("Nobody can be reached there."))
    if 200 <= status < 300:
        # It answered, and said in its own words that it will not.
        return Outcome(Kind.FAILED, _("The service does not take it: is the chat still there, and may we write?"))
    return posting.outcome(status, retry_after=str(answer["retry_after"]), gone=() if is_own_server else GONE)


def _body(destination: Destination, message: Message) -> str:
    parts = [plain.body(message), plain.link(message)]
    if unfollow := plain.unfollow_link(destination, message):
        parts.append(f"{plain.unfollow_label(message)}: {unfollow}")
    return "\n\n".join(parts)


def _ask(question: children.Answer) -> children.Answer:
    return children.ask(question, is_local_allowed=settings.ALERTS_ALLOW_LOCAL)


def _reason(answer: children.Answer) -> str:
    if answer["problem"] == "setting":
        return _("“%(name)s” cannot be set here: leave out what stands behind the question mark.") % {
            "name": answer["setting"]
        }
    if answer["problem"] == "targets":
        return _("One chat an address: add another one for each of the others.")
    return _("Something is missing in this address: appriseit.com/services says how it is made.")


def _check_server(address: str, schema: str) -> None:
    """Raises InvalidDestination, as for any other address."""
    parts = urlsplit(address)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    scheme = "https" if schema in services.SERVICES else "http"
    host = parts.hostname or ""
    posting.checked(f"{scheme}://{f'[{host}]' if ':' in host else host}{port}/")
