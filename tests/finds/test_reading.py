"""What a document holds: every format, every sort of damage, and what attacks."""

import json
import subprocess
import sys
from typing import Any

import pytest

from staffellauf.finds import child
from staffellauf.finds.reading import parse, words
from staffellauf.finds.reading.records import MAX_TITLE, Reading

URL = "https://press.example/feeds/news.xml"
ENCODINGS = [
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-1", "iso-8859-2", "iso-8859-15",
    "windows-1250", "windows-1252", "cp437", "cp850", "mac-roman", "cp037", "gb18030", "utf-7",
]  # fmt: skip


def rss(items: str, more: str = "", head: str = '<?xml version="1.0"?>') -> bytes:
    return f'{head}<rss version="2.0"><channel><title>T</title>{more}{items}</channel></rss>'.encode()


def entry(title: str = "Dark", link: str = "https://press.example/1", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def read(body: bytes, **how: str) -> Reading:
    return parse.read(body, **{"url": URL} | how)


def titles(reading: Reading) -> list[str]:
    return [item.title for item in reading.items]


# --- formats


def test_rss_gives_headline_link_date_and_nothing_else():
    found = read(rss(entry(more="<guid>g1</guid><pubDate>Sat, 24 Jan 2026 20:15:00 +0100</pubDate>"
                           "<description>Their text</description>"),
                     more="<link>https://press.example/</link><language>de-DE</language><ttl>90</ttl>"))  # fmt: skip

    assert found.dump() == {
        "problem": "", "detail": "", "format": "rss20", "title": "T", "homepage": "https://press.example/",
        "language": "de", "ttl_minutes": 90, "found": 1, "is_ill_formed": False, "alternates": [],
        "items": [{"guid": "https://press.example/feeds/g1", "link": "https://press.example/1", "title": "Dark",
                   "published_at": "2026-01-24T19:15:00+00:00"}],
    }  # fmt: skip


def test_atom_is_read_with_its_base_and_its_kinds_of_links():
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://other.example/a/" xml:lang="de">
      <title>T</title><entry><title type="html">&lt;b&gt;Dark&lt;/b&gt; &amp;amp; mehr</title><id>urn:1</id>
      <link rel="enclosure" href="x.mp3"/><link rel="alternate" href="../news/1"/>
      <published>2026-01-24T20:15:00+01:00</published></entry></feed>"""

    (item,) = read(atom).items

    assert (item.title, item.link) == ("Dark & mehr", "https://other.example/news/1")
    assert item.published_at == "2026-01-24T19:15:00+00:00"


def test_rdf_is_read():
    rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
      <channel rdf:about="x"><title>T</title></channel>
      <item rdf:about="https://press.example/1"><title>Dark</title><link>https://press.example/1</link></item></rdf:RDF>"""

    assert titles(read(rdf)) == ["Dark"]


@pytest.mark.parametrize("version", ["1", "1.1"])
def test_json_feed_is_read(version):
    said = {
        "version": f"https://jsonfeed.org/version/{version}", "title": "T", "home_page_url": "/", "language": "de",
        "items": [{"id": 7, "url": "/1", "title": "Dark", "content_html": "<p>Their text", "date_published":
                   "2026-01-24T20:15:00+01:00"}, "nonsense", {"id": "8", "url": "https://press.example/2"}],
    }  # fmt: skip

    found = read(json.dumps(said).encode(), content_type="application/feed+json")

    assert [(i.guid, i.title, i.link, i.published_at) for i in found.items] == [
        ("7", "Dark", "https://press.example/1", "2026-01-24T19:15:00+00:00")
    ]
    assert (found.language, found.homepage, found.is_ill_formed) == ("de", "https://press.example/", True)


# Any: what JSON holds.
@pytest.mark.parametrize(
    "said", [[], {}, {"version": 1}, {"version": "https://jsonfeed.org/version/1", "items": {"a": 1}}]
)
def test_json_of_another_kind_is_no_feed(said: Any):
    assert read(json.dumps(said).encode()).problem in {"no_feed", "no_entries"}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_feed_in_any_encoding_keeps_its_letters(encoding):
    word = "中文" if encoding == "gb18030" else "Größe"
    text = rss(entry(word), head=f'<?xml version="1.0" encoding="{encoding}"?>').decode()

    found = read(text.encode(encoding), content_type="application/rss+xml")

    assert titles(found) == [word]


def test_a_wrong_encoding_is_read_as_well_as_it_can_be_and_reported():
    body = rss(entry("Größe"), head='<?xml version="1.0" encoding="utf-8"?>').decode().encode("iso-8859-1")

    found = read(body)

    assert titles(found) == ["Größe"]
    assert found.is_ill_formed


def test_a_charset_in_the_header_counts_whatever_the_media_type():
    body = rss(entry("Größe")).decode().encode("iso-8859-1")

    assert titles(read(body, content_type="text/html; charset=iso-8859-1")) == ["Größe"]


# --- damage


def test_an_empty_feed_an_empty_answer_and_no_feed_at_all_say_so():
    assert read(rss("")).problem == "no_entries"
    assert read(b" \n").problem == "empty_answer"
    assert read(b"just text").problem == "no_feed"
    assert read(b"<svg xmlns='http://www.w3.org/2000/svg'/>").problem == "no_feed"


def test_entries_without_headlines_or_without_links_say_so_and_the_others_come():
    assert read(rss("<item><link>https://press.example/1</link></item>" * 3)).problem == "no_titles"
    assert read(rss("<item><title>Dark</title></item>")).problem == "no_links"
    assert titles(read(rss("<item><title>Dark</title></item>" + entry("1899")))) == ["1899"]


def test_repetitions_in_one_feed_come_once():
    found = read(rss(entry() + entry() + entry("Dark", "https://www.press.example/1/?utm_source=rss#x")))

    assert (titles(found), found.found) == (["Dark"], 3)


def test_the_newest_of_many_come_and_giants_are_cut():
    dates = [f"<pubDate>{day:02} Jan 2026 10:00:00 GMT</pubDate>" for day in range(1, 29)]
    many = "".join(entry(f"Number {n}", f"https://press.example/{n}", dates[n % 28]) for n in range(600))

    found = read(rss(many))
    giant = read(rss("".join(entry(f"N {n}", f"https://press.example/{n}") for n in range(5000))))

    assert (len(found.items), found.items[0].published_at[:10]) == (parse.MAX_ITEMS, "2026-01-28")
    assert (giant.found, len(giant.items), giant.is_ill_formed) == (1000, parse.MAX_ITEMS, False)


def test_what_breaks_off_in_the_middle_is_read_until_there():
    found = read(rss(entry() + entry("Cut off", "https://press.example/2"))[:-60])

    assert titles(found)[0] == "Dark"
    assert found.is_ill_formed


@pytest.mark.parametrize("date", ["yesterday", "32 Foo 20260", "0000-00-00", ""])
def test_a_date_that_no_calendar_knows_is_none(date):
    assert read(rss(entry(more=f"<pubDate>{date}</pubDate>"))).items[0].published_at == ""


def test_relative_links_lead_to_where_the_feed_was():
    assert read(rss(entry(link="/news/1"))).items[0].link == "https://press.example/news/1"


# --- words


@pytest.mark.parametrize(("raw", "clean"), [
    ("<script>alert(1)</script>Dark", "Dark"),
    ("<img src=x onerror=alert(1)>Dark", "Dark"),
    ("&lt;script&gt;alert(1)&lt;/script&gt;Dark", "Dark"),
    ("<b>Dark</b><br>kehrt zurück", "Dark kehrt zurück"),
    ("Law &amp;amp; Order", "Law & Order"),
    ("Dark\u202e gnp.exe\u200b\u2066", "Dark gnp.exe"),
    ("Dark\0\x07\ufeff", "Dark"),
    ("  Dark \n\t kehrt   zurück ", "Dark kehrt zurück"),
    ("5 < 7 und AT&T", "5 < 7 und AT&T"),
    ("Familie 👨\u200d👩\u200d👧", "Familie 👨\u200d👩\u200d👧"),
])  # fmt: skip
def test_a_headline_is_plain_text(raw, clean):
    assert words.headline(raw) == clean


def test_a_headline_is_cut_at_a_word():
    cut = words.headline("Wort " * 500)

    assert len(cut) <= MAX_TITLE
    assert cut.endswith("Wort…")
    assert words.headline("x" * 100_000).startswith("x")


@pytest.mark.parametrize(("raw", "kept"), [
    ("https://a.example/1?utm_source=x&id=7&fbclid=y#top", "https://a.example/1?id=7"),
    ("https://a.example/1?at_medium=rss&wt_mc=x&xtor=y&mc_cid=z&gclid=1", "https://a.example/1"),
    ("HTTPS://Ä.example/ü?q=ö", "https://xn--4ca.example/%C3%BC?q=%C3%B6"),
    ("//a.example/1", "https://a.example/1"),
    ("javascript:alert(1)", ""), ("data:text/html,x", ""), ("ftp://a.example/", ""), ("mailto:a@b.example", ""),
    ("https://user:pw@a.example/", ""), ("https://", ""), ("https://a.example:99999/", ""), ("https://[::1", ""),
    ("https://a.example/\" onclick=\"x", "https://a.example/%22%20onclick=%22x"),
    ("https://a.example/" + "x" * 700, ""),
])  # fmt: skip
def test_a_link_is_a_web_address_without_what_tracks(raw, kept):
    assert words.link(raw, base=URL) == kept


@pytest.mark.parametrize("other", [
    "http://www.a.example/1/", "https://a.example/1?utm_medium=rss", "https://m.a.example/1", "https://a.example/1/amp",
    "https://A.example/1#c",
])  # fmt: skip
def test_links_to_the_same_page_are_the_same(other):
    assert words.canonical(words.link(other)) == words.canonical("https://a.example/1")


def test_other_pages_stay_others():
    assert words.canonical("https://a.example/?p=1") != words.canonical("https://a.example/?p=2")


# --- pages


def test_a_page_names_its_feeds_and_a_login_page_says_so():
    page = b"""<!DOCTYPE html><html><head><base href="https://press.example/de/">
      <link rel="alternate" type="application/rss+xml" title="Alle <News>" href="feed">
      <link rel="ALTERNATE stylesheet" type="application/atom+xml" href="/atom">
      <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
      <link rel="alternate" hreflang="en" href="/en"></head>"""

    assert read(page).alternates == [("Alle", "https://press.example/de/feed"), ("", "https://press.example/atom")]
    assert read(b"<html><body><form><input name=p type=password></form>").problem == "login"
    assert read(b"<html><body>Hello").problem == "page_without_feeds"


# --- attacks, through the child as always


def in_child(body: bytes, **limits: float) -> Reading:
    return child.read(child.Document(body, URL, "application/rss+xml"), **limits)


def test_an_entity_bomb_is_not_read():
    letters = "abcdefghij"
    bomb = "".join(
        f'<!ENTITY {letter} "{f"&{letters[n - 1]};" * 10 if n else "ha"}">' for n, letter in enumerate(letters)
    )

    assert in_child(rss("&j;", head=f"<?xml version='1.0'?><!DOCTYPE rss [{bomb}]>")).problem == "entities"


def test_an_entity_that_names_a_file_is_not_read_and_letters_are():
    outside = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    letter = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY auml "&#228;">]>'

    assert in_child(rss(entry("&x;"), head=outside)).problem == "entities"
    assert titles(in_child(rss(entry("Dr&auml;ger"), head=letter))) == ["Dräger"]


