"""What readers do: follow, read, move in with an account."""

import hashlib
import secrets
import zoneinfo
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import Episode, Series, Topic, TopicKind
from staffellauf.catalogue.models.series import SMALL
from staffellauf.newsroom.models import Article, ArticleTopic, Publication
from staffellauf.readers import kinds
from staffellauf.readers.models import Follow, Progress, Reader, ReadMark

# 256 bits: nobody guesses another device's cookie.
DEVICE_KEY_BYTES = 32
# Nobody follows more by hand; a list that was imported may come close.
MAX_FOLLOWS = 5000
# A bell tapped by mistake and again leaves a device that follows nothing; a day allows for "undo".
IDLE_AFTER = timedelta(days=1)


# What a follow says besides of whom and what.
PREFERENCES = ("created_at", "unwanted_kinds", "releases", "leads", "only_caught_up", "muted_until")
# What a reader says of itself.
HABITS = ("day", "time_zone", "language")


class TooManyFollows(Exception):
    """The reader already follows MAX_FOLLOWS topics."""


class InvalidChoice(ValueError):
    """Nothing that can be chosen; the words say why, in the reader's language."""


def reader_of_user(user: User) -> Reader:
    """The account's reader, made on the first call. What was published before counts as read."""
    return Reader.objects.get_or_create(user=user, defaults={"read_up_to": newest_position()})[0]


def new_device() -> tuple[Reader, str]:
    """A reader for a device without an account, and the secret that its cookie keeps; only its hash is stored.

    What was published before counts as read: a bell just tapped is no pile of work.
    """
    secret = secrets.token_urlsafe(DEVICE_KEY_BYTES)
    return Reader.objects.create(device_key=hash_device_secret(secret), read_up_to=newest_position()), secret


def newest_position() -> int:
    """The position of the newest publication; 0 before the first."""
    return Publication.objects.aggregate(newest=Max("position"))["newest"] or 0


def hash_device_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def follow(reader: Reader, topic: Topic) -> bool:
    """Follows the topic; False when the reader already did."""
    with transaction.atomic():
        if Follow.objects.filter(reader=reader, topic_id=topic.pk).exists():
            return False
        if Follow.objects.filter(reader=reader).count() >= MAX_FOLLOWS:
            raise TooManyFollows
        Follow.objects.bulk_create([Follow(reader=reader, topic_id=topic.pk)], ignore_conflicts=True)
        return True


def unfollow(reader: Reader, topic: Topic) -> bool:
    """Ends the follow; False when there was none."""
    return bool(Follow.objects.filter(reader=reader, topic_id=topic.pk).delete()[0])


def prefer(
    reader: Reader, topic: Topic, *, unwanted_kinds: int, releases: str, leads: int, only_caught_up: bool
) -> bool:
    """What the follow alerts; False when the reader does not follow the topic. Raises InvalidChoice."""
    all_leads = sum(Follow.Lead)
    if releases not in Follow.Releases.values or not 0 <= unwanted_kinds <= kinds.ALL or not 0 <= leads <= all_leads:
        raise InvalidChoice(_("There is no such choice."))
    if topic.kind != TopicKind.SERIES and (releases != Follow.Releases.NONE or only_caught_up):
        raise InvalidChoice(_("Only a series has episodes."))
    if releases != Follow.Releases.NONE and not leads:
        raise InvalidChoice(_("Choose when you want to be told of releases."))
    own = Follow.objects.filter(reader=reader, topic_id=topic.pk)
    return bool(
        own.update(unwanted_kinds=unwanted_kinds, releases=releases, leads=leads, only_caught_up=only_caught_up)
    )


def mute(reader: Reader, topic: Topic, *, until: datetime | None) -> bool:
    """The follow alerts nothing until then; None lets it again. False when the reader does not follow the topic."""
    return bool(Follow.objects.filter(reader=reader, topic_id=topic.pk).update(muted_until=until))


def saw_up_to(reader: Reader, series: Series, *, season: int, episode: int) -> Progress | None:
    """Remembers that the reader saw everything up to and with this episode; what was remembered before, to undo it.

    Raises InvalidChoice when the series has no such episode.
    """
    if not 0 < season <= SMALL or not 0 < episode <= SMALL:
        raise InvalidChoice(_("There is no such episode."))
    numbered = Q(number=episode) | Q(number__lt=episode, last_number__gte=episode)
    regular = Episode.objects.filter(numbered, season__series=series, season__number=season, kind=Episode.Kind.REGULAR)
    if not regular.exists():
        raise InvalidChoice(_("There is no such episode."))
    with transaction.atomic():
        before = Progress.objects.filter(reader=reader, series=series).first()
        row = Progress(reader=reader, series=series, season_number=season, episode_number=episode)
        _put_progress([row])
        return before


