"""The 3,159 files of feedparser's and the W3C validator's own tests, and captured feeds, through the child and in."""

import os
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from staffellauf.finds import child, problems
from staffellauf.finds.actions import feeds as actions
from staffellauf.finds.fetching import Outcome
from staffellauf.finds.models import FeedItem, Find
from staffellauf.finds.reading.records import MAX_LINK, MAX_TITLE, Reading
from tests.finds.test_intake import NOW, feed

SHARED = (
    Path(os.environ.get("STAFFELLAUF_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "feeds"
)
pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared data is not beside the repository; set STAFFELLAUF_SHARED_DATA"
)
ARCHIVES = {"feedparser-tests.tar.xz": 1523, "feedvalidator-tests.tar.xz": 1636}
URL = "https://press.example/feeds/news.xml"
# What must not be in anything that is stored: markup, scripts, what tracks, what deceives.
MARKUP = re.compile(r"<[a-z/!]", re.IGNORECASE)
DECEIVING = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
LINK = re.compile(r"https?://[^\s\"'<>]+")
TRACKED = re.compile(r"[?&](?:utm_\w+|fbclid|gclid|mc_cid|at_medium|wt_mc|xtor)=", re.IGNORECASE)


def files(archive: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(SHARED / archive) as opened:
        for member in opened:
            if member.isfile():
                content = opened.extractfile(member)
                assert content is not None
                yield f"{archive}/{member.name}", content.read()


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    named = [pair for archive in ARCHIVES for pair in files(archive)]
    documents = [child.Document(content, URL) for _, content in named]
    return dict(zip((name for name, _ in named), child.read_all(documents), strict=True))


def test_every_file_is_read_without_a_crash(readings):
    counts = Counter(name.partition("/")[0] for name in readings)
    said = Counter(reading.problem for reading in readings.values())

    assert counts == ARCHIVES
    assert set(said) <= {"", *problems.SENTENCES}
    assert not {"too_slow", "too_much", "unreadable"} & set(said), said
    # As feedparser 6.0.14 reads them; the test files are mostly about one element and hold no headline or no link.
    assert said[""] > 550
    assert said["no_feed"] < 250


def test_ill_formed_files_are_reported_and_read_all_the_same(readings):
    ill_formed = [reading for name, reading in readings.items() if "/illformed/" in name]

    reported = [reading for reading in ill_formed if reading.is_ill_formed]
    assert (len(ill_formed), len(reported)) == (17, 12)
    # The validator's own are wrong in what they say more often than in how it is marked up.
    assert 400 < sum(reading.is_ill_formed for reading in readings.values()) < 500


def test_well_formed_files_are_not_called_ill_formed(readings):
    well_formed = [reading for name, reading in readings.items() if "/wellformed/" in name]

    # Four in CDF, a format before RSS, which none of our parsers knows.
    assert len(well_formed) == 1266
    assert sum(reading.is_ill_formed for reading in well_formed) <= 4


def test_nothing_that_is_read_holds_markup_scripts_or_trackers(readings):
    items = [item for reading in readings.values() for item in reading.items]

    assert len(items) > 600
    for item in items:
        assert 0 < len(item.title) <= MAX_TITLE
        assert not MARKUP.search(item.title), item
        assert not DECEIVING.search(item.title), item
        assert LINK.fullmatch(item.link) and len(item.link) <= MAX_LINK, item
        assert not TRACKED.search(item.link), item


@pytest.mark.django_db
def test_what_is_read_can_be_stored(readings):
    press = feed()
    full = [reading for reading in readings.values() if reading.items]

    for n, reading in enumerate(full[::5]):
        actions.record(press.pk, Outcome(problem=reading.problem, reading=reading), now=NOW + timedelta(minutes=n))

    press.refresh_from_db()
    assert press.fetch_count == len(full[::5])
    assert FeedItem.objects.count() > 20
    assert not any(MARKUP.search(find.headline) for find in Find.objects.all())


@pytest.mark.parametrize(("path", "least"), [
    ("miniflux/parser_large_rss.xml", 25),
    ("miniflux/parser_small_atom.xml", 1),
    ("miniflux/parser_rdf_UTF8.xml", 5),
    ("miniflux/parser_encoding_WINDOWS-1251.xml", 1),
    ("miniflux/parser_encoding_ISO-8859-1.xml", 1),
    ("captured/anidb_files_2017-01-06.atom", 5),
    ("captured/nasa_breaking_news_2016-07-17.rss", 5),
    ("flexget/rss.xml", 1),
])  # fmt: skip
def test_captured_feeds_give_headlines_and_links(path, least):
    found = child.read(child.Document((SHARED / path).read_bytes(), URL))

    assert (found.problem, found.title != "") == ("", True)
    assert len(found.items) >= least
