"""Mails as they leave the house: what they say, and in which form."""

import email
import email.policy
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from staffellauf.alerts.channels.mail import letters, verp
from staffellauf.alerts.words import telling, tokens
from staffellauf.alerts.words.messages import Form, Item, Message
from staffellauf.catalogue.models import Topic
from staffellauf.newsroom import notes
from staffellauf.newsroom.models import Article
from tests import make
from tests.alerts.mails import NOW, destination, single

pytestmark = pytest.mark.django_db
RESULTS = Path(__file__).resolve().parents[2] / "test-results" / "mail"


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
