"""What readers are told of an article or of a release that is due, in their language; no channel's form yet.

Spoilers stay out: of an article the headline and deck that lists show, of a release never an episode's title.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from staffellauf.alerts import releases
from staffellauf.alerts.models import Occasion, Relay
from staffellauf.alerts.words import wording
from staffellauf.alerts.words.messages import Form, Item, Message
from staffellauf.catalogue.models import Release, Topic
from staffellauf.common import dates
from staffellauf.newsroom.models import Article, Kind, Note, Publication

if TYPE_CHECKING:
    from staffellauf.alerts.deciding.audience import Subject

# A title that names more topics is no title.
NAMED_IN_TITLE = 2


@dataclass(frozen=True, slots=True)
class Told:
    """An edition of a published article, with what was noted when it came."""

    article: Article
    edition: int
    position: int
    at: datetime
    note: Note | None


# --- of a relay


def item(subject: "Subject", topic_id: int, *, language: str, now: datetime) -> Item | None:
    """None when there is nothing to tell any more."""
    return items(subject, [topic_id], language=language, now=now).get(topic_id)


def items(subject: "Subject", topic_ids: Collection[int], *, language: str, now: datetime) -> dict[int, Item]:
    """What the relay tells, for each of the topics as the one that brought it; a fixed number of queries.

    Empty when the article is not published any more, or the releases are gone.
    """
    topics = topics_by_id(topic_ids)
    relay = Relay.objects.select_related("occasion__topic").filter(pk=subject.relay_id or 0).first()
    if relay is None:
        return {}
    if relay.occasion:
        found = releases.of(relay.occasion)
        if not found:
            return {}
        return {
            topic.pk: of_occasion(relay.occasion, topic, language=language, now=now, due=found)
            for topic in topics.values()
        }
    told = told_at([subject.position]).get(subject.position) if subject.position else None
    if told is None:
        return {}
    return {topic.pk: of_told(told, topic, language=language) for topic in topics.values()}


def topics_by_id(topic_ids: Iterable[int]) -> dict[int, Topic]:
    return Topic.objects.only("kind", "name", "slug").in_bulk(set(topic_ids))


def told_at(positions: Collection[int]) -> dict[int, Told]:
    """By position, without what is not published any more; two queries."""
    publications = list(
        Publication.objects.filter(position__in=positions, article__in=Article.objects.published())
        .select_related("article__lead_topic")
        .defer("article__body", "article__search_text")
    )
    later = [publication.pk for publication in publications if publication.edition > 1]
    notes = {note.publication_id: note for note in Note.objects.filter(publication__in=later)} if later else {}
    return {
        publication.position: Told(
            publication.article,
            publication.edition,
            publication.position,
            publication.created_at,
            notes.get(publication.pk),
        )
        for publication in publications
    }


# --- of an article


def of_told(told: Told, topic: Topic, *, language: str) -> Item:
    return of_article(
        told.article,
        topic,
        language=language,
        edition=told.edition,
        note=told.note,
        position=told.position,
        at=told.at,
    )


def of_article(
    article: Article,
    topic: Topic | None,
    *,
    language: str,
    edition: int = 1,
    note: Note | None = None,
    position: int | None = None,
    at: datetime | None = None,
) -> Item:
    """A later edition says that it is one, and what its note says. Without a topic nobody is told why."""
    with translation.override(language):
        title, body = article.shown_headline, article.shown_deck
        if edition > 1:
            is_correction = note is not None and note.kind == Note.Kind.CORRECTION
            words = _("Correction: %(headline)s") if is_correction else _("Update: %(headline)s")
            title = words % {"headline": title}
            # What has changed may give away what the headline does not.
            body = note.text if note and not article.is_spoiler else body
        return Item(
            key=f"meldung-{article.pk}",
            title=title,
            body=body,
            address=settings.PUBLIC_URL + article.get_absolute_url(),
            why=why([topic]) if topic else "",
            topic_id=topic.pk if topic else 0,
            topic_name=topic.name if topic else "",
            topic_kind=topic.kind if topic else "",
            at=at or article.first_published_at or datetime.now(UTC),
            edition=edition,
            article_id=article.pk,
            position=position,
            kicker=_kicker(article),
        )


def _kicker(article: Article) -> str:
    if article.kind != Kind.ADVERTISEMENT:
        return article.shown_kicker
    mark = pgettext("mark", "Advertisement")
    return f"{mark} · {article.advertiser}" if article.advertiser else mark


# --- of releases that are due


def of_occasion(occasion: Occasion, topic: Topic, *, language: str, now: datetime, due: Sequence[Release] = ()) -> Item:
    """Many episodes at one moment are one. Its words fit the moment at which it is told, not the one it was made for.

    The occasion has at least one release; `due` are they, when they are read already.
    """
    with translation.override(language):
        found = due or releases.of(occasion)
        first = found[0]
        return Item(
            key=f"premiere-{occasion.pk}",
            title=wording.title(first.series.name, occasion.kind, found, now=now),
            body=wording.body(found),
            address=settings.PUBLIC_URL + first.series.get_absolute_url(),
            why=why([topic]),
            topic_id=topic.pk,
            topic_name=topic.name,
            topic_kind=topic.kind,
            at=first.starts_at or datetime.combine(first.first_on, time(), tzinfo=dates.BERLIN),
        )


# --- several at once


def message(
    told: Iterable[Item],
    *,
    form: Form | None = None,
    total: int | None = None,
    language: str = settings.LANGUAGE_CODE,
    is_silent: bool = False,
    since: datetime | None = None,
) -> Message:
    """At least one item, newest first. Without a form, one is a single and several are a group."""
    found = tuple(sorted(told, key=lambda item: (item.at, item.key), reverse=True))
    return Message(
        items=found,
        form=form or (Form.SINGLE if len(found) == 1 else Form.GROUP),
        total=total if total is not None else len(found),
        is_silent=is_silent,
        language=language,
        since=since,
    )


def title(told: Message) -> str:
    """What a message is called: its item's title, or „3 Meldungen zu „Ballard“ und „Dark““."""
    if told.form is Form.SINGLE:
        return told.items[0].title
    with translation.override(told.language):
        names = list(dict.fromkeys(quoted(item.topic_name, item.topic_kind) for item in told.items))
        values = {"count": told.total, "names": _few(names)}
        if any(item.article_id is not None for item in told.items):
            return ngettext("%(count)d article about %(names)s", "%(count)d articles about %(names)s", told.total) % (
                values
            )
        return ngettext("%(count)d date of %(names)s", "%(count)d dates of %(names)s", told.total) % values


def why(topics: Sequence[Topic]) -> str:
    """In the language that is switched on: because you follow “Ballard”."""
    return _("because you follow %(names)s") % {"names": listed([name(topic) for topic in topics])}


def name(topic: Topic) -> str:
    return quoted(topic.name, topic.kind)


def quoted(words: str, kind: str) -> str:
    """Titles stand in quotes; names of people, networks and streamers do not."""
    return wording.title_in_quotes(words) if kind in wording.TITLED else words


def listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def _few(names: Sequence[str]) -> str:
    others = len(names) - NAMED_IN_TITLE
    if others <= 0:
        return listed(names)
    more = ngettext("%(count)d other", "%(count)d others", others) % {"count": others}
    return listed([*names[:NAMED_IN_TITLE], more])
