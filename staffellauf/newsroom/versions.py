"""What an article said from one publication to the next."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from staffellauf.accounts.models import User
from staffellauf.newsroom.models import Article, Version

RIGHT = "newsroom.change_version"


class VersionRefused(Exception):
    """The version cannot be withheld or shown; the words say why."""


def record(article: Article, *, now: datetime) -> Version:
    """Keeps the published text, unless it is what readers saw already. The newest version comes back."""
    newest = Version.objects.filter(article=article).order_by("-number").first()
    if newest and (newest.headline, newest.deck, newest.body) == (article.headline, article.deck, article.body):
        return newest
    return Version.objects.create(
        article=article,
        number=newest.number + 1 if newest else 1,
        headline=article.headline,
        deck=article.deck,
        body=article.body,
        published_at=now if newest else article.first_published_at or now,
    )


def withhold(version: Version, *, user: User, now: datetime) -> None:
    """Readers cannot open it any more: a court or a person's rights may ask for it. Raises VersionRefused."""
    with transaction.atomic():
        _refuse(version, user=user)
        if Version.objects.filter(article=version.article_id, number__gt=version.number).exists():
            if Version.objects.filter(pk=version.pk, withheld_at__isnull=True).update(withheld_at=now):
                _log(version, "newsroom.version.withhold", user=user)
            return
    raise VersionRefused(_("The newest version is the article itself: change the article, or take it offline."))


def show(version: Version, *, user: User) -> None:
    """Readers can open it again. Raises VersionRefused."""
    with transaction.atomic():
        _refuse(version, user=user)
        if Version.objects.filter(pk=version.pk, withheld_at__isnull=False).update(withheld_at=None):
            _log(version, "newsroom.version.show", user=user)


def _refuse(version: Version, *, user: User) -> None:
    if not user.has_perm(RIGHT):
        raise VersionRefused(_("Only who leads the newsroom decides which versions readers may open."))


def _log(version: Version, action: str, *, user: User) -> None:
    log(version.article, action, user=user, data={"version": version.number})