def test_two_hundred_thousand_nested_tags_are_not_read():
    assert in_child(rss("<a>" * 200_000 + "</a>" * 200_000)).problem == "too_deep"


def test_two_hundred_thousand_attributes_are_not_read():
    values = " ".join(f'a{n}=">"' for n in range(200_000))

    assert in_child(rss(f"<item {values}/>")).problem == "too_many_attributes"
    assert in_child(rss(f"<item {values}/>").decode().encode("utf-16")).problem == "too_many_attributes"


def test_nests_hidden_in_an_encoding_are_seen():
    hidden = "<?xml version='1.0' encoding='utf-7'?><rss>" + "+ADw-a+AD4-" * 200_000

    assert in_child(hidden.encode()).problem == "too_deep"


@pytest.mark.parametrize(
    "damage", [b"<", b"&", b'<a b="', b"<!--", b"<![CDATA[", b"<?xml ", b"<!DOCTYPE ", b"\xff", b"]]>"]
)
def test_damage_without_end_ends(damage):
    assert in_child(rss("")[:-16] + damage * 100_000).problem


def test_a_child_that_takes_too_long_is_ended_and_the_next_document_is_read(monkeypatch):
    monkeypatch.setattr(child, "_start", _sleeper(child._start))
    documents = [child.Document(b"sleep"), child.Document(rss(entry()))]

    slow, fine = child.read_all(documents, timeout_s=3)

    assert slow.problem == "too_slow"
    assert titles(fine) == ["Dark"]


def _sleeper(start):
    """The first child only sleeps."""
    started = []

    def start_one(given):
        started.append(given)
        if len(started) == 1:
            return subprocess.Popen(["sleep", "60"], stdin=given, stdout=subprocess.PIPE)
        return start(given)

    return start_one


def test_a_child_has_no_environment_of_ours_and_opens_nothing():
    program = (
        "import sys, socket, os; sys.argv=['x']; from staffellauf.finds.reading import __main__ as child\n"
        "assert 'django' not in sys.modules\n"
        "child._limit(); sys.addaudithook(child._forbid)\n"
        "import socket\n"
        "for attempt in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: open('/tmp/x', 'w'),\n"
        "                lambda: os.system('true')):\n"
        "    try:\n        attempt()\n    except PermissionError:\n        continue\n    raise SystemExit(1)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", program], cwd=child.ROOT, env={"PYTHONPATH": str(child.ROOT)}, check=False
    )

    assert made.returncode == 0