def forget_progress(reader: Reader, series: Series) -> bool:
    """As if nothing had been seen; False when it was so already."""
    return bool(Progress.objects.filter(reader=reader, series=series).delete()[0])


def choose_time_zone(reader: Reader, name: str) -> None:
    """By its IANA name. Raises InvalidChoice."""
    if name not in zoneinfo.available_timezones():
        raise InvalidChoice(_("There is no such time zone."))
    reader.time_zone = name
    reader.save(update_fields=["time_zone"])


def choose_day(reader: Reader, day: str) -> None:
    """Which day a late showing counts for: one of Reader.Day."""
    reader.day = Reader.Day(day)
    reader.save(update_fields=["day"])


def mark_read(reader: Reader, article: Article) -> None:
    """Remembers that the reader opened the article, when its feed holds it and it is not read already."""
    placed = ArticleTopic.objects.filter(article=article, position__gt=reader.read_up_to)
    if placed.filter(topic__follows__reader=reader).exists():
        ReadMark.objects.bulk_create([ReadMark(reader=reader, article=article)], ignore_conflicts=True)


def mark_all_read(reader: Reader, *, position: int) -> None:
    """Everything up to the position counts as read; single marks below it are no longer needed."""
    with transaction.atomic():
        position = min(position, newest_position())
        Reader.objects.filter(pk=reader.pk).update(read_up_to=Greatest("read_up_to", position))
        reader.refresh_from_db(fields=["read_up_to"])
        marks = ReadMark.objects.filter(reader=reader, article__publications__position__lte=position)
        # One that was updated since stands higher up, where its mark is still needed.
        newer = Publication.objects.filter(article=OuterRef("article"), position__gt=position)
        marks.filter(~Exists(newer)).delete()


def mark_unread(article_id: int) -> int:
    """The article says something new: nobody has read that. How many had read it."""
    return ReadMark.objects.filter(article=article_id).delete()[0]


def merge(device: Reader, account: Reader) -> None:
    """Moves what a device without an account followed, read and saw to the account, and forgets the device.

    What the account says of a topic stands; of a series the later episode counts as seen.
    """
    with transaction.atomic():
        if not account.follows.exists():
            # Nobody read with it yet: what the device left unread stays so, and its habits are the reader's.
            account.read_up_to = min(account.read_up_to, device.read_up_to)
            for name in HABITS:
                setattr(account, name, getattr(device, name))
            account.save(update_fields=["read_up_to", *HABITS])
        follows = Follow.objects.filter(reader=device).values("topic_id", *PREFERENCES)
        Follow.objects.bulk_create((Follow(reader=account, **row) for row in follows), ignore_conflicts=True)
        _merge_progress(device, account)
        article_ids = ReadMark.objects.filter(reader=device).values_list("article_id", flat=True)
        ReadMark.objects.bulk_create(
            (ReadMark(reader=account, article_id=article_id) for article_id in article_ids), ignore_conflicts=True
        )
        device.delete()


def _merge_progress(device: Reader, account: Reader) -> None:
    known = {row.series_id: row for row in Progress.objects.filter(reader=account)}
    further = [
        Progress(
            reader=account, series_id=row.series_id, season_number=row.season_number, episode_number=row.episode_number
        )
        for row in Progress.objects.filter(reader=device)
        if row.series_id not in known
        or (row.season_number, row.episode_number)
        > (known[row.series_id].season_number, known[row.series_id].episode_number)
    ]
    _put_progress(further)


def _put_progress(rows: Iterable[Progress]) -> None:
    Progress.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["reader", "series"],
        update_fields=["season_number", "episode_number", "updated_at"],
    )


def forget_idle_devices(*, now: datetime) -> int:
    """Deletes devices that follow nothing any more, a day after they came; how many."""
    idle = Reader.objects.filter(user=None, follows__isnull=True, created_at__lt=now - IDLE_AFTER)
    return idle.delete()[1].get("readers.Reader", 0)
