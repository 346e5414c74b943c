"""Which articles a private feed holds: the reader's own feed, narrowed by the link's filters."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from staffellauf.alerts.channels.feed.filters import Filters
from staffellauf.newsroom.models import Article, Fact
from staffellauf.readers import kinds, queries
from staffellauf.readers.models import Reader, ReadMark

LENGTH = 40
# Read further back for what the filters leave: rare kinds are looked for among so many.
LOOKED_THROUGH = 400


def article_ids(reader: Reader, filters: Filters) -> list[int]:
    """Newest first, at most LENGTH; a fixed number of queries and a few more for a feed of rare topics."""
    wanted = LOOKED_THROUGH if filters.kinds or filters.unread else 2 * LENGTH
    places = queries.feed_places(reader, before=queries.TOP, wanted=wanted)
    positions = {place.article_id: position for position, place in reversed(places.items())}
    ids = sorted(positions, key=lambda pk: positions[pk], reverse=True)
    if filters.unread:
        read = set(ReadMark.objects.filter(reader=reader, article__in=ids).values_list("article_id", flat=True))
        ids = [pk for pk in ids if positions[pk] > reader.read_up_to and pk not in read]
    if filters.kinds:
        known = _kinds(ids)
        ids = [pk for pk in ids if known.get(pk, kinds.NewsKind(0)) & filters.kinds]
    live = set(Article.objects.published().filter(pk__in=ids).values_list("pk", flat=True))
    return list(islice((pk for pk in ids if pk in live), LENGTH))


def _kinds(ids: Sequence[int]) -> dict[int, kinds.NewsKind]:
    facts: dict[int, list[str]] = defaultdict(list)
    standing = Fact.objects.standing().filter(article__in=ids)
    for article_id, kind in standing.order_by().values_list("article_id", "kind"):
        facts[article_id].append(kind)
    articles = Article.objects.filter(pk__in=ids).only("pk", "kind")
    return {article.pk: kinds.of_article(article, facts[article.pk]) for article in articles}
