"""Mails as they leave the house: what they say, in which form, and what a mail server's answers mean."""

import email
import email.policy
import re
import smtplib
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from staffellauf.accounts import mail as sealed_mail
from staffellauf.alerts import destinations
from staffellauf.alerts.channels import InvalidDestination, Kind
from staffellauf.alerts.channels.mail import channel, letters, sending, verp
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words import telling, tokens
from staffellauf.alerts.words.messages import Form, Item, Message
from staffellauf.catalogue.models import Topic
from staffellauf.jobs.models import Job
from staffellauf.newsroom import notes
from staffellauf.newsroom.models import Article
from tests import make
from tests.standins import mail_server

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 23, 19, 15, tzinfo=UTC)
RESULTS = Path(__file__).resolve().parents[2] / "test-results" / "mail"


def destination(reader=None, *, address: str = "ada@example.org", rhythm: str = "at_once") -> Destination:
    reader = reader or make.device_reader(address)
    return destinations.add(reader, "mail", address=address, rhythm=rhythm, is_confirmed=True, now=NOW)


def single(*, of: str = "Ballard", language: str = "de", **fields: object) -> Message:
    series = make.series(of)
    values: dict[str, Any] = {"deck": "Sie spielt Jenny.", "published_at": NOW} | fields
    made = make.article(f"Rosanna Arquette kommt zu „{of}“", about=[series], **values)
    return telling.message([telling.of_article(made, series, language=language)], language=language)


def several(count: int = 3, *, form: Form = Form.GROUP, language: str = "de", total: int | None = None) -> Message:
    topics = [make.series("Ballard"), make.series("Dark"), make.person("Mo Muster")]
    made = [
        (make.article(f"Meldung {n}: <b>kursiv</b> & mehr", about=[topics[n % 3]], published_at=NOW), topics[n % 3])
        for n in range(count)
    ]
    items = [telling.of_article(article, topic, language=language) for article, topic in made]
    return telling.message(items, form=form, language=language, total=total, since=NOW)


def raw(letter: mail.EmailMultiAlternatives) -> bytes:
    message: Any = letter.message()
    return message.as_bytes(linesep="\r\n")


def parsed(letter: mail.EmailMultiAlternatives) -> email.message.EmailMessage:
    """By the strict parser of the standard library, from the bytes that leave."""
    made = email.message_from_bytes(raw(letter), policy=email.policy.default)
    assert not [part.defects for part in made.walk() if part.defects]
    assert not [header for header in made.values() if header.defects]
    return made


def texts_of(letter: mail.EmailMultiAlternatives) -> tuple[str, str]:
    made = parsed(letter)
    bodies = [body.get_content() for kind in ("plain", "html") if (body := made.get_body((kind,)))]
    return bodies[0].replace("\r\n", "\n"), bodies[1].replace("\r\n", "\n")


class Html(HTMLParser):
    """Every start tag, and whether the end tags fit."""

    VOID = {"meta", "br", "img", "link", "input", "hr"}

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


# --- what a mail says


def test_a_mail_has_its_news_as_text_and_as_html():
    plain, html = texts_of(letters.letter(destination(), "ada@example.org", single()))

    for body in (plain, html):
        assert "Rosanna Arquette kommt zu „Ballard“" in body
        assert "Sie spielt Jenny." in body
        assert "weil du „Ballard“ folgst" in body
        assert "http://testserver/news/rosanna-arquette-kommt-zu-ballard/" in body


def test_its_headers_are_what_the_rfcs_ask_for(settings):
    settings.BOUNCE_ADDRESS = "bounce@example.net"
    to = destination()

    made = parsed(letters.letter(to, "ada@example.org", single()))

    unsubscribe = tokens.address("unsubscribe", language="de", destination=to.pk)
    assert made["To"] == "ada@example.org"
    assert made["From"] == "Staffellauf <noreply@testserver>"
    assert made["Subject"] == "Rosanna Arquette kommt zu „Ballard“"
    assert made["List-Unsubscribe"] == (
        f"<{unsubscribe}>, <mailto:{verp.unsubscribe_address(to.pk)}?subject=unsubscribe>"
    )
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert made["List-Id"] == "Staffellauf <alerts.testserver>"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["Date"] and made["Message-ID"]
    assert made.get_content_type() == "multipart/alternative"
    assert [(part.get_content_type(), part.get_content_charset()) for part in made.iter_parts()] == [
        ("text/plain", "utf-8"), ("text/html", "utf-8"),
    ]  # fmt: skip


def test_a_header_with_a_long_address_begins_on_its_own_line():
    letter = letters.letter(destination(), "ada@example.org", single())

    assert b"\r\nList-Unsubscribe: <http://testserver/" in raw(letter)


