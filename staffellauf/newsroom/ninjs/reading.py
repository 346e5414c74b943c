"""From bytes to an Item. Takes ninjs 2 and 3 (arrays) and ninjs 1 (`headline`, `body_html`, `subject` …)."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from staffellauf.common import clean, text
from staffellauf.newsroom import signing
from staffellauf.newsroom.models import Article, Picture, Source
from staffellauf.newsroom.ninjs import extras, items, nodes
from staffellauf.newsroom.ninjs.items import InvalidItem, Item
from staffellauf.newsroom.ninjs.nodes import Node

# Which array holds which kinds of topic.
TOPIC_ARRAYS = (
    (("subjects", "subject"), ("series", "franchise")),
    (("people", "person"), ("person",)),
    (("organisations", "organisation"), ("organisation",)),
)
IS_MAIN = {"": True, "main": True, "about": True, "mentioned": False, "mentions": False}
# Of people and organisations that are no topics.
AUTHORS, ADVERTISERS = {"author", "writer", "by"}, {"advertiser", "sponsor"}
HTML_TYPES = {"text/html", "application/xhtml+xml"}
USABLE, WITHDRAWN = {"", "usable"}, {"withheld", "canceled", "cancelled"}
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PICTURE_KINDS = {"picture", "graphic", "image"}
# Rendition names that mean the largest file, best first.
LARGEST = ("original", "main", "highres", "hires", "r00")


def read(data: bytes) -> Item:
    """Raises InvalidItem with the place and the reason; touches neither files nor database."""
    if len(data) > items.FILE_LIMIT:
        raise InvalidItem("", f"{len(data):,} bytes, at most {items.FILE_LIMIT:,} are read")
    root = nodes.parse(data)
    kind = root.text("type")
    if kind not in {"", "text", "composite"}:
        raise InvalidItem("type", f"this is a {kind}; only articles (“text”) can be published")
    status = root.text("pubstatus").lower()
    if status not in USABLE | WITHDRAWN:
        raise InvalidItem("pubstatus", f"expected usable, withheld or canceled, found {status}")
    if status in WITHDRAWN:
        return Item(guid=guid(root, headline=headline(root)[0]), is_usable=False)
    return usable(root)


def usable(root: Node) -> Item:
    title, title_path = headline(root)
    if not any(unicodedata.category(c)[0] in "LN" for c in title):
        raise InvalidItem(title_path, "an article needs a headline that can be read")
    body, body_path = body_html(root)
    if not clean.plain(body):
        raise InvalidItem(body_path, "an article needs a body")
    deck = best(root.nodes("descriptions"), ("summary", "main", "deck"), limit=field_limit("deck")) or plain_field(
        root, "description_text", "description_html", limit=field_limit("deck")
    )
    slugline = root.text("slugline")
    is_slug = bool(SLUG.fullmatch(slugline)) and len(slugline) <= text.SLUG_LENGTH
    picture, earlier, warnings = associations(root)
    if "<img" in body.lower():
        warnings.append(f"{body_path}: pictures inside the text are left out")
    authors = author_names(root)
    return Item(
        guid=guid(root, headline=title),
        is_usable=True,
        headline=title,
        deck=deck,
        byline=fitting(
            root.text("byline", "by") or signing.enumeration(list(authors)), path="by", limit=field_limit("byline")
        ),
        authors=authors,
        kind=extras.kind_of(root, warnings),
        embargo_until=moment(root, "embargoed"),
        advertiser=advertiser(root),
        neutral_headline=only(root.nodes("headlines"), ("neutral",), limit=field_limit("neutral_headline")),
        slug=slugline if is_slug else "",
        body=body,
        body_path=body_path,
        published_at=moment(root, "firstcreated") or moment(root, "versioncreated"),
        versioned_at=moment(root, "versioncreated"),
        topics=topics(root),
        sources=sources(root),
        picture=picture,
        earlier=earlier,
        warnings=tuple(warnings),
        **extras.read(root),
    )


def guid(root: Node, *, headline: str) -> str:
    """The file's `uri`. Without one, a name made of what stays when the text is corrected: slugline and first date."""
    given = root.text("uri", "guid", limit=300)
    if given:
        return given
    first = moment(root, "firstcreated")
    stem = root.text("slugline") or headline
    if not stem:
        raise InvalidItem("uri", "without uri, slugline and headline nobody can tell which article this is")
    key = f"{text.fold(stem)}\n{first.astimezone(UTC).isoformat() if first else ''}"
    return f"urn:staffellauf:ninjs:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def headline(root: Node) -> tuple[str, str]:
    entries = list(root.nodes("headlines"))
    shown = [entry for entry in entries if entry.text("role").lower() != "neutral"]
    for entry in sorted(shown, key=lambda e: e.text("role") != "main"):
        if found := value_of(entry, limit=field_limit("headline")):
            return found, entry.at("value")
    found = plain_field(root, "headline", limit=field_limit("headline"))
    return found, "headlines" if "headlines" in root.values or not found else "headline"


