"""From an Item to an article: all of it in one transaction, or nothing."""

import hashlib
import html
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.db import transaction

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.common import clean
from staffellauf.newsroom import actions, rules
from staffellauf.newsroom.models import Article, Author, Byline, Picture, Publication, Source, Subject, Weight
from staffellauf.newsroom.ninjs import lookup, pictures
from staffellauf.newsroom.ninjs.items import InvalidItem, Item, Locked

# Two clocks that are a little apart do not make an article one of tomorrow.
CLOCK_SKEW = timedelta(minutes=2)
Status = Literal["published", "updated", "unchanged", "withdrawn", "stored"]
# Fields of an Item that were not there when digests began: without them an old file still says what it said.
LATER_FIELDS = (
    *("kind", "authors", "embargo_until", "advertiser", "neutral_headline", "half_stars", "starts_period"),
    *("spoils_season", "spoils_episode"),
)


class DryRun(Exception):
    """Everything went well and nothing was stored."""

    def __init__(self, outcome: "Outcome") -> None:
        super().__init__(outcome.status)
        self.outcome = outcome


class NotAllowed(Exception):
    """Whoever delivers the item may not do that."""


@dataclass(frozen=True)
class Outcome:
    status: Status
    article: Article
    # None for an article that never went live.
    publication: Publication | None
    # Topics that the file names, with main or mentioned.
    subjects: tuple[tuple[Topic, str], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def topics(self) -> list[Topic]:
        return [topic for topic, _ in self.subjects]


@dataclass
class Applying:
    """One run: what it was told, and what it made that a rollback does not take back."""

    item: Item
    now: datetime
    folder: Path | None
    user: User | None
    allows_unknown: bool
    is_draft: bool
    warnings: list[str] = field(default_factory=list)
    stored: list[Picture] = field(default_factory=list)


def apply(
    item: Item,
    *,
    now: datetime,
    folder: Path | None = None,
    user: User | None = None,
    allows_unknown: bool = False,
    is_dry_run: bool = False,
    is_draft: bool = False,
) -> Outcome:
    """Publishes, updates or withdraws the article; the same item again changes nothing.

    As a draft it is stored for somebody to look at; one that is published is refused then. `folder` holds the
    pictures. With `allows_unknown`, topics and articles that we do not have are warned of and left out. A dry run goes
    all the way and raises DryRun with the outcome. Raises InvalidItem and NotAllowed; then nothing was stored.
    """
    run = Applying(item, now, folder, user, allows_unknown, is_draft, warnings=list(item.warnings))
    try:
        with transaction.atomic():
            outcome = publish(run) if item.is_usable else withdraw(run)
            if is_dry_run:
                raise DryRun(outcome)
            return outcome
    except BaseException:
        for picture in run.stored:
            pictures.forget(picture)
        raise


def publish(run: Applying) -> Outcome:
    item = run.item
    if item.published_at and item.published_at > run.now + CLOCK_SKEW:
        raise InvalidItem(
            "firstcreated", f"{item.published_at:%Y-%m-%d %H:%M} UTC is still to come; schedule it in the newsroom"
        )
    article = lookup.by_uri(item.guid)
    refuse_unequal(run, article)
    subjects = wanted_subjects(run)
    if not any(weight == Weight.MAIN for _, weight in subjects.values()):
        raise InvalidItem("subjects", "an article needs a main topic that we have")
    body = wanted_body(run)
    earlier = wanted_earlier(run, article)
    picture_data = pictures.find(item.picture, folder=run.folder) if item.picture else b""
    digest = content_digest(item, subjects=subjects, body=body, earlier=earlier, picture=picture_data)
    named = tuple(subjects.values())
    if article and (article.live or run.is_draft) and article.import_digest == digest:
        publication = article.publications.filter(edition=1).first()
        return Outcome("unchanged", article, publication, named, tuple(run.warnings))
    refuse_locked(run, article)
    article = article or Article(guid=item.guid, author=run.user, live=False)
    is_new = article.pk is None or not article.publications.exists()
    set_texts(article, item, body=body)
    article.earlier_article = earlier
    article.lead_picture = lead_picture(run, article, data=picture_data)
    set_children(article, item, subjects=subjects)
    set_times(article, item, is_new=is_new)
    if run.is_draft:
        return stored(run, article, named, digest=digest)
    publication = published(run, article)
    Article.objects.filter(pk=article.pk).update(import_digest=digest)
    show_update(run, article)
    return Outcome("published" if is_new else "updated", article, publication, named, tuple(run.warnings))


def stored(run: Applying, article: Article, named: tuple[tuple[Topic, str], ...], *, digest: str) -> Outcome:
    """A draft, for those who may publish it."""
    article.import_digest = digest
    if article.pk is None:
        article.slug = article.slug or actions.make_slug(article)
        article.save()
    article.save_revision(user=run.user)
    Article.objects.filter(pk=article.pk).update(import_digest=digest)
    return Outcome("stored", article, None, named, tuple(run.warnings))


def published(run: Applying, article: Article) -> Publication:
    try:
        return actions.publish(article, user=run.user)
    except rules.NotPublishable as error:
        raise InvalidItem("", str(error)) from error


def withdraw(run: Applying) -> Outcome:
    article = lookup.by_uri(run.item.guid)
    refuse_unequal(run, article)
    if article is None:
        raise InvalidItem("uri", f"{run.item.guid} was never published here, so there is nothing to withdraw")
    refuse_locked(run, article)
    was_live = article.live
    if was_live:
        article.unpublish(user=run.user)
    publication = article.publications.filter(edition=1).first()
    return Outcome("withdrawn" if was_live else "unchanged", article, publication, (), tuple(run.warnings))


def refuse_unequal(run: Applying, article: Article | None) -> None:
    """A delivery that may only store drafts touches its own ones, and none that readers have seen."""
    if not run.is_draft or article is None:
        return
    is_own = run.user is not None and article.author_id == run.user.pk
    if article.live or article.first_published_at or not is_own:
        raise NotAllowed(f"“{article.headline}” is not yours, or published already; an editor can change it")


def refuse_locked(run: Applying, article: Article | None) -> None:
    if article and article.merged_into:
        kept = article.merged_into
        said = f" ({kept.guid})" if kept.guid else ""
        raise InvalidItem("uri", f"{run.item.guid} became part of “{kept.headline}”{said}; deliver changes to that one")
    if article and article.locked:
        raise Locked("", f"“{article.headline}” is locked in the newsroom")
    if article and article.live and article.has_unpublished_changes and run.item.is_usable:
        run.warnings.append("a draft that somebody began in the newsroom is older now; its history keeps it")


def wanted_subjects(run: Applying) -> dict[int, tuple[Topic, str]]:
    """Topics in the file's order with the stronger of their weights."""
    found: dict[int, tuple[Topic, str]] = {}
    for named in run.item.topics:
        try:
            topic = lookup.topic(named)
        except lookup.UnknownTopic as error:
            tolerate(run, error)
            continue
        if named.is_main or topic.pk not in found:
            found[topic.pk] = (topic, Weight.MAIN if named.is_main else Weight.MENTIONED)
    return found


def wanted_body(run: Applying) -> str:
    body = clean.rich_text(run.item.body, link=link_writer(run))
    if not clean.plain(body):
        raise InvalidItem(run.item.body_path, "nothing is left of the body once it is cleaned")
    return body


def link_writer(run: Applying) -> Callable[[str], str | None]:
    """Links to our own pages are stored as what they mean, so that they survive a new address."""

    def attributes(address: str) -> str | None:
        if lookup.own_path(address) is None:
            return clean.outside_link(address)
        page, slug = lookup.own_page(address) or ("", "")
        if page in TopicKind.values:
            topic = lookup.queries.topic_by_slug(page, slug)
            if topic:
                return f'linktype="topic" id="{topic.pk}"'
        elif page == "article":
            article = lookup.article(slug)
            if article:
                return f'linktype="article" id="{article.pk}"'
        elif page:
            return f'href="{html.escape(address)}"'
        tolerate(run, InvalidItem(run.item.body_path, f"links to {address[:200]}, which we do not have"))
        return None

    return attributes


def wanted_earlier(run: Applying, article: Article | None) -> Article | None:
    named = run.item.earlier
    if named is None:
        return None
    found = lookup.article(named.uri)
    if found is None:
        tolerate(run, InvalidItem(named.path, f"we have no article {named.uri}"))
    elif article and found.pk == article.pk:
        raise InvalidItem(named.path, "an article cannot be its own earlier one")
    return found


def tolerate(run: Applying, error: InvalidItem) -> None:
    if not run.allows_unknown:
        raise error
    run.warnings.append(f"{error} (left out)")


def content_digest(
    item: Item, *, subjects: dict[int, tuple[Topic, str]], body: str, earlier: Article | None, picture: bytes
) -> str:
    """Tells whether a file says anything new; how the file is written does not count."""
    said = asdict(item) | {"topics": [(pk, weight) for pk, (_, weight) in subjects.items()], "warnings": ()}
    said = {name: value for name, value in said.items() if name not in LATER_FIELDS or value not in (None, "", ())}
    said |= {"body": body, "earlier": earlier.pk if earlier else None, "data": pictures.digest(picture)}
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def set_texts(article: Article, item: Item, *, body: str) -> None:
    article.headline, article.deck, article.body = item.headline, item.deck, body
    article.kind = item.kind or article.kind
    # What the file does not speak of stays as the newsroom has it: an embargo, a warning of spoilers.
    for name in ("advertiser", "embargo_until", "neutral_headline", "starts_period"):
        setattr(article, name, getattr(item, name) or getattr(article, name))
    for name in ("half_stars", "spoils_season", "spoils_episode"):
        said = getattr(item, name)
        setattr(article, name, getattr(article, name) if said is None else said)
    article.lead_caption = item.picture.caption if item.picture else ""
    if article.pk is None or (item.slug and item.slug != article.slug):
        article.slug = actions.make_slug(article, wanted=item.slug)


def lead_picture(run: Applying, article: Article, *, data: bytes) -> Picture | None:
    """The picture that the article has when its file is the same, with today's texts; else a new one."""
    named = run.item.picture
    if named is None:
        return None
    present = article.lead_picture
    if present and present.file_hash == pictures.digest(data):
        for name, value in pictures.texts(named).items():
            setattr(present, name, value)
        present.save()
        return present
    picture = pictures.made(named, data, extension=pictures.judge(named, data))
    run.stored.append(picture)
    picture.save()
    return picture


def set_children(article: Article, item: Item, *, subjects: dict[int, tuple[Topic, str]]) -> None:
    article.subjects = [
        Subject(topic_id=pk, weight=weight, sort_order=n) for n, (pk, (_, weight)) in enumerate(subjects.items())
    ]
    signed = authors_of(item)
    article.bylines = [Byline(author=author, sort_order=n) for n, author in enumerate(signed)]
    article.byline = "" if signed else item.byline
    article.sources = [Source(name=s.name, url=s.url, sort_order=n) for n, s in enumerate(item.sources)]


def authors_of(item: Item) -> list[Author]:
    """Entries with exactly the names that the item gives; none as soon as one is missing: words say them all."""
    names = item.authors or ((item.byline,) if item.byline else ())
    known = {author.name: author for author in Author.objects.filter(name__in=names).order_by("-pk")}
    return [known[name] for name in names] if all(name in known for name in names) else []


def set_times(article: Article, item: Item, *, is_new: bool) -> None:
    # A plan made in the newsroom would keep the article from going live now.
    article.go_live_at = article.expire_at = None
    if is_new and item.published_at:
        article.first_published_at = item.published_at


def show_update(run: Applying, article: Article) -> None:
    """The file's own time of the last change, where it names one that is past."""
    created, versioned = run.item.published_at, run.item.versioned_at
    if created and versioned and created < versioned <= run.now + CLOCK_SKEW:
        Article.objects.filter(pk=article.pk).update(updated_at=versioned)
        article.updated_at = versioned