def test_without_an_address_for_bounces_one_leaves_by_the_web_only():
    to = destination()

    made = letters.letter(to, "ada@example.org", single())

    assert "mailto:" not in made.extra_headers["List-Unsubscribe"]
    assert made.from_email == "Staffellauf <noreply@testserver>"


def test_the_envelope_says_whose_mail_came_back_and_the_reader_sees_the_site(settings):
    settings.BOUNCE_ADDRESS = "bounce@example.net"
    to = destination()

    made = letters.letter(to, "ada@example.org", single())

    assert verp.read(made.from_email) == (verp.Kind.BOUNCE, to.pk)
    assert made.message()["From"] == "Staffellauf <noreply@testserver>"


def test_the_same_message_has_the_same_id_each_time_it_is_made():
    to, other, message = destination(), destination(address="mo@example.org"), single()

    ids = [letters.letter(row, "x@example.org", message).extra_headers["Message-ID"] for row in (to, to, other)]

    assert ids[0] == ids[1] != ids[2]
    assert re.fullmatch(r"<[0-9a-f]{40}@testserver>", ids[0])


def test_an_update_is_a_message_of_its_own_below_the_first():
    to, ballard = destination(), make.series("Ballard")
    article = make.article("Season 3 ordered", about=[ballard])
    notes.add(article, "It has ten episodes.", user=None, is_material=True, now=NOW)
    first = telling.message([telling.of_article(article, ballard, language="de")])
    update = telling.message([telling.of_article(article, ballard, language="de", edition=2)])

    ids = [letters.letter(to, "ada@example.org", each).extra_headers for each in (first, update)]

    assert ids[0]["Message-ID"] != ids[1]["Message-ID"]
    assert ids[1]["References"] == ids[0]["Message-ID"]


def test_a_digest_is_known_by_where_it_begins():
    to, message = destination(), several(form=Form.DIGEST)
    grown = Message((*message.items[:2],), form=Form.DIGEST, total=2, since=NOW)

    assert letters.message_id(to, message) == letters.message_id(to, grown)


def test_a_headline_that_does_not_name_its_topic_is_preceded_by_it():
    ballard = make.series("Ballard")
    item = telling.of_article(make.article("Staffel 3 kommt"), ballard, language="de")

    assert letters.subject(telling.message([item])) == "Ballard: Staffel 3 kommt"


def test_a_subject_is_one_line_and_ends_at_a_word():
    ballard = make.series("Ballard")
    item = telling.of_article(make.article("Ballard\r\nBcc: mo@example.org " + "lang " * 25), ballard, language="de")

    made = letters.letter(destination(), "ada@example.org", telling.message([item]))

    assert len(letters.subject(telling.message([item]))) <= letters.SUBJECT_LENGTH
    assert parsed(made)["Bcc"] is None


def test_the_text_keeps_to_its_lines():
    long, ballard = make.article("Donaudampfschiff" * 9, deck="wort " * 50), make.series("Bosch")
    items = (*several(12, form=Form.DIGEST).items, telling.of_article(long, ballard, language="de"))
    message = telling.message(items, form=Form.DIGEST, total=70)
    plain, _html = texts_of(letters.letter(destination(rhythm="daily"), "ada@example.org", message))

    too_long = [line for line in plain.splitlines() if len(line) > 72 and not line.startswith("http")]

    assert too_long == []
    assert "\n-- \n" in plain


def test_a_digest_says_how_many_more_there_are():
    message = several(3, form=Form.DIGEST, language="en", total=70)

    plain, html = texts_of(letters.letter(destination(rhythm="weekly"), "ada@example.org", message))

    for body in (plain, html):
        assert "67 more stand in your feed" in body
        assert "70 articles about" in body
        assert "once a week" in body


def test_every_item_can_be_left_and_so_can_the_mails():
    reader = make.reader()
    to, message = destination(reader), several(3)

    made = letters.letter(to, "ada@example.org", message)

    for body in texts_of(made):
        found = set(re.findall(r"http://testserver/benachrichtigungen/entfolgen/([^/\s\"]+)/", body))
        assert {tokens.read(token, "unfollow")["topic"] for token in found} == {item.topic_id for item in message.items}
        assert {tokens.read(token, "unfollow")["reader"] for token in found} == {reader.pk}
        assert tokens.address("unsubscribe", language="de", destination=to.pk) in body
        assert "http://testserver/mein/benachrichtigungen/" in body