def body_html(root: Node) -> tuple[str, str]:
    """The article's text as HTML, not cleaned yet, and where it stands: HTML before plain text, role main first."""
    entries = list(root.nodes("bodies"))
    for wants_html in (True, False):
        for entry in sorted(entries, key=lambda e: e.text("role") != "main"):
            kind = content_type(entry)
            if kind == ("text/html" if wants_html else "text/plain") and (found := body_lines(entry, "value")):
                return (found if wants_html else clean.paragraphs(found)), entry.at("value")
    for key in ("body_html", "body_xhtml"):
        if found := body_lines(root, key):
            return found, key
    return clean.paragraphs(body_lines(root, "body_text")), "body_text" if "body_text" in root.values else "bodies"


def body_lines(entry: Node, key: str) -> str:
    return entry.lines(key, limit=items.BODY_LIMIT)


def content_type(entry: Node) -> str:
    """`text/html`, `text/plain` or another type; told from role and value where the file is silent."""
    named = entry.text("contenttype").partition(";")[0].strip().lower()
    if named in HTML_TYPES:
        return "text/html"
    if named:
        return named
    is_html = "html" in entry.text("role").lower() or entry.lines("value").startswith("<")
    return "text/html" if is_html else "text/plain"


def author_names(root: Node) -> tuple[str, ...]:
    """Those named one by one: people whose relation to the article is that they wrote it, or ninjs 2's bylines."""
    people = [entry for entry in root.nodes("people", "person") if relation(entry) in AUTHORS]
    found = [entry.text("name", limit=100) for entry in people or root.nodes("bylines")]
    return tuple(dict.fromkeys(name for name in found if name))


def advertiser(root: Node) -> str:
    paying = [entry for entry in root.nodes("organisations", "organisation") if relation(entry) in ADVERTISERS]
    return paying[0].text("name", limit=field_limit("advertiser")) if paying else ""


def relation(entry: Node) -> str:
    return entry.text("rel", "role").lower()


def topics(root: Node) -> tuple[items.TopicName, ...]:
    found = [
        topic_name(entry, kinds=kinds)
        for keys, kinds in TOPIC_ARRAYS
        for entry in root.nodes(*keys)
        if relation(entry) not in AUTHORS | ADVERTISERS
    ]
    if len(found) > items.TOPICS_LIMIT:
        raise InvalidItem("subjects", f"{len(found)} topics, at most {items.TOPICS_LIMIT} are taken")
    return tuple(found)


def topic_name(entry: Node, *, kinds: tuple[str, ...]) -> items.TopicName:
    rel = entry.text("rel").lower()
    if rel not in IS_MAIN:
        raise InvalidItem(entry.at("rel"), f"expected main or mentioned, found {rel}")
    name, uri = entry.text("name", limit=200), entry.text("uri", limit=600)
    if not uri and (code := entry.text("code", limit=200)):
        # ninjs 1 splits the id into scheme and code.
        uri = f"{entry.text('scheme', limit=400)}{code}"
    if not name and not uri:
        raise InvalidItem(entry.path, "a topic needs a name or a uri")
    return items.TopicName(path=entry.path, kinds=kinds, name=name, uri=uri, is_main=IS_MAIN[rel])


def sources(root: Node) -> tuple[items.SourceName, ...]:
    found = []
    for entry in root.nodes("infosources", "infosource"):
        name = entry.text("name", limit=Source._meta.get_field("name").max_length)
        url = entry.text("uri", "url", limit=Source._meta.get_field("url").max_length)
        if not name:
            raise InvalidItem(entry.at("name"), "a source needs a name")
        found.append(items.SourceName(name=name, url=url if nodes.is_web_address(url) else ""))
    if len(found) > items.SOURCES_LIMIT:
        raise InvalidItem("infosources", f"{len(found)} sources, at most {items.SOURCES_LIMIT} are taken")
    return tuple(found)


