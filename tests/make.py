"""Builders of rows that read as a story: `make.article("Wellik is back", about=[make.series("Ballard")])`.

Everything has a sensible value already; a test names only what it is about.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from wagtail.models import DraftStateMixin

from staffellauf.accounts.models import User
from staffellauf.catalogue import naming
from staffellauf.catalogue.models import (
    Episode,
    Franchise,
    Organisation,
    Person,
    Release,
    Role,
    Season,
    Series,
    Showing,
    Topic,
    Work,
)
from staffellauf.comments.models import Comment
from staffellauf.common import dates, text, vague
from staffellauf.newsroom.models import Article, Author, Source, Subject
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Follow, Reader

T = TypeVar("T", bound=Topic)
# Every made account has it, so that a test can sign in through the form as well.
PASSWORD = "correct horse battery staple"
# The moment at which nothing in particular happens: a Saturday evening.
EVENING = datetime(2026, 1, 24, 19, 15, tzinfo=UTC)


def series(name: str = "Dark", /, *, franchises: Sequence[Franchise] = (), **fields: object) -> Series:
    made = Series.objects.create(kind="series", **_named(name), **fields)
    made.franchises.set(franchises)
    return _findable(made)


def person(name: str = "Rosanna Arquette", /, **fields: object) -> Person:
    first, _, last = name.rpartition(" ")
    made = Person.objects.create(
        kind="person", sort_name=f"{last}, {first}" if first else name, **_named(name), **fields
    )
    return _findable(made)


def franchise(name: str = "Bosch", /, **fields: object) -> Franchise:
    return _findable(Franchise.objects.create(kind="franchise", **_named(name), **fields))


def organisation(name: str = "Prime Video", /, **fields: object) -> Organisation:
    return _findable(Organisation.objects.create(kind="organisation", **{"type": "streamer"} | _named(name) | fields))


def season(of: Series, number: int = 1, *, episodes: int = 0) -> Season:
    made = Season.objects.create(series=of, number=number, episode_count=episodes or None)
    Episode.objects.bulk_create(Episode(season=made, number=n, name=f"Folge {n}") for n in range(1, episodes + 1))
    return made


def role(who: Person, character: str, *, of: Series, seasons: Sequence[Season] = (), **fields: object) -> Role:
    made = Role.objects.create(person=who, character=character, series=of, **fields)
    made.seasons.set(seasons)
    return made


def work(title: str = "The Dark Hours", /, *, authors: Sequence[Person] = (), **fields: object) -> Work:
    made = Work.objects.create(title=title, **{"kind": "novel", "year": 2021} | fields)
    made.authors.set(authors)
    return made


def showing(
    title: str = "Dark", /, *, on: Organisation, at: datetime = EVENING, minutes: int = 45, **fields: object
) -> Showing:
    """A broadcast; with a series it counts as matched."""
    values: dict[str, object] = {"match": "matched" if fields.get("series") else "unmatched"} | fields
    return Showing.objects.create(
        organisation=on,
        title=title,
        folded_title=text.fold(title),
        starts_at=at,
        ends_at=at + timedelta(minutes=minutes),
        broadcast_day=dates.broadcast_day(at),
        **values,
    )


def release(
    of: Series | Season | Episode,
    when: str,
    /,
    *,
    on: Organisation | None = None,
    kind: str = Release.Kind.GERMAN_STREAM,
    **fields: object,
) -> Release:
    """When it comes out, in words: "23.1.2026", "23.1.2026 20:15", "Herbst 2026"."""
    known = vague.parse(when)
    season = of.season if isinstance(of, Episode) else of if isinstance(of, Season) else None
    return Release.objects.create(
        series=of if isinstance(of, Series) else of.season.series if isinstance(of, Episode) else of.series,
        season=season,
        episode=of if isinstance(of, Episode) else None,
        organisation=on,
        kind=kind,
        precision=known.precision,
        first_on=known.first,
        last_on=known.last,
        starts_at=known.at,
        **fields,
    )


def draft(
    headline: str = "Rosanna Arquette joins “Ballard”",
    /,
    *,
    about: Sequence[Topic] = (),
    mentioning: Sequence[Topic] = (),
    source: str = "Deadline",
    **fields: object,
) -> Article:
    """An article nobody has published, stored with its topics."""
    values: dict[str, object] = {"body": "<p>She plays Jenny.</p>", "live": False, "slug": text.slug(headline)} | fields
    made = Article(headline=headline, **values)
    made.subjects = [
        Subject(topic_id=topic.pk, weight=weight, sort_order=order)
        for order, (topic, weight) in enumerate(
            [*((t, "main") for t in about), *((t, "mentioned") for t in mentioning)]
        )
    ]
    made.sources = [Source(name=source)]
    made.save()
    return made


def article(
    headline: str = "Rosanna Arquette joins “Ballard”", /, *, published_at: datetime | None = None, **fields: object
) -> Article:
    """A published article, at `published_at` or now; takes what `draft` takes.

    The rules of publishing have tests of their own: it may be about nothing.
    """
    made = draft(headline, first_published_at=published_at, **fields)  # type: ignore[arg-type]
    DraftStateMixin.publish(made, made.save_revision())
    made.refresh_from_db()
    return made


def articles(count: int, *, about: Sequence[Topic] = ()) -> list[Article]:
    """So many published articles, an hour apart, oldest first and the last one at EVENING."""
    times = [EVENING - timedelta(hours=back) for back in reversed(range(count))]
    return [article(f"Meldung {n}", about=about, published_at=when) for n, when in enumerate(times, start=1)]


def author(name: str = "Ada Muster", /, **fields: object) -> Author:
    return Author.objects.create(**{"name": name, "slug": text.slug(name)} | fields)


def user(name: str = "ada", /, **fields: object) -> User:
    """An account with a confirmed address, `ada@example.org`, and PASSWORD."""
    values = {"display_name": name.capitalize()} | fields
    made = User.objects.create_user(f"{name}@example.org", PASSWORD, **values)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def editor(name: str = "grace", /, *, group: str = "Redaktion") -> User:
    """An account that may work in the newsroom; the groups are made by the newsroom's migrations."""
    made = user(name)
    made.groups.add(Group.objects.get(name=group))
    return made


def reader(name: str = "ada", /, *, follows: Sequence[Topic] = ()) -> Reader:
    """A reader with an account."""
    return _following(Reader.objects.create(user=user(name)), follows)


def device_reader(cookie: str = "a phone", /, *, follows: Sequence[Topic] = ()) -> Reader:
    """A reader without an account, known by the cookie of one device."""
    return _following(Reader.objects.create(device_key=readers.hash_device_secret(cookie)), follows)


def comment(words: str = "Endlich!", /, *, on: Article, by: User, parent: Comment | None = None) -> Comment:
    return Comment.objects.create(article=on, author=by, parent=parent, text=words, created_at=EVENING)


def _named(name: str) -> dict[str, str]:
    return {"name": name, "slug": text.slug(name), "search_text": text.fold(name)}


def _findable(topic: T) -> T:
    naming.refresh_names([topic.pk])
    return topic


def _following(reader: Reader, topics: Sequence[Topic]) -> Reader:
    Follow.objects.bulk_create(Follow(reader=reader, topic_id=topic.pk) for topic in topics)
    return reader
