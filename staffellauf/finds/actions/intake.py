"""What a feed holds becomes entries and stories."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from staffellauf.finds import matching
from staffellauf.finds.actions import finds as verbs
from staffellauf.finds.models import Feed, FeedItem, Find, FindTopic
from staffellauf.finds.reading import words
from staffellauf.finds.reading.records import Item
from staffellauf.newsroom import mentions

# What is older when we first see it is no news. A new feed would fill the inbox otherwise.
FRESH = timedelta(days=3)
# Of a new feed that dates nothing.
FIRST_UNDATED = 20
# Publishers' clocks are wrong by minutes; by more, the date is.
CLOCK_SKEW = timedelta(minutes=10)
# How often an entry's presence is noted: seldom enough to write little.
NOTE_SEEN = timedelta(days=7)


@dataclass(slots=True)
class Taken:
    """What came of one look at a feed."""

    new_items: int = 0
    made: list[int] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)


def take(feed: Feed, items: Sequence[Item], *, now: datetime) -> Taken:
    """Stores the entries that we do not have, and makes finds of those that are news. In the caller's transaction."""
    taken = Taken()
    fresh = _store(feed, items, taken, now=now)
    if not fresh:
        return taken
    recent = matching.Recent(now=now)
    found = mentions.find_many([item.title for item, _ in fresh])
    for (item, guid), named in zip(fresh, found, strict=True):
        topics: dict[int, float] = {}
        for mention in named:
            topics[mention.topic.pk] = max(mention.score, topics.get(mention.topic.pk, 0.0))
        _place(item, guid, topics, feed=feed, recent=recent, taken=taken, now=now)
    return taken


def _store(feed: Feed, items: Sequence[Item], taken: Taken, *, now: datetime) -> list[tuple[FeedItem, str]]:
    """The new entries that are news, oldest first, with their guids."""
    made = [_as_row(feed, item, now=now) for item in items]
    hashes = {row.guid_hash for row, _ in made}
    known = {row.guid_hash: row for row in FeedItem.objects.filter(feed=feed, guid_hash__in=hashes)}
    links = {row.canonical_link for row, _ in made}
    by_link = {row.canonical_link: row for row in FeedItem.objects.filter(feed=feed, canonical_link__in=links)}
    new: dict[str, tuple[FeedItem, str]] = {}
    held: list[FeedItem] = []
    for row, guid in made:
        # A guid that changes with every visit does not make its page new.
        before = known.get(row.guid_hash) or by_link.get(row.canonical_link)
        if before is not None:
            held.append(before)
            _retitle(before, row.title)
        elif row.canonical_link not in {other.canonical_link for other, _ in new.values()}:
            new.setdefault(row.guid_hash, (row, guid))
    stale = [row.pk for row in held if row.last_seen_at < now - NOTE_SEEN]
    FeedItem.objects.filter(pk__in=stale).update(last_seen_at=now)
    taken.new_items = len(new)
    FeedItem.objects.bulk_create([row for row, _ in new.values()])
    return _news(list(new.values()), is_first=feed.last_success_at is None, now=now)


def _as_row(feed: Feed, item: Item, *, now: datetime) -> tuple[FeedItem, str]:
    canonical = words.canonical(item.link)
    row = FeedItem(
        feed=feed,
        publisher=feed.publisher,
        guid_hash=hash_of(item.guid or canonical),
        link=item.link,
        canonical_link=canonical,
        title=item.title,
        published_at=_moment(item.published_at, now=now),
        seen_at=now,
        last_seen_at=now,
    )
    return row, item.guid


def hash_of(guid: str) -> str:
    return hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()[:32]


def _moment(said: str, *, now: datetime) -> datetime | None:
    """A date in the future is none."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.year > 1990 and found <= now + CLOCK_SKEW else None


def _retitle(item: FeedItem, title: str) -> None:
    """A publisher's correction of its headline is ours too, as long as nobody has decided on it."""
    if item.title == title:
        return
    FeedItem.objects.filter(pk=item.pk).update(title=title)
    if item.find_id:
        renamed = Find.objects.new().filter(pk=item.find_id, headline=item.title).update(headline=title)
        if renamed:
            verbs.refresh_search_text(item.find_id)


def _news(new: list[tuple[FeedItem, str]], *, is_first: bool, now: datetime) -> list[tuple[FeedItem, str]]:
    dated = [pair for pair in new if pair[0].published_at and pair[0].published_at >= now - FRESH]
    undated = [pair for pair in new if pair[0].published_at is None]
    fresh = dated + (undated[:FIRST_UNDATED] if is_first else undated)
    return sorted(fresh, key=lambda pair: pair[0].reported_at)


def _place(
    item: FeedItem, guid: str, topics: dict[int, float], *, feed: Feed, recent: matching.Recent, taken: Taken,
    now: datetime,
) -> None:  # fmt: skip
    """Lets the entry join its story, or begin one."""
    find_id = matching.same_page(item.canonical_link, guid, item.guid_hash, now=now)
    find_id = find_id or recent.same_words(item.publisher, item.title, list(topics))
    if find_id is None:
        find = Find.objects.create(headline=item.title, language=feed.language, first_seen_at=now, newest_at=now)
        taken.made.append(find.pk)
    else:
        find = Find.objects.select_for_update().get(pk=find_id)
        Find.objects.filter(pk=find.pk).update(newest_at=now)
        taken.joined.append(find.pk)
    FeedItem.objects.filter(pk=item.pk).update(find=find)
    item.find = find
    learn_topics(find, topics)
    recent.add(find.pk, item.publisher, item.title, list(topics))
    verbs.refresh_search_text(find.pk)
    if find_id is not None:
        verbs.tell_article(find, item)


def learn_topics(find: Find, topics: dict[int, float]) -> None:
    """Adds what a headline names; what an editor added or took away stays so."""
    known = {row.topic_id: row for row in find.find_topics.all()}
    FindTopic.objects.bulk_create(
        FindTopic(find=find, topic_id=pk, score=score) for pk, score in topics.items() if pk not in known
    )
    for pk, score in topics.items():
        if pk in known and not known[pk].is_manual and score > known[pk].score:
            FindTopic.objects.filter(pk=known[pk].pk).update(score=score)
