"""Reads across the catalogue."""

from staffellauf.catalogue.models import FormerSlug, Topic
from staffellauf.common import text


def topic_by_slug(kind: str, slug: str) -> Topic | None:
    """The topic that has the slug, or once had it, or took its place (then its `slug` differs); None: there is none."""
    topic = Topic.everything.filter(kind=kind, slug=slug).select_related("merged_into").first()
    if topic is None:
        former = FormerSlug.objects.filter(kind=kind, slug=slug).select_related("topic__merged_into").first()
        topic = former.topic if former else None
    return (topic.merged_into or topic) if topic else None


def search(words: str, *, limit: int) -> list[Topic]:
    """Topics whose names hold every word; names that begin with the words first, then those with newer news."""
    folded = text.fold(words)
    if not folded:
        return []
    found = Topic.objects.named(words).order_by("-last_position", "name")[: limit * 5]
    return sorted(found, key=lambda topic: rank(topic, folded))[:limit]


def rank(topic: Topic, folded: str) -> int:
    """0 for the very name, 1 for a name that begins so, 2 for a word that does, 3 for the rest."""
    names = topic.search_text.split(" | ")
    if folded in names:
        return 0
    if any(name.startswith(folded) for name in names):
        return 1
    return 2 if f" {folded}" in f" {topic.search_text}" else 3
