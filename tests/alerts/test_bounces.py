"""Mails that come back stop what is gone; what anybody can forge changes nothing."""

import io
import json
import mailbox
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from staffellauf.alerts import bounces, destinations
from staffellauf.alerts.channels.mail import returns, verp
from staffellauf.alerts.channels.mail.returns import Verdict
from staffellauf.alerts.models import Destination
from tests import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 23, 19, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def bounce_address(settings):
    settings.BOUNCE_ADDRESS = "bounce@staffellauf.example"


@pytest.fixture
def row() -> Destination:
    return destinations.add(make.reader(), "mail", address="ada@example.org", is_confirmed=True, now=NOW)


def report(to: str, *, status: str = "5.1.1", action: str = "failed", at: datetime = NOW, more: str = "") -> bytes:
    """As Postfix writes it."""
    return f"""Return-Path: <>
Date: {format_datetime(at)}
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: {format_datetime(at)}

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 {status} <ada@example.org>: Recipient address rejected
{more}
--b1
Content-Type: message/rfc822

From: Staffellauf <noreply@staffellauf.example>
To: ada@example.org
Subject: Ballard

Text.

--b1--
""".replace("\n", "\r\n").encode()


def test_a_mailbox_that_is_gone_is_stopped(row):
    assert bounces.record_all([report(verp.sender(row.pk))], now=NOW) == {"stopped": 1}

    row.refresh_from_db()
    assert row.stopped_at == NOW and "5.1.1" in row.last_error and "ada@" not in row.last_error


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("5.1.1", Verdict.HARD), ("5.1.10", Verdict.HARD), ("5.2.1", Verdict.HARD), ("5.0.0", Verdict.HARD),
        ("5.2.2", Verdict.SOFT), ("4.4.7", Verdict.SOFT), ("5.7.1", Verdict.SOFT), ("5.3.4", Verdict.SOFT),
        ("", Verdict.SOFT), ("5.1", Verdict.SOFT), ("ab.cd.ef", Verdict.SOFT), ("5.1.1 (bad mailbox)", Verdict.HARD),
    ],
)  # fmt: skip
def test_a_status_means_what_rfc_3463_says(row, status, verdict):
    assert returns.read(report(verp.sender(row.pk), status=status)).verdict is verdict


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_a_report_of_no_failure_changes_nothing(row, action):
    found = bounces.record_all([report(verp.sender(row.pk), action=action, status="4.4.1")], now=NOW)

    row.refresh_from_db()
    assert found == {"nothing": 1} and row.stopped_at is None and row.bounces == 0


def test_a_full_mailbox_is_stopped_after_some_mails(row):
    made = [
        report(verp.sender(row.pk), status="5.2.2", at=NOW + timedelta(days=day)) for day in range(bounces.SOFT_MOST)
    ]

    counted = bounces.record_all(made[:-1], now=NOW + timedelta(days=9))
    row.refresh_from_db()
    is_stopped_early = row.stopped_at is not None
    stopped = bounces.record_all(made[-1:], now=NOW + timedelta(days=9))

    row.refresh_from_db()
    assert counted == {"counted": bounces.SOFT_MOST - 1} and not is_stopped_early
    assert stopped == {"stopped": 1} and row.stopped_at is not None


def test_a_mailbox_that_was_full_long_ago_is_forgiven(row):
    for week in range(0, 60, 3):
        bounces.record_all([report(verp.sender(row.pk), status="5.2.2", at=NOW + timedelta(weeks=week))],
                           now=NOW + timedelta(weeks=week))  # fmt: skip

    row.refresh_from_db()
    assert row.stopped_at is None and row.bounces == 1


def test_a_report_that_is_read_twice_counts_once_even_after_its_reader_resumed(row):
    old = report(verp.sender(row.pk))
    bounces.record_all([old], now=NOW)
    row.refresh_from_db()
    destinations.resume(row, now=NOW)

    assert bounces.record_all([old], now=NOW + timedelta(days=1)) == {"nothing": 1}

    row.refresh_from_db()
    assert row.stopped_at is None


def test_a_report_from_the_future_does_not_close_the_door_to_later_ones(row):
    bounces.record_all([report(verp.sender(row.pk), status="5.2.2", at=NOW + timedelta(days=9999))], now=NOW)

    later = NOW + timedelta(days=1)
    assert bounces.record_all([report(verp.sender(row.pk), at=later)], now=later) == {"stopped": 1}


@pytest.mark.parametrize(
    "to",
    [
        "bounce@staffellauf.example",
        "bounce+b1-aaaaaaaaaaaaaaaa@staffellauf.example",
        "ada@example.org",
        "",
        "bounce+b1-" + "a" * 5000 + "@staffellauf.example",
    ],
)
def test_a_forged_address_changes_nothing(row, to):
    assert bounces.record_all([report(to)], now=NOW) == {"not_ours": 1}

    row.refresh_from_db()
    assert row.stopped_at is None and row.bounces == 0


