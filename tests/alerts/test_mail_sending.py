"""Mails on their way: to which addresses, after which question, and what a mail server's answers mean."""

import email
import email.policy
import re
import smtplib

import pytest
from django.core.mail.backends.locmem import EmailBackend

from staffellauf.accounts import mail as sealed_mail
from staffellauf.alerts import destinations
from staffellauf.alerts.channels import InvalidDestination, Kind
from staffellauf.alerts.channels.mail import channel, sending, verp
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words import tokens
from staffellauf.alerts.words.messages import Message
from staffellauf.jobs.models import Job
from tests import make
from tests.alerts.mails import NOW, destination, single
from tests.standins import mail_server

pytestmark = pytest.mark.django_db


# --- addresses


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada.Lovelace+news@Example.ORG ", "ada.lovelace+news@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("o'neil@example.org", "o'neil@example.org"),
    ],
)
def test_an_address_is_kept_in_one_form(typed, kept):
    assert channel.normalized(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "ada", "@", "ada@", "@example.org", "ada@example", "ada@localhost", "ada@[127.0.0.1]", "ada@[::1]",
        "ada @example.org", '"ada lovelace"@example.org', "ada@example.org, mo@example.org", "ada@example.org\nBcc: mo",
        "Ada <ada@example.org>", "mailto:ada@example.org?x=<>", "ada\x00@example.org", "ädä@example.org",
        "a" * 65 + "@" + "b" * 190 + ".org", "ada@exa mple.org", "ſ@example.org", "ada@-example.org", "ada@127.0.0.1",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(InvalidDestination):
        channel.normalized(typed)


def test_a_list_shows_enough_of_an_address_to_tell_two_apart():
    assert channel.label("lovelace@example.org") == "lo…@example.org"
    assert channel.label("ada@example.org") == "a…@example.org"


def test_an_address_that_the_account_has_confirmed_belongs_to_its_reader():
    ada = make.reader("ada")

    assert channel.belongs_to(ada, "Ada@example.org")
    assert not channel.belongs_to(ada, "mo@example.org")
    assert not channel.belongs_to(make.device_reader(), "ada@example.org")


# --- the question


def test_the_address_that_an_account_has_confirmed_is_not_asked_again(mailoutbox, drain):
    row = destinations.add(make.reader("ada"), "mail", address="Ada@example.org", now=NOW)
    drain()

    assert row.confirmed_at == NOW and mailoutbox == []


def test_the_owner_of_an_address_is_asked_and_says_yes_by_the_link(mailoutbox, drain):
    row = destinations.add(make.device_reader(), "mail", address="mo@example.org", label="<Kauf!>", now=NOW)
    drain()

    [asked] = mailoutbox
    [token] = set(re.findall(r"/benachrichtigungen/bestaetigen/([^/\s\"]+)/", asked.body + asked.alternatives[0][0]))
    assert row.confirmed_at is None
    assert tokens.read(token, "confirm") == {"destination": row.pk}
    assert asked.to == ["mo@example.org"] and asked.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "Kauf" not in asked.subject + asked.body + asked.alternatives[0][0]


def test_the_question_waits_sealed():
    destinations.add(make.device_reader(), "mail", address="mo@example.org", now=NOW)

    [stored] = Job.objects.filter(task__endswith="send_mail").values_list("arguments", flat=True)

    assert "mo@example.org" not in str(stored)
    assert sealed_mail.unseal(stored["args"][0]).to == ["mo@example.org"]


# --- the mail server's answers


@pytest.mark.parametrize(
    ("code", "said", "kind"),
    [
        (550, b"5.1.1 No such user ada@example.org", Kind.GONE),
        (550, b"no such user", Kind.GONE),
        (551, b"user not local", Kind.GONE),
        (553, b"mailbox name not allowed", Kind.GONE),
        (554, b"5.1.10 Recipient not found", Kind.GONE),
        (550, b"5.7.1 Blocked by policy", Kind.FAILED),
        (554, b"transaction failed", Kind.FAILED),
        (552, b"5.2.2 mailbox full", Kind.LATER),
        (550, b"5.2.2 over quota", Kind.LATER),
        (450, b"4.2.0 greylisted", Kind.LATER),
        (421, b"closing", Kind.LATER),
        (550, b"", Kind.GONE),
        (550, b"\xff\xfe 5.1.1", Kind.GONE),
    ],
)
def test_a_refused_recipient_means_what_its_code_means(code, said, kind):
    outcome = sending.refusal(code, said)

    assert outcome.kind is kind
    assert "ada@" not in outcome.text and str(code) in outcome.text


class Server(EmailBackend):
    """Answers each address with what `answers` says."""

    answers: dict[str, Exception] = {}
    opened = tried = 0

    def open(self):
        type(self).opened += 1

    def send_messages(self, messages):
        type(self).tried += 1
        if error := self.answers.get(messages[0].to[0]):
            raise error
        return super().send_messages(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.answers, Server.opened, Server.tried = {}, 0, 0
    return Server


def told(*addresses: str) -> list[tuple[Destination, str, Message]]:
    message = single()
    return [(destination(make.device_reader(each), address=each), each, message) for each in addresses]


def test_one_refused_recipient_costs_the_others_nothing(server, mailoutbox):
    server.answers = {"mo@example.org": smtplib.SMTPRecipientsRefused({"mo@example.org": (550, b"5.1.1 gone")})}

    outcomes = channel.send_all(told("ada@example.org", "mo@example.org", "eve@example.org"))

    assert [outcome.kind for outcome in outcomes] == [Kind.SENT, Kind.GONE, Kind.SENT]
    assert [each.to for each in mailoutbox] == [["ada@example.org"], ["eve@example.org"]]


def test_a_broken_connection_is_made_once_more(server):
    server.answers = {"mo@example.org": smtplib.SMTPServerDisconnected("gone")}

    outcomes = channel.send_all(told("mo@example.org", "ada@example.org"))

    assert [outcome.kind for outcome in outcomes] == [Kind.LATER, Kind.SENT]


def test_a_server_that_is_away_is_not_asked_for_every_letter(server):
    addresses = [f"{n}@example.org" for n in range(20)]
    server.answers = dict.fromkeys(addresses, ConnectionRefusedError("no"))

    outcomes = channel.send_all(told(*addresses))

    assert [outcome.kind for outcome in outcomes] == [Kind.LATER] * 20
    assert server.tried == sending.BREAKS_MOST


def test_a_sender_that_is_refused_is_our_trouble_and_not_the_readers(server):
    server.answers = {"ada@example.org": smtplib.SMTPSenderRefused(530, b"log in first", "noreply@testserver")}

    assert channel.send_all(told("ada@example.org"))[0].kind is Kind.LATER


def test_a_text_that_is_refused_leaves_the_address_alone(server):
    server.answers = {"ada@example.org": smtplib.SMTPDataError(554, b"5.7.1 spam")}

    assert channel.send_all(told("ada@example.org"))[0].kind is Kind.FAILED


def test_a_batch_goes_over_one_connection_each_with_its_own_envelope(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.BOUNCE_ADDRESS = "bounce@example.net"
    batch = told("ada@example.org", "550@example.org", "450@example.org", "eve@example.org")

    with mail_server.start() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        outcomes = channel.send_all(batch)

    ada, _gone, _busy, eve = (row.pk for row, _address, _message in batch)
    assert [outcome.kind for outcome in outcomes] == [Kind.SENT, Kind.GONE, Kind.LATER, Kind.SENT]
    assert server.connections == 1
    assert server.envelopes == [(verp.sender(ada), "ada@example.org"), (verp.sender(eve), "eve@example.org")]
    taken = email.message_from_bytes(server.mails[0], policy=email.policy.default)
    assert taken["From"] == "Staffellauf <noreply@testserver>" and taken["List-Unsubscribe-Post"]


# --- envelope senders


def test_an_envelope_sender_is_read_in_any_case_and_only_with_its_signature(settings):
    settings.BOUNCE_ADDRESS = "Bounce@Example.net"
    made = verp.sender(2**62)
    user, _at, _domain = made.partition("@")

    assert verp.read(f"<{made.upper()}>") == (verp.Kind.BOUNCE, 2**62)
    assert len(user) <= 64
    for forged in (
        made.replace("+b", "+u"), made[:8] + "1" + made[8:], made.replace("Example.net", "example.org"),
        "bounce@example.net", "bounce+@example.net", "bounce+b1-aaaaaaaaaaaaaaaa@example.net", "", "x" * 99_999,
        "bounce+bzzzzzzzzzzzzz-aaaaaaaaaaaaaaaa@example.net",
    ):  # fmt: skip
        assert verp.read(forged) is None


def test_without_an_address_for_bounces_nothing_is_read(settings):
    settings.BOUNCE_ADDRESS = "bounce@example.net"
    made = verp.sender(7)
    settings.BOUNCE_ADDRESS = ""

    assert verp.read(made) is None
