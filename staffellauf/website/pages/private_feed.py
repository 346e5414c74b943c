"""A reader's own feed in the formats of the public ones."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from staffellauf.alerts.channels.feed import reading as private
from staffellauf.alerts.channels.feed.filters import Filters
from staffellauf.alerts.models import SecretLink
from staffellauf.common import paths
from staffellauf.syndication.feeds import atom, entries, jsonfeed
from staffellauf.syndication.feeds.description import Feed
from staffellauf.syndication.feeds.names import Name

SCOPE = "privat"
WRITERS = {"atom": atom.write, "json": jsonfeed.write}


@dataclass(frozen=True, slots=True)
class PrivateName(Name):
    """The slug is the secret."""

    @property
    def path(self) -> str:
        return f"{get_script_prefix()}feeds/{self.scope}/{self.slug}.{self.form}"


@dataclass(frozen=True, slots=True)
class File:
    body: bytes
    content_type: str
    state: bytes
    """What it says, the same in every format."""


def make(link: SecretLink, form: str) -> File:
    """Without a hub: what others may not read is sent to nobody."""
    name = PrivateName(SCOPE, link.token, form)
    ids = private.article_ids(link.reader, Filters.of(link.filters))
    found = entries.load(ids, today=timezone.localdate())
    feed = Feed(
        name=name,
        title=link.name or _("My feed – %(site)s") % {"site": settings.WAGTAIL_SITE_NAME},
        subtitle=_("TV-series news about what you follow"),
        page=paths.absolute(reverse("feed")),
        hub="",
        icon=paths.absolute(staticfiles_storage.url("website/icons/app-512.png")),
        language="de",
        updated_at=max((entry.updated_at for entry in found), default=link.created_at),
        entries=found,
        # RFC 4151; not its address, which changes when it is renewed.
        id=f"tag:{settings.PUBLIC_HOST.partition(':')[0]},{link.created_at:%Y-%m-%d}:feed-{link.pk}",
    )
    return File(WRITERS[form](feed), name.content_type, repr((feed.title, found)).encode())
