"""From an article to ninjs 3.0 (iptc.org/std/ninjs/ninjs-schema_3.0.json), such as `reading` takes it again."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.rich_text import expand_db_html

from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.common import clean, dates, paths
from staffellauf.newsroom import kinds, signing
from staffellauf.newsroom.facts import words
from staffellauf.newsroom.models import Article, ArticleTopic, Fact, Picture, Weight
from staffellauf.newsroom.ninjs import extras, lookup

ARRAYS = {TopicKind.PERSON: "people", TopicKind.ORGANISATION: "organisations"}
RELATIONS = {Weight.MAIN: "main", Weight.MENTIONED: "mentioned"}
SCHEMA = "https://iptc.org/std/ninjs/ninjs-schema_3.0.json"


# Any: what JSON holds, here and below.
def written(article: Article) -> dict[str, Any]:
    """A published article of ours; a find is none, its story is others'."""
    assert article.first_published_at is not None
    value: dict[str, Any] = {
        "standard": {"name": "ninjs", "version": "3.0", "schema": SCHEMA},
        "uri": lookup.uri_of(article),
        "type": "text",
        "representationType": "full",
        "profile": "text-photo" if article.lead_picture else "text-only",
        "version": str(max(1, article.versions.count())),
        "firstCreated": dates.iso(article.first_published_at),
        "versionCreated": dates.iso(article.updated_at or article.first_published_at),
        "pubStatus": "usable",
        "language": "de",
        "slugline": article.slug,
        "headlines": headlines(article),
        "bodies": bodies(article),
        "genres": [{"name": kinds.plural(article.kind), "literal": article.kind}],
        "infoSources": [
            {"name": source.name, "uri": source.url} if source.url else {"name": source.name}
            for source in article.sources.all()
        ],
        "copyrightHolder": settings.WAGTAIL_SITE_NAME,
        "associations": associations(article),
        "altIds": [{"role": "web", "value": paths.absolute(article.get_absolute_url())}],
    }
    if article.deck:
        value["descriptions"] = [{"role": "summary", "contentType": "text/plain", "value": article.deck}]
    if signature := signing.signature(article):
        value["by"] = signature
    if article.embargo_until:
        value["embargoed"] = dates.iso(article.embargo_until)
    return value | named(article)


def headlines(article: Article) -> list[dict[str, str]]:
    found = [{"role": "main", "value": article.headline}]
    if article.neutral_headline:
        found.append({"role": "neutral", "value": article.neutral_headline})
    return found


def bodies(article: Article) -> list[dict[str, Any]]:
    html = clean.rich_text(expand_db_html(article.body), link=outward)
    plain = clean.plain(html)
    main = {"role": "main", "contentType": "text/html", "value": html}
    counted = {"charCount": len(plain), "wordCount": len(plain.split())}
    facts = Fact.objects.public().filter(article=article)
    facts = facts.select_related("series", "person", "organisation", "other_series")
    more = {
        "kind": article.kind,
        "half_stars": article.half_stars,
        "starts_period": article.starts_period,
        "spoils_season": article.spoils_season,
        "spoils_episode": article.spoils_episode,
        "facts": [fact_value(fact) for fact in facts],
        "notes": [
            {"kind": note.kind, "text": note.text, "time": dates.iso(note.created_at)} for note in article.notes.all()
        ],
    }
    return [main | counted, extras.write(more)]


def outward(address: str) -> str | None:
    return clean.outside_link(paths.absolute(address) if address.startswith("/") else address)


def fact_value(fact: Fact) -> dict[str, Any]:
    columns = {name: getattr(fact, name) for name in ("series", "person", "organisation", "other_series")}
    value: dict[str, Any] = {
        "kind": fact.kind,
        "certainty": fact.certainty,
        "statement": words.statement(fact),
        **{name: uri_of(topic) for name, topic in columns.items() if topic},
        **{name: found for name in ("season_number", "episode_number", "precision") if (found := getattr(fact, name))},
        **{name: str(found) for name in ("first_on", "last_on") if (found := getattr(fact, name))},
    }
    if fact.happens_at:
        value["happens_at"] = dates.iso(fact.happens_at)
    if fact.slots:
        value["slots"] = fact.slots
    if fact.source_name:
        value["source"] = {"name": fact.source_name, "url": fact.source_url}
    return value


def uri_of(topic: Topic) -> str:
    return f"staffellauf:{topic.kind}/{topic.slug}"


def named(article: Article) -> dict[str, list[dict[str, str]]]:
    """Topics in their arrays, authors and the advertiser beside them; what an article inherits is not its own."""
    arrays: dict[str, list[dict[str, str]]] = {"subjects": [], "people": [], "organisations": []}
    placed = ArticleTopic.objects.filter(article=article, kind__in=RELATIONS).select_related("topic")
    order = {subject.topic_id: subject.sort_order for subject in article.subjects.all()}
    for row in sorted(placed, key=lambda row: (row.kind != Weight.MAIN, order.get(row.topic_id, 999), row.topic.name)):
        array = ARRAYS.get(TopicKind(row.topic.kind), "subjects")
        relation = RELATIONS[Weight(row.kind)]
        arrays[array].append({"name": row.topic.name, "rel": relation, "uri": uri_of(row.topic)})
    for author in signing.authors_of(article):
        address = paths.absolute(author.get_absolute_url())
        arrays["people"].append({"name": author.name, "rel": "author", "uri": address})
    if article.advertiser:
        arrays["organisations"].append({"name": article.advertiser, "rel": "advertiser"})
    return {name: entries for name, entries in arrays.items() if entries}


def associations(article: Article) -> list[dict[str, Any]]:
    found = []
    if article.lead_picture and article.lead_picture.may_be_shown(today=timezone.localdate()):
        found.append(picture_value(article.lead_picture, caption=article.lead_caption))
    earlier = article.earlier_article
    if earlier and earlier.live and earlier.first_published_at:
        headline = [{"role": "main", "value": earlier.shown_headline}]
        found.append({"name": "earlier", "type": "text", "uri": lookup.uri_of(earlier), "headlines": headline})
    return found


def picture_value(picture: Picture, *, caption: str) -> dict[str, Any]:
    descriptions = [("caption", caption), ("alt", picture.description)]
    original = {"name": "original", "href": paths.absolute(picture.file.url)}
    sizes = [
        {
            "name": f"{one.width}x{one.height}", "href": paths.absolute(one.url), "contentType": "image/jpeg",
            "width": one.width, "height": one.height,
        }
        for one in picture.renditions.all()
        if one.filter_spec.endswith("format-jpeg")
    ]  # fmt: skip
    return {
        "name": "lead",
        "type": "picture",
        "uri": paths.absolute(picture.file.url),
        "copyrightNotice": picture.credit,
        "headlines": [{"role": "main", "value": picture.title}],
        "descriptions": [{"role": role, "value": words} for role, words in descriptions if words],
        "renditions": [original | {"width": picture.width, "height": picture.height}, *sizes],
    }
