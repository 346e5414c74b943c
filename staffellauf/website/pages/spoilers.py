"""What a reader is told before something is given away."""

from django.utils.translation import gettext as _

from staffellauf.newsroom.models import Article


def warning(article: Article) -> str:
    """Contains spoilers up to season 2, episode 3; empty without."""
    if not article.is_spoiler:
        return ""
    if not article.spoils_season:
        return _("Contains spoilers on the specials")
    place = {"season": article.spoils_season, "episode": article.spoils_episode}
    if article.spoils_episode:
        return _("Contains spoilers up to season %(season)s, episode %(episode)s") % place
    return _("Contains spoilers up to season %(season)s") % place
