"""How an article begins: with a headline and a kind, and then it is there, for facts and remarks to hang on."""

from collections.abc import Sequence

from wagtail.actions.create import CreateAction

from staffellauf.accounts.models import User
from staffellauf.newsroom import actions, signing
from staffellauf.newsroom.models import Article, Kind, Source, Subject


def begin(
    user: User,
    headline: str,
    *,
    kind: str = Kind.NEWS,
    subjects: Sequence[Subject] = (),
    sources: Sequence[Source] = (),
) -> Article:
    """A draft with its first revision, signed by whoever begins it. Asks for no permission."""
    article = Article(kind=kind, headline=headline, author=user)
    article.slug = actions.make_slug(article)
    signing.sign(article, user)
    article.subjects, article.sources = list(subjects), list(sources)
    CreateAction(article, user=user, clean=False).execute(skip_permission_checks=True)
    return article
