"""What is done to the catalogue. Sources, screens and commands write through here."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from staffellauf.catalogue import naming, provenance
from staffellauf.catalogue.models import Alias, ExternalId, FormerSlug, Series, Topic


class SlugTaken(Exception):
    """Another topic of the kind has this slug."""


def refresh_search_text(topic: Topic) -> None:
    """As naming.refresh_names, for one."""
    naming.refresh_names([topic.pk])


def free_slug(kind: str, name: str) -> str:
    """A slug from the name that no topic of the kind has or had."""
    return naming.free_slugs(kind, [(name, None)])[0]


def change_slug(topic: Topic, slug: str) -> None:
    """Gives the topic another address; the one it had redirects.

    Raises SlugTaken when another topic of the kind has the slug. One that another topic once had is taken over.
    """
    with transaction.atomic():
        if Topic.everything.filter(kind=topic.kind, slug=slug).exclude(pk=topic.pk).exists():
            raise SlugTaken(slug)
        former = Topic.objects.values_list("slug", flat=True).get(pk=topic.pk)
        Topic.objects.filter(pk=topic.pk).update(slug=slug)
        topic.slug = slug
        remember_slug(topic, former=former)


def remember_slug(topic: Topic, *, former: str) -> None:
    """Lets the address that the topic had before lead to the one it has now."""
    if former and former != topic.slug:
        FormerSlug.objects.filter(kind=topic.kind, slug=topic.slug).delete()
        FormerSlug.objects.update_or_create(kind=topic.kind, slug=former, defaults={"topic_id": topic.pk})


def set_external_id(topic: Topic, scheme: str, *, value: str) -> None:
    """Stores the topic's id at another place. An id that another topic of the kind holds is refused by the database."""
    if not ExternalId.objects.filter(topic_id=topic.pk, scheme=scheme, value=value).exists():
        ExternalId.objects.filter(topic_id=topic.pk, scheme=scheme).delete()
        ExternalId.objects.create(topic_id=topic.pk, scheme=scheme, kind=topic.kind, value=value)


def set_aliases(topic: Topic, aliases: Collection[tuple[str, str, str]]) -> None:
    """Gives the topic exactly these other names, as editors write them: name, language, country. What they leave out
    no import brings back; refresh_search_text comes after."""
    with transaction.atomic():
        there = {(alias.name, alias.language, alias.country): alias for alias in topic.aliases.all()}
        for key, alias in there.items():
            if key not in aliases:
                alias.delete()
        names = {name for name, _, _ in aliases}
        for name in {name for name, _, _ in there} - names:
            provenance.remember_removal(topic.pk, "alias", key=provenance.alias_key(name))
        for name, language, country in dict.fromkeys(aliases):
            if (name, language, country) not in there:
                Alias.objects.create(topic_id=topic.pk, name=name, language=language, country=country)
                provenance.forget_removal(topic.pk, "alias", key=provenance.alias_key(name))


def set_external_ids(topic: Topic, ids: Collection[tuple[str, str]]) -> None:
    """Gives the topic exactly these ids: source and value, of which a merged one has several. One that another topic
    of the kind holds is refused by the database."""
    with transaction.atomic():
        there = {(row.scheme, row.value): row for row in topic.external_ids.all()}
        for key, row in there.items():
            if key not in ids:
                row.delete()
        ExternalId.objects.bulk_create(
            ExternalId(topic_id=topic.pk, kind=topic.kind, scheme=scheme, value=value)
            for scheme, value in dict.fromkeys(ids)
            if (scheme, value) not in there
        )


def set_status(series: Series, status: str, *, since: date | None, source: str, now: datetime | None = None) -> bool:
    """Gives the series a status if the source may, and writes its history. True when something changed.

    The status it has already is noted once, when its history is empty, and gets its day when that was not known.
    """
    with transaction.atomic():
        if series.status == status:
            newest = series.status_changes.last()
            if newest is not None:
                undated = series.status_changes.filter(pk=newest.pk, status=status, since__isnull=True)
                return since is not None and bool(undated.update(since=since))
            if status == Series.Status.UNKNOWN:
                return False
        elif source == provenance.EDITOR:
            series.status = status
            provenance.claim(series, ["status"], source=source)
        elif not provenance.set_field(series, "status", source=source, value=status):
            return False
        series.save(update_fields=["status", "origin", "updated_at"])
        series.status_changes.create(status=status, since=since, source=source, recorded_at=now or timezone.now())
    return True
