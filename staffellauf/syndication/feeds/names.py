"""Which feeds there are, by address: `/feeds/news.atom`, `/feeds/serien/dark.rss`, `/feeds/art/kritiken.json`."""

import re
from dataclasses import dataclass, replace

from django.urls import get_script_prefix

from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.common import paths

# The kinds of topics as the addresses of their pages name them.
TOPICS = {
    "serien": TopicKind.SERIES,
    "personen": TopicKind.PERSON,
    "franchises": TopicKind.FRANCHISE,
    "sender": TopicKind.ORGANISATION,
}
ALL, KIND, AUTHOR = "news", "art", "autoren"
# RFC 4287; the RSS Advisory Board's recommendation; JSON Feed 1.1.
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}
LABELS = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}
PATTERN = (
    rf"feeds/(?:{ALL}|(?P<scope>{'|'.join([*TOPICS, KIND, AUTHOR])})/(?P<slug>[-a-zA-Z0-9_]{{1,100}}))"
    rf"\.(?P<form>{'|'.join(TYPES)})"
)


@dataclass(frozen=True, slots=True)
class Name:
    """One feed in one format."""

    scope: str
    # Empty in the feed of all news.
    slug: str
    form: str

    @property
    def path(self) -> str:
        return f"{get_script_prefix()}feeds/{self.scope}{'/' if self.slug else ''}{self.slug}.{self.form}"

    @property
    def address(self) -> str:
        return paths.absolute(self.path)

    @property
    def content_type(self) -> str:
        return f"{TYPES[self.form]}; charset=utf-8"

    def in_form(self, form: str) -> "Name":
        return replace(self, form=form)


def everything(form: str = "atom") -> Name:
    return Name(ALL, "", form)


def of_topic(topic: Topic, form: str = "atom") -> Name:
    scope = next(scope for scope, kind in TOPICS.items() if kind == topic.kind)
    return Name(scope, topic.slug, form)


def parse(address: str) -> Name | None:
    """The feed that has this address, whole or from the first slash on; None for any other."""
    path = address.removeprefix(paths.absolute("")).removeprefix(get_script_prefix())
    found = re.fullmatch(PATTERN, path)
    return Name(found["scope"] or ALL, found["slug"] or "", found["form"]) if found else None
