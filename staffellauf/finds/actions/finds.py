"""What editors do with finds, and what finds do by themselves."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.common import text
from staffellauf.finds import queries
from staffellauf.finds.models import Feed, FeedItem, Find, FindTopic, State
from staffellauf.newsroom import actions as newsroom
from staffellauf.newsroom import drafting, rules
from staffellauf.newsroom.models import HEADLINE_LENGTH, Article, Kind, Source, Subject, Weight

# So sure must it be which series a find is about before it goes out by itself.
SURE = 0.75
# A feed that goes wild, or somebody else's that was taken over, shall not flood a portal.
MOST_AN_HOUR, MOST_AN_HOUR_IN_ALL = 6, 20
MAX_MAIN_TOPICS = 3
# Nobody opens a dismissed find again after that; its entries stay longer, so that it does not come back.
KEEP_DISMISSED, KEEP_ENTRIES = timedelta(days=30), timedelta(days=120)
PRUNED_AT_ONCE = 500


class CannotDecide(Exception):
    """The text is a sentence for the editor."""


def dismiss(find_ids: Iterable[int], *, user: User, now: datetime) -> list[int]:
    """The finds that were new and are dismissed now."""
    with transaction.atomic():
        rows = Find.objects.new().filter(pk__in=list(find_ids)).select_for_update().order_by("pk")
        dismissed = list(rows.values_list("pk", flat=True))
        Find.objects.filter(pk__in=dismissed).update(state=State.DISMISSED, decided_by=user, decided_at=now)
    return dismissed


def take_back(find_ids: Iterable[int]) -> list[int]:
    """Dismissed finds are new again; which ones."""
    with transaction.atomic():
        rows = Find.objects.filter(pk__in=list(find_ids), state=State.DISMISSED).select_for_update().order_by("pk")
        restored = list(rows.values_list("pk", flat=True))
        Find.objects.filter(pk__in=restored).update(state=State.NEW, decided_by=None, decided_at=None)
    return restored


def write(find: Find, *, user: User, now: datetime) -> Article:
    """A draft about the find, with its publishers as sources and its topics; the headline is ours to write. Raises
    CannotDecide when somebody was faster."""
    with transaction.atomic():
        find = _undecided(find)
        topics = _topics(find)
        names = [row.topic.name for row in topics[:2]]
        headline = (", ".join(names) or _("New article"))[:HEADLINE_LENGTH]
        article = drafting.begin(user, headline, subjects=subjects(topics), sources=sources(find))
        _decide(find, State.WRITTEN, article, user=user, now=now)
    return article


def publish(find: Find, *, user: User | None, now: datetime, is_alerting: bool = False) -> Article:
    """Lets readers have headline, publishers and links, as an article of its kind. Nobody's word (`user` None) is for
    feeds that publish by themselves. Raises CannotDecide: decided already, no topic, against the rules."""
    try:
        with transaction.atomic():
            find = _undecided(find)
            topics = _topics(find)
            if queries.best_of(topics) is None:
                raise CannotDecide(_("Please say first what it is about: a find needs a topic."))
            article = Article(kind=Kind.FIND, headline=shortened(find.headline), author=user)
            article.subjects = subjects(topics)
            article.sources = sources(find)
            newsroom.publish(article, user=user, is_alerting=is_alerting)
            _decide(find, State.PUBLISHED, article, user=user, now=now)
    except rules.NotPublishable as refusal:
        raise CannotDecide(str(refusal)) from refusal
    return article


def shortened(headline: str) -> str:
    """As long as an article's headline may be, cut at a word."""
    if len(headline) <= HEADLINE_LENGTH:
        return headline
    return headline[: HEADLINE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def subjects(topics: list[FindTopic]) -> list[Subject]:
    """Series are what it is about, the others are mentioned; without a series the likeliest is the main topic."""
    best = queries.best_of(topics)
    main = [row for row in topics if row.topic.kind == TopicKind.SERIES and row.score >= SURE][:MAX_MAIN_TOPICS]
    mains = {row.topic_id for row in main} | ({best.topic_id} if best else set())
    ordered = sorted(topics, key=lambda row: (row is not best, row.topic_id not in mains, -row.score, row.topic_id))
    return [
        Subject(
            topic_id=row.topic_id,
            weight=Weight.MAIN if row.topic_id in mains else Weight.MENTIONED,
            sort_order=order,
        )
        for order, row in enumerate(ordered)
    ]


def sources(find: Find) -> list[Source]:
    """A source for each publisher, whoever was first first."""
    named: dict[str, FeedItem] = {}
    for item in find.items.select_related("feed").order_by("seen_at", "id"):
        named.setdefault(text.fold(item.publisher), item)
    return [source(item, order=order) for order, item in enumerate(named.values())]


def source(item: FeedItem, *, order: int) -> Source:
    made = Source(name=item.publisher, url=item.link, reported_on=item.reported_at.date(), sort_order=order)
    if item.feed:
        made.kind = item.feed.source_kind
    return made


def tell_article(find: Find, item: FeedItem) -> None:
    """A publisher that joins a published find is one more source of its article. Nobody is alerted, and an article
    that somebody is changing is left alone. In the caller's transaction."""
    if find.state != State.PUBLISHED or find.article_id is None:
        return
    # Publishing writes the whole row: an editor who saves at this moment waits, or was first and is seen.
    article = Article.objects.select_for_update(no_key=True).filter(pk=find.article_id).first()
    if article is None or not article.live or article.kind != Kind.FIND or article.has_unpublished_changes:
        return
    known = list(article.sources.all())
    is_known = any(text.fold(row.name) == text.fold(item.publisher) or row.url == item.link for row in known)
    if is_known:
        return
    article.sources = [*known, source(item, order=len(known))]
    newsroom.publish(article, is_alerting=False)


def publish_by_itself(feed: Feed, find_ids: Iterable[int], *, now: datetime) -> list[int]:
    """Lets those of the feed's finds go out of which it is clear what they are about, a few an hour."""
    if not feed.publishes_itself:
        return []
    since = now - timedelta(hours=1)
    left = min(
        MOST_AN_HOUR - queries.published_by_themselves(since=since, feed=feed),
        MOST_AN_HOUR_IN_ALL - queries.published_by_themselves(since=since),
    )
    published: list[int] = []
    for find in queries.with_parts(Find.objects.new().filter(pk__in=list(find_ids))).order_by("first_seen_at", "pk"):
        if len(published) >= left:
            break
        best = queries.best_of(find.find_topics.all())
        if best is None or best.topic.kind != TopicKind.SERIES or best.score < SURE:
            continue
        try:
            publish(find, user=None, now=now, is_alerting=feed.alerts)
        except CannotDecide:
            # It stays in the inbox, where an editor is told why.
            continue
        published.append(find.pk)
    return published


def split(find: Find, item: FeedItem, *, now: datetime) -> Find:
    """The entry is a story of its own. Raises CannotDecide when it is the only one, or another find's."""
    with transaction.atomic():
        find = Find.objects.select_for_update().get(pk=find.pk)
        if item.find_id != find.pk or find.items.count() < 2:
            raise CannotDecide(_("This entry is the only one of its find."))
        other = Find.objects.create(
            headline=item.title, language=find.language, first_seen_at=item.seen_at, newest_at=now
        )
        FeedItem.objects.filter(pk=item.pk).update(find=other)
        FindTopic.objects.bulk_create(
            FindTopic(find=other, topic_id=row.topic_id, score=row.score, is_manual=row.is_manual)
            for row in find.find_topics.all()
        )
        if find.headline == item.title:
            first = find.items.order_by("seen_at", "id").first()
            Find.objects.filter(pk=find.pk).update(headline=first.title if first else find.headline)
        for pk in (find.pk, other.pk):
            refresh_search_text(pk)
    return other


def join(find_ids: Iterable[int], *, now: datetime) -> Find:
    """One story of several: the first seen takes the entries and topics of the others, which must be undecided. What
    is new stays in the inbox, though it joins what was dismissed. Raises CannotDecide."""
    with transaction.atomic():
        # Whoever locks several does so in the order of their keys: neither waits for the other.
        locked = Find.objects.filter(pk__in=list(find_ids)).select_for_update().order_by("pk")
        rows = sorted(locked, key=lambda row: (row.state != State.NEW, row.first_seen_at, row.pk))
        decided = [row for row in rows if row.state not in (State.NEW, State.DISMISSED)]
        if len(rows) < 2 or len(decided) > 1:
            raise CannotDecide(_("Choose two finds or more of which one at most has an article."))
        kept = decided[0] if decided else rows[0]
        others = [row.pk for row in rows if row.pk != kept.pk]
        joining = list(FeedItem.objects.filter(find__in=others).select_related("feed").order_by("seen_at", "pk"))
        FeedItem.objects.filter(find__in=others).update(find=kept)
        known = set(kept.find_topics.values_list("topic_id", flat=True))
        for row in (
            FindTopic.objects.filter(find__in=others, score__gt=0).exclude(topic_id__in=known).order_by("-score")
        ):
            if row.topic_id not in known:
                known.add(row.topic_id)
                FindTopic.objects.filter(pk=row.pk).update(find=kept)
        Find.objects.filter(pk__in=others).delete()
        Find.objects.filter(pk=kept.pk).update(newest_at=now)
        refresh_search_text(kept.pk)
        for item in joining:
            tell_article(kept, item)
    return kept


def add_topic(find: Find, topic: Topic) -> None:
    """An editor's word: it is sure, and no headline changes it."""
    FindTopic.objects.update_or_create(find=find, topic=topic, defaults={"score": 1.0, "is_manual": True})
    refresh_search_text(find.pk)


def remove_topic(find: Find, topic_id: int) -> None:
    """The row stays with a score of nothing, so that the next headline does not bring it back."""
    FindTopic.objects.filter(find=find, topic_id=topic_id).update(score=0.0, is_manual=True)
    refresh_search_text(find.pk)


def refresh_search_text(find_id: int) -> None:
    items = FeedItem.objects.filter(find_id=find_id).values_list("title", "publisher")
    topics = FindTopic.objects.filter(find_id=find_id, score__gt=0).values_list("topic__name", flat=True)
    words = dict.fromkeys(text.fold(part) for part in [*(p for pair in items for p in pair), *topics])
    Find.objects.filter(pk=find_id).update(search_text=" ".join(words))


def prune(*, now: datetime) -> tuple[int, int]:
    """Deletes finds dismissed long ago, and entries that no feed has held for long; how many of each."""
    old = Find.objects.filter(state=State.DISMISSED, decided_at__lt=now - KEEP_DISMISSED).order_by("pk")
    finds = _delete_all(old)
    gone = FeedItem.objects.filter(last_seen_at__lt=now - KEEP_ENTRIES, find__isnull=True).order_by("pk")
    return finds, _delete_all(gone)


# Any: rows of either model.
def _delete_all(rows: "QuerySet[Any]") -> int:
    deleted = 0
    while keys := list(rows.values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        rows.model._default_manager.filter(pk__in=keys).delete()
        deleted += len(keys)
    return deleted


def _undecided(find: Find) -> Find:
    """The find as it is now, locked. Raises CannotDecide."""
    find = Find.objects.select_for_update().get(pk=find.pk)
    if find.state in (State.WRITTEN, State.PUBLISHED):
        raise CannotDecide(_("Somebody else has taken this find meanwhile."))
    return find


def _decide(find: Find, state: State, article: Article, *, user: User | None, now: datetime) -> None:
    Find.objects.filter(pk=find.pk).update(state=state, article=article, decided_by=user, decided_at=now)


def _topics(find: Find) -> list[FindTopic]:
    rows = find.find_topics.filter(score__gt=0, topic__merged_into__isnull=True).select_related("topic")
    return list(rows.order_by("-score", "id"))
