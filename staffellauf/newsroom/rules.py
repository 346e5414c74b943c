"""What forbids publishing an article. `Article.publish`, where every way of publishing ends, asks here.

The rules read what a revision stores, so that a board of many drafts costs no query for each.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import ReferenceIndex, Revision

from staffellauf.accounts.models import User
from staffellauf.common import clean, periods
from staffellauf.newsroom import linked, permissions
from staffellauf.newsroom.models import Article, Kind, Picture, Weight

IMAGE_EMBED = re.compile(r'<embed\b[^>]*\bembedtype="(?:picture|image)"[^>]*>')
EMBED_ID = re.compile(r'\bid="(\d{1,18})"')
# An expired picture in more articles than that is a list nobody reads.
REPORT_LENGTH = 50


@dataclass(frozen=True)
class Problem:
    """One thing that forbids publishing."""

    code: str
    # A sentence in the language of whoever asks.
    message: str
    # The article's field that it is about; empty when it is about none in particular.
    field: str = ""


class NotPublishable(Exception):
    """The article cannot go out as it stands. Nothing was published."""

    def __init__(self, found: Iterable[Problem]) -> None:
        self.problems = tuple(found)
        super().__init__(" ".join(problem.message for problem in self.problems))


@dataclass(frozen=True)
class Draft:
    """What the rules look at."""

    kind: str
    headline: str
    body: str
    advertiser: str
    embargo_until: datetime | None
    go_live_at: datetime | None
    starts_period: str
    # Picture ids with the field that holds them, in the order of the page.
    pictures: tuple[tuple[int, str], ...]
    has_main_topic: bool
    has_linked_source: bool


def problems(
    article: Article, *, user: User | AnonymousUser | None, now: datetime, go_live_at: datetime | None = None
) -> list[Problem]:
    """What forbids publishing the article as it stands in memory, now or at `go_live_at`; `user` None is the house."""
    draft = read(article.serializable_data())
    return [*problems_with(user, article), *_problems_in(draft, go_live_at or now, _pictures([draft]))]


def check(revision: Revision, *, user: User | AnonymousUser | None, now: datetime) -> None:
    """Raises NotPublishable unless the revision may go out, now or at the time that it is planned for."""
    article: Article = revision.content_object
    draft = _under_embargo_set_since(read(revision.content), revision, article)
    found = [
        *problems_with(user, article),
        *_problems_in(draft, moment_of(draft, now=now), _pictures([draft])),
    ]
    if found:
        raise NotPublishable(found)


def _under_embargo_set_since(draft: Draft, revision: Revision, article: Article) -> Draft:
    """An embargo in a newer draft holds for what was planned before it too: nobody is to read of it yet."""
    latest: Revision | None = article.latest_revision
    newer = read(latest.content).embargo_until if latest and latest.pk != revision.pk and not article.live else None
    if newer is None or (draft.embargo_until and draft.embargo_until >= newer):
        return draft
    return replace(draft, embargo_until=newer)


def problems_of(revisions: Mapping[int, Revision], *, now: datetime) -> dict[int, list[Problem]]:
    """What forbids publishing each of these revisions, under the same keys; one query for all of them."""
    drafts = {key: read(revision.content) for key, revision in revisions.items()}
    pictures = _pictures(drafts.values())
    return {key: _problems_in(draft, moment_of(draft, now=now), pictures) for key, draft in drafts.items()}


def problems_with(user: User | AnonymousUser | None, article: Article) -> list[Problem]:
    """Those that lie not in the text: whose article it is, and who publishes it."""
    found = []
    if user is not None and not permissions.may_publish(user):
        found.append(Problem("right", _("You may not publish articles: submit it for review.")))
    if article.merged_into_id:
        found.append(Problem("merged", _("Another article on the same story has taken the place of this one.")))
    return found


def moment_of(draft: Draft, *, now: datetime) -> datetime:
    """When it goes live: the time that it is planned for, or now when there is none to come."""
    return draft.go_live_at if draft.go_live_at and draft.go_live_at > now else now


# Any: what Wagtail stores of a revision.
def read(content: Mapping[str, Any]) -> Draft:
    pictures = [(content.get("lead_picture"), "lead_picture")]
    pictures += [(pk, "body") for pk in pictures_in(content.get("body") or "")]
    pictures += [(row.get("picture"), "gallery") for row in content.get("gallery") or []]
    return Draft(
        kind=content.get("kind") or Kind.NEWS,
        headline=content.get("headline") or "",
        body=content.get("body") or "",
        advertiser=content.get("advertiser") or "",
        embargo_until=_moment(content.get("embargo_until")),
        go_live_at=_moment(content.get("go_live_at")),
        starts_period=content.get("starts_period") or "",
        pictures=tuple((int(pk), place) for pk, place in pictures if pk),
        has_main_topic=any(row.get("weight") == Weight.MAIN for row in content.get("subjects") or [])
        or bool(linked.topics(content.get("body") or "")),
        has_linked_source=any(row.get("url") for row in content.get("sources") or []),
    )


def pictures_in(body: str) -> list[int]:
    """Ids of the pictures in a body in Wagtail's storage form, in order."""
    ids = (EMBED_ID.search(tag) for tag in IMAGE_EMBED.findall(body))
    return [int(found[1]) for found in ids if found]


