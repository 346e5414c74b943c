"""What an entry says: the deck, the beginning of the text, notes. A spoiler stays at home, and so does the rest of the
text: who wants to read it comes to the page."""

import html
import re
from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from staffellauf.common import clean, dates, paths
from staffellauf.newsroom import signing
from staffellauf.newsroom.models import STARS, Article, ArticleTopic, Kind, Note, Weight
from staffellauf.syndication.feeds.description import Entry, Image, Link, Signed

# One of those that a publication has made.
PICTURE_FILTER = "width-960|format-jpeg"
PARAGRAPH = re.compile(r"<p\b[^>]*>.*?</p>", re.DOTALL)
# Between texts whose links are looked up together; no text that is stored holds it.
SEPARATOR = "\x1e"
# Above it the second paragraph would be half the article.
BEGINNING = 700


def load(article_ids: Sequence[int], *, today: date) -> tuple[Entry, ...]:
    """In the order of the ids, with the same number of queries at any length."""
    rows = Article.objects.filter(pk__in=article_ids).select_related("lead_topic", "lead_picture")
    rows = rows.prefetch_related("bylines__author", "sources", "notes", "lead_picture__renditions")
    by_id = {article.pk: article for article in rows}
    articles = [by_id[pk] for pk in article_ids if pk in by_id]
    placed = ArticleTopic.objects.filter(article__in=by_id).exclude(kind=Weight.INHERITED).select_related("topic")
    topics: dict[int, list[ArticleTopic]] = {}
    for row in sorted(placed, key=lambda row: (row.kind != Weight.MAIN, row.topic.name)):
        topics.setdefault(row.article_id, []).append(row)
    texts = beginnings(articles)
    return tuple(
        entry(article, text, topics.get(article.pk, []), today=today)
        for article, text in zip(articles, texts, strict=True)
    )


def entry(article: Article, text: str, topics: list[ArticleTopic], *, today: date) -> Entry:
    assert article.first_published_at is not None
    if article.is_spoiler:
        # Even who it is about may be the surprise.
        topics = [row for row in topics if row.topic_id == article.lead_topic_id]
    notes = list(article.notes.all())
    return Entry(
        id=entry_id(article),
        url=paths.absolute(article.get_absolute_url()),
        title=title(article),
        summary=article.shown_deck,
        html=content(article, text, notes),
        authors=authors(article),
        published_at=article.first_published_at,
        updated_at=changed_at(article, notes),
        topics=tuple(Link(row.topic.name, paths.absolute(row.topic.get_absolute_url())) for row in topics),
        image=image(article, today=today),
        elsewhere=publishers(article),
    )


def title(article: Article) -> str:
    headline = article.shown_headline
    if article.kind == Kind.ADVERTISEMENT:
        return _("Advertisement: %(headline)s") % {"headline": headline}
    return headline


def content(article: Article, text: str, notes: list[Note]) -> str:
    parts = [f"<p><strong>{html.escape(line)}</strong></p>" for line in [verdict(article), advertiser(article)] if line]
    if article.is_spoiler:
        words = _("This article gives away what happens. Read it on our page when you have seen it.")
        return "".join([*parts, f"<p>{html.escape(words)}</p>"])
    if article.deck:
        parts.append(f"<p>{html.escape(article.deck)}</p>")
    parts += [f"<p><strong>{html.escape(note_label(note))}</strong> {html.escape(note.text)}</p>" for note in notes]
    if article.kind == Kind.FIND:
        links = ", ".join(
            f'<a href="{html.escape(one.url)}">{html.escape(one.title)}</a>' for one in publishers(article)
        )
        parts.append(f"<p>{html.escape(_('The story is at:'))} {links}</p>")
    parts.append(text)
    return "".join(parts) or f"<p>{html.escape(title(article))}</p>"


def note_label(note: Note) -> str:
    words = _("Correction, %(time)s:") if note.kind == Note.Kind.CORRECTION else _("Update, %(time)s:")
    return words % {"time": dates.moment(note.created_at)}


def verdict(article: Article) -> str:
    if article.kind != Kind.REVIEW or not article.half_stars:
        return ""
    stars = f"{article.half_stars / 2:g}".replace(".", ",")
    return _("Our verdict: %(stars)s of %(most)s stars") % {"stars": stars, "most": STARS}


def advertiser(article: Article) -> str:
    if article.kind != Kind.ADVERTISEMENT or not article.advertiser:
        return ""
    return _("Advertisement by %(name)s") % {"name": article.advertiser}


def beginnings(articles: Sequence[Article]) -> list[str]:
    """The first paragraph of each, with absolute links; empty for a spoiler and where there is no text."""
    stored = ["" if article.is_spoiler else beginning(article.body) for article in articles]
    # One look at the database for the links of all.
    expanded = expand_db_html(SEPARATOR.join(stored)).split(SEPARATOR) if any(stored) else stored
    return [clean.rich_text(text, link=outward) if text else "" for text in expanded]


def beginning(body: str) -> str:
    """The first paragraph that says something, and the second when both are short."""
    said = [p for p in PARAGRAPH.findall(body.replace(SEPARATOR, "")[:20_000]) if clean.plain(p)][:2]
    if len(said) == 2 and len(clean.plain(said[0])) + len(clean.plain(said[1])) > BEGINNING:
        said = said[:1]
    return "".join(said)


def outward(address: str) -> str | None:
    """A link that works wherever it is read."""
    return clean.outside_link(paths.absolute(address) if address.startswith("/") else address)


def authors(article: Article) -> tuple[Signed, ...]:
    """Never empty: Atom asks for one (RFC 4287 section 4.1.2)."""
    signed = [Signed(one.name, paths.absolute(one.get_absolute_url())) for one in signing.authors_of(article)]
    if article.kind == Kind.FIND and not signed:
        signed = [Signed(link.title) for link in publishers(article)]
    return tuple(signed) or (Signed(article.byline or settings.WAGTAIL_SITE_NAME),)


def publishers(article: Article) -> tuple[Link, ...]:
    if article.kind != Kind.FIND:
        return ()
    return tuple(Link(source.name, source.url) for source in article.sources.all() if source.url)


def image(article: Article, *, today: date) -> Image | None:
    """Made by the publication; a feed makes none."""
    picture = article.lead_picture
    if picture is None or article.is_spoiler or not picture.may_be_shown(today=today):
        return None
    made = next((one for one in picture.renditions.all() if one.filter_spec == PICTURE_FILTER), None)
    if made is None:
        return None
    address = paths.absolute(made.url)
    return Image(address, "image/jpeg", made.width, made.height, picture.description, picture.credit)


def entry_id(article: Article) -> str:
    """A tag URI (RFC 4151) that outlives a new slug: an entry's id never changes (RFC 4287 section 4.2.6)."""
    assert article.first_published_at is not None
    return f"tag:{settings.PUBLIC_HOST.partition(':')[0]},{article.first_published_at:%Y-%m-%d}:meldung-{article.pk}"


def changed_at(article: Article, notes: Sequence[Note]) -> datetime:
    moments = [article.first_published_at, article.updated_at, *(note.created_at for note in notes)]
    return max(moment for moment in moments if moment)
