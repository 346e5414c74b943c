"""What the sample newsroom has besides news: authors, articles of every kind, facts, a correction and an idea."""

import re
from datetime import datetime, time, timedelta
from typing import cast

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import TopicKind
from staffellauf.newsroom import actions, notes
from staffellauf.newsroom.facts import actions as facts
from staffellauf.newsroom.models import Article, Author, Byline, Note, Plan, Source, Subject
from staffellauf.operations.sample import files
from staffellauf.operations.sample.files import Row
from staffellauf.operations.sample.topics import Stored

KINDS = {"serien": TopicKind.SERIES, "personen": TopicKind.PERSON, "sender": TopicKind.ORGANISATION}
LINK = re.compile(r'<a href="/(serien|personen|sender)/([-a-z0-9]+)/">')
FIELDS = (
    "slug", "kind", "headline", "deck", "kicker", "half_stars", "starts_period", "advertiser", "neutral_headline",
    "spoils_season", "spoils_episode",
)  # fmt: skip


def load_authors() -> dict[str, Author]:
    """By slug."""
    made = Author.objects.bulk_create(Author(**row) for row in files.read("desk/authors.json"))
    return {author.slug: author for author in made}


def rows() -> list[Row]:
    found: list[Row] = files.read("desk/articles.json")
    return found


def publish(row: Row, *, stored: Stored, authors: dict[str, Author], editor: User) -> Article:
    """The article at its time, as one that is written in the newsroom."""
    article = made(row, stored=stored, author=editor)
    article.first_published_at = at(row)
    article.bylines = [Byline(author=authors[slug], sort_order=n) for n, slug in enumerate(row["authors"])]
    article.sources = [Source(sort_order=n, **source) for n, source in enumerate(row.get("sources", []))]
    actions.publish(article, user=editor)
    return article


def made(row: Row, *, stored: Stored, author: User) -> Article:
    """The article, not stored yet, with what it is about."""
    values = {name: row[name] for name in FIELDS if name in row}
    article = Article(**values, body=linked(row["body"], stored), author=author, live=False)
    topics = [stored[cast(tuple[str, str], tuple(name.split(":")))] for name in row["about"]]
    article.subjects = [Subject(topic_id=topic.pk, sort_order=n) for n, topic in enumerate(topics)]
    return article


def linked(body: str, stored: Stored) -> str:
    """Links to our pages as the newsroom stores them."""
    return LINK.sub(lambda link: f'<a linktype="topic" id="{stored[KINDS[link[1]], link[2]].pk}">', body)


def load_facts(articles: dict[str, Article], stored: Stored, *, editor: User) -> None:
    """Accepted ones; the catalogue of the sample portal has what they say already."""
    for row in files.read("desk/facts.json"):
        topics = {name: stored[TopicKind(name), row[name]].pk for name in ("series", "person") if name in row}
        said = {name: value for name, value in row.items() if name not in ("article", *topics)}
        facts.add(articles[row["article"]], said | topics, editor)


def load_corrections(articles: dict[str, Article], *, editor: User) -> None:
    for row in rows():
        if told := row.get("correction"):
            notes.add(
                articles[row["slug"]], told["text"], kind=Note.Kind.CORRECTION, user=editor,
                now=datetime.fromisoformat(told["at"]),
            )  # fmt: skip


def load_plan(stored: Stored, *, writer: User, now: datetime) -> None:
    """An outline on the planning board, due in some days."""
    row: Row = files.read("desk/plan.json")
    article = made(row, stored=stored, author=writer)
    article.slug = actions.make_slug(article)
    article.save()
    article.save_revision(user=writer)
    day = afternoon(now, days=row["due_in_days"])
    Plan.objects.create(article=article, is_idea=False, due_at=day, assignee=writer, brief=row["brief"])


def afternoon(now: datetime, *, days: int) -> datetime:
    """In the afternoon of a day to come."""
    return datetime.combine((now + timedelta(days=days)).date(), time(15), tzinfo=now.tzinfo)


def at(row: Row) -> datetime:
    return datetime.fromisoformat(row["at"])