def expired_in_live(*, now: datetime) -> list[tuple[Article, Picture]]:
    """Live articles that show a picture whose time is over, the picture that is over the longest first."""
    today = timezone.localdate(now)
    expired = Picture.objects.filter(expires_on__lt=today).order_by("expires_on", "id").in_bulk()
    if not expired:
        return []
    live = Article.objects.published()
    shown = set(live.filter(lead_picture__in=expired).values_list("pk", "lead_picture"))
    shown |= set(live.filter(gallery__picture__in=expired).values_list("pk", "gallery__picture"))
    shown |= _embedded(set(expired))
    articles = live.only("headline", "slug").in_bulk({article for article, _picture in shown})
    order = {pk: number for number, pk in enumerate(expired)}
    pairs = sorted((pair for pair in shown if pair[0] in articles), key=lambda pair: (order[pair[1]], pair[0]))
    return [(articles[article], expired[picture]) for article, picture in pairs[:REPORT_LENGTH]]


def _embedded(picture_ids: set[int]) -> set[tuple[int, int]]:
    """Articles that hold one of these pictures in their body, as (article, picture)."""
    types = ContentType.objects.get_for_models(Article, Picture)
    rows = ReferenceIndex.objects.filter(
        base_content_type=types[Article],
        to_content_type=types[Picture],
        to_object_id__in=[str(pk) for pk in picture_ids],
        model_path__startswith="body",
    )
    return {(int(article), int(picture)) for article, picture in rows.values_list("object_id", "to_object_id")}


def _pictures(drafts: Iterable[Draft]) -> dict[int, Picture]:
    ids = {pk for draft in drafts for pk, _place in draft.pictures}
    return Picture.objects.only("title", "credit", "expires_on").in_bulk(ids) if ids else {}


def _problems_in(draft: Draft, moment: datetime, pictures: Mapping[int, Picture]) -> list[Problem]:
    return [*_text_problems(draft), *_kind_problems(draft), *_time_problems(draft, moment)] + [
        problem
        for pk, place in dict.fromkeys(draft.pictures)
        if pk in pictures
        for problem in _picture_problems(pictures[pk], place, moment)
    ]


def _text_problems(draft: Draft) -> list[Problem]:
    found = []
    if not draft.headline.strip():
        found.append(Problem("headline", _("The article has no headline."), "headline"))
    if not draft.has_main_topic:
        found.append(
            Problem(
                "topic", _("Name a main topic, or link to one in the text: its followers will hear of the article.")
            )
        )
    has_body = bool(clean.plain(draft.body)) or "<embed" in draft.body
    is_gallery = draft.kind == Kind.SPECIAL and any(place == "gallery" for _pk, place in draft.pictures)
    if not has_body and not is_gallery and draft.kind != Kind.FIND:
        found.append(Problem("body", _("The article has no text."), "body"))
    if has_body and draft.kind == Kind.FIND:
        found.append(Problem("find_body", _("A find has no text of ours or theirs: choose another kind."), "body"))
    return found


def _kind_problems(draft: Draft) -> list[Problem]:
    found = []
    if draft.kind == Kind.ADVERTISEMENT and not draft.advertiser.strip():
        found.append(
            Problem("advertiser", _("An advertisement names its advertiser: readers must see who pays."), "advertiser")
        )
    if draft.kind == Kind.FIND and not draft.has_linked_source:
        found.append(Problem("find_source", _("A find needs a source with a link: the story is there.")))
    if draft.kind == Kind.STARTS and not periods.parse(draft.starts_period.strip()):
        found.append(
            Problem("period", _("A start overview needs its period: a month (2026-02) or a week (2026-w05)."),
                    "starts_period")
        )  # fmt: skip
    return found


def _time_problems(draft: Draft, moment: datetime) -> list[Problem]:
    if draft.embargo_until is None or moment >= draft.embargo_until:
        return []
    until = date_format(timezone.localtime(draft.embargo_until), "DATETIME_FORMAT")
    sentence = _("An embargo is in force until %(until)s: plan the article for that moment or a later one.")
    return [Problem("embargo", sentence % {"until": until}, "embargo_until")]


def _picture_problems(picture: Picture, place: str, moment: datetime) -> list[Problem]:
    field = "" if place == "gallery" else place
    if not picture.credit.strip():
        sentence = _("The picture “%(name)s” has no credit: nobody may show it without.")
        return [Problem("credit", sentence % {"name": picture.title}, field)]
    if not picture.may_be_shown(today=timezone.localdate(moment)) and picture.expires_on:
        sentence = _("The picture “%(name)s” may be shown until %(day)s only.")
        day = date_format(picture.expires_on, "DATE_FORMAT")
        return [Problem("expired", sentence % {"name": picture.title, "day": day}, field)]
    return []


def _moment(value: object) -> datetime | None:
    """A time as a revision stores it, which is text, or as the article has it."""
    if isinstance(value, datetime):
        return value
    return parse_datetime(value) if isinstance(value, str) and value else None
