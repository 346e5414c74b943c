"""What readers do: follow, read, move in with an account."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Greatest

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import Topic
from staffellauf.newsroom.models import Article, ArticleTopic, Publication
from staffellauf.readers.models import Follow, Reader, ReadMark

# 256 bits: nobody guesses another device's cookie.
DEVICE_KEY_BYTES = 32
# Nobody follows more by hand; a list that was imported may come close.
MAX_FOLLOWS = 5000
# A bell tapped by mistake and again leaves a device that follows nothing; a day allows for "undo".
IDLE_AFTER = timedelta(days=1)


class TooManyFollows(Exception):
    """The reader already follows MAX_FOLLOWS topics."""


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
    """Moves what a device without an account followed and read to the account, and forgets the device."""
    with transaction.atomic():
        if not account.follows.exists():
            # Nobody read with it yet: what the device left unread stays so.
            account.read_up_to = min(account.read_up_to, device.read_up_to)
            account.save(update_fields=["read_up_to"])
        topic_ids = Follow.objects.filter(reader=device).values_list("topic_id", flat=True)
        Follow.objects.bulk_create(
            (Follow(reader=account, topic_id=topic_id) for topic_id in topic_ids), ignore_conflicts=True
        )
        article_ids = ReadMark.objects.filter(reader=device).values_list("article_id", flat=True)
        ReadMark.objects.bulk_create(
            (ReadMark(reader=account, article_id=article_id) for article_id in article_ids), ignore_conflicts=True
        )
        device.delete()


def forget_idle_devices(*, now: datetime) -> int:
    """Deletes devices that follow nothing any more, a day after they came; how many."""
    idle = Reader.objects.filter(user=None, follows__isnull=True, created_at__lt=now - IDLE_AFTER)
    return idle.delete()[1].get("readers.Reader", 0)