def test_the_signature_of_one_address_says_nothing_of_another(row):
    other = destinations.add(make.device_reader(), "mail", address="mo@example.org", is_confirmed=True, now=NOW)
    forged = verp.sender(other.pk).rpartition("-")[0] + "-" + verp.sender(row.pk).rpartition("-")[2]

    assert bounces.record_all([report(forged)], now=NOW) == {"not_ours": 1}


def test_an_answer_by_a_machine_changes_nothing(row):
    answer = (
        f"To: {verp.sender(row.pk)}\r\nSubject: Abwesend\r\nAuto-Submitted: auto-replied\r\n\r\nBis Montag.".encode()
    )

    assert bounces.record_all([answer], now=NOW) == {"nothing": 1}


def test_a_mail_that_asks_for_no_more_ends_it(row):
    mail = f"To: <{verp.unsubscribe_address(row.pk)}>\r\nSubject: unsubscribe\r\n\r\n".encode()

    assert bounces.record_all([mail, mail], now=NOW) == {"left": 1, "nothing": 1}

    assert not Destination.objects.exists()


@pytest.mark.parametrize(
    "mail",
    [
        "To: <{leave}>\r\nSubject: Abwesend (war: unsubscribe)\r\nAuto-Submitted: auto-replied\r\n\r\n",
        "To: <{leave}>\r\nSubject: Frage\r\n\r\n",
        "To: <{bounce}>\r\nSubject: unsubscribe\r\n\r\n",
    ],
)
def test_only_a_persons_mail_to_that_address_ends_it(row, mail):
    raw = mail.format(leave=verp.unsubscribe_address(row.pk), bounce=verp.sender(row.pk)).encode()

    assert bounces.record_all([raw], now=NOW) == {"nothing": 1}


def test_mails_to_another_channel_cannot_be_ended_by_a_bounce():
    row = Destination.objects.create(reader=make.reader(), channel="webpush")

    assert bounces.record_all([report(verp.sender(row.pk))], now=NOW) == {"nothing": 1}


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00" * 100, b"\xff\xfe", b"To: " + b"a," * 20_000, b"From: x\r\n" * 50_000,
        b"Content-Type: multipart/report; boundary=b\r\n\r\n" + b"--b\r\n" * 5000,
        b"Content-Type: message/delivery-status\r\n\r\nnothing",
        b"Date: Thu, 99 Foo 99999 99:99:99 +9999\r\nTo: x\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_mail_at_all_is_not_ours(raw):
    assert returns.read(raw).verdict is Verdict.NOT_OURS


def test_a_date_that_no_calendar_has_counts_as_now(row):
    broken = report(verp.sender(row.pk)).replace(b"Date: Fri, 23 Jan 2026", b"Date: Fri, 99 Jan 99999", 1)

    assert bounces.record_all([broken], now=NOW) == {"stopped": 1}


# --- the command


def run(*args: str, stdin: bytes = b"", monkeypatch=None) -> str:
    out = io.StringIO()
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
    call_command("bounces", *args, stdout=out)
    return out.getvalue()


def test_the_command_reads_a_message_from_standard_input(row, monkeypatch):
    assert run(stdin=report(verp.sender(row.pk)), monkeypatch=monkeypatch) == "1 read: 1 stopped\n"


def test_the_command_reads_an_mbox(row, tmp_path, monkeypatch):
    box = mailbox.mbox(tmp_path / "bounces")
    for raw in (report(verp.sender(row.pk), status="4.2.2"), report("nobody@example.org")):
        box.add(raw)
    box.close()
    expected = {"read": 2, "stopped": 0, "counted": 1, "left": 0, "nothing": 0, "not_ours": 1}

    assert json.loads(run(str(tmp_path / "bounces"), "--json")) == expected
    again = run("-", "--json", stdin=(tmp_path / "bounces").read_bytes(), monkeypatch=monkeypatch)
    assert json.loads(again) == expected | {"counted": 0, "nothing": 1}


def test_the_command_reads_what_is_new_in_a_maildir_once(row, tmp_path):
    box = mailbox.Maildir(tmp_path / "Maildir")
    box.add(report(verp.sender(row.pk)))
    box.close()

    assert run(str(tmp_path / "Maildir")) == "1 read: 1 stopped\n"
    assert run(str(tmp_path / "Maildir")) == "0 read\n"
    assert [path.name.endswith(":2,S") for path in (tmp_path / "Maildir" / "cur").iterdir()] == [True]


def test_the_command_says_what_is_missing(settings, tmp_path):
    with pytest.raises(CommandError, match="no Maildir"):
        run(str(tmp_path))
    with pytest.raises(CommandError, match="No such file"):
        run(str(tmp_path / "nothing"))
    settings.BOUNCE_ADDRESS = ""
    with pytest.raises(CommandError, match="BOUNCE_ADDRESS"):
        run(str(tmp_path))