def test_nothing_in_it_comes_from_elsewhere_or_tells_who_opened_it():
    _plain, html = texts_of(letters.letter(destination(), "ada@example.org", several(3)))

    tags = Html(html).tags

    assert not [tag for tag, _ in tags if tag in {"img", "script", "link", "iframe", "object", "form", "video"}]
    assert not re.search(r"url\(|@import|background=", html)
    links = [attrs["href"] for tag, attrs in tags if tag == "a"]
    assert links and all(link.startswith("http://testserver/") or link == "http://testserver" for link in links)
    assert not [link for link in links if "?" in link]


def test_markup_in_a_headline_stays_text():
    _plain, html = texts_of(letters.letter(destination(), "ada@example.org", several(1)))

    assert "<b>" not in html and "&lt;b&gt;kursiv&lt;/b&gt; &amp; mehr" in html


def test_a_spoiler_gives_nothing_away_in_a_mail():
    made = letters.letter(destination(), "ada@example.org", single(spoils_season=2, slug="ballard"))

    for words in (made.subject, *texts_of(made)):
        assert "Arquette" not in words and "Jenny" not in words


def test_english_readers_get_english_words_around_it():
    plain, html = texts_of(letters.letter(destination(), "ada@example.org", single(language="en")))

    assert "because you follow “Ballard”" in plain and "Read on" in html
    assert '<html lang="en">' in html and 'lang="de"' in html
    assert "http://testserver/en/benachrichtigungen/abbestellen/" in plain
    assert "http://testserver/en/mein/benachrichtigungen/" in plain


def test_the_dark_is_known_and_600_pixels_are_the_most():
    _plain, html = texts_of(letters.letter(destination(), "ada@example.org", single()))

    assert "@media (prefers-color-scheme: dark)" in html
    assert "max-width:600px" in html
    assert 'name="color-scheme" content="light dark"' in html


def evening() -> list[tuple[Article, Topic]]:
    """What a digest may hold: long and short, a spoiler, a correction, a person, an English title."""
    ballard, dark, arquette = make.series("Ballard"), make.series("Dark"), make.person("Rosanna Arquette")
    legacy = make.franchise("The Walking Dead: The Ones Who Live")
    written: list[tuple[str, str, list[Topic], dict[str, Any]]] = [
        ("Rosanna Arquette spielt in „Ballard“ die verschwundene Mutter der Ermittlerin – und kehrt damit nach elf "
         "Jahren zur Serie zurück", "Prime Video hat die zweite Staffel für den Sommer bestätigt; gedreht wird in "
         "Los Angeles.", [arquette, ballard], {}),
        ("„Ballard“: Staffel 2 startet im Juli", "", [ballard], {}),
        ("Wellik stirbt", "Im Finale.", [ballard], {"spoils_season": 2, "slug": "ballard-finale"}),
        ("„Dark“-Macher drehen in Görlitz", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten"
         "gesellschaft liefert Kulissen & Requisiten.", [dark], {}),
        ("Was wir über „The Ones Who Live“ wissen", "Besetzung, Start, Trailer.", [legacy], {"kind": "special"}),
    ]  # fmt: skip
    return [
        (make.article(headline, deck=deck, about=about, published_at=NOW - timedelta(hours=back), **fields), about[0])
        for back, (headline, deck, about, fields) in enumerate(written)
    ]


def test_mails_are_kept_to_be_looked_at():
    """In test-results/mail: open the .html, read the .txt."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    ada, mo = destination(), destination(address="mo@example.org", rhythm="daily")
    articles = evening()

    def items(language: str) -> list[Item]:
        return [telling.of_article(article, topic, language=language) for article, topic in articles]

    german, english = items("de"), items("en")
    made = {
        "single": letters.letter(ada, "ada@example.org", telling.message(german[:1])),
        "group": letters.letter(ada, "ada@example.org", telling.message(german[1:4], since=NOW)),
        "digest": letters.letter(mo, "mo@example.org", telling.message(german, form=Form.DIGEST, total=9, since=NOW)),
        "digest-en": letters.letter(mo, "mo@example.org", telling.message(english, form=Form.DIGEST, language="en")),
        "question": letters.question(ada, "ada@example.org", language="de"),
    }
    for name, letter in made.items():
        (RESULTS / f"{name}.eml").write_bytes(raw(letter))
        for suffix, body in zip(("txt", "html"), texts_of(letter), strict=True):
            (RESULTS / f"{name}.{suffix}").write_text(body, encoding="utf-8")

    for name in made:
        html = (RESULTS / f"{name}.html").read_text(encoding="utf-8")
        assert [tag for tag, _ in Html(html).tags].count("h1") == 1
        assert "stirbt" not in html


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