def associations(root: Node) -> tuple[items.PictureFile | None, items.EarlierName | None, list[str]]:
    """The lead picture (the one named lead, else the first), the earlier article, and what we leave out."""
    pictures, articles, warnings = [], [], []
    for entry in root.nodes("associations"):
        kind = entry.text("type").lower()
        if kind in PICTURE_KINDS or (not kind and "renditions" in entry.values):
            pictures.append(entry)
        elif kind in {"", "text", "composite"}:
            articles.append(entry)
        else:
            warnings.append(f"{entry.path}: left out, {kind} cannot be shown")
    pictures.sort(key=lambda entry: entry.text("name").lower() != "lead")
    articles.sort(key=lambda entry: entry.text("name").lower() != "earlier")
    warnings += [f"{entry.path}: left out, there is one lead picture" for entry in pictures[1:]]
    warnings += [f"{entry.path}: left out, there is one earlier article" for entry in articles[1:]]
    picture = picture_file(pictures[0]) if pictures else None
    return picture, earlier_name(articles[0]) if articles else None, warnings


def earlier_name(entry: Node) -> items.EarlierName:
    uri = entry.text("uri", "guid", "slugline", limit=300)
    if not uri:
        raise InvalidItem(entry.at("uri"), "which article is this? Give its uri or its slug")
    return items.EarlierName(path=entry.at("uri"), uri=uri)


def picture_file(entry: Node) -> items.PictureFile:
    credit = entry.text(
        "creditline", "copyrightnotice", "copyrightholder", "by", "byline", limit=picture_limit("credit")
    )
    if not credit:
        raise InvalidItem(entry.at("creditline"), "a picture needs a credit")
    path, href = rendition(entry)
    descriptions = list(entry.nodes("descriptions"))
    caption = best(descriptions, ("caption", "main"), limit=field_limit("lead_caption"), but=("alt", "alttext"))
    title = best(entry.nodes("headlines"), ("main",), limit=picture_limit("title")) or entry.text(
        "headline", "title", limit=picture_limit("title")
    )
    limit = field_limit("lead_caption")
    return items.PictureFile(
        path=path,
        href=href,
        title=title,
        alt=entry.text("alttext", limit=limit) or only(descriptions, ("alt", "alttext"), limit=limit),
        caption=caption or plain_field(entry, "description_text", "description_html", limit=limit),
        credit=credit,
    )


def rendition(entry: Node) -> tuple[str, str]:
    """Where the largest file is named, and its path."""
    found = [r for r in entry.nodes("renditions") if r.text("href")]
    if not found:
        raise InvalidItem(entry.at("renditions"), "a picture needs a rendition with the path of its file")
    ranked = {name: n for n, name in enumerate(LARGEST)}
    largest = min(found, key=lambda r: ranked.get(r.text("name").lower(), len(LARGEST)))
    return largest.at("href"), largest.text("href", limit=1000)


def best(entries: Iterable[Node], roles: tuple[str, ...], *, limit: int, but: tuple[str, ...] = ()) -> str:
    """The value with the first of the roles, else the first value whose role is not in `but`."""
    others = [entry for entry in entries if entry.text("role").lower() not in but]
    ranked = sorted(others, key=lambda e: roles.index(r) if (r := e.text("role").lower()) in roles else len(roles))
    return next((value_of(entry, limit=limit) for entry in ranked if entry.text("value")), "")


def only(entries: Iterable[Node], roles: tuple[str, ...], *, limit: int) -> str:
    return next((value_of(entry, limit=limit) for entry in entries if entry.text("role").lower() in roles), "")


def value_of(entry: Node, *, limit: int) -> str:
    """An entry's `value` as plain text on one line. Only one that says it is HTML loses its tags."""
    value = entry.text("value")
    if entry.text("contenttype").partition(";")[0].strip().lower() in HTML_TYPES:
        value = clean.plain(value)
    return fitting(value, path=entry.at("value"), limit=limit)


def plain_field(entry: Node, *keys: str, limit: int) -> str:
    """The first of the fields of ninjs 1 that holds text; one called …_html loses its tags."""
    for key in keys:
        if value := entry.text(key):
            return fitting(clean.plain(value) if key.endswith("html") else value, path=entry.at(key), limit=limit)
    return ""


def fitting(value: str, *, path: str, limit: int) -> str:
    if len(value) > limit:
        raise InvalidItem(path, f"{len(value):,} characters, at most {limit:,} fit")
    return value


def moment(root: Node, key: str) -> datetime | None:
    """The time in UTC (RFC 3339); without an offset it is the newsroom's clock. None when there is none."""
    value = root.text(key)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidItem(key, f"expected a time such as 2026-01-23T15:57:00+01:00, found {value[:40]}") from error
    if not 1990 <= found.year <= 2100:
        raise InvalidItem(key, f"expected a year from 1990 to 2100, found {found.year}")
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))).astimezone(UTC)


def field_limit(name: str) -> int:
    return int(Article._meta.get_field(name).max_length or 0)


def picture_limit(name: str) -> int:
    return int(Picture._meta.get_field(name).max_length or 0)
