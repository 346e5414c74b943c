"""How articles hang together: what we reported before, and how it went on."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from staffellauf.newsroom import linked
from staffellauf.newsroom.models import Article, ArticleLink

# Of each; beyond that a list explains nothing.
LISTED = 12
# Links read of an article that hundreds of others lead to, newest first.
READ = 400


@dataclass(frozen=True, slots=True)
class Around:
    """Published articles for cards, newest first, each once, those that were merged as what they became."""

    earlier: list[Article]
    later: list[Article]


def link(article: Article) -> None:
    """Keeps to which earlier articles the published text leads, by a link or as what it continues."""
    ids = set(Article.objects.filter(pk__in=earlier_ids(article)).values_list("pk", flat=True))
    ArticleLink.objects.filter(article=article).exclude(earlier__in=ids).delete()
    rows = [ArticleLink(article=article, earlier_id=pk) for pk in ids]
    ArticleLink.objects.bulk_create(rows, ignore_conflicts=True)


def earlier_ids(article: Article) -> list[int]:
    """As its text has it now, what it continues first."""
    ids = [article.earlier_article_id, *linked.articles(article.body)]
    return [pk for pk in dict.fromkeys(ids) if pk is not None and pk != article.pk]


def around(article: Article) -> Around:
    """What came before and after. Three queries; a draft shows what its text leads to."""
    family = [article.pk, *Article.objects.filter(merged_into=article.pk).values_list("pk", flat=True)]
    links = ArticleLink.objects.filter(Q(article__in=family) | Q(earlier__in=family)).order_by("-article")
    pairs = [pair for pair in links.values_list("article_id", "earlier_id")[:READ] if pair[0] != article.pk]
    before = [*earlier_ids(article), *(earlier for later, earlier in pairs if later in family)]
    after = [later for later, earlier in pairs if later not in family and earlier in family]
    related = ("merged_into__lead_picture", "merged_into__lead_topic")
    found = Article.objects.for_cards().select_related("lead_picture", "lead_topic", *related)
    rows = found.defer("body", "merged_into__body").in_bulk({*before, *after})
    return Around(earlier=_standing(before, rows, own=article.pk), later=_standing(after, rows, own=article.pk))


def _standing(ids: Iterable[int], rows: dict[int, Article], *, own: int) -> list[Article]:
    named = (rows[pk].merged_into or rows[pk] for pk in ids if pk in rows)
    shown = {row.pk: row for row in named if row.pk != own and row.live and row.first_published_at}
    return sorted(shown.values(), key=lambda row: (row.first_published_at, row.pk), reverse=True)[:LISTED]
